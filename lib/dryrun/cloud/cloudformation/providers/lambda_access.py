"""AWS::Lambda: what calls functions, layers, and who may use either."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.found import lookup, without

_QUICK = Seconds(create=3, update=3, delete=2)


class Permission(Provider):
    """A statement in a function's policy; its physical id is the statement's."""

    type = "AWS::Lambda::Permission"
    handled = frozenset(
        {
            "Action",
            "FunctionName",
            "FunctionUrlAuthType",
            "InvokedViaFunctionUrl",
            "Principal",
            "PrincipalOrgID",
            "SourceAccount",
            "SourceArn",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "EventSourceToken": "only Alexa skills, which are not here, send a token"
    }
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Add the statement."""
        sid = at.name(100)
        at.client("lambda").add_permission(
            StatementId=sid, **pick(properties, *sorted(self.handled))
        )
        return sid

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the statement."""
        statement = self._statement(at, physical_id)
        conditions = statement.get("Condition", {})
        equals = {key.lower(): value for key, value in conditions.get("StringEquals", {}).items()}
        like = {key.lower(): value for key, value in conditions.get("ArnLike", {}).items()}
        shown = {
            "Action": statement["Action"],
            "FunctionName": at.known["FunctionName"],
            "FunctionUrlAuthType": equals.get("lambda:functionurlauthtype"),
            "Id": physical_id,
            "Principal": _principal(statement["Principal"], at.known.get("Principal")),
            "PrincipalOrgID": equals.get("aws:principalorgid"),
            "SourceAccount": equals.get("aws:sourceaccount"),
            "SourceArn": like.get("aws:sourcearn"),
        }
        if "Bool" in conditions:
            shown["InvokedViaFunctionUrl"] = (
                conditions["Bool"].get("lambda:InvokedViaFunctionUrl") == "true"
            )
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever a permission has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the statement away."""
        name, _, qualifier = _parts(at.known["FunctionName"])
        at.client("lambda").remove_permission(
            FunctionName=name,
            StatementId=physical_id,
            **({"Qualifier": qualifier} if qualifier else {}),
        )

    def _statement(self, at: Context, sid: str) -> Any:
        name = at.known.get("FunctionName")
        if not name:
            raise GoneError(self.type, sid)
        with lookup(self.type, sid):
            policy = json.loads(at.client("lambda").get_policy(FunctionName=name)["Policy"])
        for statement in policy["Statement"]:
            if statement["Sid"] == sid:
                return statement
        raise GoneError(self.type, sid)


