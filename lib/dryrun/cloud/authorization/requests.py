"""From a request to what it must be allowed: actions, each on a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dryrun.cloud.authorization import formats, naming, reference, renamed, s3
from dryrun.cloud.authorization.check import Check
from dryrun.cloud.authorization.formats import Place
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.routing import ApiCall
from dryrun.cloud.services import heads

# What AWS names in refusals of actions that are on no resource in particular.
_WHERE_NOTHING = {
    "dynamodb": ("dynamodb", "table/*"),
    "logs": ("logs", "log-group::log-stream:"),
    "sns": ("sns", "*"),
    "sqs": ("sqs", ""),
    "ssm": ("ssm", "*"),
}
_IAM_LISTS = {
    "ListUsers": "user", "ListRoles": "role", "ListGroups": "group",
    "ListInstanceProfiles": "instance-profile", "ListServerCertificates": "server-certificate",
}  # fmt: skip


def checks(call: ApiCall, caller: Caller) -> tuple[Check, ...]:
    """Return what must be allowed for a call; () when it needs no permission."""
    if call.service != "s3" and call.name in heads()[call.service].unsigned:
        return ()  # open to everybody, as signing in is
    place = Place(call.signature.region, caller.account)
    special = _SPECIAL.get(call.service)
    found = special(call, caller, place) if special is not None else None
    return tuple(found) if found is not None else tuple(_general(call, place))


def actions(service: str, operation: str) -> tuple[str, ...]:
    """Return the names of the actions of an operation; () when it needs no permission.

    Operations whose action depends on the request are listed with all that it may be.
    """
    if service in ("apigateway", "apigatewayv2"):
        return _APIGATEWAY
    if service == "dynamodb" and operation in _DYNAMODB:
        return _DYNAMODB[operation]
    if service == "s3" and operation in s3.ACTIONS:
        return s3.ACTIONS[operation]
    other = renamed.actions(service, operation)
    if other is not None:
        return other
    return (f"{reference.prefix(heads()[service].signing_name)}:{operation}",)


def _general(call: ApiCall, place: Place, more: Mapping[str, Any] | None = None) -> Iterator[Check]:
    given = {**call.parameters, **more} if more else call.parameters
    parameters = naming.named(call.service, call.name, given, place)
    for name in actions(call.service, call.name):
        action = reference.action(name)
        if action is None or not (action.required or action.optional):
            where = _WHERE_NOTHING.get(name.partition(":")[0])
            yield Check(action.name if action else name, place.arn(*where) if where else "*")
            continue
        for arn in formats.arns(call.service, call.name, action, parameters, place):
            yield Check(action.name, arn)


def _apigateway(call: ApiCall, caller: Caller, place: Place) -> list[Check]:  # noqa: ARG001
    """Return the verb of HTTP on the path, which are action and resource of API Gateway.

    Follows "Actions, resources, and condition keys for Amazon API Gateway Management".
    """
    verb = {"HEAD": "GET"}.get(call.request.method, call.request.method)
    return [Check(f"apigateway:{verb}", place.arn("apigateway", call.request.path, account=False))]


def _iam(call: ApiCall, caller: Caller, place: Place) -> list[Check] | None:
    kind = _IAM_LISTS.get(call.name)
    if kind is not None:
        path = call.parameters.get("PathPrefix") or "/"
        return [Check(f"iam:{call.name}", place.arn("iam", f"{kind}{path}", region=False))]
    if call.name == "ListPolicies":
        return [Check("iam:ListPolicies", f"policy path {call.parameters.get('PathPrefix', '/')}")]
    if call.name == "CreateServiceLinkedRole":
        service = call.parameters.get("AWSServiceName", "*")
        arn = place.arn("iam", f"role/aws-service-role/{service}/*", region=False)
        return [Check("iam:CreateServiceLinkedRole", arn)]
    if (
        _is_about_user(call)
        and caller.kind is CallerKind.USER
        and "UserName" not in call.parameters
    ):
        # A user who names nobody means themselves.
        own = caller.session.issuer_arn if caller.session else caller.arn
        return list(_general(call, place, {"UserName": own}))
    return None


def _is_about_user(call: ApiCall) -> bool:
    shape = call.operation.input_shape if call.operation is not None else None
    return call.name == "ChangePassword" or (shape is not None and "UserName" in shape.members)


def _ec2(call: ApiCall, caller: Caller, place: Place) -> list[Check]:  # noqa: ARG001
    """Return also the tagging of what a call makes.

    Follows "Grant permission to tag Amazon EC2 resources during creation".
    """
    made = call.parameters.get("TagSpecifications") or ()
    kinds = dict.fromkeys(str(one.get("ResourceType")) for one in made if one.get("Tags"))
    tagged = [Check("ec2:CreateTags", place.arn("ec2", f"{kind}/*")) for kind in kinds]
    return [*_general(call, place), *tagged]


def _kms(call: ApiCall, caller: Caller, place: Place) -> list[Check] | None:  # noqa: ARG001
    if call.name != "ReEncrypt":
        return None
    given = naming.named("kms", call.name, call.parameters, place)
    source = given.get("SourceKeyId") or given.get("KeyId") or place.arn("kms", "key/*")
    return [
        Check("kms:ReEncryptFrom", str(source)),
        Check("kms:ReEncryptTo", str(given.get("DestinationKeyId", "*"))),
    ]


_PARTIQL = {"select": "Select", "insert": "Insert", "update": "Update", "delete": "Delete"}
_TRANSACTED = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}
"""What the parts of a transaction need; from "Using IAM with DynamoDB transactions"."""
_DYNAMODB = {
    **dict.fromkeys(
        ("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"),
        tuple(f"dynamodb:PartiQL{verb}" for verb in _PARTIQL.values()),
    ),
    **dict.fromkeys(("TransactGetItems", "TransactWriteItems"), tuple(_TRANSACTED.values())),
}


def _dynamodb(call: ApiCall, caller: Caller, place: Place) -> list[Check] | None:  # noqa: ARG001
    given = call.parameters
    if "TransactItems" in given:
        return [
            Check(_TRANSACTED[kind], naming.table_arn(part.get("TableName", "*"), place))
            for item in given["TransactItems"]
            for kind, part in item.items()
            if kind in _TRANSACTED
        ]
    if call.name not in _DYNAMODB:
        return None
    listed = given.get("Statements") or given.get("TransactStatements") or [given]
    return [_partiql(str(one.get("Statement", "")), place) for one in listed]


def _partiql(statement: str, place: Place) -> Check:
    """Return what a PartiQL statement does, to which table or index."""
    words = statement.replace("(", " ").split()
    verb = _PARTIQL.get(words[0].lower() if words else "", "Select")
    at = {"Select": "from", "Insert": "into", "Delete": "from"}.get(verb, "update")
    lower = [word.lower() for word in words]
    after = words[lower.index(at) + 1] if at in lower[:-1] else "*"
    table, _, index = after.replace('"', "").partition(".")
    arn = naming.table_arn(table, place)
    return Check(f"dynamodb:PartiQL{verb}", f"{arn}/index/{index}" if index else arn)


def _s3(call: ApiCall, caller: Caller, place: Place) -> list[Check]:  # noqa: ARG001
    return s3.checks(call.name, call.parameters, actions(call.service, call.name), place)


Special = Callable[[ApiCall, Caller, Place], "list[Check] | None"]

_APIGATEWAY = tuple(f"apigateway:{verb}" for verb in ("GET", "PUT", "POST", "PATCH", "DELETE"))

_SPECIAL: dict[str, Special] = {
    "apigateway": _apigateway,
    "apigatewayv2": _apigateway,
    "dynamodb": _dynamodb,
    "ec2": _ec2,
    "iam": _iam,
    "kms": _kms,
    "s3": _s3,
}
