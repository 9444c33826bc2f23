"""Functions that keep what they are configured with; moto drops a third of it."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
import uuid
from typing import Any

from moto.awslambda import models as moto_models
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import EventSourceMapping as MotoEventSourceMapping
from moto.awslambda.models import ImageConfig, lambda_backends
from moto.awslambda.models import LambdaAlias as MotoLambdaAlias
from moto.awslambda.models import LambdaFunction as MotoLambdaFunction
from moto.awslambda.models import LambdaStorage as MotoLambdaStorage
from moto.awslambda.models import LayerVersion as MotoLayerVersion
from moto.awslambda.policy import Policy as MotoPolicy
from moto.core.exceptions import JsonRESTError
from moto.core.utils import iso_8601_datetime_with_nanoseconds
from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from dryrun.cloud.awslambda import event_sources, journaling, naming, validation
from dryrun.cloud.awslambda.settings import KEPT, kept_after, without_nothing
from dryrun.cloud.awslambda.url_configs import FunctionUrlConfig, UrlConfigs

_LOG_LEVELS = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
"""What is logged by a function that logs in JSON and says nothing of levels."""

_UNDER_WAY = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}

_NEW = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
"""What a function's first answer says; it is active before anybody can ask again."""


class LambdaFunction(MotoLambdaFunction):
    """A function; "FunctionConfiguration", AWS Lambda API Reference."""

    def __init__(self, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        self.kept = kept_after({}, spec)
        self.has_environment = "Environment" in spec
        self.next_version = 1
        self.changes = 0
        super().__init__(account_id, spec, *args, **kwargs)

    @property
    def vpc_config(self) -> dict[str, Any] | None:
        """The subnets and groups, and the network they are in."""
        if not self._vpc_config:
            return None
        subnets = self._vpc_config.get("SubnetIds") or []
        return {
            "Ipv6AllowedForDualStack": False,
            "SecurityGroupIds": [],
            **self._vpc_config,
            "SubnetIds": subnets,
            "VpcId": self._vpc_id(subnets[0]) if subnets else "",
        }

    @property
    def logging_config(self) -> dict[str, Any]:
        """Where and how the function's log is kept."""
        given = self.kept.get("LoggingConfig", {})
        usual = {"LogFormat": "Text", "LogGroup": self.logs_group_name}
        levels = _LOG_LEVELS if given.get("LogFormat") == "JSON" else {}
        return {**usual, **levels, **given}

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        """Return the configuration with what moto drops."""
        config: dict[str, Any] = super().get_configuration(on_create)
        config.update({name: self.kept[name] for name in KEPT if name in self.kept})
        config["LoggingConfig"] = self.logging_config
        apply_on = self.kept.get("SnapStart", {}).get("ApplyOn", "None")
        published = apply_on == "PublishedVersions" and str(self.version) != "$LATEST"
        config["SnapStart"] = {
            "ApplyOn": apply_on,
            "OptimizationStatus": "On" if published else "Off",
        }
        config["RevisionId"] = self._revision(config)
        if self.has_environment:
            config.setdefault("Environment", {"Variables": {}})
        if not config["Layers"]:
            del config["Layers"]
        image = without_nothing(config.pop("ImageConfigResponse", {}).get("ImageConfig", {}))
        if image:
            config["ImageConfigResponse"] = {"ImageConfig": image}
        config["LastModified"] = f"{self.last_modified[:23]}+0000"
        if self.run_time:
            config["RuntimeVersionConfig"] = {
                "RuntimeVersionArn": journaling.runtime_version_arn(self.region, self.run_time)
            }
        return config | _NEW if on_create else config

    def _revision(self, config: dict[str, Any]) -> str:
        """Return an id that is another one after every change, of the policy as well."""
        policy = [one for one in self.policy.statements if one["Resource"] == self.function_arn]
        # A list names the function with its version, and means the same revision.
        rest = {name: value for name, value in config.items() if name != "FunctionArn"}
        told = json.dumps([rest, policy, self.changes], sort_keys=True, default=str)
        return str(uuid.uuid5(uuid.NAMESPACE_OID, told))

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        """Change everything that is named, as UpdateFunctionConfiguration does."""
        self.last_modified = iso_8601_datetime_with_nanoseconds()
        self.has_environment = self.has_environment or "Environment" in config_updates
        self.kept = kept_after(self.kept, config_updates)
        if "TracingConfig" in config_updates:
            self.tracing_config = config_updates["TracingConfig"]
        if "EphemeralStorage" in config_updates:
            self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
        if "KMSKeyArn" in config_updates:
            self.kms_key_arn = config_updates["KMSKeyArn"] or None
        if "ImageConfig" in config_updates:
            self.image_config = ImageConfig(config_updates["ImageConfig"])
        changed: dict[str, Any] = super().update_configuration(config_updates)
        return changed

    def _vpc_id(self, subnet_id: str) -> str:
        subnet = ec2_backends[self.account_id][self.region].get_subnet(subnet_id)
        return str(subnet.vpc_id)

    def _set_function_code(self, updated_spec: dict[str, Any]) -> None:
        if updated_spec.get("Architectures"):
            self.architectures = updated_spec["Architectures"]
        key = None
        if "S3Bucket" in updated_spec and not updated_spec.get("DryRun"):
            key = _stored(self.account_id, self.partition, updated_spec)
        super()._set_function_code(updated_spec)
        if key is not None:
            self.code_bytes, self.code_size = key.value, key.size
            digest = hashlib.sha256(key.value)
            self.code_sha_256 = base64.b64encode(digest.digest()).decode()
            self.code_digest = digest.hexdigest()


class LambdaAlias(MotoLambdaAlias):
    """An alias, which has another revision after every change."""

    url_config: Any = None

    def update(self, *changes: Any) -> None:
        """Change what is named."""
        super().update(*changes)
        self.revision_id = str(mock_random.uuid4())

    def to_json(self) -> dict[str, Any]:
        """Return what AWS tells of an alias; one version alone needs no routing."""
        told: dict[str, Any] = super().to_json()
        if not (told["RoutingConfig"] or {}).get("AdditionalVersionWeights"):
            del told["RoutingConfig"]
        return told


class LayerVersion(MotoLayerVersion):
    """A version of a layer."""

    def __init__(self, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        names = ("CompatibleArchitectures", "CompatibleRuntimes")
        self.compatible = {name: spec[name] for name in names if name in spec}
        super().__init__(spec, *args, **kwargs)

    def get_layer_version(self) -> dict[str, Any]:
        """Return the version as AWS tells of it."""
        told: dict[str, Any] = super().get_layer_version()
        if not told["LicenseInfo"]:
            del told["LicenseInfo"]
        told.setdefault("Description", "")
        told.update(self.compatible)
        told["Content"]["Location"] = (
            f"https://awslambda-{self.region}-layers.s3.{self.region}.amazonaws.com/snapshots/"
            f"{self.account_id}/{self.name}-{self.code_digest}"
        )
        return told


class LambdaStorage(MotoLambdaStorage):
    """Functions and their versions, whose numbers are never given twice."""

    def publish_version(self, name_or_arn: str, description: str = "") -> Any:
        """Publish a version, or return the last where nothing has changed since."""
        function = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
        versions = self._functions[function.function_name]["versions"]
        if versions and not function.code_or_config_updated:
            return versions[-1]
        function.code_or_config_updated = False
        made = copy.copy(function)
        made.set_version(function.next_version)
        function.next_version += 1
        if description:
            made.description = description
        versions.append(made)
        self._arns[made.function_arn] = made
        function.changes += 1
        return made


class LambdaBackend(UrlConfigs):
    """The functions of one region."""

    def create_function(self, spec: dict[str, Any]) -> Any:
        """Create a function, if AWS would."""
        validation.check_new(spec)
        return super().create_function(spec)

    def update_function_configuration(
        self, function_name: str, qualifier: str, body: dict[str, Any]
    ) -> Any:
        """Change a function's configuration; the answer says that it is under way."""
        self.get_function(function_name, qualifier)
        validation.check_configuration(body)
        told = super().update_function_configuration(function_name, qualifier, body)
        return told and _under_way(told)

    def update_function_code(self, function_name: str, qualifier: str, body: dict[str, Any]) -> Any:
        """Change a function's code; the answer says that it is under way."""
        validation.check_package(self.get_function(function_name, qualifier).package_type, body)
        validation.check_code(body)
        if not body.get("DryRun"):
            function = self.get_function(function_name, qualifier)
            function.last_modified = iso_8601_datetime_with_nanoseconds()
        told = super().update_function_code(function_name, qualifier, body)
        if told and body.get("Publish"):
            # What is published is a version, and a new one is created.
            return {name: told[name] for name in told if name != "LastUpdateStatus"} | _NEW
        return told and _under_way(told)

    def total_code_size(self) -> int:
        """Return the bytes of all code: of functions, of their versions and of layers."""
        groups = self._lambdas._functions.values()
        functions = [one for group in groups for one in (group["latest"], *group["versions"])]
        layers = self._layers._layers.values()
        versions = [one for layer in layers for one in layer.layer_versions.values()]
        return sum(int(one.code_size or 0) for one in (*functions, *versions))

    def create_event_source_mapping(self, spec: dict[str, Any]) -> Any:
        """Let a function have an event source, once."""
        name = naming.short(str(spec.get("FunctionName", "")))
        source = str(spec.get("EventSourceArn", ""))
        for other in self._event_source_mappings.values():
            if (other.event_source_arn, naming.short(other.function_name)) == (source, name):
                raise _already_mapped(source, name, other.uuid)
        stream = self._stream_of_consumer(source)
        made = super().create_event_source_mapping({**spec, "EventSourceArn": stream or source})
        self._leave_the_source_alone(made)
        if stream:
            made.event_source_arn = source
        if made.enabled:
            event_sources.settle(made, "Creating")
        return made

    def update_event_source_mapping(self, uuid: str, spec: dict[str, Any]) -> Any:
        """Change a mapping, which reads on in its new way."""
        mapping = self.get_event_source_mapping(uuid)
        was_enabled = mapping is not None and mapping.enabled
        changed = super().update_event_source_mapping(uuid, spec)
        if changed is not None:
            if changed.enabled == was_enabled:
                passage = "Updating"
            else:
                passage = "Enabling" if changed.enabled else "Disabling"
            event_sources.settle(changed, passage)
        return changed

    def delete_event_source_mapping(self, uuid: str) -> Any:
        """Let a mapping go, in a moment."""
        mapping = self.get_event_source_mapping(uuid)
        if mapping is not None:
            event_sources.settle(
                mapping, "Deleting", gone=lambda: self._event_source_mappings.pop(uuid, None)
            )
        return mapping

    def _stream_of_consumer(self, arn: str) -> str:
        """Return the stream of a consumer that is registered, or nothing."""
        stream = arn.partition("/consumer/")[0]
        for one in moto_models.kinesis_backends[self.account_id][self.region_name].streams.values():
            if one.arn == stream and one.get_consumer_by_arn(arn) is not None:
                return stream
        return ""

    def _leave_the_source_alone(self, mapping: Any) -> None:
        # Moto's queues, tables and streams would call the function at once, in Docker.
        models = ("sqs", "dynamodb", "kinesis")
        for backends in (getattr(moto_models, f"{name}_backends") for name in models):
            backend = backends[self.account_id][self.region_name]
            for name in ("queues", "tables", "streams"):
                for source in getattr(backend, name, {}).values():
                    _forget(source.lambda_event_source_mappings, mapping)


class EventSourceMapping(MotoEventSourceMapping):
    """A mapping; "EventSourceMappingConfiguration", AWS Lambda API Reference."""

    def __init__(self, spec: dict[str, Any]) -> None:
        super().__init__(spec)
        self.passage = ""
        self.source = event_sources.Source(self)

    def get_configuration(self) -> dict[str, Any]:
        """Return all that AWS tells of a mapping; streams have more to tell than queues."""
        told: dict[str, Any] = super().get_configuration()
        told["State"] = self.passage or told["State"]
        told.setdefault("FunctionResponseTypes", [])
        told.setdefault("MaximumBatchingWindowInSeconds", 0)
        if self.event_source_arn.split(":")[2] == "sqs":
            told["StateTransitionReason"] = "USER_INITIATED"
            told.pop("StartingPosition", None)
            return told
        told["StateTransitionReason"] = "User action"
        told["LastProcessingResult"] = self.source.last_result
        told.setdefault("BisectBatchOnFunctionError", False)
        told.setdefault("DestinationConfig", {"OnFailure": {}})
        told.setdefault("MaximumRecordAgeInSeconds", -1)
        told.setdefault("MaximumRetryAttempts", -1)
        told.setdefault("ParallelizationFactor", 1)
        told.setdefault("TumblingWindowInSeconds", 0)
        return told


class Policy(MotoPolicy):
    """The policy of a function or of a layer's version."""

    @property
    def revision(self) -> str:
        """What changes with the policy: a function's own revision, or that of a layer's policy."""
        if isinstance(self.parent, LambdaFunction):
            return str(self.parent.get_configuration()["RevisionId"])
        return self.own_revision

    @revision.setter
    def revision(self, revision: str) -> None:
        self.own_revision = revision

    def principal_formatter(self, obj: Any) -> Any:
        """Return the principal of a statement, as AddPermission makes it of the name given."""
        if isinstance(obj, str) and re.fullmatch(r"\d{12}", obj):
            return {"AWS": f"arn:aws:iam::{obj}:root"}
        if isinstance(obj, str) and obj.startswith("arn:"):
            return {"AWS": obj}
        return super().principal_formatter(obj)

    def remove_if_set(self, obj: dict[str, Any], keys: list[str]) -> None:
        """Take away what is no part of a statement; a token is the condition of one."""
        super().remove_if_set(obj, [key for key in keys if key != "EventSourceToken"])

    def condition_merge(self, obj: dict[str, Any]) -> None:
        """Put every condition under its operator; "AddPermission", AWS Lambda API Reference."""
        found: dict[str, dict[str, Any]] = {}
        parts = []
        if "FunctionUrlAuthType" in obj:
            auth = obj.pop("FunctionUrlAuthType")
            parts.append({"StringEquals": {"lambda:FunctionUrlAuthType": auth}})
        parts.append(obj.pop("Condition", {}))
        if "EventSourceToken" in obj:
            token = obj.pop("EventSourceToken")
            parts.append({"StringEquals": {"lambda:EventSourceToken": token}})
        parts += [obj.pop(name, {}) for name in ("SourceAccount", "SourceArn")]
        if "InvokedViaFunctionUrl" in obj:
            via = str(obj.pop("InvokedViaFunctionUrl")).lower()
            parts.append({"Bool": {"lambda:InvokedViaFunctionUrl": via}})
        if "OrganizationId" in obj:
            organization = obj.pop("OrganizationId")
            parts.append({"StringEquals": {"aws:PrincipalOrgID": organization}})
        for part in parts:
            for operator, keys in part.items():
                found.setdefault(operator, {}).update(keys)
        if found:
            obj["Condition"] = found


def install() -> None:
    """Let moto's Lambda be made of these."""
    for ours in (
        EventSourceMapping,
        FunctionUrlConfig,
        LambdaAlias,
        LayerVersion,
        LambdaFunction,
        LambdaStorage,
        Policy,
    ):
        setattr(moto_models, ours.__name__, ours)
    lambda_backends.backend = LambdaBackend
    moto_models._validate_s3_bucket_and_key = _of_layer


def _under_way(told: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration as the answer to a change has it: a revision before the last."""
    passing = uuid.uuid5(uuid.NAMESPACE_OID, f"{told['RevisionId']} under way")
    return told | _UNDER_WAY | {"RevisionId": str(passing)}


def _forget(mappings: dict[str, Any], mapping: Any) -> None:
    for key in [key for key, value in mappings.items() if value is mapping]:
        del mappings[key]


def _already_mapped(source: str, name: str, uuid: str) -> JsonRESTError:
    known = f'An event source mapping with SQS arn (" {source} ") and function (" {name} ")'
    if source.split(":")[2] != "sqs":
        known = f'The event source arn (" {source} ") and function (" {name} ") provided mapping'
    error = JsonRESTError(
        "ResourceConflictException",
        f"{known} already exists. Please update or delete the existing mapping with UUID {uuid}",
    )
    error.code = 409
    return error


def _of_layer(account_id: str, partition: str, data: dict[str, Any]) -> Any:
    return _stored(account_id, partition, data)


def _stored(account_id: str, partition: str, code: dict[str, Any]) -> Any:
    """Return the object that holds the code; refuse as Lambda does where there is none."""
    try:
        key = s3_backends[account_id][partition].get_object(
            code["S3Bucket"], code["S3Key"], code.get("S3ObjectVersion")
        )
    except MissingBucket:
        raise _unreadable("NoSuchBucket", "The specified bucket does not exist") from None
    if key is None:
        raise _unreadable("NoSuchKey", "The specified key does not exist.")
    validation.check_archive(key.value)
    return key


def _unreadable(code: str, message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(
        f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
    )
