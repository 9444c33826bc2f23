"""Refuse the policies of resources that are malformed, where the simulation would take them.

The policies of IAM are refused in `dryrun.cloud.iam.policy_writes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.authorization import bucket_policies
from dryrun.cloud.authorization.existence import unknown_principal
from dryrun.cloud.iam.policy import MalformedPolicy, PolicyKind, parse
from dryrun.cloud.identity import Refusal
from dryrun.cloud.routing import ApiCall

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Write:
    """An operation that writes a policy: where the text is and how its service refuses it.

    `message` is for services that do not say what is wrong, `stranger` for an unknown principal.
    """

    text: Callable[[Parameters], Any]
    code: str
    message: str = ""
    stranger: str = ""
    kind: PolicyKind = PolicyKind.RESOURCE


def malformed(call: ApiCall) -> Refusal | None:
    """Return how AWS refuses the policy that a call writes; None when there is nothing to refuse.

    An explanation is in the words of "MalformedPolicy" (Amazon S3), "SetQueueAttributes" (Amazon
    SQS), "SetTopicAttributes" (Amazon SNS), "PutKeyPolicy" (AWS KMS) and "CreatePolicy" (AWS
    Organizations).
    """
    write = _WRITES.get((call.service, call.name))
    if write is None:
        return None
    text = write.text(call.parameters)
    if not isinstance(text, str) or not text:
        return None
    try:
        policy = parse(text, write.kind)
    except MalformedPolicy as error:
        return Refusal(write.code, write.message or _worded(call, error.message), 400)
    if call.service == "s3":
        return bucket_policies.refusal(call, policy)
    strange = bool(write.stranger and unknown_principal(text))
    return Refusal(write.code, write.stranger, 400) if strange else None


def _worded(call: ApiCall, message: str) -> str:
    return _NO_JSON_IN_S3 if call.service == "s3" and message == _NO_JSON else message


def _of(name: str) -> Callable[[Parameters], Any]:
    return lambda given: given.get(name)


def _attribute(given: Parameters) -> Any:
    return (given.get("Attributes") or {}).get("Policy")


def _topic_attribute(given: Parameters) -> Any:
    return given.get("AttributeValue") if given.get("AttributeName") == "Policy" else None


def _control_policy(given: Parameters) -> Any:
    # An update does not tell the type; service control policies are the stricter kind.
    known = (None, "SERVICE_CONTROL_POLICY")
    return given.get("Content") if given.get("Type") in known else None


_NO_JSON = "This policy contains invalid Json"
_NO_JSON_IN_S3 = "Policies must be valid JSON and the first byte must be '{'"
_QUEUE = "Invalid value for the parameter Policy."
_TOPIC = "Invalid parameter: Policy Error: null"
_KEY = "Policy contains a statement with one or more invalid principals."

_WRITES = {
    ("dynamodb", "PutResourcePolicy"): Write(_of("Policy"), "ValidationException"),
    ("kms", "CreateKey"): Write(_of("Policy"), "MalformedPolicyDocumentException", stranger=_KEY),
    ("kms", "PutKeyPolicy"): Write(
        _of("Policy"), "MalformedPolicyDocumentException", stranger=_KEY
    ),
    ("organizations", "CreatePolicy"): Write(
        _control_policy, "MalformedPolicyDocumentException", kind=PolicyKind.SCP
    ),
    ("s3", "PutBucketPolicy"): Write(_of("Policy"), "MalformedPolicy"),
    ("secretsmanager", "PutResourcePolicy"): Write(
        _of("ResourcePolicy"), "MalformedPolicyDocumentException"
    ),
    ("sns", "CreateTopic"): Write(_attribute, "InvalidParameter", _TOPIC, _TOPIC),
    ("sns", "SetTopicAttributes"): Write(_topic_attribute, "InvalidParameter", _TOPIC, _TOPIC),
    ("sqs", "CreateQueue"): Write(_attribute, "InvalidAttributeValue", _QUEUE, _QUEUE),
    ("sqs", "SetQueueAttributes"): Write(_attribute, "InvalidAttributeValue", _QUEUE, _QUEUE),
}