class EventSourceMapping(Provider):
    """What lets Lambda read a queue or a stream; its physical id is its UUID."""

    type = "AWS::Lambda::EventSourceMapping"
    handled = frozenset(
        {
            "BatchSize",
            "BisectBatchOnFunctionError",
            "DestinationConfig",
            "Enabled",
            "EventSourceArn",
            "FilterCriteria",
            "FunctionName",
            "FunctionResponseTypes",
            "KmsKeyArn",
            "MaximumBatchingWindowInSeconds",
            "MaximumRecordAgeInSeconds",
            "MaximumRetryAttempts",
            "MetricsConfig",
            "ParallelizationFactor",
            "ProvisionedPollerConfig",
            "ScalingConfig",
            "SourceAccessConfigurations",
            "StartingPosition",
            "StartingPositionTimestamp",
            "Tags",
            "TumblingWindowInSeconds",
        }
    )
    seconds = Seconds(create=25, update=25, delete=30)

    _CLEARED: ClassVar[Mapping[str, Any]] = {
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "Enabled": True,
        "FilterCriteria": {},
        "FunctionResponseTypes": [],
        "KMSKeyArn": "",
        "MaximumBatchingWindowInSeconds": 0,
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "MetricsConfig": {"Metrics": []},
        "ParallelizationFactor": 1,
        "ProvisionedPollerConfig": {},
        "ScalingConfig": {},
        "SourceAccessConfigurations": [],
        "TumblingWindowInSeconds": 0,
    }
    """What a property goes back to; "UpdateEventSourceMapping", AWS Lambda API Reference."""

    def create(self, at: Context, properties: Properties) -> str:
        """Create the mapping."""
        made = at.client("lambda").create_event_source_mapping(
            **_mapping(properties),
            **pick(properties, "EventSourceArn", "StartingPosition", "StartingPositionTimestamp"),
            Tags=tag_map(properties.get("Tags")),
        )
        return str(made["UUID"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the mapping."""
        with lookup(self.type, physical_id, "404"):
            found = at.client("lambda").get_event_source_mapping(UUID=physical_id)
        if found["State"] == "Deleting":
            raise GoneError(self.type, physical_id)
        same = sorted(self.handled - {"Enabled", "FunctionName", "StartingPosition", "Tags"})
        shown = {
            **pick(found, *same, "EventSourceMappingArn", KmsKeyArn="KMSKeyArn"),
            "Enabled": found["State"] in ("Creating", "Enabled", "Enabling", "Updating"),
            "FunctionName": at.known.get("FunctionName", found["FunctionArn"]),
            "Id": physical_id,
            "Tags": tag_list(self._tags(at, found["EventSourceMappingArn"])),
        }
        if at.known.get("StartingPosition") or ":sqs:" not in found["EventSourceArn"]:
            shown.update(pick(found, "StartingPosition"))
        return without(shown, "", {})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        functions = at.client("lambda")
        before, after = _mapping(old), _mapping(new)
        wanted = {name: value for name, value in after.items() if before.get(name) != value}
        for name in before:
            if name not in after:
                wanted[name] = self._cleared(name, new)
        if wanted:
            functions.update_event_source_mapping(UUID=physical_id, **wanted)
        arn = at.arn("lambda", f"event-source-mapping:{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            functions.tag_resource(Resource=arn, Tags=tags)
        if untagged:
            functions.untag_resource(Resource=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the mapping."""
        at.client("lambda").delete_event_source_mapping(UUID=physical_id)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse sources other than queues and streams."""
        source = properties.get("EventSourceArn")
        arn = source if isinstance(source, str) and source.startswith("arn:") else "::"
        service = arn.split(":")[2]
        if service not in ("", "sqs", "kinesis", "dynamodb"):
            return f"event sources of the service {service}"
        return None

    def _cleared(self, name: str, new: Properties) -> Any:
        if name == "BatchSize":
            return 10 if ":sqs:" in str(new.get("EventSourceArn")) else 100
        return self._CLEARED[name]

    def _tags(self, at: Context, arn: str) -> Any:
        return at.client("lambda").list_tags(Resource=arn).get("Tags")


class LayerVersion(Provider):
    """A version of a layer; its physical id is its ARN."""

    type = "AWS::Lambda::LayerVersion"
    handled = frozenset(
        {
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "Content",
            "Description",
            "LayerName",
            "LicenseInfo",
        }
    )
    seconds = Seconds(create=8, update=3, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Publish the version."""
        content = pick(properties["Content"], "S3Bucket", "S3Key", "S3ObjectVersion")
        made = at.client("lambda").publish_layer_version(
            LayerName=properties.get("LayerName") or at.name(140),
            Content=content,
            **pick(properties, "CompatibleArchitectures", "CompatibleRuntimes"),
            **pick(properties, "Description", "LicenseInfo"),
        )
        return str(made["LayerVersionArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the version; nobody can read where its content came from."""
        name, _, number = physical_id.partition(":layer:")[2].partition(":")
        with lookup(self.type, physical_id):
            found = at.client("lambda").get_layer_version(LayerName=name, VersionNumber=int(number))
        shown = pick(found, "CompatibleArchitectures", "CompatibleRuntimes", "Description")
        shown.update(pick(found, "LayerVersionArn", "LicenseInfo"))
        return without({**shown, "LayerName": name}, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever a version has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the version."""
        name, _, number = physical_id.partition(":layer:")[2].partition(":")
        at.client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(number))


class LayerVersionPermission(Provider):
    """A statement in the policy of a layer's version; its physical id is ARN#STATEMENT."""

    type = "AWS::Lambda::LayerVersionPermission"
    handled = frozenset({"Action", "LayerVersionArn", "OrganizationId", "Principal"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Add the statement."""
        arn, sid = properties["LayerVersionArn"], str(mock_random.uuid4())
        at.client("lambda").add_layer_version_permission(
            **_version(arn),
            StatementId=sid,
            **pick(properties, "Action", "OrganizationId", "Principal"),
        )
        return f"{arn}#{sid}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the statement."""
        arn, _, sid = physical_id.partition("#")
        with lookup(self.type, physical_id):
            answer = at.client("lambda").get_layer_version_policy(**_version(arn))
        for statement in json.loads(answer["Policy"])["Statement"]:
            if statement["Sid"] == sid:
                break
        else:
            raise GoneError(self.type, physical_id)
        equals = statement.get("Condition", {}).get("StringEquals", {})
        shown = {
            "Action": statement["Action"],
            "Id": physical_id,
            "LayerVersionArn": arn,
            "OrganizationId": equals.get("aws:PrincipalOrgID"),
            "Principal": _principal(statement["Principal"], at.known.get("Principal")),
        }
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever a permission has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the statement away."""
        arn, _, sid = physical_id.partition("#")
        at.client("lambda").remove_layer_version_permission(**_version(arn), StatementId=sid)


class Url(Provider):
    """A URL of a function or an alias; its physical id is the ARN of what it calls."""

    type = "AWS::Lambda::Url"
    handled = frozenset({"AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Give the function a URL."""
        made = at.client("lambda").create_function_url_config(
            FunctionName=properties["TargetFunctionArn"],
            **pick(properties, "AuthType", "Cors", "InvokeMode", "Qualifier"),
        )
        return str(made["FunctionArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the URL."""
        with lookup(self.type, physical_id):
            found = at.client("lambda").get_function_url_config(FunctionName=physical_id)
        cors, known = found.get("Cors") or {}, (at.known.get("Cors") or {}).get("AllowHeaders")
        if cors.get("AllowHeaders") == [str(name).lower() for name in known or ()]:
            cors["AllowHeaders"] = known
        return {
            **without(pick(found, "AuthType", "Cors", "FunctionArn", "FunctionUrl", "InvokeMode")),
            **pick(at.known, "Qualifier"),
            "TargetFunctionArn": at.known.get("TargetFunctionArn", physical_id),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change who may call it, and how."""
        at.client("lambda").update_function_url_config(
            FunctionName=physical_id,
            AuthType=new["AuthType"],
            Cors=new.get("Cors", {}),
            InvokeMode=new.get("InvokeMode", "BUFFERED"),
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the URL away."""
        at.client("lambda").delete_function_url_config(FunctionName=physical_id)


class EventInvokeConfig(Provider):
    """How a function is called asynchronously; its physical id is FUNCTION|QUALIFIER."""

    type = "AWS::Lambda::EventInvokeConfig"
    handled = frozenset(
        {
            "DestinationConfig",
            "FunctionName",
            "MaximumEventAgeInSeconds",
            "MaximumRetryAttempts",
            "Qualifier",
        }
    )
    seconds = _QUICK
    _SET = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")

    def create(self, at: Context, properties: Properties) -> str:
        """Set it."""
        self._put(at, properties)
        return f"{properties['FunctionName']}|{properties['Qualifier']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read it."""
        name, _, qualifier = physical_id.partition("|")
        with lookup(self.type, physical_id):
            found = at.client("lambda").get_function_event_invoke_config(
                FunctionName=name, Qualifier=qualifier
            )
        shown = pick(found, *self._SET)
        told = shown.pop("DestinationConfig", {})
        destinations = {kind: target for kind, target in told.items() if target}
        if destinations or "DestinationConfig" in at.known:
            shown["DestinationConfig"] = destinations
        return {**shown, "FunctionName": name, "Qualifier": qualifier}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set it anew."""
        self._put(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take it away."""
        name, _, qualifier = physical_id.partition("|")
        try:
            at.client("lambda").delete_function_event_invoke_config(
                FunctionName=name, Qualifier=qualifier
            )
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error

    def _put(self, at: Context, properties: Properties) -> None:
        at.client("lambda").put_function_event_invoke_config(
            **pick(properties, "FunctionName", "Qualifier", *self._SET)
        )


def _mapping(properties: Properties) -> dict[str, Any]:
    """Return what both creating and updating a mapping take."""
    fixed = ("EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "Tags")
    names = sorted(EventSourceMapping.handled - {*fixed, "KmsKeyArn"})
    return pick(properties, *names, KMSKeyArn="KmsKeyArn")


def _principal(found: Any, known: Any) -> Any:
    """Return a statement's principal as the template names it."""
    principal = next(iter(found.values())) if isinstance(found, dict) else found
    root = f"arn:aws:iam::{known}:root"
    return known if principal == root else principal


def _parts(function: str) -> tuple[str, str, str]:
    """Return the function's name or ARN without the qualifier, and the qualifier."""
    head, marker, rest = function.rpartition(":function:")
    name, colon, qualifier = rest.partition(":")
    return f"{head}{marker}{name}", colon, qualifier


def _version(arn: str) -> dict[str, Any]:
    name, _, number = arn.partition(":layer:")[2].partition(":")
    return {"LayerName": name, "VersionNumber": int(number)}
