"""Domains with the members that AWS shows, for OpenSearch and for Elasticsearch.

Follows "DomainStatus" and "DomainConfig", Amazon OpenSearch Service API Reference. A domain is
ready at once: no change of its is ever under way.
"""

from __future__ import annotations

import string
import time
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.moto_api._internal import mock_random
from moto.opensearch import models
from moto.opensearch.models import OpenSearchDomain, OpenSearchServiceBackend

from dryrun.cloud import replacing

Shown = dict[str, Any]

_OLD, _NEW = ".elasticsearch", ".search"
"""How types of instances end, by the name of the service."""
_TYPES = ("InstanceType", "DedicatedMasterType", "WarmType")
_ENGINE = "Elasticsearch_"
_RELEASE = "R20250625"
_ADVANCED = {
    "override_main_response_version": "false",
    "rest.action.multi.allow_explicit_index": "true",
}
_ENDPOINT = {
    "CustomEndpointEnabled": False,
    "EnforceHTTPS": False,
    "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
}
_SECURITY = {"AnonymousAuthEnabled": False, "Enabled": False, "InternalUserDatabaseEnabled": False}
_QUIET = {"Enabled": True, "OffPeakWindow": {"WindowStartTime": {"Hours": 2, "Minutes": 0}}}
_QUESTIONS = {
    "NaturalLanguageQueryGenerationOptions": {
        "CurrentState": "NOT_ENABLED",
        "DesiredState": "DISABLED",
    },
    "S3VectorsEngine": {"Enabled": False},
}
_ONLY_NEW = (
    "AIMLOptions",
    "ClusterConfig",
    "EngineVersion",
    "IPAddressType",
    "IdentityCenterOptions",
    "OffPeakWindowOptions",
    "SoftwareUpdateOptions",
)
"""What a domain of Elasticsearch does not show, or by another name."""
_SECTIONS = (
    "AIMLOptions",
    "AccessPolicies",
    "AdvancedOptions",
    "AdvancedSecurityOptions",
    "ClusterConfig",
    "CognitoOptions",
    "DomainEndpointOptions",
    "EBSOptions",
    "EncryptionAtRestOptions",
    "EngineVersion",
    "IPAddressType",
    "IdentityCenterOptions",
    "NodeToNodeEncryptionOptions",
    "OffPeakWindowOptions",
    "SnapshotOptions",
    "SoftwareUpdateOptions",
)
"""What is configured as it is shown."""

_begin = OpenSearchDomain.__init__
_told = OpenSearchDomain.to_dict
_create = OpenSearchServiceBackend.create_domain
_change = OpenSearchServiceBackend.update_domain_config


def begin(self: OpenSearchDomain, *args: Any, **given: Any) -> None:
    """Make a domain at an address of its own."""
    _begin(self, *args, **given)
    if self.domain_endpoint_options is models.default_domain_endpoint_options:
        self.domain_endpoint_options = {}
    letters = mock_random.choices(string.ascii_lowercase + string.digits, k=26)
    region = self.arn.split(":")[3]
    name = f"{self.domain_name}-{''.join(letters)}.{region}.es.amazonaws.com"
    if self.endpoint is not None:
        self.endpoint = f"search-{name}"
    else:
        self.endpoints = {"vpc": f"vpc-{name}"}
    _note_change(self)


def create_domain(self: OpenSearchServiceBackend, domain_name: str, **given: Any) -> Any:
    """Create a domain under a name that is not taken."""
    if domain_name in self.domains:
        error = JsonRESTError(
            # The words are from memory.
            "ResourceAlreadyExistsException",
            f"domain/{domain_name} already exists",
        )
        error.code = 409
        raise error
    return _create(self, domain_name, **given)


def update_domain_config(
    self: OpenSearchServiceBackend, domain_name: str, **given: Any
) -> OpenSearchDomain:
    """Change a domain that is there; parts of its cluster that are not named stay."""
    domain = self.describe_domain(domain_name)
    before = domain.cluster_config
    if given.get("cluster_config"):
        given["cluster_config"] = {**before, **given["cluster_config"]}
    _change(self, domain_name, **given)
    _note_change(domain)
    return domain


def _note_change(domain: Any) -> None:
    now = int(time.time())
    domain.changes = getattr(domain, "changes", 0) + 1
    domain.change = {
        "ChangeId": str(mock_random.uuid4()),
        "ConfigChangeStatus": "Completed",
        "InitiatedBy": "CUSTOMER",
        "LastUpdatedTime": now,
        "StartTime": now,
    }


def status(self: OpenSearchDomain) -> Shown:
    """Return a domain as OpenSearch shows it."""
    kept: Any = self
    cluster = _cluster(self)
    told = {
        **_told(self),
        "AIMLOptions": _QUESTIONS,
        "AdvancedOptions": {**_ADVANCED, **(self.advanced_options or {})},
        "AdvancedSecurityOptions": _secured(self.advanced_security_options),
        "AutoTuneOptions": _tuned(self, cluster),
        "ChangeProgressDetails": kept.change,
        "ClusterConfig": cluster,
        "DomainEndpointOptions": {**_ENDPOINT, **(self.domain_endpoint_options or {})},
        "DomainProcessingStatus": "Deleting" if self.deleted else "Active",
        "IPAddressType": "ipv4",
        "IdentityCenterOptions": {},
        "ModifyingProperties": [],
        "OffPeakWindowOptions": self.off_peak_window_options or _QUIET,
        "ServiceSoftwareOptions": _software(self),
        "SoftwareUpdateOptions": {"AutoSoftwareUpdateEnabled": False, **_asked_software(self)},
    }
    for name in ("ElasticsearchVersion", "ElasticsearchClusterConfig"):
        told.pop(name, None)
    if not told.get("LogPublishingOptions"):
        told.pop("LogPublishingOptions", None)
    return told


