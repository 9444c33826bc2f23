"""Whom keys, profiles and environments of the learner stand for."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.calls import CHECK_MARK
from dryrun.checks.ini import Ini

SECRET_LENGTH = 40
NOBODY = "nobody"
NONE_FOUND = "no credentials at all"


@dataclass(frozen=True)
class Caller:
    """Say whom a key stands for: `arn`, or the AWS error `code` that refused it."""

    arn: str = ""
    code: str = ""

    def __str__(self) -> str:
        """Return who it is in few words: "user purser", "role ferry-web"."""
        kind, _, rest = self.arn.rpartition(":")[2].partition("/")
        if kind == "assumed-role":
            return f"the role {rest.partition('/')[0]}"
        return f"the user {rest.rpartition('/')[2]}" if rest else f"{NOBODY} ({self.code})"


@dataclass(frozen=True)
class Profile:
    """Hold what the AWS files say of one profile, and where each part stands."""

    key_id: str = ""
    secret: str = ""
    region: str = ""
    where_key: str = ""
    where_region: str = ""


@dataclass(frozen=True)
class Winner:
    """Say whom a plain command in the learner's notebook is, and where that comes from.

    `method` is botocore's name of the place ("env", "shared-credentials-file",
    "container-role", …); `trouble` is why there is nobody. `cli_region` and `boto_region`
    are the regions the two tools would use, "" for none.
    """

    method: str = ""
    caller: Caller = Caller()
    trouble: str = ""
    cli_region: str = ""
    boto_region: str = ""

    @property
    def broken(self) -> bool:
        """Whether every plain command stops with an error of the tool itself."""
        return bool(self.trouble) and self.trouble != NONE_FOUND

    def __str__(self) -> str:
        """Return who won, and from where."""
        return self.trouble or f"{self.caller}, from {PLACES.get(self.method, self.method)}"


PLACES = {
    "env": "the environment",
    "shared-credentials-file": "the credentials file",
    "config-file": "the config file",
    "container-role": "the container credentials",
    "iam-role": "the instance metadata",
    "assume-role": "a role in the config file",
    "custom-process": "a credential_process",
}


def caller(account: Account, key_id: str, secret: str, token: str | None = None) -> Caller:
    """Ask STS whom a key stands for, as a call that no check counts.

    Raises botocore's connection errors when the cloud is gone.
    """
    request = AWSRequest(
        "POST",
        account.running.endpoint + "/",
        headers={
            "User-Agent": CHECK_MARK,
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        },
        data="Action=GetCallerIdentity&Version=2011-06-15",
    )
    SigV4Auth(Credentials(key_id, secret, token), "sts", DEFAULT_REGION).add_auth(request)
    answer = _http().send(request.prepare()).text
    found = re.search(r"<Arn>([^<]+)</Arn>", answer)
    if found:
        return Caller(arn=found[1])
    code = re.search(r"<Code>([^<]+)</Code>", answer)
    return Caller(code=code[1] if code else "no answer")


@cache
def _http() -> URLLib3Session:
    return URLLib3Session(timeout=5)


def keys_of(account: Account, user: str) -> dict[str, str] | None:
    """Return {key id: "Active" or "Inactive"} of a user; None when there is no such user."""
    try:
        answer = account.client("iam").list_access_keys(UserName=user)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchEntity":
            return None
        raise
    return {key["AccessKeyId"]: key["Status"] for key in answer["AccessKeyMetadata"]}


def read_profile(account: Account, name: str) -> Profile | None:
    """Return a profile as the AWS tools read it from the lab's two files; None: no such one."""
    in_config = config_section(account.config(), name)
    config = account.config().get(in_config, {}) if in_config else {}
    credentials = account.credentials().get(name, {})
    if not in_config and name not in account.credentials():
        return None
    file = credentials_file(account)
    # The tools merge the two files; what stands in the credentials file wins.
    first = credentials if "aws_access_key_id" in credentials else config
    region_first = "region" in credentials
    return Profile(
        key_id=first.get("aws_access_key_id", ""),
        secret=first.get("aws_secret_access_key", ""),
        region=credentials["region"] if region_first else config.get("region", ""),
        where_key=f"{file}, profile [{name}]"
        if first is credentials or not config.get("aws_access_key_id")
        else f"{config_file(account)}, section [{in_config}]",
        where_region=f"{file}, profile [{name}]"
        if region_first
        else f"{config_file(account)}, section [{in_config or written_section(name)}]",
    )


def config_section(config: Ini, name: str) -> str:
    """Return the section of a config file that is the profile `name`, "" when there is none."""
    for section in config:
        try:
            words = shlex.split(section)
        except ValueError:
            continue
        if words == ["profile", name] or (name == "default" and section == "default"):
            return section
    return ""


def written_section(name: str) -> str:
    """Return how the config file names the section of a profile."""
    return name if name == "default" else f"profile {name}"


def credentials_file(account: Account) -> str:
    """Return the credentials file as a learner knows it."""
    return _short(account, account.workspace.aws_credentials)


def config_file(account: Account) -> str:
    """Return the config file as a learner knows it."""
    return _short(account, account.workspace.aws_config)


def _short(account: Account, path: Any) -> str:
    return f"file {path.relative_to(account.workspace.root)}"


def plain_command(account: Account) -> Winner:
    """Return whom a plain command in the learner's notebook is, with botocore's own chain."""
    environ = account.environ
    try:
        session = account.session_as_learner()
        found = session.get_credentials()
        frozen = found.get_frozen_credentials() if found else None
    except (BotoCoreError, ValueError) as error:
        # An address that cannot be one, in a container variable, is a ValueError.
        return Winner(trouble=f"an error: {' '.join(str(error).split())[:300]}")
    boto_region = session.region_name or ""
    cli_region = environ.get("AWS_REGION") or boto_region
    if found is None or frozen is None:
        return Winner(trouble=NONE_FOUND, cli_region=cli_region, boto_region=boto_region)
    return Winner(
        method=str(found.method),
        caller=caller(account, frozen.access_key, frozen.secret_key, frozen.token),
        cli_region=cli_region,
        boto_region=boto_region,
    )


def odd_secret(secret: str) -> str:
    """Say what is odd about the shape of a secret, "" when nothing is; never shows it."""
    if not secret:
        return "no secret"
    if re.search(r"\s", secret):
        return "a secret with a space in it"
    if secret[0] in "\"'" or secret[-1] in "\"'":
        return "a secret with a quotation mark around it, which is taken as part of it"
    if len(secret) != SECRET_LENGTH:
        return f"a secret of {len(secret)} characters, where AWS gives {SECRET_LENGTH}"
    return ""
