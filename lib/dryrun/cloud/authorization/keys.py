"""The condition keys of a request, each worked out when a policy asks for it.

Follows "AWS global condition context keys", IAM User Guide.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from dryrun.cloud import inside
from dryrun.cloud.authorization import organization, service_keys, state, tags
from dryrun.cloud.authorization.context import Context, Value, user_name
from dryrun.cloud.iam.policy import PolicySet
from dryrun.cloud.identity import Caller, CallerKind

_TYPES = {
    CallerKind.ROOT: "Account",
    CallerKind.USER: "User",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.FEDERATED: "FederatedUser",
    CallerKind.ANONYMOUS: "Anonymous",
}


def value(context: Context, key: str) -> Value | None:
    """Return the value of a condition key, None when the request does not have it."""
    key = key.lower()
    if key in context.given:
        return context.given[key]
    name, _, rest = key.partition("/")
    if rest and name in _OF_TAGS:
        return _look(_OF_TAGS[name](context), rest)
    found = _GLOBAL.get(key)
    if found is not None:
        return found(context)
    return None if key.startswith("aws:") else service_keys.value(context, key)


def asked(context: Context, policies: PolicySet) -> dict[str, Value]:
    """Return the condition keys that the policies read for this action, and all given ones."""
    action = context.action.lower()
    keys: set[str] = set()
    for policy in policies.everything():
        for statements in policy.statements_for(action):
            for statement in statements:
                keys |= statement.context_keys()
    if not keys:
        return context.given
    found = {key: value(context, key) for key in keys}
    return {**context.given, **{key: one for key, one in found.items() if one is not None}}


def _look(tags: Mapping[str, str], key: str) -> str | None:
    # Tag keys in condition keys are compared without case: "Case sensitivity", Tags for AWS IAM.
    return next((value for name, value in tags.items() if name.lower() == key), None)


def principal_tags(caller: Caller) -> Mapping[str, str]:
    """Return the tags of whoever calls, those of the session included."""
    session = caller.session
    own: Mapping[str, str] = {}
    iam = state.iam(caller.account) if caller.account.isdigit() else None
    if iam is not None and caller.kind is CallerKind.USER:
        own = tags.of_iam(iam, f"user/{user_name(caller)}")
    elif iam is not None and caller.kind is CallerKind.ROLE and session is not None:
        own = tags.of_iam(iam, session.role_arn.split(":", 5)[-1])
    return {**own, **(session.tags if session is not None else {})}


def _principal_arn(context: Context) -> Value | None:
    session = context.caller.session
    if context.caller.kind is CallerKind.ROLE and session is not None:
        return session.role_arn or None
    return context.caller.arn or None


def _mfa(context: Context) -> Value | None:
    # Long-term keys do not have the key at all: "aws:MultiFactorAuthPresent".
    session = context.caller.session
    if session is None:
        return None
    return "true" if session.mfa_at is not None else "false"


def _mfa_age(context: Context) -> Value | None:
    session = context.caller.session
    if session is None or session.mfa_at is None:
        return None
    return str(int(time.time() - session.mfa_at))


def _issued(context: Context) -> Value | None:
    session = context.caller.session
    return _moment(session.issued) if session is not None and session.issued else None


def _source_identity(context: Context) -> Value | None:
    session = context.caller.session
    return (session.source_identity or None) if session is not None else None


def _provider(context: Context) -> Value | None:
    session = context.caller.session
    identity = session.web_identity if session is not None else None
    return identity.provider if identity is not None else None


def _source_ip(context: Context) -> Value | None:
    if context.call is None:
        return None
    return str(context.call.request.environ.get("REMOTE_ADDR") or "127.0.0.1")


def _service_name(context: Context) -> Value | None:
    return context.caller.arn if context.caller.kind is CallerKind.SERVICE else None


def _source_owner(context: Context) -> Value | None:
    """Return the account for which an alarm publishes, as the default policy of topics asks.

    EventBridge and S3 do not send it (from memory: "Using resource-based policies for Amazon
    EventBridge" and "Granting permissions to publish event notification messages").
    """
    caller = context.caller
    if caller.kind is CallerKind.SERVICE and caller.arn == "cloudwatch.amazonaws.com":
        return caller.source_account or None
    return None


def _tag_keys(context: Context) -> Value | None:
    return tags.keys_of_request(context.parameters) or None


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _org_paths(account: str) -> Value | None:
    path = organization.path(account)
    return (path,) if path else None


_GLOBAL: dict[str, Callable[[Context], Value | None]] = {
    "aws:calledvia": lambda _: (inside.via(),) if inside.via() else None,
    "aws:calledviafirst": lambda _: inside.via() or None,
    "aws:calledvialast": lambda _: inside.via() or None,
    "aws:currenttime": lambda _: _moment(time.time()),
    "aws:epochtime": lambda _: str(int(time.time())),
    "aws:federatedprovider": _provider,
    "aws:multifactorauthage": _mfa_age,
    "aws:multifactorauthpresent": _mfa,
    "aws:principalaccount": lambda it: it.caller.account if it.caller.account.isdigit() else None,
    "aws:principalarn": _principal_arn,
    "aws:principalisawsservice": lambda it: str(it.caller.kind is CallerKind.SERVICE).lower(),
    "aws:principalorgid": lambda it: organization.identifier(it.caller.account),
    "aws:principalorgpaths": lambda it: _org_paths(it.caller.account),
    "aws:principalservicename": _service_name,
    "aws:principaltype": lambda it: _TYPES.get(it.caller.kind),
    "aws:referer": lambda it: it.header("Referer"),
    "aws:requestedregion": lambda it: it.region or None,
    "aws:resourceaccount": lambda it: it.resource_account or None,
    "aws:resourceorgid": lambda it: organization.identifier(it.resource_account),
    "aws:resourceorgpaths": lambda it: _org_paths(it.resource_account),
    # What stands between a client and AWS is always TLS; between it and a lab it is plain HTTP.
    "aws:securetransport": lambda it: "true" if it.call is not None else None,
    "aws:sourceaccount": lambda it: it.caller.source_account or None,
    "aws:sourcearn": lambda it: it.caller.source_arn or None,
    "aws:sourceidentity": _source_identity,
    "aws:sourceip": _source_ip,
    "aws:sourceowner": _source_owner,
    "aws:tagkeys": _tag_keys,
    "aws:tokenissuetime": _issued,
    "aws:useragent": lambda it: it.header("User-Agent"),
    "aws:userid": lambda it: it.caller.user_id or None,
    "aws:username": lambda it: user_name(it.caller) or None,
    "aws:viaawsservice": lambda _: str(bool(inside.via())).lower(),
}


def _resource_tags(context: Context) -> Mapping[str, str]:
    return tags.of_resource(
        context.resource, context.resource_account or context.caller.account, context.region
    )


_OF_TAGS: dict[str, Callable[[Context], Mapping[str, str]]] = {
    "aws:principaltag": lambda it: principal_tags(it.caller),
    "aws:requesttag": lambda it: tags.of_request(it.parameters, it.resource),
    **dict.fromkeys(
        (
            "aws:resourcetag",
            "autoscaling:resourcetag",
            "ec2:resourcetag",
            "ecs:resourcetag",
            "elasticloadbalancing:resourcetag",
            "iam:resourcetag",
            "rds:db-tag",
            "s3:buckettag",
            "secretsmanager:resourcetag",
            "ssm:resourcetag",
        ),
        _resource_tags,
    ),
}

KEYS = tuple(_GLOBAL)
"""The global keys that stand alone, in lower case."""
