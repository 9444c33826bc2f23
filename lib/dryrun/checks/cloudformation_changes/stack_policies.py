"""Read a stack policy as CloudFormation does, to say what an update may do to a resource."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from dryrun.checks.account import Account


def of_stack(account: Account, name: str) -> str:
    """Return the policy of a stack as text, "" when it has none."""
    found = account.client("cloudformation").get_stack_policy(StackName=name)
    return str(found.get("StackPolicyBody") or "")


def allows(policy: str, action: str, logical_id: str, kind: str) -> bool:
    """Tell whether an update may do `Update:ACTION` to a resource of a type.

    Without a policy everything is allowed. With one, what it does not allow is denied, and a
    denial is stronger than any permission.
    """
    if not policy:
        return True
    statements = json.loads(policy).get("Statement") or []
    listed = statements if isinstance(statements, list) else [statements]
    effects = {
        str(one.get("Effect"))
        for one in listed
        if _about(one, f"Update:{action}", f"LogicalResourceId/{logical_id}", kind)
    }
    return "Allow" in effects and "Deny" not in effects


def _about(statement: Mapping[str, Any], action: str, resource: str, kind: str) -> bool:
    return (
        _named(statement, "Action", action, fold=True)
        and _named(statement, "Resource", resource)
        and all(
            _any(values, kind, like=operator.endswith("Like")) is not ("Not" in operator)
            for operator, keys in (statement.get("Condition") or {}).items()
            for values in keys.values()
        )
    )


def _named(statement: Mapping[str, Any], element: str, value: str, *, fold: bool = False) -> bool:
    """Tell whether an element, or its negation, fits; a statement with neither fits nothing."""
    for name, negated in ((element, False), (f"Not{element}", True)):
        if name in statement:
            given = json.dumps(statement[name])
            patterns = json.loads(given.lower() if fold else given)
            return _any(patterns, value.lower() if fold else value, like=True) is not negated
    return False


def _any(patterns: Any, value: str, *, like: bool) -> bool:
    listed = patterns if isinstance(patterns, list) else [patterns]
    return any(fnmatchcase(value, str(one)) if like else value == one for one in listed)
