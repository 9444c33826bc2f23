"""`lab.diff`: a change set as people read it, resource by resource and property by property."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dryrun.notebook import messages
from dryrun.notebook.display import Card
from dryrun.notebook.messages import times

_MISSING = object()
_PENDING = ("CREATE_PENDING", "CREATE_IN_PROGRESS", "DELETE_PENDING", "DELETE_IN_PROGRESS")
# CloudFormation's texts for a change set that would change nothing.
_EMPTY = ("didn't contain changes", "No updates are to be performed")
_EXECUTIONS = {
    "EXECUTE_COMPLETE": ("✓", "good"),
    "EXECUTE_FAILED": ("✗", "bad"),
    "OBSOLETE": ("Δ", "warn"),
}
# Sign, tone and word of an action; a replacement is told apart from a change in place.
_ACTIONS = {
    "Add": ("+", "good", "add"),
    "Modify": ("~", "calm", "modify"),
    "Replace": ("±", "warn", "replace"),
    "Maybe": ("±", "warn", "perhaps replace"),
    "Remove": ("-", "bad", "remove"),
    "Import": ("↓", "good", "import"),
    "Dynamic": ("?", "calm", "to be seen"),
    "SyncWithActual": ("=", "calm", "take over as it is"),
}
_COUNTED = {
    "Add": ("added", "added"),
    "Modify": ("modified in place", "modified in place"),
    "Replace": ("replaced", "replaced"),
    "Maybe": ("perhaps replaced", "perhaps replaced"),
    "Remove": ("removed", "removed"),
    "Import": ("imported", "imported"),
}


def diff_card(change_set: Mapping[str, Any]) -> tuple[Card, bool]:
    """Return the card of a change set as AWS describes it, and whether it still moves."""
    name = f"Change set {change_set['ChangeSetName']} · stack {change_set['StackName']}"
    rows = [_row(change["ResourceChange"]) for change in change_set.get("Changes", [])]
    mark, tone, status, note, notices = _standing(change_set)
    return Card(
        "diff",
        {
            "mark": mark,
            "tone": tone,
            "title": name,
            "status": status,
            "lead": _count(rows) if rows else "" if note or notices else messages.DIFF_NOTHING,
            "note": note,
            "rows": rows,
            "notices": notices,
        },
    ), change_set.get("Status") in _PENDING


def _standing(change_set: Mapping[str, Any]) -> tuple[str, str, str, str, list[str]]:
    """Return mark, tone, status, what there is to say about it, and what is wrong with it."""
    status = str(change_set.get("Status", ""))
    execution = str(change_set.get("ExecutionStatus", ""))
    reason = str(change_set.get("StatusReason") or "").strip()
    if status == "FAILED":
        told = messages.DIFF_FAILED.format(reason=reason.rstrip(".") or "AWS gives no reason")
        empty = any(text in reason for text in _EMPTY)
        return "✗", "bad", "failed", messages.DIFF_EMPTY if empty else "", [told]
    if status in _PENDING:
        return "◷", "calm", _words(status), messages.DIFF_PENDING, []
    mark, tone = _EXECUTIONS.get(execution, ("Δ", "calm"))
    told = messages.DIFF_EXECUTION.get(execution, "")
    word = "ready to execute" if execution == "AVAILABLE" else _words(execution or status)
    return mark, tone, word, told, []


def _count(rows: list[dict[str, Any]]) -> str:
    parts = []
    for action, (one, many) in _COUNTED.items():
        count = sum(row["action"] == action for row in rows)
        if count:
            parts.append(times(count, one, many))
    others = sum(row["action"] not in _COUNTED for row in rows)
    if others:
        parts.append(f"{others} to be seen")
    return f"{times(len(rows), 'resource changes', 'resources change')}: {', '.join(parts)}."


def _row(change: Mapping[str, Any]) -> dict[str, Any]:
    action = str(change.get("Action", "Dynamic"))
    replacement = str(change.get("Replacement", ""))
    kind = action
    if action == "Modify" and replacement in ("True", "Conditional"):
        kind = "Replace" if replacement == "True" else "Maybe"
    sign, tone, word = _ACTIONS.get(kind, _ACTIONS["Dynamic"])
    physical = str(change.get("PhysicalResourceId") or "")
    consequences = [
        messages.DIFF_CONSEQUENCE.get(kind, "").format(
            physical=f"`{physical}`" if physical else "it"
        ),
        messages.DIFF_POLICY.get(str(change.get("PolicyAction", "")), ""),
        messages.DIFF_NESTED.format(id=change["ChangeSetId"]) if change.get("ChangeSetId") else "",
    ]
    return {
        "action": kind,
        "sign": sign,
        "tone": tone,
        "word": word,
        "name": str(change.get("LogicalResourceId", "")),
        "type": str(change.get("ResourceType", "")),
        "physical": physical,
        "consequence": " ".join(filter(None, consequences)),
        "properties": list(_properties(action, change)),
    }


def _properties(action: str, change: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give what changes of a resource, each with its value before and after, and why."""
    before, after = _context(change, "BeforeContext"), _context(change, "AfterContext")
    if action in ("Add", "Import"):
        yield from (_property(path, _MISSING, new) for path, new in _leaves(after))
        return
    if action == "Remove":
        yield from (_property(path, old, _MISSING) for path, old in _leaves(before))
        return
    merged: dict[str, dict[str, Any]] = {}
    for detail in change.get("Details", []):
        target = detail.get("Target", {})
        path = _path(target)
        row = merged.setdefault(path, _property(path, *_values(target, before, after)))
        if row["before"] == "" and row["after"] == "":
            row |= _property(path, *_values(target, before, after))
        for text, key in ((_cause(detail), "causes"), (_recreation(target), "recreation")):
            if text and text not in row[key]:
                row[key].append(text)
    yield from merged.values()


