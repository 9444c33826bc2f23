"""In which account a call works: the caller's, or another whose resource it names."""

from __future__ import annotations

import re

from moto.core import DEFAULT_ACCOUNT_ID

from dryrun.cloud.routing import ApiCall

_ARN = re.compile(r"arn:[^:]*:([^:]*):[^:]*:(\d{12}):")
_QUEUE = re.compile(r"/(\d{12})/[^/]+/?\Z")
_SERVICES = {
    "dynamodb": "dynamodb", "dynamodbstreams": "dynamodb", "events": "events",
    "firehose": "firehose", "kinesis": "kinesis", "kms": "kms", "lambda": "lambda",
    "logs": "logs", "secretsmanager": "secretsmanager", "sns": "sns", "sqs": "sqs",
    "ssm": "ssm", "stepfunctions": "states",
}  # fmt: skip
"""Services whose resources can be used from other accounts, and the name in their ARNs."""


def home(call: ApiCall, account: str) -> str:
    """Return the account whose resource a call of `account` works on.

    Whether it may is for the policies of both to say. Who calls without keys, from no account,
    works on the learner's.
    """
    if not account.isdigit():
        return str(DEFAULT_ACCOUNT_ID)
    service = _SERVICES.get(call.service)
    if service is None:
        return account
    for name, value in call.parameters.items():
        if not isinstance(value, str):
            continue
        if name == "QueueUrl":
            found = _QUEUE.search(value)
            return found[1] if found else account
        named = _ARN.match(value)
        if named and named[1] == service:
            return named[2]
    return account
