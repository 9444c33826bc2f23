"""The grammar of policies of IAM identities: what AWS says of a document that breaks it.

The order of the checks is AWS's: a document with several faults gets the first one's text.
"""

from __future__ import annotations

import re
from typing import Any

from dryrun.cloud.iam.policy import arn_grammar, dates, operators
from dryrun.cloud.iam.policy.conditions import name_of
from dryrun.cloud.iam.policy.kinds import NEW_VERSION, OLD_VERSION, MalformedPolicy

SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"

ELEMENTS = frozenset({"Version", "Id", "Statement", "Conditions"})
STATEMENT = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
LISTED = ("Action", "NotAction", "Resource", "NotResource")
PRINCIPALS = ("Principal", "NotPrincipal")
SID = re.compile(r"[0-9A-Za-z]*\Z")
VENDOR = re.compile(r"[A-Za-z0-9.-]+\Z")


def check(
    document: dict[str, Any],
    *,
    with_principals: bool = False,
    any_resource: bool = False,
    any_version: bool = False,
) -> None:
    """Raise MalformedPolicy where a document is no identity-based policy."""
    _check_syntax(document)
    if not any_version and document.get("Version") != NEW_VERSION:
        raise MalformedPolicy(f"Policy document must be version {NEW_VERSION} or greater.")
    listed = statements(document)
    if not with_principals and any(name in one for one in listed for name in PRINCIPALS):
        raise MalformedPolicy("Policy document should not specify a principal.")
    _check_legacy(listed)
    wrong_resource = "" if any_resource else _wrong_resource(listed)
    _check_sids(listed)
    if not all(_present(one, "Action", "NotAction") for one in listed):
        raise MalformedPolicy("Policy statement must contain actions.")
    if wrong_resource:
        raise MalformedPolicy(wrong_resource)
    if not all(_present(one, "Resource", "NotResource") for one in listed):
        raise MalformedPolicy("Policy statement must contain resources.")
    _check_actions(listed)


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of a document, of which one may stand without a list."""
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def _check_syntax(document: dict[str, Any]) -> None:
    listed = document.get("Statement")
    if isinstance(listed, dict):
        listed = [listed]
    sound = (
        document.keys() <= ELEMENTS
        and document.get("Version", NEW_VERSION) in (OLD_VERSION, NEW_VERSION)
        and isinstance(document.get("Id", ""), str)
        and isinstance(listed, list)
        and bool(listed)
        and all(_is_statement(one) for one in listed)
    )
    if not sound:
        raise MalformedPolicy(SYNTAX)


def _is_statement(statement: object) -> bool:
    if not isinstance(statement, dict) or not statement.keys() <= STATEMENT:
        return False
    effect = statement.get("Effect")
    return (
        isinstance(effect, str)
        and effect.lower() in {"allow", "deny"}
        and isinstance(statement.get("Sid", ""), str)
        and not {"Action", "NotAction"} <= statement.keys()
        and not {"Resource", "NotResource"} <= statement.keys()
        and all(_is_texts(statement[name]) for name in LISTED if name in statement)
        and all(_is_principal(statement[name]) for name in PRINCIPALS if name in statement)
        and is_condition(statement.get("Condition", {}))
    )


def _is_texts(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def _is_principal(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_texts(one) for one in value.values())
    return isinstance(value, str)


def is_condition(element: object, *, any_operator: bool = False) -> bool:
    """Tell whether a Condition has the right shape; an operator without keys may be unknown."""
    if not isinstance(element, dict):
        return False
    return all(
        isinstance(keys, dict)
        and (not keys or any_operator or is_operator(operator))
        and all(_is_values(value) for value in keys.values())
        for operator, keys in element.items()
    )


def is_operator(operator: str) -> bool:
    """Tell whether this is an operator of AWS; Null takes no IfExists."""
    name = name_of(operator)
    return name.operator in operators.ALL or (
        name.operator == operators.NULL and not name.if_exists
    )


def _is_values(value: object) -> bool:
    listed = value if isinstance(value, list) else [value]
    return all(isinstance(one, str | bool | int | float) for one in listed)


def _check_legacy(listed: list[dict[str, Any]]) -> None:
    for statement in listed:
        if statement["Effect"] not in {"Allow", "Deny"}:
            raise MalformedPolicy(LEGACY)
        for operator, keys in statement.get("Condition", {}).items():
            if name_of(operator).operator.startswith("Date") and not all(
                dates.is_valid(value) for value in keys.values()
            ):
                raise MalformedPolicy(LEGACY)


def _wrong_resource(listed: list[dict[str, Any]]) -> str:
    """Return what is wrong with the first wrong resource ("" where none is)."""
    wrong = ""
    for name in ("Resource", "NotResource"):
        for statement in listed:
            found = statement.get(name, [])
            for resource in [found] if isinstance(found, str) else found:
                if wrong:
                    return wrong
                if not arn_grammar.is_parsable(resource):
                    raise MalformedPolicy(LEGACY)
                wrong = arn_grammar.fault(resource)
    return wrong


def _check_sids(listed: list[dict[str, Any]]) -> None:
    sids = [statement["Sid"] for statement in listed if statement.get("Sid")]
    if not all(SID.match(sid) for sid in sids):
        raise MalformedPolicy(
            "Statement IDs (SID) must be alpha-numeric. "
            "Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )
    if len(set(sids)) != len(sids):
        raise MalformedPolicy("Statement IDs (SID) in a single policy must be unique.")


def _present(statement: dict[str, Any], *names: str) -> bool:
    """Tell whether one of two elements is there and is no empty list."""
    return any(name in statement and statement[name] != [] for name in names)


def _check_actions(listed: list[dict[str, Any]]) -> None:
    for name in ("Action", "NotAction"):
        for statement in listed:
            found = statement.get(name, [])
            for action in [found] if isinstance(found, str) else found:
                fault = action_fault(action)
                if fault:
                    raise MalformedPolicy(fault)


def action_fault(action: str) -> str:
    """Return what is wrong with an action ("" where nothing is)."""
    vendor, colon, rest = action.partition(":")
    if not colon:
        return (
            ""
            if action == "*"
            else "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        )
    if ":" in rest:
        return "Actions/Condition can contain only one colon."
    if vendor != "*" and not VENDOR.match(vendor):
        return f"Vendor {vendor} is not valid"
    return ""
