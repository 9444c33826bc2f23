"""Authorization messages: why a call was refused, sealed, for DecodeAuthorizationMessage.

Follows "DecodeAuthorizationMessage", AWS STS API Reference.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import zlib
from typing import Any

from dryrun.cloud.authorization.context import user_name
from dryrun.cloud.iam.policy import Decision, StatementRef
from dryrun.cloud.identity import Caller

# A seal that shows changes and hides the text from a glance; there is nothing real to protect.
_KEY = b"dryrun authorization message"
_TAG = 16


class InvalidMessage(ValueError):
    """A text that this cloud did not encode, or that was changed since."""


def encode(caller: Caller, decision: Decision) -> str:
    """Return the sealed explanation of a refusal; the same for the same refusal."""
    return seal(explanation(caller, decision))


def seal(document: dict[str, Any]) -> str:
    """Return a document as text that `decode` opens."""
    data = zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 9)
    tag = hmac.digest(_KEY, data, "sha256")[:_TAG]
    return base64.urlsafe_b64encode(tag + _masked(data, tag)).decode().rstrip("=")


def decode(text: str) -> dict[str, Any]:
    """Return what `encode` was given; raise InvalidMessage when the text is not its own."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise InvalidMessage("this is no encoded authorization message") from None
    tag, data = raw[:_TAG], _masked(raw[_TAG:], raw[:_TAG])
    if len(raw) <= _TAG or not hmac.compare_digest(tag, hmac.digest(_KEY, data, "sha256")[:_TAG]):
        raise InvalidMessage("this encoded authorization message was changed")
    found: dict[str, Any] = json.loads(zlib.decompress(data))
    return found


def _masked(data: bytes, tag: bytes) -> bytes:
    mask = b"".join(
        hmac.digest(_KEY, tag + number.to_bytes(4, "big"), "sha256")
        for number in range(len(data) // 32 + 1)
    )
    return bytes(one ^ other for one, other in zip(data, mask, strict=False))


def explanation(caller: Caller, decision: Decision) -> dict[str, Any]:
    """Return the decoded message of a refusal, as AWS's page shows it."""
    request = decision.request
    principal = {"id": caller.user_id, "name": user_name(caller), "arn": caller.arn}
    return {
        "allowed": decision.allowed,
        "explicitDeny": decision.explicit_deny,
        "matchedStatements": _items([_statement(caller, one) for one in decision.matched]),
        "failures": _items([]),
        "context": {
            "principal": {name: value for name, value in principal.items() if value},
            "action": request.action,
            "resource": request.resource,
            "conditions": _items(
                [
                    {"key": key, "values": _items([{"value": one} for one in values])}
                    for key, values in _conditions(decision)
                ]
            ),
        },
    }


def _items(found: list[Any]) -> dict[str, list[Any]]:
    return {"items": found}


def _statement(caller: Caller, found: StatementRef) -> dict[str, Any]:
    statements = json.loads(found.policy.text)["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    written = listed[found.statement.index]
    conditions = [
        {"key": key, "value": _items([{"value": one} for one in _listed(values)])}
        for by_key in (written.get("Condition") or {}).values()
        for key, values in by_key.items()
    ]
    return {
        "statementId": found.statement.sid,
        "effect": written["Effect"].upper(),
        "principals": _items([{"value": caller.user_id.partition(":")[0]}]),
        "principalGroups": _items([]),
        "actions": _items([{"value": one} for one in _listed(written.get("Action", []))]),
        "resources": _items([{"value": one} for one in _listed(written.get("Resource", []))]),
        "conditions": _items(conditions),
    }


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _conditions(decision: Decision) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is known of the request, as EC2 lists it."""
    request = decision.request
    parts = request.resource.split(":", 5)
    found: dict[str, tuple[str, ...]] = {}
    if len(parts) == 6:
        kind, _, identifier = parts[5].partition("/")
        found = {
            "aws:Account": (parts[4],),
            "aws:ARN": (request.resource,),
            "aws:ID": (identifier,),
            "aws:Region": (parts[3],),
            "aws:Resource": (parts[5],),
            "aws:Service": (parts[2],),
            "aws:Type": (kind,),
        }
    for key, value in request.context.items():
        found.setdefault(key, (value,) if isinstance(value, str) else tuple(value))
    return sorted((key, values) for key, values in found.items() if values and values[0])