def old_status(domain: OpenSearchDomain) -> Shown:
    """Return a domain as Elasticsearch Service shows it."""
    told = status(domain)
    cluster = _ending(told["ClusterConfig"], _NEW, _OLD)
    cluster.pop("MultiAZWithStandbyEnabled", None)
    shown = {name: value for name, value in told.items() if name not in _ONLY_NEW}
    shown["AutoTuneOptions"] = {"State": told["AutoTuneOptions"]["State"]}
    shown["ElasticsearchVersion"] = str(told["EngineVersion"]).removeprefix(_ENGINE)
    shown["ElasticsearchClusterConfig"] = cluster
    return shown


def config(self: OpenSearchDomain) -> Shown:
    """Return the configuration of a domain, each part with its state."""
    told = status(self)
    tuning = {
        "DesiredState": told["AutoTuneOptions"]["State"],
        "MaintenanceSchedules": [],
        "RollbackOnDisable": "NO_ROLLBACK",
        "UseOffPeakWindow": told["AutoTuneOptions"]["UseOffPeakWindow"],
    }
    parts = {
        **{name: told[name] for name in _SECTIONS if name in told},
        "AutoTuneOptions": tuning,
        "LogPublishingOptions": told.get("LogPublishingOptions", {}),
        "VPCOptions": told.get("VPCOptions", {}),
    }
    shown: Shown = {
        name: {"Options": options, "Status": _state(self, "Active")}
        for name, options in parts.items()
    }
    shown["AutoTuneOptions"]["Status"]["State"] = tuning["DesiredState"]
    return {
        **shown,
        "ChangeProgressDetails": told["ChangeProgressDetails"],
        "ModifyingProperties": [],
    }


def old_config(domain: OpenSearchDomain) -> Shown:
    """Return the configuration of a domain as Elasticsearch Service shows it."""
    told, shown = config(domain), old_status(domain)
    kept = {name: value for name, value in told.items() if name not in _ONLY_NEW}
    del kept["AutoTuneOptions"]["Options"]["UseOffPeakWindow"]
    for name in ("ElasticsearchVersion", "ElasticsearchClusterConfig"):
        kept[name] = {"Options": shown[name], "Status": _state(domain, "Active")}
    return kept


def _state(domain: Any, state: str) -> Shown:
    return {
        "CreationDate": domain.creation_date,
        "PendingDeletion": False,
        "State": state,
        "UpdateDate": domain.change["StartTime"],
        "UpdateVersion": domain.changes,
    }


def _cluster(domain: OpenSearchDomain) -> Shown:
    shown = {"MultiAZWithStandbyEnabled": False, **_ending(domain.cluster_config, _OLD, _NEW)}
    if shown.get("ZoneAwarenessEnabled"):
        shown.setdefault("ZoneAwarenessConfig", {"AvailabilityZoneCount": 2})
    return shown


def _ending(cluster: Mapping[str, Any], before: str, after: str) -> Shown:
    """Return a cluster with the types of its instances ending as one of the services has them."""
    changed = {
        name: str(cluster[name]).removesuffix(before) + after
        for name in _TYPES
        if str(cluster.get(name, "")).endswith(before)
    }
    return {**cluster, **changed}


def _tuned(domain: OpenSearchDomain, cluster: Shown) -> Shown:
    """Return whether a domain is tuned, which the smallest instances are not."""
    asked = domain.auto_tune_options
    small = str(cluster["InstanceType"]).startswith(("t2.", "t3."))
    off = small or asked.get("DesiredState") == "DISABLED"
    return {
        "State": "DISABLED" if off else "ENABLED",
        "UseOffPeakWindow": bool(asked.get("UseOffPeakWindow", False)),
    }


def _secured(options: Mapping[str, Any] | None) -> Shown:
    """Return how a domain is secured, without its master user's name and password."""
    kept = {name: value for name, value in (options or {}).items() if name != "MasterUserOptions"}
    return {**_SECURITY, **kept}


def _asked_software(domain: OpenSearchDomain) -> Shown:
    name, asked = "AutoSoftwareUpdateEnabled", domain.software_update_options
    return {name: asked[name]} if name in asked else {}


def _software(domain: OpenSearchDomain) -> Shown:
    engine = str(domain.engine_version.options).replace(".", "_")
    return {
        "AutomatedUpdateDate": 0,
        "Cancellable": False,
        "CurrentVersion": f"{engine}_{_RELEASE}",
        "Description": "There is no software update available for this domain.",
        "NewVersion": "",
        "OptionalDeployment": True,
        "UpdateAvailable": False,
        "UpdateStatus": "COMPLETED",
    }


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (OpenSearchDomain, "__init__", begin),
        (OpenSearchDomain, "to_dict", status),
        (OpenSearchDomain, "to_config_dict", config),
        (OpenSearchServiceBackend, "create_domain", create_domain),
        (OpenSearchServiceBackend, "update_domain_config", update_domain_config),
    )
