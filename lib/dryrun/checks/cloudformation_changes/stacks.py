"""What the labs of track 03 read of stacks and change sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.calls import Call
from dryrun.checks.model import Evidence

TRACK = "03-cloudformation-changes"
_MISSING = ("ValidationError", "ChangeSetNotFound", "ChangeSetNotFoundException")


def lay_out(account: Account, *names: str) -> None:
    """Copy files of the track beside the notebook."""
    templates.lay_out(account, TRACK, *names)


def template(account: Account, name: str) -> str:
    """Return a template of the track as it is given out."""
    folder = account.workspace.root / templates.FOLDER / TRACK
    return (folder / name).read_text(encoding="utf-8")


def stack(account: Account, name: str) -> dict[str, Any] | None:
    """Return a stack, or None when there is none of that name."""
    try:
        return dict(account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise


def status(account: Account, name: str) -> str:
    """Return the status of a stack, "" when there is none."""
    found = stack(account, name)
    return str(found["StackStatus"]) if found else ""


def parameter(account: Account, name: str, key: str) -> str:
    """Return what a parameter of a stack is, "" when there is none."""
    found = stack(account, name) or {}
    given = {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])}
    return str(given.get(key, ""))


def resources(account: Account, name: str) -> dict[str, dict[str, Any]]:
    """Return the resources a stack has, by logical id."""
    try:
        answer = account.client("cloudformation").describe_stack_resources(StackName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return {}
        raise
    found = {one["LogicalResourceId"]: dict(one) for one in answer["StackResources"]}
    return {key: one for key, one in found.items() if one["ResourceStatus"] != "DELETE_COMPLETE"}


def physical(account: Account, name: str, logical_id: str) -> str:
    """Return the physical id of a resource, "" when it is not there."""
    return str(resources(account, name).get(logical_id, {}).get("PhysicalResourceId") or "")


def change_set(account: Account, name: str, set_name: str) -> dict[str, Any] | None:
    """Return a change set, or None when there is none of that name."""
    try:
        found = account.client("cloudformation").describe_change_set(
            StackName=name, ChangeSetName=set_name
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return None
        raise
    return dict(found)


def changes(found: dict[str, Any]) -> dict[str, str]:
    """Return what a change set would do, by logical id; a replacement is a "Replace"."""
    each = (one["ResourceChange"] for one in found.get("Changes", []))
    return {one["LogicalResourceId"]: _action(one) for one in each}


def _action(change: dict[str, Any]) -> str:
    replaced = change["Action"] == "Modify" and change.get("Replacement") == "True"
    return "Replace" if replaced else str(change["Action"])


def in_words(actions: dict[str, str]) -> str:
    """Say what a change set would do: "modify Receipts, remove FaxOrders"."""
    told = (f"{action.lower()} {name}" for name, action in sorted(actions.items()))
    return ", ".join(told) or "nothing"


def executed(account: Account, name: str) -> str:
    """Return the name of the change set by which a stack was last changed, "" for none."""
    found = stack(account, name) or {}
    return str(found.get("ChangeSetId") or "//").split("/")[1]


def made_sets(account: Account, name: str) -> Iterator[Call]:
    """Give the calls that made a change set of a stack, oldest first."""
    for call in account.calls("cloudformation", "CreateChangeSet"):
        if call.status == 200 and _names(call, name):
            yield call


def tried(account: Account, name: str, *operations: str) -> bool:
    """Tell whether the learner called one of these operations for a stack."""
    return any(
        call.operation in operations and _names(call, name)
        for call in account.calls("cloudformation")
    )


def _names(call: Call, name: str) -> bool:
    given = str(call.parameters.get("StackName") or "")
    return given == name or f":stack/{name}/" in given or f":changeSet/{name}/" in given


def refuse_set(
    account: Account, name: str, set_name: str, wanted: dict[str, str]
) -> Evidence | None:
    """Find that a change set is ready to be executed and would do just what is wanted."""
    where = f"change set {set_name} of stack {name}"
    expected = f"a set that would {in_words(wanted)}"
    found = change_set(account, name, set_name)
    if found is None:
        return Evidence(expected, other_set(account, name), where)
    if found["ExecutionStatus"] != "AVAILABLE":
        told = found.get("StatusReason") or found["ExecutionStatus"]
        return Evidence("a set ready to be executed", f"{found['Status']}: {told}", where)
    actions = changes(found)
    if actions == wanted:
        return None
    return Evidence(expected, _difference(actions, wanted), where)


def _difference(found: dict[str, str], wanted: dict[str, str]) -> str:
    """Say what a change set does that it should not, and the other way round."""
    more = {name: action for name, action in found.items() if wanted.get(name) != action}
    less = {name: action for name, action in wanted.items() if found.get(name) != action}
    told = [f"it would also {in_words(more)}"] if more else []
    return "; ".join(told + ([f"it would not {in_words(less)}"] if less else []))


def other_set(account: Account, name: str) -> str:
    """Say which change sets a stack has in place of the one looked for."""
    if stack(account, name) is None:
        return "no such stack"
    answer = account.client("cloudformation").list_change_sets(StackName=name)
    names = [one["ChangeSetName"] for one in answer["Summaries"]]
    return f"no set of that name, only {', '.join(sorted(names))}" if names else "no change set"


def refuse_status(account: Account, name: str, *right: str) -> Evidence | None:
    """Find that a stack is in one of the right states."""
    now = status(account, name)
    if now in right:
        return None
    return Evidence(" or ".join(right), now or "no such stack", f"stack {name}")


def refuse_by_set(account: Account, name: str, set_name: str = "") -> Evidence | None:
    """Find that a stack was last changed by a change set, of that name if one is given."""
    last = executed(account, name)
    if last and set_name in ("", last):
        return None
    wanted = f"the change set {set_name}" if set_name else "a change set"
    found = f"the change set {last}" if last else "no change set: it was changed directly"
    if not last and status(account, name) in ("", "REVIEW_IN_PROGRESS"):
        found = "nothing was executed"
    return Evidence(f"last changed by {wanted}", found, f"stack {name}, ChangeSetId")


def refuse_parameter(account: Account, name: str, key: str, right: str) -> Evidence | None:
    """Find that a parameter of a stack has the right value."""
    now = parameter(account, name, key)
    if now == right:
        return None
    return Evidence(f"{key} = {right}", f"{key} = {now}" if now else "none", f"stack {name}")


def refuse_left(account: Account, name: str) -> Evidence | None:
    """Find that a stack is gone."""
    now = status(account, name)
    return Evidence("no such stack", now, f"stack {name}") if now else None
