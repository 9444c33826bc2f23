"""Lab 01-02, exercises 5 and 6: the purser's temporary sessions, and where they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.calls import CHECK_MARK, Call
from dryrun.checks.cli_and_sdk import codes, identities, purser
from dryrun.checks.cli_and_sdk.purser import PREFIX, PURSER, PURSER_ARN, TICKETS
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence

HOUR = 3600
PROFILE = "purser-mfa"
KEY, SECRET, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
ANYWHERE = "this notebook's environment, and the lab's two AWS files"
_TEMPORARY = "ASIA"
_EXPIRED = "ExpiredToken"


@dataclass(frozen=True)
class Place:
    """Hold the key that stands in one place: a profile, or the environment."""

    where: str
    key_id: str
    secret: str
    token: str

    def caller(self, account: Account) -> identities.Caller:
        """Return whom the key stands for."""
        return identities.caller(account, self.key_id, self.secret, self.token or None)


def places(account: Account) -> Iterator[Place]:
    """Yield every place with a key, the environment first."""
    environ = account.environ
    if environ.get(KEY):
        yield Place(
            "the environment of this notebook",
            environ[KEY],
            environ.get(SECRET, ""),
            environ.get(TOKEN, ""),
        )
    config = account.config()
    names = {words[-1] for section in config if (words := section.split())}
    for name in sorted({*account.credentials(), *names}):
        found = identities.read_profile(account, name)
        if found is not None and found.key_id:
            file = account.credentials().get(name, {})
            other = config.get(identities.config_section(config, name), {})
            token = (file if "aws_access_key_id" in file else other).get("aws_session_token", "")
            yield Place(found.where_key, found.key_id, found.secret, token)


# What both exercises ask for


def session_code(account: Account) -> Evidence | None:
    """Find that the purser was given a session for a code."""
    given = _issued(account)
    wanted = "a session of purser's, asked for with the device and a code"
    where = "your calls of GetSessionToken"
    if not given:
        tries = account.calls("sts", "GetSessionToken")
        found = f"no session; the last call was refused: {tries[-1].error}" if tries else "no call"
        others = [call for call in tries if call.error is None]
        if others:
            arn = str(others[-1].caller.get("arn"))
            found = f"a session of {arn.rpartition('/')[2]}'s; was --profile left out?"
        return Evidence(wanted, found, where)
    if _chosen(account).parameters.get("SerialNumber"):
        return None
    return Evidence(wanted, "a session asked for without a code", where)


def session_hour(account: Account) -> Evidence | None:
    """Find that the session was asked for one hour."""
    wanted, where = "a session of 3600 seconds", "your call of GetSessionToken"
    if not _issued(account):
        return Evidence(wanted, "no session of purser's yet", where)
    seconds = _chosen(account).parameters.get("DurationSeconds")
    if seconds == HOUR:
        return None
    found = f"{seconds} seconds" if seconds else "12 hours, which is the default"
    return Evidence(wanted, found, where)


def values_placed(account: Account) -> Evidence | None:
    """Find the three values of a living session of the purser's in one place."""
    wanted = "a key id, a secret and a session token that answer user/purser"
    troubles: list[tuple[Place, str]] = []
    for place in _temporary(account):
        trouble = _trouble(account, place)
        if not trouble:
            return None
        troubles.append((place, trouble))
    _need_key(account)
    # What has only just been put somewhere says more than what has expired there.
    troubles.sort(key=lambda pair: "expired" in pair[1])
    for place, trouble in troubles:
        return Evidence(wanted, trouble, place.where)
    return Evidence(wanted, "no key id that begins with ASIA", ANYWHERE)


def tickets_open(account: Account) -> Evidence | None:
    """Find that the tickets can be listed with these values."""
    wanted = "ferry-tickets can be listed with the session"
    found = Evidence(wanted, "no session to list them with", ANYWHERE)
    for place in _temporary(account):
        code = _list_tickets(account, place)
        if not code:
            return None
        why = ""
        if code == "AccessDenied" and not _is_coded(account, place):
            why = "; the session was asked for without a code"
        found = Evidence(wanted, f"S3 answers {code}{why}", place.where)
    return found


# Exercise 5: an hour with a code


def tried_session(account: Account) -> bool:
    """Tell whether a session was asked for, or stands somewhere."""
    asked = account.calls("sts", "GetSessionToken")
    return bool(asked) or any(True for _ in _temporary(account))


def solve_session(account: Account) -> None:
    """Get a session and keep it in a profile; then let the hour pass, as the page does."""
    renew(account)
    account.control("clock", {"action": "advance", "seconds": HOUR})


# Exercise 6: an hour later


def nothing_expired(account: Account) -> Evidence | None:
    """Find no place with values that have expired."""
    for place in _temporary(account):
        if place.caller(account).code == _EXPIRED:
            wanted = "no values of a session that is over"
            return Evidence(wanted, f"{place.key_id}, which has expired", place.where)
    return None


