"""AWS::CloudFormation: stacks within stacks, and what stacks wait for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from dryrun.cloud import inside
from dryrun.cloud.cloudformation import models, wait_conditions
from dryrun.cloud.cloudformation.models import cloudformation_backends
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    PlainError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_list,
)


class WaitConditionHandle(Provider):
    """An address at which a signal can be left; its physical id is the address."""

    type = "AWS::CloudFormation::WaitConditionHandle"
    seconds = Seconds(create=2, update=1, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Make the address."""
        return wait_conditions.address(at.region, at.stack_id, at.logical_id)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Return the address."""
        return {"Id": physical_id}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Do nothing: there is nothing to it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Forget it."""


class WaitCondition(Provider):
    """What the stack waits for; the engine does the waiting, as for CreationPolicy."""

    type = "AWS::CloudFormation::WaitCondition"
    handled = frozenset({"Count", "Handle", "Timeout"})
    seconds = Seconds(create=1, update=1, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Begin to wait; a condition goes by the name of its handle."""
        named = wait_conditions.named(str(properties.get("Handle", "")))
        return named or f"{at.stack_id}/{at.logical_id}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Return the data that came with the signals, by their ids, as one JSON text."""
        come = wait_conditions.signals(at.known.get("Handle", ""))
        data = {signal["UniqueId"]: signal["Data"] for signal in come}
        return {
            "Id": physical_id,
            "Data": json.dumps(data, separators=(",", ":")),
            **pick(at.known, "Count", "Handle", "Timeout"),
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Forget it."""


class CustomResource(Provider):
    """What a function or whoever listens to a topic makes; Custom::Anything is the same."""

    type = "AWS::CloudFormation::CustomResource"
    handled = frozenset({"ServiceTimeout", "ServiceToken"})
    seconds = Seconds(create=1, update=1, delete=1)
    answers = True

    def create(self, at: Context, properties: Properties) -> str:
        """Refuse: the engine asks whoever makes it."""
        raise NotImplementedError

    def read(self, at: Context, physical_id: str) -> Properties:
        """Return what is known of it; nobody but its maker can look at it."""
        return {"Id": physical_id, **at.known}

    def delete(self, at: Context, physical_id: str) -> None:
        """Refuse: the engine asks whoever made it."""
        raise NotImplementedError

    def unsupported(self, properties: Properties) -> str | None:
        """Take any property: they are for whoever makes it."""
        return None


class Macro(Provider):
    """A name by which templates call a function; the name is its physical id."""

    type = "AWS::CloudFormation::Macro"
    handled = frozenset({"Description", "FunctionName", "Name"})
    harmless = {
        "LogGroupName": "what goes wrong in a macro is told to whoever asked for it",
        "LogRoleARN": "what goes wrong in a macro is told to whoever asked for it",
    }
    name_property = "Name"
    seconds = Seconds(create=2, update=1, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Register the macro."""
        name, macros = str(properties["Name"]), self._macros(at)
        if name in macros:
            # From memory of other types without a handler.
            raise PlainError(f"{name} already exists")
        macros[name] = _macro(properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Return what is registered."""
        found = self._macros(at).get(physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        shown = {"Id": found.name, "Name": found.name, "FunctionName": found.function}
        return shown | ({"Description": found.description} if found.description else {})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Register another function, or describe it otherwise."""
        self._macros(at)[physical_id] = _macro(new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Forget the macro."""
        self._macros(at).pop(physical_id, None)

    def _macros(self, at: Context) -> dict[str, models.Macro]:
        found: dict[str, models.Macro] = cloudformation_backends[at.account][at.region].macros
        return found


def _macro(properties: Properties) -> models.Macro:
    name, function = str(properties["Name"]), str(properties["FunctionName"])
    return models.Macro(name, function, str(properties.get("Description", "")))


class Stack(Provider):
    """A stack within the stack; its physical id is its own id."""

    type = "AWS::CloudFormation::Stack"
    handled = frozenset(
        {"NotificationARNs", "Parameters", "Tags", "TemplateURL", "TimeoutInMinutes"}
    )
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Begin to create it."""
        with inside.nested_in(at.stack_id), plainly():
            made = at.client("cloudformation").create_stack(
                StackName=at.name(128, upper=True),
                **pick(properties, "NotificationARNs", "TimeoutInMinutes"),
                **_asked(properties),
            )
        return str(made["StackId"])

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Tell whether it is complete."""
        found = self._found(at, physical_id)
        status = str(found["StackStatus"])
        if status.endswith("_IN_PROGRESS"):
            return False
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return True
        if status == "CREATE_FAILED":
            why = found.get("StackStatusReason", "")
            raise PlainError(f"Embedded stack {physical_id} was not successfully created: {why}")
        if self._goes_back(at):
            return status == "UPDATE_ROLLBACK_COMPLETE"
        told = at.client("cloudformation").describe_stack_events(StackName=physical_id)
        why = next(
            one.get("ResourceStatusReason", "")
            for one in told["StackEvents"]
            if one["ResourceStatus"] in ("UPDATE_ROLLBACK_IN_PROGRESS", status)
            and "ResourceStatusReason" in one
        )
        raise PlainError(
            f"Embedded stack {physical_id} was not successfully updated. Currently in "
            f"UPDATE_ROLLBACK_IN_PROGRESS with reason: {why}"
        )

    def _goes_back(self, at: Context) -> bool:
        """Tell whether the outer stack is rolling back: then a stack that did so is as wanted."""
        outer = at.client("cloudformation").describe_stacks(StackName=at.stack_id)["Stacks"][0]
        return "ROLLBACK" in str(outer["StackStatus"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read it with its outputs."""
        found = self._found(at, physical_id)
        parameters = found.get("Parameters", [])
        return {
            "StackId": physical_id,
            "Parameters": {one["ParameterKey"]: one["ParameterValue"] for one in parameters},
            "NotificationARNs": found.get("NotificationARNs", []),
            "Tags": tag_list(found.get("Tags")),
            "Outputs": {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])},
            **pick(found, "TimeoutInMinutes"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Begin to update it; where there is nothing to do, be done."""
        try:
            with inside.nested_in(at.stack_id), plainly():
                at.client("cloudformation").update_stack(
                    StackName=physical_id, **pick(new, "NotificationARNs"), **_asked(new)
                )
        except PlainError as error:
            if "No updates are to be performed" not in error.message:
                raise

    def delete(self, at: Context, physical_id: str) -> None:
        """Begin to delete it."""
        at.client("cloudformation").delete_stack(StackName=physical_id)

    def deleted(self, at: Context, physical_id: str) -> bool:
        """Tell whether it is gone."""
        found = self._found(at, physical_id, gone=True)
        status = str(found["StackStatus"])
        if status == "DELETE_FAILED":
            why = found.get("StackStatusReason", "")
            raise PlainError(f"Embedded stack {physical_id} was not successfully deleted: {why}")
        return status == "DELETE_COMPLETE"

    def _found(self, at: Context, physical_id: str, *, gone: bool = False) -> Properties:
        try:
            stacks = at.client("cloudformation").describe_stacks(StackName=physical_id)["Stacks"]
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        if not gone and stacks[0]["StackStatus"] == "DELETE_COMPLETE":
            raise GoneError(self.type, physical_id)
        return dict(stacks[0])


def _asked(properties: Properties) -> Properties:
    parameters = [
        {"ParameterKey": name, "ParameterValue": _text(value)}
        for name, value in (properties.get("Parameters") or {}).items()
    ]
    return {
        "TemplateURL": properties["TemplateURL"],
        "Parameters": parameters,
        "Tags": [tag for tag in properties.get("Tags", []) if not tag["Key"].startswith("aws:")],
    }


@contextmanager
def plainly() -> Iterator[None]:
    """Let what CloudFormation says of a request be the whole reason."""
    try:
        yield
    except ClientError as error:
        raise PlainError(error.response["Error"].get("Message", "")) from error


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
