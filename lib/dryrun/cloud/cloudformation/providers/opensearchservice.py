"""AWS::OpenSearchService, and what it has in common with AWS::Elasticsearch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import is_absent

_ENGINE, _OLDEST = "Elasticsearch_", "1.5"
"""How versions of the older engine begin, and the one that domains get which name none."""

SHARED = (
    "AdvancedOptions",
    "AdvancedSecurityOptions",
    "CognitoOptions",
    "DomainEndpointOptions",
    "EBSOptions",
    "EncryptionAtRestOptions",
    "LogPublishingOptions",
    "NodeToNodeEncryptionOptions",
    "SnapshotOptions",
    "VPCOptions",
)


class SearchDomain(Provider):
    """A domain of either name; its physical id is its name."""

    options: ClassVar[tuple[str, ...]]
    """The properties that requests and answers have alike."""
    name_property = "DomainName"
    seconds = Seconds(create=900, update=600, delete=300)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a domain."""
        name = str(properties.get("DomainName") or at.name(28, lower=True))
        asked = self._asked(properties, whole=True)
        if properties.get("Tags"):
            asked["TagList"] = tag_list(properties["Tags"])
        at.client("opensearch").create_domain(DomainName=name, **asked)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a domain."""
        found = self._found(at, physical_id)
        endpoints = found.get("Endpoints") or {}
        read: Properties = {
            "DomainName": physical_id,
            "Id": found["DomainId"],
            "Arn": found["ARN"],
            "DomainArn": found["ARN"],
            "DomainEndpoint": found.get("Endpoint") or endpoints.get("vpc", ""),
            "DomainEndpoints": endpoints,
        }
        for name in self.options:
            value = _as_written(found.get(name), at.known.get(name))
            if value is not None:
                read[name] = value
        if found.get("AccessPolicies"):
            read["AccessPolicies"] = json.loads(found["AccessPolicies"])
        tags = at.client("opensearch").list_tags(ARN=found["ARN"])["TagList"]
        return {**read, "Tags": tags}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; what is no longer named stays, as it does in AWS."""
        differing = [
            name
            for name in (*self.options, "AccessPolicies")
            if name in new and changed(old, new, name)
        ]
        if differing:
            self._change(at, physical_id, pick(new, *differing))
        arn = self._found(at, physical_id)["ARN"]
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            at.client("opensearch").add_tags(ARN=arn, TagList=tag_list(tags))
        if gone:
            at.client("opensearch").remove_tags(ARN=arn, TagKeys=gone)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a domain."""
        self._found(at, physical_id)
        at.client("opensearch").delete_domain(DomainName=physical_id)

    def _change(self, at: Context, name: str, properties: Properties) -> None:
        at.client("opensearch").update_domain_config(DomainName=name, **self._asked(properties))

    def _asked(self, properties: Properties, *, whole: bool = False) -> dict[str, Any]:
        asked = pick(properties, *self.options)
        if "AccessPolicies" in properties:
            asked["AccessPolicies"] = json.dumps(properties["AccessPolicies"])
        return asked

    def _found(self, at: Context, name: str) -> dict[str, Any]:
        try:
            answer = at.client("opensearch").describe_domain(DomainName=name)
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, name) from error
            raise
        found = dict(answer["DomainStatus"])
        if found.get("Deleted"):
            raise GoneError(self.type, name)
        return found


def _as_written(found: Any, written: Any) -> Any:
    """Return a part of the answer as far as the template speaks of it."""
    if isinstance(found, Mapping) and isinstance(written, Mapping):
        shown = {name: _as_written(found.get(name), value) for name, value in written.items()}
        return {name: value for name, value in shown.items() if value is not None}
    return found


class Domain(SearchDomain):
    """A domain of OpenSearch."""

    type = "AWS::OpenSearchService::Domain"
    options = (*SHARED, "ClusterConfig", "EngineVersion", "OffPeakWindowOptions")
    handled = frozenset({"AccessPolicies", "DomainName", "Tags", *options})
    harmless: ClassVar = {
        "IPAddressType": "no domain here has an address",
        "SkipShardMigrationWait": "there are no shards to wait for",
        "SoftwareUpdateOptions": "no software is updated here",
    }


class ElasticsearchDomain(SearchDomain):
    """A domain of Elasticsearch, which is one of OpenSearch with an older engine.

    `AWS::Elasticsearch` finds it in its own module.
    """

    options = (*SHARED, "ElasticsearchClusterConfig", "ElasticsearchVersion")
    handled = frozenset({"AccessPolicies", "DomainName", "Tags", *options})

    def _asked(self, properties: Properties, *, whole: bool = False) -> dict[str, Any]:
        asked = super()._asked(properties, whole=whole)
        version = asked.pop("ElasticsearchVersion", _OLDEST if whole else None)
        if version is not None:
            asked["EngineVersion"] = f"{_ENGINE}{version}"
        if "ElasticsearchClusterConfig" in asked:
            asked["ClusterConfig"] = asked.pop("ElasticsearchClusterConfig")
        return asked

    def _found(self, at: Context, name: str) -> dict[str, Any]:
        found = super()._found(at, name)
        found["ElasticsearchVersion"] = found["EngineVersion"].removeprefix(_ENGINE)
        found["ElasticsearchClusterConfig"] = {
            # The types of its instances end otherwise by this name.
            key: value.replace(".search", ".elasticsearch") if key.endswith("Type") else value
            for key, value in found["ClusterConfig"].items()
        }
        return found
