"""What Amazon S3 demands of a bucket policy beyond its grammar.

Follows "Bucket policies for Amazon S3" and "Blocking public access to your Amazon S3 storage",
Amazon S3 User Guide.
"""

from __future__ import annotations

import fnmatch
import functools
import json
from collections.abc import Iterator
from typing import Any

from dryrun.cloud.authorization import reference, state
from dryrun.cloud.authorization.existence import unknown_principal
from dryrun.cloud.iam.policy import Effect, Policy
from dryrun.cloud.identity import Refusal
from dryrun.cloud.routing import ApiCall

_CODE = "MalformedPolicy"


def refusal(call: ApiCall, policy: Policy) -> Refusal | None:
    """Return how S3 refuses a well-formed policy of a bucket that is there."""
    name = str(call.parameters.get("Bucket"))
    bucket = state.bucket(name)
    if bucket is None:
        return None
    if unknown_principal(policy.text):
        return Refusal(_CODE, "Invalid principal in policy", 400)
    for statement in _statements(policy):
        fault = _fault(statement, name)
        if fault:
            return Refusal(_CODE, fault, 400)
    block = bucket.public_access_block
    if block is not None and _is_true(block.block_public_policy) and is_public(policy):
        return _blocked(call, name)
    return None


def is_public(policy: Policy) -> bool:
    """Tell whether a policy opens a bucket to everybody, with no condition that narrows it."""
    return any(
        statement["Effect"] == Effect.ALLOW
        and not statement.get("Condition")
        and statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
        for statement in _statements(policy)
    )


def _is_true(setting: Any) -> bool:
    return str(setting).lower() == "true"


def _statements(policy: Policy) -> Iterator[dict[str, Any]]:
    found = json.loads(policy.text)["Statement"]
    yield from found if isinstance(found, list) else [found]


def _fault(statement: dict[str, Any], bucket: str) -> str:
    actions = _listed(statement.get("Action", []))
    resources = _listed(statement.get("Resource", []))
    known = [_actions(pattern.lower()) for pattern in actions]
    if not all(known):
        return "Policy has invalid action"
    own = f"arn:aws:s3:::{bucket}"
    if not all(_is_own(resource, own) for resource in resources):
        return "Policy has invalid resource"
    kinds = {kind for names in known for name in names for kind in _kinds(name)}
    asked = {"object" if "/" in resource else "bucket" for resource in resources}
    wild = any(resource.endswith("*") for resource in resources)
    if known and resources and not wild and not kinds & asked:
        return "Action does not apply to any resource(s) in statement"
    return ""


def _is_own(resource: str, own: str) -> bool:
    name = resource.partition("/")[0]
    return fnmatch.fnmatchcase(own, name)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@functools.lru_cache(maxsize=256)
def _actions(pattern: str) -> tuple[str, ...]:
    """Return S3's actions that fit a pattern."""
    if pattern == "*":
        pattern = "s3:*"
    return tuple(
        name for name in reference.names("s3") if fnmatch.fnmatchcase(name.lower(), pattern)
    )


@functools.cache
def _kinds(name: str) -> frozenset[str]:
    action = reference.action(name)
    assert action is not None
    return frozenset(kind.key for kind in (*action.required, *action.optional))


def _blocked(call: ApiCall, bucket: str) -> Refusal:
    who = call.caller.arn if call.caller is not None else ""
    return Refusal(
        "AccessDenied",
        f'User: {who} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::'
        f'{bucket}" because public policies are prevented by the BlockPublicPolicy setting in S3 '
        "Block Public Access.",
        403,
    )