def tried_again(account: Account) -> bool:
    """Tell whether the purser asked for a session an hour after the first one."""
    given = [_moment(call) for call in _issued(account)]
    asked = [_moment(call) for call in account.calls("sts", "GetSessionToken") if _is_own(call)]
    return bool(given) and max(asked) - min(given) >= timedelta(seconds=HOUR)


def renew(account: Account) -> None:
    """Get a session of an hour with the next code, and keep it in the profile purser-mfa."""
    serial_number = codes.device(account)
    code = account.control("phone", {"device": serial_number})["code"]
    key = identities.read_profile(account, PURSER) or identities.Profile()
    sts = client(account, "sts", key.key_id, key.secret)
    credentials = sts.get_session_token(
        SerialNumber=serial_number, TokenCode=code, DurationSeconds=HOUR
    )["Credentials"]
    values: dict[str, str | None] = {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }
    account.write_ini(account.workspace.aws_credentials, {PROFILE: values})


def client(account: Account, service: str, key_id: str, secret: str, token: str = "") -> Any:
    """Return a boto3 client that works with a key of the learner's."""
    return boto3.client(
        service,
        region_name=DEFAULT_REGION,
        endpoint_url=account.running.endpoint,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token or None,
        config=Config(proxies={}, s3={"addressing_style": "path"}),
    )


# What they share


def _temporary(account: Account) -> Iterator[Place]:
    """Yield the places with a temporary key, those of roles left out."""
    roles = {
        call.result.get("Credentials", {}).get("AccessKeyId")
        for call in account.calls("sts", "AssumeRole")
    }
    for place in places(account):
        if place.key_id.strip("\"'").startswith(_TEMPORARY) and place.key_id not in roles:
            yield place


def _need_key(account: Account) -> None:
    """Raise Broken unless the purser's long-term key, which asks for sessions, stands somewhere."""
    keys = identities.keys_of(account, PURSER)
    if keys is None:
        raise Broken(purser.GONE)
    if not any(keys.get(place.key_id) == "Active" for place in places(account)):
        raise Broken(
            f"No profile holds the long-term key of {PURSER} any more, and only that key can ask "
            "for a session; was the session written over it?"
        )


def _trouble(account: Account, place: Place) -> str:
    """Say what is wrong with the values in a place, "" when they are a session of the purser's."""
    if place.key_id[0] in "\"'":
        return f"{place.key_id}, where the quotation marks are taken as part of the key"
    odd = identities.odd_secret(place.secret)
    if odd:
        return odd
    if not place.token:
        return f"{place.key_id} without a session token: AWS does not know it alone"
    who = place.caller(account)
    if who.arn == PURSER_ARN:
        return ""
    if who.code == _EXPIRED:
        return f"{place.key_id}, which has expired"
    return f"{place.key_id}, which AWS refuses: {who.code}" if who.code else f"the key of {who}"


def _is_own(call: Call) -> bool:
    return call.caller.get("arn") == PURSER_ARN


def _issued(account: Account) -> list[Call]:
    """Return the calls that gave the purser a session, in order."""
    given = purser.done(account, "sts", "GetSessionToken")
    return [call for call in given if _is_own(call)]


def _chosen(account: Account) -> Call:
    """Return the newest call whose session stands somewhere, or else the newest one."""
    given = _issued(account)
    held = {place.key_id for place in _temporary(account)}
    return next((call for call in reversed(given) if _key_id(call) in held), given[-1])


def _is_coded(account: Account, place: Place) -> bool:
    """Tell whether the session in a place was asked for with a code."""
    asked = [call for call in _issued(account) if _key_id(call) == place.key_id]
    return any(call.parameters.get("SerialNumber") for call in asked)


def _key_id(call: Call) -> str:
    return str(call.result.get("Credentials", {}).get("AccessKeyId"))


def _moment(call: Call) -> datetime:
    return datetime.fromisoformat(call.time)


def _list_tickets(account: Account, place: Place) -> str:
    """Return "" when the tickets can be listed with a key, or else S3's error code."""
    request = AWSRequest(
        "GET",
        f"{account.running.endpoint}/{TICKETS}?list-type=2&max-keys=1&prefix={PREFIX}",
        headers={"User-Agent": CHECK_MARK},
    )
    credentials = Credentials(place.key_id, place.secret, place.token or None)
    S3SigV4Auth(credentials, "s3", DEFAULT_REGION).add_auth(request)
    answer = _http().send(request.prepare())
    if answer.status_code == 200:
        return ""
    code = re.search(r"<Code>([^<]+)</Code>", answer.text)
    return code[1] if code else str(answer.status_code)


@cache
def _http() -> URLLib3Session:
    return URLLib3Session(timeout=5)
