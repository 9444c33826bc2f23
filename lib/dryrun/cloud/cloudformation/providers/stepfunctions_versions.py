"""AWS::StepFunctions: versions of state machines, and aliases that lead to them."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
)
from dryrun.cloud.cloudformation.providers.found import lookup, without

_QUICK = Seconds(create=3, update=3, delete=3)


class StateMachineVersion(Provider):
    """A state machine as it was; its physical id is its ARN."""

    type = "AWS::StepFunctions::StateMachineVersion"
    handled = frozenset({"Description", "StateMachineArn", "StateMachineRevisionId"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Publish a version; the revision must be the machine's present one."""
        asked = {
            "description": properties.get("Description"),
            "revisionId": properties.get("StateMachineRevisionId"),
            "stateMachineArn": properties["StateMachineArn"],
        }
        made = at.client("stepfunctions").publish_state_machine_version(**without(asked))
        return str(made["stateMachineVersionArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the version."""
        machine = physical_id.rpartition(":")[0]
        machines = at.client("stepfunctions")
        with lookup(self.type, physical_id):
            found = machines.describe_state_machine(stateMachineArn=physical_id)
        shown = {
            "Arn": physical_id,
            "Description": found.get("description"),
            "StateMachineArn": machine,
            "StateMachineRevisionId": found.get("revisionId", "INITIAL"),
        }
        return without(shown)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the version, which Step Functions refuses while an alias leads to it."""
        self.read(at, physical_id)
        at.client("stepfunctions").delete_state_machine_version(stateMachineVersionArn=physical_id)


class StateMachineAlias(Provider):
    """A name for one or two versions of a state machine; its physical id is its ARN."""

    type = "AWS::StepFunctions::StateMachineAlias"
    handled = frozenset({"DeploymentPreference", "Description", "Name", "RoutingConfiguration"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the alias; its first version takes all executions at once."""
        arn = f"{_machine(properties)}:{properties['Name']}"
        if self._is_there(at, arn):
            raise ResourceError(f"State Machine Alias Already Exists: '{arn}'", "AlreadyExists")
        made = at.client("stepfunctions").create_state_machine_alias(
            name=properties["Name"],
            description=properties.get("Description", ""),
            routingConfiguration=_routes(properties),
        )
        return str(made["stateMachineAliasArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the alias."""
        with lookup(self.type, physical_id):
            found = at.client("stepfunctions").describe_state_machine_alias(
                stateMachineAliasArn=physical_id
            )
        shown: Properties = {
            "Arn": physical_id,
            "Description": found.get("description") or None,
            "Name": found["name"],
        }
        preference = at.known.get("DeploymentPreference")
        if preference:
            leads_to = found["routingConfiguration"][0]["stateMachineVersionArn"]
            shown["DeploymentPreference"] = {**preference, "StateMachineVersionArn": leads_to}
        else:
            shown["RoutingConfiguration"] = [
                {"StateMachineVersionArn": one["stateMachineVersionArn"], "Weight": one["weight"]}
                for one in found["routingConfiguration"]
            ]
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Lead elsewhere, at once."""
        kind = (new.get("DeploymentPreference") or {}).get("Type", "ALL_AT_ONCE")
        if kind != "ALL_AT_ONCE" and _routes(old) != _routes(new):
            raise NotSimulatedError(
                f"Dry Run does not simulate DeploymentPreference.Type {kind} of {self.type}; "
                "real AWS would carry it out."
            )
        at.client("stepfunctions").update_state_machine_alias(
            stateMachineAliasArn=physical_id,
            description=new.get("Description", ""),
            routingConfiguration=_routes(new),
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the alias."""
        self.read(at, physical_id)
        at.client("stepfunctions").delete_state_machine_alias(stateMachineAliasArn=physical_id)

    def _is_there(self, at: Context, arn: str) -> bool:
        try:
            self.read(at, arn)
        except GoneError:
            return False
        return True


def _routes(properties: Properties) -> list[dict[str, Any]]:
    preference = properties.get("DeploymentPreference")
    given = properties.get("RoutingConfiguration") or ()
    if preference:
        version = preference["StateMachineVersionArn"]
        given = [{"StateMachineVersionArn": version, "Weight": 100}]
    return [
        {"stateMachineVersionArn": one["StateMachineVersionArn"], "weight": one["Weight"]}
        for one in given
    ]


def _machine(properties: Properties) -> str:
    return str(_routes(properties)[0]["stateMachineVersionArn"]).rpartition(":")[0]
