"""The grammar of trust policies and of policies of resources: AWS's words for what breaks it."""

from __future__ import annotations

import re
from typing import Any

from dryrun.cloud.iam.policy import identity_grammar, values
from dryrun.cloud.iam.policy.conditions import name_of, texts
from dryrun.cloud.iam.policy.kinds import NEW_VERSION, OLD_VERSION, MalformedPolicy

KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
TRUST_KINDS = ("AWS", "Service", "Federated")
AWS_PRINCIPAL = re.compile(
    r"(\*|\d{12}"
    r"|arn:[\w-]+:iam::(\d{12}|cloudfront):(root|(user|role)/[^*?]+)"
    r"|arn:[\w-]+:sts::\d{12}:(assumed-role/[^*?]+/[^*?]+|federated-user/[^*?]+|self)"
    r"|A[A-Z]{3}[A-Z0-9]{12,}(:[\w+=,.@-]+)?)\Z"
)
ASSUME = "AssumeRole policy may only specify STS AssumeRole actions."


def check(document: dict[str, Any], *, is_trust: bool) -> None:
    """Raise MalformedPolicy where a document is no policy of a resource (or of a role's trust)."""
    _check_fields(document, identity_grammar.ELEMENTS)
    if document.get("Version", OLD_VERSION) not in (OLD_VERSION, NEW_VERSION):
        raise MalformedPolicy("The policy must contain a valid version string")
    if "Statement" not in document:
        raise MalformedPolicy("Missing required field Statement")
    listed = identity_grammar.statements(document)
    if not listed:
        raise MalformedPolicy("Could not parse the policy: Statement is empty!")
    for statement in listed:
        _check_statement(statement, is_trust)
    sids = [statement["Sid"] for statement in listed if statement.get("Sid")]
    if len(set(sids)) != len(sids):
        raise MalformedPolicy("The Statement Ids in the policy are not unique")


def _check_fields(element: object, known: frozenset[str]) -> None:
    if not isinstance(element, dict):
        raise MalformedPolicy(identity_grammar.SYNTAX)
    for name in element:
        if name not in known:
            raise MalformedPolicy(f"Unknown field {name}")


def _check_statement(statement: dict[str, Any], is_trust: bool) -> None:
    _check_fields(statement, identity_grammar.STATEMENT)
    _check_effect(statement)
    if not isinstance(statement.get("Sid", ""), str):
        raise MalformedPolicy(identity_grammar.SYNTAX)
    _check_principal(statement, is_trust)
    _check_condition(statement.get("Condition", {}), is_trust)
    _check_actions(statement, is_trust)
    _check_resources(statement, is_trust)


def _check_effect(statement: dict[str, Any]) -> None:
    if "Effect" not in statement:
        raise MalformedPolicy("Missing required field Effect")
    if statement["Effect"] not in ("Allow", "Deny"):
        raise MalformedPolicy(f"Invalid effect: {statement['Effect']}")


def _check_principal(statement: dict[str, Any], is_trust: bool) -> None:
    if "NotPrincipal" in statement:
        if statement["Effect"] == "Allow":
            raise MalformedPolicy("Allow with NotPrincipal is not allowed.")
        if is_trust:
            raise MalformedPolicy("AssumeRole policy must not contain NotPrincipal field.")
        if "Principal" in statement:
            raise MalformedPolicy(identity_grammar.SYNTAX)
    found = statement.get("Principal", statement.get("NotPrincipal"))
    if found is None:
        raise MalformedPolicy("Missing required field Principal")
    if found == {}:
        raise MalformedPolicy("Missing required field Principal cannot be empty!")
    if found == "*" and not is_trust:
        return
    if isinstance(found, str):
        name = "STAR" if found == "*" else "AWS"
        raise MalformedPolicy(
            f'AssumeRolepolicy contained an invalid principal: "{name}":"{found}".'
            if is_trust
            else f'Invalid principal in policy: "{name}":"{found}"'
        )
    if not isinstance(found, dict):
        raise MalformedPolicy(identity_grammar.SYNTAX)
    _check_principals(found, TRUST_KINDS if is_trust else KINDS)


def _check_principals(found: dict[str, Any], known: tuple[str, ...]) -> None:
    for kind, value in found.items():
        listed = value if isinstance(value, list) else [value]
        if not listed or not all(isinstance(one, str) for one in listed):
            raise MalformedPolicy(identity_grammar.SYNTAX)
        for one in listed:
            wrong = kind == "AWS" and not AWS_PRINCIPAL.match(one)
            if kind not in known or wrong or not one:
                raise MalformedPolicy(f'Invalid principal in policy: "{kind.upper()}":"{one}"')


def _check_condition(element: object, is_trust: bool) -> None:
    if not identity_grammar.is_condition(element, any_operator=True):
        raise MalformedPolicy(identity_grammar.SYNTAX)
    assert isinstance(element, dict)
    for operator, keys in element.items():
        if keys and not identity_grammar.is_operator(operator):
            raise MalformedPolicy(f"Invalid Condition type : {operator}")
        if is_trust:
            continue
        for value in keys.values():
            _check_values(name_of(operator).operator, texts(value))


def _check_values(operator: str, given: list[str]) -> None:
    if operator in {"IpAddress", "NotIpAddress"} and not all(map(values.network, given)):
        raise MalformedPolicy("Invalid IP address in Conditions")
    if operator.startswith("Date") and not all(values.date(one) is not None for one in given):
        raise MalformedPolicy("Invalid date in Conditions")


def _check_actions(statement: dict[str, Any], is_trust: bool) -> None:
    name = "NotAction" if "NotAction" in statement else "Action"
    listed = _texts(statement, name)
    if not listed:
        raise MalformedPolicy("Missing required field Action")
    if {"Action", "NotAction"} <= statement.keys():
        raise MalformedPolicy(identity_grammar.SYNTAX)
    for action in listed:
        lower = action.lower()
        if is_trust and (not lower.startswith("sts:") or lower == "sts:*"):
            raise MalformedPolicy(ASSUME)
        fault = identity_grammar.action_fault(action)
        if fault:
            raise MalformedPolicy(fault)


def _check_resources(statement: dict[str, Any], is_trust: bool) -> None:
    if is_trust and "Resource" in statement:
        raise MalformedPolicy("Has prohibited field Resource")
    if is_trust and "NotResource" in statement:
        raise MalformedPolicy("AssumeRole policy must not contain resources.")
    if {"Resource", "NotResource"} <= statement.keys():
        raise MalformedPolicy(identity_grammar.SYNTAX)
    # Services that know the resource anyway (queues, images) take a statement without one.
    for name in ("Resource", "NotResource"):
        if name in statement and not _texts(statement, name):
            raise MalformedPolicy("Missing required field Resource")


def _texts(statement: dict[str, Any], name: str) -> list[str]:
    found = statement.get(name, [])
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(one, str) for one in listed):
        raise MalformedPolicy(identity_grammar.SYNTAX)
    return listed
