"""Ask the account about stacks; what is not there is told in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from dryrun.exceptions import LabError
from dryrun.notebook import messages

_MOST_NAMES = 10


class Stacks:
    """Read stacks through a boto3 client of CloudFormation."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def describe(self, name: str) -> dict[str, Any]:
        """Return a stack, by name or id; raise LabError when there is none."""
        try:
            found = self._client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            raise self._sentence(error, name) from error
        return dict(found[0])

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the events of a stack, newest first."""
        try:
            pages = self._client.get_paginator("describe_stack_events").paginate(StackName=name)
            return [event for page in pages for event in page["StackEvents"]]
        except ClientError as error:
            raise self._sentence(error, name) from error

    def resources(self, name: str) -> list[dict[str, Any]]:
        """Return the resources of a stack; DescribeStackResources gives 100 at most."""
        try:
            pages = self._client.get_paginator("list_stack_resources").paginate(StackName=name)
            return [item for page in pages for item in page["StackResourceSummaries"]]
        except ClientError as error:
            raise self._sentence(error, name) from error

    def template(self, name: str) -> Any:
        """Return the template of a stack as it was carried out, or None while it has none."""
        try:
            return self._client.get_template(StackName=name, TemplateStage="Processed")[
                "TemplateBody"
            ]
        except ClientError as error:
            if _code(error) == "ValidationError":
                return None
            raise self._sentence(error, name) from error

    def change_set(self, stack: str, name: str) -> dict[str, Any]:
        """Return a change set with all its changes and the values of properties."""
        asked = {"ChangeSetName": name, "IncludePropertyValues": True}
        if not name.startswith("arn:"):
            asked["StackName"] = stack
        try:
            pages = self._client.get_paginator("describe_change_set").paginate(**asked)
            found: dict[str, Any] = {}
            for page in pages:
                changes = [*found.get("Changes", []), *page.get("Changes", [])]
                found = {**page, "Changes": changes}
        except ClientError as error:
            if "ChangeSetNotFound" in _code(error) or "ChangeSet [" in _text(error):
                raise self._no_change_set(stack, name) from error
            raise self._sentence(error, stack) from error
        return found

    def _no_change_set(self, stack: str, name: str) -> LabError:
        self.describe(stack)
        pages = self._client.get_paginator("list_change_sets").paginate(StackName=stack)
        names = [item["ChangeSetName"] for page in pages for item in page["Summaries"]]
        told = messages.NO_CHANGE_SET if names else messages.NO_CHANGE_SETS
        return LabError(told.format(stack=stack, name=name, names=_listed(names)))

    def _sentence(self, error: ClientError, name: str) -> LabError:
        if _code(error) != "ValidationError" or "does not exist" not in _text(error):
            return LabError(messages.STACKS_REFUSED.format(reason=_text(error).rstrip(".")))
        if deleted := self._deleted(name):
            return LabError(messages.STACK_DELETED.format(name=name, id=deleted))
        pages = self._client.get_paginator("describe_stacks").paginate()
        names = sorted(stack["StackName"] for page in pages for stack in page["Stacks"])
        told = messages.NO_STACK if names else messages.NO_STACKS
        return LabError(told.format(name=name, names=_listed(names)))

    def _deleted(self, name: str) -> str | None:
        """Return the id of the stack of that name that was deleted last, if one was."""
        asked = {"StackStatusFilter": ["DELETE_COMPLETE"]}
        pages = self._client.get_paginator("list_stacks").paginate(**asked)
        found = [
            stack
            for page in pages
            for stack in page["StackSummaries"]
            if stack["StackName"] == name
        ]
        last = max(found, key=lambda stack: stack["DeletionTime"], default=None)
        return None if last is None else str(last["StackId"])


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _text(error: ClientError) -> str:
    return str(error.response["Error"].get("Message") or _code(error))


def _listed(names: Iterable[str]) -> str:
    """Return names as people list them, cut where there are many."""
    every = list(names)
    rest = len(every) - _MOST_NAMES
    return ", ".join(every[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")
