"""How AWS words a refusal.

Follows "Troubleshoot access denied error messages" of the IAM User Guide, "Troubleshoot access
denied (403 Forbidden) errors in Amazon S3" and, for the policy's ARN, "Enhanced access denied
error messages with policy ARNs" of the AWS Security Blog.
"""

from __future__ import annotations

from dryrun.cloud.authorization import messages, organization
from dryrun.cloud.iam.policy import Decision, PolicyKind
from dryrun.cloud.identity import Caller, CallerKind, Refusal
from dryrun.cloud.routing import ApiCall

_PLAIN = Refusal("AccessDenied", "Access Denied", 403)
_ARTICLES = {PolicyKind.IDENTITY: "an", PolicyKind.TRUST: "the"}
_CODES = {"sns": "AuthorizationError"}
"""Services with a code of their own; "Common Errors" of their API references."""
_SAY_NOTHING = frozenset(
    {
        "autoscaling", "cloudformation", "cloudtrail", "cloudwatch", "codecommit", "ec2",
        "elasticloadbalancing", "s3", "secretsmanager",
    }
)  # fmt: skip
"""Services whose refusals do not say "on resource: *"."""


def refusal(call: ApiCall, caller: Caller, decision: Decision) -> Refusal:
    """Return the refusal of a call in the words of its service."""
    if call.service == "s3" and _is_strange(caller, decision):
        return _PLAIN
    text = sentence(caller, decision)
    if call.service == "ec2" or call.protocol == "ec2":
        return _of_ec2(text, caller, decision)
    return Refusal(_code(call), text, 400 if _is_json(call) else 403)


def sentence(caller: Caller, decision: Decision) -> str:
    """Return who may not do what and why, in one sentence."""
    action, resource = decision.request.action, decision.request.resource
    silent = resource in ("*", "arn:aws:s3:::*") and action.partition(":")[0] in _SAY_NOTHING
    on = "" if silent else f" on resource: {_spoken(action, resource)}"
    who = caller.arn or "anonymous"
    reason = _reason(caller, decision)
    return f"User: {who} is not authorized to perform: {_named(action)}{on} {reason}"


def _spoken(action: str, resource: str) -> str:
    return f'"{resource}"' if action.startswith("s3:") else resource


def _named(action: str) -> str:
    """Return an action as its service writes it in errors."""
    service, _, name = action.partition(":")
    if service == "sqs":
        return action.lower()
    return f"SNS:{name}" if service == "sns" else action


def _reason(caller: Caller, decision: Decision) -> str:
    kind = decision.by or PolicyKind.IDENTITY
    if not decision.explicit_deny:
        return f"because no {kind} allows the {_named(decision.request.action)} action"
    arn = decision.policy.arn if decision.policy is not None else ""
    near = _is_near(caller.account, decision.request.resource_account)
    told = f": {arn}" if arn and near else ""
    return f"with an explicit deny in {_ARTICLES.get(kind, 'a')} {kind}{told}"


def _is_strange(caller: Caller, decision: Decision) -> bool:
    near = _is_near(caller.account, decision.request.resource_account)
    return caller.kind is CallerKind.ANONYMOUS or not near


def _is_near(account: str, other: str) -> bool:
    """Tell whether two accounts are one, or of one organization."""
    if not other or account == other:
        return True
    found = organization.identifier(account)
    return found is not None and found == organization.identifier(other)


def _of_ec2(text: str, caller: Caller, decision: Decision) -> Refusal:
    message = f"You are not authorized to perform this operation. {text}"
    if decision.request.resource != "*":
        message += f". Encoded authorization failure message: {messages.encode(caller, decision)}"
    return Refusal("UnauthorizedOperation", message, 403)


def _is_json(call: ApiCall) -> bool:
    return call.protocol == "json" and "awsQueryCompatible" not in call.model.metadata


def _code(call: ApiCall) -> str:
    if call.service in _CODES:
        return _CODES[call.service]
    queries = call.protocol in ("query", "rest-xml", "ec2")
    if queries or "awsQueryCompatible" in call.model.metadata:
        return "AccessDenied"
    return "AccessDeniedException"
