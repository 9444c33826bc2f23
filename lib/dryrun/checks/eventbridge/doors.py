"""Whom the policies of targets let in: a rule of ours, another one, a stranger's."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.eventbridge.matching import ACCOUNT, REGION
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence
from dryrun.cloud.iam.policy import (
    AccessRequest,
    MalformedPolicy,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)

EVENTS = "events.amazonaws.com"
STRANGER = "444455556666"


def rule_arn(name: str, account: str = ACCOUNT) -> str:
    """Return the ARN of a rule on the default bus."""
    return f"arn:aws:events:{REGION}:{account}:rule/{name}"


def queue_arn(name: str) -> str:
    """Return the ARN of a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def opening(action: str, resource: str, source: str) -> str:
    """Return a policy that lets EventBridge act for rules whose ARN is like `source`."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": EVENTS},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def lets_in(text: str, action: str, resource: str, rule: str) -> bool:
    """Tell whether a policy lets EventBridge act for a rule, by its ARN."""
    owner = rule.split(":")[4]
    known = {
        "aws:SourceArn": rule,
        "aws:SourceAccount": owner,
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": EVENTS,
    }
    request = AccessRequest(Principal(service=EVENTS), action, resource, known, ACCOUNT)
    return _allowed(text, request)


def lets_anybody_in(text: str, action: str, resource: str) -> bool:
    """Tell whether a policy lets somebody of another account in."""
    arn = f"arn:aws:iam::{STRANGER}:user/nobody"
    return _allowed(text, AccessRequest(Principal(arn, STRANGER), action, resource, {}, ACCOUNT))


def _allowed(text: str, request: AccessRequest) -> bool:
    try:
        policy = parse(text, PolicyKind.RESOURCE) if text else None
    except MalformedPolicy:
        return False
    everything = parse(
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
        PolicyKind.IDENTITY,
        name="everything",
    )
    identity = (everything,) if request.principal.arn else ()
    return evaluate(request, PolicySet(identity=identity, resource=policy)).allowed


def refuse_shut(text: str, action: str, resource: str, rule: str, where: str) -> Evidence | None:
    """Refuse a policy that keeps a rule out."""
    if lets_in(text, action, resource, rule):
        return None
    return Evidence(f"{EVENTS} may {action} for {rule}", text or "there is no policy", where)


def refuse_open(
    text: str, action: str, resource: str, where: str, *, others: tuple[str, ...]
) -> Evidence | None:
    """Refuse a policy that lets other rules in, or other accounts."""
    for other in others:
        if lets_in(text, action, resource, other):
            return Evidence(f"{other} may not {action}", text, where)
    if lets_anybody_in(text, action, resource):
        return Evidence(f"other accounts may not {action}", text, where)
    return None


def queue_url(account: Account, name: str) -> str:
    """Return the URL of a queue this lab made; raises Broken."""
    try:
        return str(account.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])
    except ClientError as error:
        raise Broken(f"The queue {name}, which this lab made, is gone; use lab.reset().") from error


def queue_policy(account: Account, name: str) -> str:
    """Return the policy of a queue, "" when it has none."""
    asked = {"QueueUrl": queue_url(account, name), "AttributeNames": ["Policy"]}
    found = account.client("sqs").get_queue_attributes(**asked)
    return str(found.get("Attributes", {}).get("Policy", ""))


def topic_policy(account: Account, arn: str) -> str:
    """Return the policy of a topic this lab made; raises Broken."""
    try:
        found = account.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    except ClientError as error:
        raise Broken(f"The topic {arn}, which this lab made, is gone; use lab.reset().") from error
    return str(found.get("Policy", ""))


def function_policy(account: Account, name: str) -> str:
    """Return the policy of a function, "" when it has none."""
    try:
        found: dict[str, Any] = account.client("lambda").get_policy(FunctionName=name)
    except ClientError:
        return ""
    return str(found["Policy"])
