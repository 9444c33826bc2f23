"""Who made a call, as CloudTrail tells it: "CloudTrail userIdentity element"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dryrun.cloud.journal import Call


def user_identity(call: Call) -> dict[str, Any]:
    """Return the `userIdentity` element of a call."""
    caller = call.caller
    kind = str(caller.get("kind", "Unknown"))
    if kind == "Unknown":
        return _web_identity(call)
    if kind == "AWSService":
        return {"type": kind, "invokedBy": str(caller.get("arn") or caller.get("user_id", ""))}
    made: dict[str, Any] = {
        "type": kind,
        "principalId": caller.get("user_id", ""),
        "arn": caller.get("arn", ""),
        "accountId": caller.get("account", ""),
        "accessKeyId": caller.get("access_key") or call.access_key,
    }
    if kind == "IAMUser":
        made["userName"] = _last(made["arn"])
    session = caller.get("session")
    if session:
        made["sessionContext"] = _session_context(made, session)
    return made


def foreign(call: Call) -> dict[str, Any]:
    """Return what the owner of an assumed role learns of a caller from another account."""
    caller = call.caller
    return {
        "type": "AWSAccount",
        "principalId": caller.get("user_id", ""),
        "accountId": caller.get("account", ""),
    }


def username(call: Call) -> str:
    """Return the name by which LookupEvents finds a caller."""
    kind = call.caller.get("kind")
    if kind == "Root":
        return "root"
    if kind == "AWSService":
        return str(call.caller.get("arn", ""))
    if kind in ("IAMUser", "AssumedRole", "FederatedUser"):
        return _last(str(call.caller.get("arn", "")))
    return str(call.result.get("SubjectFromWebIdentityToken", ""))


def _session_context(identity: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if identity["type"] == "AssumedRole":
        made["sessionIssuer"] = _role_issuer(identity, session)
    elif identity["type"] == "FederatedUser":
        made["sessionIssuer"] = _user_issuer(identity, session)
    web = session.get("web_identity")
    if web:
        made["webIdFederationData"] = {
            "federatedProvider": web.get("provider", ""),
            "attributes": {},
        }
    made["attributes"] = {
        "creationDate": _iso(session.get("issued") or 0.0),
        "mfaAuthenticated": str(session.get("mfa_at") is not None).lower(),
    }
    if session.get("source_identity"):
        made["sourceIdentity"] = session["source_identity"]
    return made


def _role_issuer(identity: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
    # arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION leaves the role's path out.
    role = identity["arn"].split("/")[1] if "/" in identity["arn"] else ""
    arn = session.get("role_arn") or f"arn:aws:iam::{identity['accountId']}:role/{role}"
    return {
        "type": "Role",
        "principalId": session.get("role_id") or str(identity["principalId"]).split(":")[0],
        "arn": arn,
        "accountId": identity["accountId"],
        "userName": _last(arn),
    }


def _user_issuer(identity: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
    arn = str(session.get("issuer_arn", ""))
    made = {
        "type": "Root" if arn.endswith(":root") else "IAMUser",
        "principalId": session.get("issuer_id", ""),
        "arn": arn,
        "accountId": identity["accountId"],
    }
    if made["type"] == "IAMUser":
        made["userName"] = _last(arn)
    return made


def _web_identity(call: Call) -> dict[str, Any]:
    """Return who brought the token of an identity provider; nothing else comes unsigned."""
    subject = str(call.result.get("SubjectFromWebIdentityToken", ""))
    provider = str(call.result.get("Provider", ""))
    if not subject:
        return {"type": "WebIdentityUser"}
    return {
        "type": "WebIdentityUser",
        "principalId": f"{provider}:{call.result.get('Audience', '')}:{subject}",
        "userName": subject,
        "identityProvider": provider,
    }


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
