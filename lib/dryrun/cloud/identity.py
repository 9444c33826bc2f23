"""Who may call: the learner's own identity, and which keys the cloud knows.

Whether a key may do what it asks is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud import keys
from dryrun.cloud.keys import ADMIN_KEY_ID, ADMIN_NAME
from dryrun.cloud.routing import ApiCall
from dryrun.cloud.services import heads
from dryrun.cloud.settings import Credentials
from dryrun.cloud.signatures import words
from dryrun.cloud.signatures.claims import Claim, Malformed, read_claim
from dryrun.cloud.signatures.genuine import find_fault
from dryrun.cloud.signatures.sent import Sent
from dryrun.cloud.signatures.times import LabTimes, Moment
from dryrun.cloud.signatures.words import Family, Refusal
from dryrun.cloud.sts.models import SessionCredentials, session_credentials
from dryrun.workspace import Workspace

__all__ = [
    "ANONYMOUS",
    "Caller",
    "CallerKind",
    "Refusal",
    "authenticate",
    "date_admin",
    "seed_admin",
]

IAM_REGION = "us-east-1"


class CallerKind(StrEnum):
    """What a caller is, as CloudTrail's `userIdentity.type` tells."""

    ROOT = "Root"
    USER = "IAMUser"
    ROLE = "AssumedRole"
    FEDERATED = "FederatedUser"
    SERVICE = "AWSService"
    ANONYMOUS = "Unknown"


@dataclass(frozen=True)
class Caller:
    """Who makes a call, once the signature has been found genuine.

    `session` is there for temporary credentials. `unchecked` is the learner's administrator,
    whose permissions are not evaluated.
    """

    kind: CallerKind
    arn: str
    user_id: str
    account: str
    access_key: str = ""
    session: SessionCredentials | None = None
    unchecked: bool = False
    source_arn: str = ""
    """For a service: on behalf of which resource it calls (`aws:SourceArn`)."""
    source_account: str = ""


ANONYMOUS = Caller(CallerKind.ANONYMOUS, "", "", "anonymous")


# How this process takes its callers

_credentials: list[Credentials] = [Credentials()]
_times = LabTimes()


def use(credentials: Credentials) -> None:
    """Let `credentials` decide from now on whether signatures are checked."""
    _credentials[:] = [credentials]


def settings() -> Credentials:
    """Return whether signatures are checked in this process, and whose account it has."""
    return _credentials[-1]


def any_credentials() -> bool:
    """Tell whether this process checks no signatures."""
    return settings().any_credentials


def note_time(lab: float | None = None) -> None:
    """Remember how lab time (now, or `lab`, in seconds) stands against the real one.

    To be called before and after the clock is moved; see `LabTimes`.
    """
    _times.note(_now() if lab is None else Moment.at(lab))


def journal_folder(workspace: Workspace) -> Path:
    """Return where the journal is kept: apart for each account that takes any credentials."""
    if not any_credentials():
        return workspace.journal
    return workspace.journal / f"any-{settings().account}"


def seed_admin() -> None:
    """Create the learner's administrator with the workspace's key."""
    iam = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    user = iam.create_user(IAM_REGION, ADMIN_NAME)
    iam.administrator_access().attach_to(user)
    key = iam.create_access_key(user.name)
    del iam.access_keys[key.access_key_id]
    key.access_key_id = ADMIN_KEY_ID
    key.secret_access_key = keys.current().admin_secret
    iam.access_keys[ADMIN_KEY_ID] = key


def date_admin(moment: float) -> None:
    """Let the administrator be as old as the account, which began at `moment`, in seconds."""
    admin = iam_backends[DEFAULT_ACCOUNT_ID]["aws"].users[ADMIN_NAME]
    made = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)
    admin.create_date = made
    for key in admin.access_keys:
        key.create_date = made


def authenticate(call: ApiCall, body: bytes) -> Caller | Refusal:
    """Return who makes a call, or how AWS refuses the signature or the key it is made with.

    `body` is the body as it was sent. A call without a signature is ANONYMOUS's. Nobody is
    refused when `any_credentials()`.
    """
    if any_credentials():
        return _anybody(call)
    sent = Sent.of(call.request.environ, body)
    family = _family(call)
    try:
        claim = read_claim(sent, call.service)
    except Malformed as malformed:
        return words.word(malformed.fault, family)
    if claim is not None:
        return _prove(call, sent, claim, family)
    # A public bucket is for its policy to open; elsewhere AWS says which calls need no key.
    open_to_all = call.service == "s3" or call.name in heads()[call.service].unsigned
    return ANONYMOUS if open_to_all else words.unsigned(family)


