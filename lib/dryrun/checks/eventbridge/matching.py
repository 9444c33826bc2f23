"""What checks ask about rules: whether they are there, what they match, where they send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.model import Evidence
from dryrun.cloud.events.explaining import explain

Event = dict[str, Any]
ACCOUNT = "123456789012"
REGION = "us-east-1"


def event(source: str, kind: str, detail: Mapping[str, Any], **more: Any) -> Event:
    """Return an event as it arrives, for a pattern to be held against."""
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-07-04T08:15:00Z",
        "region": REGION,
        "resources": [],
        "detail": dict(detail),
        **more,
    }


def rule(account: Account, name: str) -> dict[str, Any] | None:
    """Return a rule of the default bus, or None."""
    try:
        found: dict[str, Any] = account.client("events").describe_rule(Name=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return found


def tried(account: Account, name: str) -> bool:
    """Tell whether the learner has put a rule of that name, or it is there by another way."""
    calls = account.calls("events", "PutRule")
    return any(call.parameters.get("Name") == name for call in calls) or bool(rule(account, name))


def refuse_missed(account: Account, name: str, samples: Mapping[str, Event]) -> Evidence | None:
    """Refuse a rule that misses one of these events; `samples` names them in words."""
    found = rule(account, name)
    if found is None or not found.get("EventPattern"):
        return Evidence("a rule with an event pattern", _what(found), f"rule {name}")
    for words, sample in samples.items():
        explanation = explain(found["EventPattern"], sample)
        if not explanation.matched:
            return Evidence(
                f"it matches {words}", f"it does not: {_reason(explanation)}", f"rule {name}"
            )
    return None


def refuse_caught(account: Account, name: str, samples: Mapping[str, Event]) -> Evidence | None:
    """Refuse a rule that matches one of these events."""
    found = rule(account, name)
    if found is None or not found.get("EventPattern"):
        return Evidence("a rule with an event pattern", _what(found), f"rule {name}")
    for words, sample in samples.items():
        if explain(found["EventPattern"], sample).matched:
            return Evidence(f"it leaves out {words}", "it matches", f"rule {name}")
    return None


def refuse_aim(account: Account, name: str, target: str) -> Evidence | None:
    """Refuse a rule that is off, or does not send to a target."""
    found = rule(account, name)
    if found is None:
        return Evidence(f"a rule that sends to {target}", "no rule", f"rule {name}")
    if found["State"] == "DISABLED":
        return Evidence("the rule is enabled", "it is disabled", f"rule {name}")
    aims = targets(account, name)
    if target in aims:
        return None
    return Evidence(target, ", ".join(aims) or "no target", f"targets of the rule {name}")


def targets(account: Account, name: str) -> list[str]:
    """Return the ARNs a rule sends to."""
    found = account.client("events").list_targets_by_rule(Rule=name)["Targets"]
    return [target["Arn"] for target in found]


def put(account: Account, name: str, pattern: dict[str, Any], target: str) -> None:
    """Make a rule with one target, for solvers."""
    events = account.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "desk", "Arn": target}])


def remove(account: Account, name: str) -> None:
    """Delete a rule with its targets, for solvers and clean-ups of labs."""
    events = account.client("events")
    ids = [target["Id"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]
    if ids:
        events.remove_targets(Rule=name, Ids=ids)
    events.delete_rule(Name=name)


def _what(found: dict[str, Any] | None) -> str:
    return "no rule" if found is None else "a rule without one"


def _reason(explanation: Any) -> str:
    for way in explanation.ways:
        for finding in way.findings:
            if not finding.matched:
                return f"{finding.path}, {finding.why}"
        if way.note:
            return str(way.note)
    return "nothing fits"
