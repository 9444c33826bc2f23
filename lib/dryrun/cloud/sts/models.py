"""Temporary credentials: who they stand for and until when."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import IAMBackend, Role, iam_backends
from moto.iam.utils import generate_access_key_id_from_account_id, random_alphanumeric
from moto.moto_api._internal import mock_random

TOKEN_BYTES = 270


@dataclass(frozen=True)
class SessionCredentials:
    """One set of temporary credentials; `expires` in seconds since the epoch, lab time."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    arn: str
    user_id: str
    expires: float

    @property
    def expired(self) -> bool:
        """Whether the lab clock has passed the expiry."""
        return time.time() >= self.expires

    @property
    def expiration(self) -> datetime:
        """The expiry as an aware datetime, whole seconds."""
        return datetime.fromtimestamp(int(self.expires), UTC)

    def as_response(self) -> dict[str, object]:
        """Return the `Credentials` structure of the STS API."""
        return {
            "AccessKeyId": self.access_key_id,
            "SecretAccessKey": self.secret_access_key,
            "SessionToken": self.session_token,
            "Expiration": self.expiration,
        }


session_credentials: dict[str, SessionCredentials] = {}
"""Every temporary credential ever given out by this process, by access key id."""


def issue(arn: str, user_id: str, seconds: float) -> SessionCredentials:
    """Give out temporary credentials for `arn` that last `seconds` of lab time."""
    credentials = SessionCredentials(
        access_key_id=generate_access_key_id_from_account_id(
            DEFAULT_ACCOUNT_ID, prefix="ASIA", total_length=20
        ),
        secret_access_key=random_alphanumeric(40),
        session_token=_session_token(),
        arn=arn,
        user_id=user_id,
        expires=time.time() + seconds,
    )
    session_credentials[credentials.access_key_id] = credentials
    return credentials


def issue_for_role(role: Role, session: str, seconds: float) -> SessionCredentials:
    """Give out temporary credentials of a role session (`assumed-role/ROLE/SESSION`)."""
    arn = f"arn:aws:sts::{role.account_id}:assumed-role/{role.name}/{session}"
    return issue(arn, f"{role.id}:{session}", seconds)


def caller(access_key: str) -> tuple[str, str]:
    """Return (arn, user id) of whom an access key stands for."""
    session = session_credentials.get(access_key)
    if session is not None:
        return session.arn, session.user_id
    iam = iam_backend()
    user = iam.get_user_from_access_key_id(access_key)
    return user.arn, user.id


def secret_of(access_key: str) -> str:
    """Return the secret of a key that is known."""
    session = session_credentials.get(access_key)
    if session is not None:
        return session.secret_access_key
    return str(iam_backend().access_keys[access_key].secret_access_key)


def iam_backend() -> IAMBackend:
    """Return the IAM of the learner's account."""
    return iam_backends[DEFAULT_ACCOUNT_ID]["aws"]


def _session_token() -> str:
    data = mock_random.getrandbits(TOKEN_BYTES * 8).to_bytes(TOKEN_BYTES, "big")
    return "IQoJb3JpZ2luX2Vj" + base64.b64encode(data).decode()
