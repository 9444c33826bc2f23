"""Whether S3 may send a bucket's notifications where they are to go.

S3 asks when notifications are configured; "Granting permissions to publish event notification
messages to a destination", Amazon S3 User Guide. Conditions of a policy are taken as met.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto import backends

from dryrun.cloud import registry
from dryrun.cloud.cloudformation.providers.base import ResourceError

_DEFAULT = "__default_statement_ID"
"""The statement every topic begins with, which lets in only the account's own people."""


_NAMES = {"awslambda": "lambda"}
"""What moto calls the backends of a package that has another name."""


def check(value: dict[str, Any]) -> None:
    """Refuse notifications that S3 may not send."""
    for kind, key, action in (
        ("QueueConfigurations", "Queue", "sqs:SendMessage"),
        ("TopicConfigurations", "Topic", "sns:Publish"),
        ("LambdaConfigurations", "Function", "lambda:InvokeFunction"),
    ):
        for one in value.get(kind, ()):
            if not _may_send(one[key], action):
                raise ResourceError(
                    "Unable to validate the following destination configurations "
                    "(Service: S3, Status Code: 400)"
                )


def _may_send(arn: str, action: str) -> bool:
    return any(_allows(statement, action) for statement in _statements(arn))


def _statements(arn: str) -> list[dict[str, Any]]:
    """Return the statements of a destination's policy; none where there is no such thing."""
    _, _, service, region, account, name, *_ = arn.split(":")
    if service == "sqs":
        queue = _backend("sqs", account, region).queues.get(name)
        return _parsed(queue.policy if queue is not None else None)
    if service == "sns":
        topic = _backend("sns", account, region).topics.get(arn)
        return _parsed(topic.policy if topic is not None else None)
    try:
        function = _backend("awslambda", account, region).get_function(arn)
    except Exception:
        return []
    return list(function.policy.statements)


def _backend(package: str, account: str, region: str) -> Any:
    registry.prepare(package)
    return backends.get_backend(_NAMES.get(package, package))[account][region]


def _parsed(policy: Any) -> list[dict[str, Any]]:
    document = json.loads(policy) if isinstance(policy, str) and policy else policy or {}
    found = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _allows(statement: dict[str, Any], action: str) -> bool:
    principal = statement.get("Principal")
    named = principal.values() if isinstance(principal, dict) else [principal]
    who = [one for value in named for one in (value if isinstance(value, list) else [value])]
    actions = statement.get("Action", [])
    actions = actions if isinstance(actions, list) else [actions]
    return (
        statement.get("Effect", "Allow") == "Allow"
        and statement.get("Sid") != _DEFAULT
        and ("s3.amazonaws.com" in who or "*" in who)
        and any(fnmatchcase(action.lower(), str(one).lower()) for one in actions)
    )
