"""AWS::StepFunctions."""

from __future__ import annotations

import json
from typing import Any

import yaml
from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import (
    ignoring_absence,
    lookup,
    without,
)

_CONFIGURATIONS = (
    "EncryptionConfiguration",
    "LoggingConfiguration",
    "TracingConfiguration",
)
_DEFINITIONS = (
    "Definition",
    "DefinitionS3Location",
    "DefinitionString",
    "DefinitionSubstitutions",
)
_CLEARED: dict[str, Any] = {
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
    "tracingConfiguration": {"enabled": False},
}


class StateMachine(Provider):
    """A state machine; its physical id is its ARN."""

    type = "AWS::StepFunctions::StateMachine"
    handled = frozenset(
        {
            *_CONFIGURATIONS,
            *_DEFINITIONS,
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags",
        }
    )
    name_property = "StateMachineName"
    seconds = Seconds(create=3, update=3, delete=15)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the state machine."""
        machines = at.client("stepfunctions")
        name = str(properties.get("StateMachineName") or at.name(80))
        arn = at.arn("states", f"stateMachine:{name}")
        with ignoring_absence():
            machines.describe_state_machine(stateMachineArn=arn)
            raise ResourceError(f"State Machine Already Exists: '{arn}'", "AlreadyExists")
        made = machines.create_state_machine(
            name=name,
            definition=_definition(at, properties),
            roleArn=properties["RoleArn"],
            type=properties.get("StateMachineType", "STANDARD"),
            tags=_lower(properties.get("Tags")),
            **_configurations(at, properties),
        )
        return str(made["stateMachineArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the state machine."""
        machines = at.client("stepfunctions")
        with lookup(self.type, physical_id):
            found = machines.describe_state_machine(stateMachineArn=physical_id)
        shape = machines.meta.service_model.operation_model("DescribeStateMachine").output_shape
        tags = machines.list_tags_for_resource(resourceArn=physical_id)["tags"]
        shown = from_api(self.type, shape, found)
        return {
            **pick(shown, *_CONFIGURATIONS, "Name", "RoleArn"),
            "Arn": physical_id,
            "DefinitionString": _shown(at, found["definition"]),
            "StateMachineName": found["name"],
            "StateMachineRevisionId": found.get("revisionId", "INITIAL"),
            "StateMachineType": found["type"],
            "Tags": _upper(tags),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the state machine; executions that run keep their definition."""
        machines = at.client("stepfunctions")
        if changed(old, new, *_CONFIGURATIONS, *_DEFINITIONS, "RoleArn"):
            machines.update_state_machine(
                stateMachineArn=physical_id,
                definition=_definition(at, new),
                roleArn=new["RoleArn"],
                **{**_CLEARED, **_configurations(at, new)},
            )
        _retag(machines, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the state machine."""
        machines = at.client("stepfunctions")
        with lookup(self.type, physical_id):
            machines.describe_state_machine(stateMachineArn=physical_id)
        machines.delete_state_machine(stateMachineArn=physical_id)

    def physical_id(self, identifiers: Any) -> str:
        """Return the ARN."""
        return str(identifiers["Arn"])


class Activity(Provider):
    """An activity; its physical id is its ARN."""

    type = "AWS::StepFunctions::Activity"
    handled = frozenset({"EncryptionConfiguration", "Name", "Tags"})
    name_property = "Name"
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the activity."""
        machines = at.client("stepfunctions")
        model = machines.meta.service_model.operation_model("CreateActivity")
        given = pick(properties, "EncryptionConfiguration", "Name")
        made = machines.create_activity(
            **to_api(model.input_shape, given), tags=_lower(properties.get("Tags"))
        )
        return str(made["activityArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the activity."""
        machines = at.client("stepfunctions")
        with lookup(self.type, physical_id):
            found = machines.describe_activity(activityArn=physical_id)
        shape = machines.meta.service_model.operation_model("DescribeActivity").output_shape
        shown = from_api(self.type, shape, found)
        tags = machines.list_tags_for_resource(resourceArn=physical_id)["tags"]
        return without(
            {
                **pick(shown, "EncryptionConfiguration", "Name"),
                "Arn": physical_id,
                "Tags": _upper(tags),
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        _retag(at.client("stepfunctions"), physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the activity."""
        at.client("stepfunctions").delete_activity(activityArn=physical_id)


def _definition(at: Context, properties: Properties) -> str:
    """Return the definition as text, with its substitutions made."""
    if "DefinitionString" in properties:
        text = str(properties["DefinitionString"])
    elif "Definition" in properties:
        text = json.dumps(properties["Definition"])
    elif "DefinitionS3Location" in properties:
        text = _fetched(at, properties["DefinitionS3Location"])
    else:
        # From memory; "AWS::StepFunctions::StateMachine", CloudFormation Template Reference,
        # says that one of the three is needed.
        raise ResourceError("Property validation failure: [A definition must be specified.]")
    for name, value in (properties.get("DefinitionSubstitutions") or {}).items():
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        text = text.replace(f"${{{name}}}", shown)
    try:
        json.loads(text)
    except ValueError as error:
        written = _from_yaml(text) if "DefinitionS3Location" in properties else None
        if written is not None:
            return written
        raise ResourceError(
            f"Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: {error}'"
        ) from None
    return text


def _from_yaml(text: str) -> str | None:
    """Return a definition in YAML as JSON, which only an object in S3 may be; None where none is.

    Follows DefinitionS3Location, "AWS::StepFunctions::StateMachine", CloudFormation Template
    Reference.
    """
    try:
        found = yaml.load(text, _Plain)  # noqa: S506 - a SafeLoader
        return json.dumps(found) if isinstance(found, dict) else None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return None


class _Plain(yaml.SafeLoader):
    """YAML whose dates stay text, as in a template, and without aliases, which multiply."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases")
        return super().compose_node(parent, index)

    yaml_implicit_resolvers = {
        first: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:timestamp"]
        for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _fetched(at: Context, location: Properties) -> str:
    version = {"VersionId": location["Version"]} if "Version" in location else {}
    try:
        answer = at.client("s3").get_object(
            Bucket=location["Bucket"], Key=location["Key"], **version
        )
    except ClientError as error:
        raise ResourceError(error.response["Error"]["Message"], "InvalidRequest") from error
    return str(answer["Body"].read().decode("utf-8", "replace"))


def _shown(at: Context, definition: str) -> str:
    """Return the definition as the template has it where that means the same."""
    known = at.known.get("DefinitionString")
    if known is None or "DefinitionSubstitutions" not in at.known:
        return definition
    return str(known) if _definition(at, at.known) == definition else definition


def _configurations(at: Context, properties: Properties) -> dict[str, Any]:
    machines = at.client("stepfunctions")
    model = machines.meta.service_model.operation_model("CreateStateMachine")
    given = pick(properties, *_CONFIGURATIONS)
    request: dict[str, Any] = to_api(model.input_shape, given)
    return request


def _retag(machines: Any, arn: str, old: Properties, new: Properties) -> None:
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    if tags:
        machines.tag_resource(resourceArn=arn, tags=_lower(tags))
    if untagged:
        machines.untag_resource(resourceArn=arn, tagKeys=untagged)


def _lower(tags: Any) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tag_map(tags).items()]


def _upper(tags: Any) -> list[dict[str, str]]:
    return tag_list({tag["key"]: tag["value"] for tag in tags})
