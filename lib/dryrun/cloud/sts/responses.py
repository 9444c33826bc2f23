"""The STS operations that moto only pretends to do."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.iam.utils import ACCOUNT_OFFSET, AWS_ROLE_ALPHABET
from moto.sts.responses import TokenResponse

from dryrun.cloud import calling
from dryrun.cloud.authorization import messages
from dryrun.cloud.errors import NOT_SIMULATED_STATUS
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.sts import codes, models
from dryrun.cloud.sts.exceptions import (
    InvalidAuthorizationMessage,
    NotWithSession,
    ValidationError,
)
from dryrun.cloud.sts.models import SessionCredentials, SessionKind
from dryrun.cloud.sts.requests import (
    HOUR,
    packed_size,
    parameters,
    session_policies,
    session_tags,
)
from dryrun.cloud.sts.role_responses import RoleResponses

_STATUSES = {"AccessDenied": 403, "NotSimulated": NOT_SIMULATED_STATUS}


class StsResponse(RoleResponses, TokenResponse):
    """Answer STS calls with credentials that work, are known and expire on the lab clock.

    Follows the "AWS Security Token Service API Reference".
    """

    def call_action(self) -> Any:
        """Answer a call; some errors have a status that the model of STS does not state."""
        status, headers, body = super().call_action()
        for code, better in _STATUSES.items():
            if status == 400 and f"<Code>{code}</Code>" in str(body):
                status = better
                headers["status"] = str(status)
        return status, headers, body

    def get_session_token(self) -> ActionResult:
        """Return temporary credentials of the calling user, with a code's blessing or without."""
        caller = _with_long_lasting_key("GetSessionToken")
        asked = parameters()
        draft = SessionCredentials(
            arn=caller.arn,
            user_id=caller.user_id,
            kind=SessionKind.ROOT if caller.kind is CallerKind.ROOT else SessionKind.USER,
            account=caller.account,
            issuer_arn=caller.arn,
            issuer_id=caller.user_id,
            mfa_at=codes.checked_at(caller, asked),
        )
        credentials = models.issue(draft, _seconds(caller, asked))
        return ActionResult({"Credentials": credentials.as_response()})

    def get_federation_token(self) -> ActionResult:
        """Return temporary credentials of someone the caller answers for."""
        caller = _with_long_lasting_key("GetFederationToken")
        asked = parameters()
        policies, tags = session_policies(asked, caller.account), session_tags(asked)
        percent = packed_size(policies, tags)
        name = asked["Name"]
        draft = SessionCredentials(
            arn=f"arn:aws:sts::{caller.account}:federated-user/{name}",
            user_id=f"{caller.account}:{name}",
            kind=SessionKind.FEDERATED,
            account=caller.account,
            session_name=name,
            issuer_arn=caller.arn,
            issuer_id=caller.user_id,
            session_policies=policies.texts,
            policy_arns=policies.arns,
            tags=tags.tags,
        )
        credentials = models.issue(draft, _seconds(caller, asked))
        answer = {
            "Credentials": credentials.as_response(),
            "FederatedUser": {"FederatedUserId": draft.user_id, "Arn": draft.arn},
            "PackedPolicySize": percent or 0,
        }
        return ActionResult(answer)

    def get_caller_identity(self) -> ActionResult:
        """Return whom the key of this request stands for."""
        caller = calling.current_caller()
        return ActionResult(
            {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn}
        )

    def get_access_key_info(self) -> ActionResult:
        """Return the account that an access key id belongs to; the id itself says it."""
        _not_of_user_session("GetAccessKeyInfo")
        return ActionResult({"Account": _account_of(parameters()["AccessKeyId"])})

    def decode_authorization_message(self) -> ActionResult:
        """Return what the sealed message of a refusal says."""
        _not_of_user_session("DecodeAuthorizationMessage")
        try:
            decoded = messages.decode(parameters()["EncodedMessage"])
        except ValueError:
            raise InvalidAuthorizationMessage("Message is not valid") from None
        return ActionResult({"DecodedMessage": json.dumps(decoded, separators=(",", ":"))})


def _with_long_lasting_key(operation: str) -> Caller:
    """Return the caller; refuse one with temporary credentials."""
    caller = calling.current_caller()
    if caller.session is not None:
        raise NotWithSession(operation)
    return caller


def _not_of_user_session(operation: str) -> None:
    """Refuse what a user's temporary credentials do not open ("GetSessionToken")."""
    session = calling.current_caller().session
    if session is not None and session.kind is not SessionKind.ROLE:
        raise NotWithSession(operation)


def _seconds(caller: Caller, asked: dict[str, Any]) -> int:
    if caller.kind is CallerKind.ROOT:
        return min(int(asked.get("DurationSeconds") or HOUR), HOUR)
    return int(asked.get("DurationSeconds") or 12 * HOUR)


def _account_of(key_id: str) -> str:
    """Return the account that a key id encodes; raise ValidationError when it encodes none."""
    if key_id == ADMIN_KEY_ID:
        return str(DEFAULT_ACCOUNT_ID)  # says that it is a fake, and so no account
    try:
        number = int.from_bytes(base64.b32decode(key_id[4:12]), "big") - ACCOUNT_OFFSET
        odd = AWS_ROLE_ALPHABET.index(key_id[12]) >= len(AWS_ROLE_ALPHABET) // 2
    except (binascii.Error, ValueError):
        number, odd = -1, False
    account = f"{2 * number + odd:012d}"
    if number < 0 or len(account) != 12:
        raise ValidationError(f"Access key ID {key_id} is not valid.")
    return account
