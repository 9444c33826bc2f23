"""AssumeRole and AssumeRoleWithWebIdentity: sessions of roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.models import Role

from dryrun.cloud import calling
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.sts import codes, identity_provider, models, trust
from dryrun.cloud.sts.exceptions import (
    AccessDenied,
    InvalidParameterValue,
    NotAuthorized,
    NotSimulated,
    NotWithSession,
    ValidationError,
)
from dryrun.cloud.sts.models import SessionCredentials, SessionKind
from dryrun.cloud.sts.requests import (
    HOUR,
    SessionTags,
    packed_size,
    parameters,
    session_policies,
    session_tags,
)

Context = dict[str, str | tuple[str, ...]]


class RoleResponses:
    """Answer the calls that give a role to someone its trust policy names.

    Follows "AssumeRole" and "AssumeRoleWithWebIdentity" (AWS STS API Reference), "Role terms
    and concepts" and "Pass session tags in AWS STS" (IAM User Guide).
    """

    def assume_role(self) -> ActionResult:
        """Return the credentials of a role for a user or for another role's session."""
        asked, caller = _simulated(parameters()), calling.current_caller()
        arn, name = asked["RoleArn"], asked["RoleSessionName"]
        role = trust.find_role(arn)
        if caller.kind is CallerKind.ROOT:
            raise AccessDenied("Roles may not be assumed by root accounts.")
        if caller.kind is CallerKind.FEDERATED:
            raise NotWithSession("AssumeRole")
        tags, source = session_tags(asked), _source_identity(caller, asked)
        mfa_at = codes.checked_at(caller, asked)
        if role is None:
            # AWS does not tell whether a role exists: "Troubleshoot IAM roles".
            raise NotAuthorized(caller.arn, "sts:AssumeRole", arn)
        context = _context(name, tags, source)
        if "ExternalId" in asked:
            context["sts:ExternalId"] = asked["ExternalId"]
        if mfa_at is not None:
            context |= {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}
        for action in _actions("sts:AssumeRole", tags, source):
            trust.require(caller, action, role, context)
        seconds = _seconds(role, asked, chained=caller.session is not None)
        policies = session_policies(asked, str(role.account_id))
        percent = packed_size(policies, tags)
        # What AssumeRole gives carries no multi-factor context: "Secure API access with MFA".
        draft = replace(
            _inherited(caller.session, models.role_draft(role, name), tags),
            session_policies=policies.texts,
            policy_arns=policies.arns,
            source_identity=source,
            chained=caller.session is not None,
        )
        return ActionResult(_answer(models.issue(draft, seconds), percent))

    def assume_role_with_web_identity(self) -> ActionResult:
        """Return the credentials of a role for someone an identity provider vouches for."""
        asked = _simulated(parameters())
        arn, name = asked["RoleArn"], asked["RoleSessionName"]
        role = trust.find_role(arn)
        who = identity_provider.verify(asked["WebIdentityToken"], arn.split(":")[4])
        action = "sts:AssumeRoleWithWebIdentity"
        if role is None:
            raise AccessDenied(f"Not authorized to perform {action}")
        context = {"sts:RoleSessionName": name, **identity_provider.context(who)}
        trust.require_web(who.provider, action, role, context)
        seconds = _seconds(role, asked, chained=False)
        policies = session_policies(asked, str(role.account_id))
        percent = packed_size(policies, SessionTags())
        draft = replace(
            models.role_draft(role, name),
            session_policies=policies.texts,
            policy_arns=policies.arns,
            web_identity=who,
        )
        answer = _answer(models.issue(draft, seconds), percent)
        told = {
            "SubjectFromWebIdentityToken": who.subject,
            "Provider": who.provider,
            "Audience": who.audience,
        }
        return ActionResult(answer | told)


def _simulated(asked: dict[str, Any]) -> dict[str, Any]:
    for name in ("ProviderId", "ProvidedContexts"):
        if name in asked:
            raise NotSimulated(f"Dry Run does not simulate the parameter {name}.")
    return asked


def _source_identity(caller: Caller, asked: Mapping[str, Any]) -> str:
    given = str(asked.get("SourceIdentity") or "")
    held = caller.session.source_identity if caller.session is not None else ""
    if held and given and given != held:
        raise AccessDenied("The source identity is already set for this assume role session")
    return held or given


def _context(name: str, tags: SessionTags, source: str) -> Context:
    context: Context = {"sts:RoleSessionName": name, **tags.context()}
    if source:
        context["sts:SourceIdentity"] = source
    return context


def _actions(action: str, tags: SessionTags, source: str) -> list[str]:
    """Return what the trust policy must allow."""
    actions = [action]
    if tags.tags:
        actions.append("sts:TagSession")
    if source:
        actions.append("sts:SetSourceIdentity")
    return actions


def _seconds(role: Role, asked: Mapping[str, Any], *, chained: bool) -> int:
    seconds = int(asked.get("DurationSeconds") or HOUR)
    # AWS takes any temporary credentials for a link of a chain, also a user's own.
    if chained and seconds > HOUR:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining."
        )
    if seconds > int(role.max_session_duration or HOUR):
        raise ValidationError(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    return seconds


def _inherited(
    session: SessionCredentials | None, draft: SessionCredentials, own: SessionTags
) -> SessionCredentials:
    """Return the draft with its tags, those that the calling session hands on included."""
    handed_on: dict[str, str] = {}
    if session is not None and session.kind is SessionKind.ROLE:
        handed_on = {key: session.tags[key] for key in session.transitive_tags}
    lowered = {key.lower() for key in handed_on}
    if any(key.lower() in lowered for key in own.tags):
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a "
            "transitive tag key from the calling session."
        )
    return replace(
        draft, tags={**handed_on, **own.tags}, transitive_tags=(*handed_on, *own.transitive)
    )


def _answer(credentials: SessionCredentials, percent: int | None) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Credentials": credentials.as_response(),
        "AssumedRoleUser": {"AssumedRoleId": credentials.user_id, "Arn": credentials.arn},
    }
    if percent is not None:
        answer["PackedPolicySize"] = percent
    if credentials.source_identity:
        answer["SourceIdentity"] = credentials.source_identity
    return answer