def _property(path: str, before: object, after: object) -> dict[str, Any]:
    return {
        "path": path,
        "before": _shown(before),
        "after": _shown(after),
        "added": before is _MISSING and after is not _MISSING,
        "removed": after is _MISSING and before is not _MISSING,
        "causes": [],
        "recreation": [],
    }


def _path(target: Mapping[str, Any]) -> str:
    """Return a property as a person names it: "Properties.Tags.0.Value" is "Tags.0.Value"."""
    if target.get("Path"):
        parts = str(target["Path"]).strip("/").split("/")
        return ".".join(parts[1:] if parts[0] == "Properties" and len(parts) > 1 else parts)
    attribute, name = str(target.get("Attribute", "")), str(target.get("Name") or "")
    if attribute == "Properties" and name:
        return name
    return f"{attribute}.{name}" if name else attribute


def _values(
    target: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[object, object]:
    """Return what a target was and will be; the contexts know where the target does not say."""
    if "BeforeValue" in target or "AfterValue" in target:
        return target.get("BeforeValue", _MISSING), target.get("AfterValue", _MISSING)
    attribute, name = str(target.get("Attribute", "")), target.get("Name")
    return _inside(before, attribute, name), _inside(after, attribute, name)


def _inside(context: Mapping[str, Any], attribute: str, name: str | None) -> object:
    if attribute == "Tags":
        return context.get("Properties", {}).get("Tags", _MISSING)
    part = context.get(attribute, _MISSING)
    if name is None or not isinstance(part, Mapping):
        return part
    return part.get(name, _MISSING)


def _context(change: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the JSON of BeforeContext or AfterContext; without it nothing is known."""
    try:
        found = json.loads(change.get(key) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _leaves(context: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Give the properties of a whole resource, and what else it says beside them."""
    for name, part in context.items():
        if name == "Properties" and isinstance(part, Mapping):
            yield from part.items()
        else:
            yield name, part


def _shown(found: object) -> str:
    if found is _MISSING:
        return ""
    return found if isinstance(found, str) and found else json.dumps(found, ensure_ascii=False)


def _cause(detail: Mapping[str, Any]) -> str:
    told = messages.DIFF_CAUSE.get(str(detail.get("ChangeSource", "")), "")
    text = told.format(cause=detail.get("CausingEntity") or "")
    if text and detail.get("Evaluation") == "Dynamic":
        text += messages.DIFF_DYNAMIC
    return text.strip()


def _recreation(target: Mapping[str, Any]) -> str:
    return messages.DIFF_RECREATION.get(str(target.get("RequiresRecreation", "")), "")


def _words(status: str) -> str:
    return status.lower().replace("_", " ")
