"""Which roles a request hands to a service, and whether the caller may hand them on.

Follows "Grant a user permissions to pass a role to an AWS service", IAM User Guide.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.utils import get_service_model

from dryrun.cloud.authorization import reference, state
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.authorization.principals import Standing
from dryrun.cloud.iam.policy import Decision
from dryrun.cloud.identity import Caller
from dryrun.cloud.routing import ApiCall
from dryrun.cloud.services import heads

ACTION = "iam:PassRole"

_ROLE_ARN = re.compile(r"arn:[^:]+:iam::(\d{12}):role/.+")
_NO_ROLE = frozenset(
    {
        "assumerolepolicydocument", "domainiamrolename", "executionrolename",
        "executionrolesessionpolicy", "rolename", "rolesessionname", "servicelinkedrolearn",
        "snowflakerole", "targetrole",
    }
)  # fmt: skip
"""Members that speak of a role and hand none on."""
_MORE = {"apigateway": frozenset({"credentials", "authorizercredentials"})}
_GIVES_NONE = re.compile(
    r"(Get|List|Describe|Delete|Remove|Detach|Disassociate|Search|BatchGet|BatchDelete)"
)
_NEVER = frozenset({"sts", "iam", "organizations"})

_PASSED_TO = {
    "ecs": "ecs-tasks.amazonaws.com",
    "autoscaling": "ec2.amazonaws.com",
}
_PASSED_BY_MEMBER = {
    ("ecs", "role"): "ecs.amazonaws.com",
    ("ecs", "rolearn"): "ecs.amazonaws.com",
    ("ecs", "infrastructurerolearn"): "ecs.amazonaws.com",
    ("autoscaling", "rolearn"): "autoscaling.amazonaws.com",
    ("rds", "monitoringrolearn"): "monitoring.rds.amazonaws.com",
    ("ec2", "delivercrossaccountrole"): "vpc-flow-logs.amazonaws.com",
    ("ec2", "deliverlogspermissionarn"): "vpc-flow-logs.amazonaws.com",
}
_DEEPEST = 8


@dataclass(frozen=True)
class Passed:
    """A role handed to a service: its ARN and the service's principal."""

    role: str
    service: str


Path = tuple[str, ...]


def passed(call: ApiCall, account: str) -> Iterator[Passed]:
    """Yield the roles that a call hands to a service."""
    if call.service == "iam" and call.name == "AddRoleToInstanceProfile":
        role = _by_name(account, str(call.parameters.get("RoleName", "")))
        if role:
            yield Passed(role, "ec2.amazonaws.com")
        return
    for path in _paths(call.service, call.name):
        for value in _at(call.parameters, path):
            yield from _roles(call.service, path[-1], value, account)
    if call.service == "elasticbeanstalk":
        yield from _of_beanstalk(call.parameters, account)
    if call.name == "StartAutomationExecution":
        for role in (call.parameters.get("Parameters") or {}).get("AutomationAssumeRole", ()):
            yield from _roles("ssm", "AssumeRole", role, account)


def refused(call: ApiCall, caller: Caller, who: Standing, associated: str) -> Decision | None:
    """Return the first refusal to hand on a role of a call; None when all may be."""
    for one in passed(call, caller.account):
        decision = require_pass_role(
            caller, one.role, one.service, associated=associated, call=call, who=who
        )
        if decision is not None:
            return decision
    return None


def require_pass_role(
    caller: Caller,
    role: str,
    service: str,
    *,
    associated: str = "",
    call: ApiCall | None = None,
    who: Standing | None = None,
) -> Decision | None:
    """Return the refusal to hand a role (its ARN) to a service; None when it is allowed.

    `service` is the service's principal, as "lambda.amazonaws.com"; `associated` is the ARN of what
    will use the role.
    """
    if caller.unchecked:
        return None
    context = {"iam:PassedToService": service}
    if associated:
        context["iam:AssociatedResourceArn"] = associated
    decision = may(caller, ACTION, role, context, None, call=call, who=who)
    return None if decision.allowed else decision


@functools.cache
def _paths(service: str, operation: str) -> tuple[Path, ...]:
    """Return where the input of an operation names a role or an instance profile."""
    if service in _NEVER or _GIVES_NONE.match(operation):
        return ()
    shape = get_service_model(service).operation_model(operation).input_shape
    return tuple(_walk(shape, service, (), ()))


def _walk(shape: Any, service: str, path: Path, above: tuple[str, ...]) -> Iterator[Path]:
    if shape is None or shape.name in above or len(path) > _DEEPEST:
        return
    inside = (*above, shape.name)
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            plain = name.lower()
            if (member.type_name == "string" and _speaks_of_role(service, plain)) or (
                plain == "iaminstanceprofile" and member.type_name == "structure"
            ):
                yield (*path, name)
            else:
                yield from _walk(member, service, (*path, name), inside)
    elif shape.type_name == "list":
        yield from _walk(shape.member, service, (*path, "[]"), inside)
    elif shape.type_name == "map":
        yield from _walk(shape.value, service, (*path, "{}"), inside)


def _speaks_of_role(service: str, plain: str) -> bool:
    if plain in _NO_ROLE:
        return False
    known = plain in _MORE.get(service, ()) or plain == "deliverlogspermissionarn"
    return known or "role" in plain or "instanceprofile" in plain


def _at(given: Any, path: Path) -> Iterable[Any]:
    if not path:
        return (given,)
    step, rest = path[0], path[1:]
    if step == "[]":
        return (x for one in given or () for x in _at(one, rest)) if isinstance(given, list) else ()
    if step == "{}":
        return (x for one in (given or {}).values() for x in _at(one, rest))
    if not isinstance(given, Mapping) or given.get(step) is None:
        return ()
    return _at(given[step], rest)


def _roles(service: str, member: str, value: Any, account: str) -> Iterator[Passed]:
    plain = member.lower()
    if "instanceprofile" in plain:
        named = value.get("Arn") or value.get("Name") if isinstance(value, Mapping) else value
        for role in _of_profile(account, str(named or "")):
            yield Passed(role, "ec2.amazonaws.com")
        return
    if not isinstance(value, str):
        return
    role = value if _ROLE_ARN.fullmatch(value) else _by_name(account, value)
    if role:
        yield Passed(role, _principal(service, plain))


def _principal(service: str, plain: str) -> str:
    known = _PASSED_BY_MEMBER.get((service, plain)) or _PASSED_TO.get(service)
    return known or f"{reference.prefix(heads()[service].signing_name)}.amazonaws.com"


def _by_name(account: str, name: str) -> str:
    roles = state.iam(account).roles.values()
    return next((str(role.arn) for role in roles if role.name == name), "")


def _of_profile(account: str, named: str) -> list[str]:
    profiles = state.iam(account).instance_profiles.values()
    name = named.rpartition("/")[2]
    return [str(role.arn) for one in profiles if one.name == name for role in one.roles]


def _of_beanstalk(given: Mapping[str, Any], account: str) -> Iterator[Passed]:
    for option in given.get("OptionSettings") or ():
        if option.get("OptionName") in ("IamInstanceProfile", "ServiceRole"):
            yield from _roles(
                "elasticbeanstalk", option["OptionName"], option.get("Value"), account
            )