def _prove(call: ApiCall, sent: Sent, claim: Claim, family: Family) -> Caller | Refusal:
    """Return who signed a call, or what is wrong with the key, the token or the signature."""
    now = _now()
    _times.note(now)
    found = _find(claim.access_key)
    token = claim.token or call.signature.token
    if found is None or not found.active or (found.token and not token):
        return words.UNKNOWN_KEY[family]
    if token != found.token:
        return words.WRONG_TOKEN[family]
    fault = find_fault(sent, claim, found.secret) or _times.find_fault(claim, now)
    if fault is not None:
        return words.word(fault, family)
    session = found.caller.session
    if session is not None and session.expired:
        return words.EXPIRED_TOKEN[family]
    if session is not None and call.service == "iam" and not session.opens_iam:
        return words.UNKNOWN_KEY[family]
    return found.caller


def recognize(call: ApiCall) -> Caller:
    """Return whom the key of a call stands for, without proof; ANONYMOUS for an unknown one.

    For a call that was authenticated when it was answered first, as in a replay of the journal.
    """
    if any_credentials():
        return _anybody(call)
    found = _find(call.signature.access_key)
    return ANONYMOUS if found is None else found.caller


def introduction(call: ApiCall) -> dict[str, str]:
    """Return the header, in WSGI's name, that tells moto who calls; none where it can tell.

    moto takes the caller's key from the Authorization header, and the service. When any credentials
    will do, that may name a key nobody knows, or be missing; a link in a mail has none.
    """
    if call.caller is None or not (any_credentials() or _is_link(call)):
        return {}
    region, service = call.signature.region, call.signature.signing_name or call.service
    scope = f"{call.caller.access_key}/20260105/{region}/{service}/aws4_request"
    header = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    return {"HTTP_AUTHORIZATION": header}


def _is_link(call: ApiCall) -> bool:
    return (call.service, call.name) == ("sns", "ConfirmSubscription") and call.caller == ANONYMOUS


@dataclass(frozen=True)
class _Key:
    """A key the cloud knows, and what must come with it."""

    caller: Caller
    secret: str
    token: str | None = None
    active: bool = True


def _find(access_key: str) -> _Key | None:
    session = session_credentials.get(access_key)
    if session is not None:
        caller = Caller(
            CallerKind(session.kind.value),
            session.arn,
            session.user_id,
            session.account,
            access_key,
            session,
        )
        return _Key(caller, session.secret_access_key, session.session_token)
    for account, partitions in list(iam_backends.items()):
        key: Any = partitions["aws"].access_keys.get(access_key)
        if key is not None:
            return _Key(
                _user(partitions["aws"], account, key),
                str(key.secret_access_key),
                active=key.status == "Active",
            )
    return None


def _user(iam: Any, account: str, key: Any) -> Caller:
    user = iam.get_user(key.user_name)
    return Caller(
        CallerKind.USER,
        user.arn,
        user.id,
        account,
        key.access_key_id,
        unchecked=key.access_key_id == ADMIN_KEY_ID,
    )


def _anybody(call: ApiCall) -> Caller:
    """Return the administrator for whoever calls; a key the cloud gave out keeps its name."""
    found = _find(call.signature.access_key) or _find(ADMIN_KEY_ID)
    if found is None:  # somebody deleted the administrator's key
        arn = f"arn:aws:iam::{settings().account}:user/{ADMIN_NAME}"
        return Caller(CallerKind.USER, arn, "", settings().account, unchecked=True)
    return replace(found.caller, unchecked=True)


def _now() -> Moment:
    return Moment.at(clocks.current().time())


def _family(call: ApiCall) -> Family:
    if call.service in ("s3", "s3control"):
        return Family.S3
    if call.service == "ec2":
        return Family.EC2
    # SQS and CloudWatch left the query protocol and kept its codes.
    if call.protocol in ("query", "rest-xml") or "awsQueryCompatible" in call.model.metadata:
        return Family.QUERY
    return Family.REST_JSON if call.protocol == "rest-json" else Family.JSON
