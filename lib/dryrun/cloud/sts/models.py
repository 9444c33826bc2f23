"""Temporary credentials: who they stand for and until when."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import IAMBackend, Role, iam_backends
from moto.iam.utils import generate_access_key_id_from_account_id, random_alphanumeric
from moto.moto_api._internal import mock_random

from dryrun.cloud import keys

TOKEN_BYTES = 270


class SessionKind(StrEnum):
    """What temporary credentials stand for."""

    ROOT = "Root"
    USER = "IAMUser"
    ROLE = "AssumedRole"
    FEDERATED = "FederatedUser"


@dataclass(frozen=True)
class WebIdentity:
    """Whom an identity provider vouched for; `claims` are those policies may ask about."""

    provider: str
    """The provider's ARN, or the name of one that AWS knows, as "accounts.google.com"."""
    issuer: str
    """The issuer without its scheme, the prefix of its condition keys."""
    subject: str
    audience: str
    claims: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SessionCredentials:
    """One set of temporary credentials; all times in seconds since the epoch, lab time.

    A draft, which `issue` turns into credentials, has no keys and no times yet.
    """

    arn: str
    user_id: str
    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str = ""
    issued: float = 0.0
    expires: float = 0.0
    kind: SessionKind = SessionKind.USER
    account: str = DEFAULT_ACCOUNT_ID
    session_name: str = ""
    role_arn: str = ""
    """The ARN of the role, path and all, behind a role session."""
    role_id: str = ""
    issuer_arn: str = ""
    """The user or root behind a user's own or a federated session; the role of a role session."""
    issuer_id: str = ""
    session_policies: tuple[str, ...] = ()
    """The texts of the inline session policy (none or one)."""
    policy_arns: tuple[str, ...] = ()
    """The managed policies passed as session policies."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The session's tags, those inherited from an earlier role of a chain included."""
    transitive_tags: tuple[str, ...] = ()
    """The keys of the tags that go on to the next role of a chain."""
    source_identity: str = ""
    mfa_at: float | None = None
    """When a multi-factor code was given for these credentials; None when none was."""
    chained: bool = False
    """Whether temporary credentials asked for these."""
    web_identity: WebIdentity | None = None

    @property
    def expired(self) -> bool:
        """Whether the lab clock has passed the expiry."""
        return time.time() >= self.expires

    @property
    def expiration(self) -> datetime:
        """The expiry as an aware datetime, whole seconds."""
        return datetime.fromtimestamp(int(self.expires), UTC)

    @property
    def opens_iam(self) -> bool:
        """Whether IAM takes these credentials; where not, AWS answers InvalidClientTokenId.

        Without a multi-factor code, what GetSessionToken gives does not open IAM; what
        GetFederationToken gives never does ("GetSessionToken" and "GetFederationToken", AWS STS
        API Reference).
        """
        if self.kind is SessionKind.FEDERATED:
            return False
        return self.kind is SessionKind.ROLE or self.mfa_at is not None

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


def issue(draft: SessionCredentials, seconds: float) -> SessionCredentials:
    """Give out temporary credentials as `draft` says that last `seconds` of lab time."""
    now = time.time()
    credentials = replace(
        draft,
        access_key_id=generate_access_key_id_from_account_id(
            draft.account, prefix="ASIA", total_length=20
        ),
        secret_access_key=keys.salted(random_alphanumeric(40)),
        session_token=_session_token(),
        issued=now,
        expires=now + seconds,
    )
    session_credentials[credentials.access_key_id] = credentials
    return credentials


def role_draft(role: Role, session_name: str) -> SessionCredentials:
    """Return the draft of a role's session (`assumed-role/ROLE/SESSION`)."""
    account = str(role.account_id)
    return SessionCredentials(
        arn=f"arn:aws:sts::{account}:assumed-role/{role.name}/{session_name}",
        user_id=f"{role.id}:{session_name}",
        kind=SessionKind.ROLE,
        account=account,
        session_name=session_name,
        role_arn=role.arn,
        role_id=role.id,
        issuer_arn=role.arn,
        issuer_id=role.id,
    )


def issue_for_role(role: Role, session_name: str, seconds: float) -> SessionCredentials:
    """Give out the credentials of a role's session that a service asks for, as EC2 does."""
    return issue(role_draft(role, session_name), seconds)


def iam_backend(account: str = DEFAULT_ACCOUNT_ID) -> IAMBackend:
    """Return the IAM of an account, by default the learner's."""
    return iam_backends[account]["aws"]


def _session_token() -> str:
    data = mock_random.getrandbits(TOKEN_BYTES * 8).to_bytes(TOKEN_BYTES, "big")
    return "IQoJb3JpZ2luX2Vj" + keys.salted(base64.b64encode(data).decode())
