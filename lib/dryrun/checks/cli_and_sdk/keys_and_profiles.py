"""Lab 01-01: what must be true of users, access keys and the AWS files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.calls import Call
from dryrun.checks.cli_and_sdk import identities
from dryrun.checks.exceptions import Broken
from dryrun.checks.ini import Ini
from dryrun.checks.model import Evidence
from dryrun.cloud.keys import ADMIN_KEY_ID, ADMIN_NAME

PURSER = "purser"
HARBOUR, HARBOUR_MASTER = "harbour", "harbour-master"
SECOND_REGION = "eu-west-1"
KEY_FILE = "purser-key.json"
IAM = "IAM, account 123456789012"


# Exercise 1: a user and a key


def user_exists(account: Account) -> Evidence | None:
    """Find the user purser."""
    if identities.keys_of(account, PURSER) is not None:
        return None
    made = [call.parameters.get("UserName") for call in _well(account, "CreateUser")]
    found = f"no such user, but you made one named {made[-1]}" if made else "no such user"
    return Evidence("a user named purser", found, IAM)


def key_active(account: Account) -> Evidence | None:
    """Find an active key of the user purser."""
    keys = identities.keys_of(account, PURSER)
    if keys is not None and "Active" in keys.values():
        return None
    return Evidence("an active access key", _told(keys), "IAM user purser")


def admin_single(account: Account) -> Evidence | None:
    """Find no second key of the administrator."""
    keys = identities.keys_of(account, ADMIN_NAME)
    if keys is None or ADMIN_KEY_ID not in keys:
        raise Broken(
            f"The key of {ADMIN_NAME}, which this lab needs, is gone; lab.reset() brings it back."
        )
    others = [key for key in keys if key != ADMIN_KEY_ID]
    if not others:
        return None
    return Evidence(
        f"one key, {ADMIN_KEY_ID}",
        f"another one, {others[0]}; without a user name, a new key is the caller's",
        f"IAM user {ADMIN_NAME}",
    )


def solve_key(account: Account) -> None:
    """Make the user and the key, and keep the key in a file."""
    iam = account.client("iam")
    iam.create_user(UserName=PURSER)
    _keep(iam.create_access_key(UserName=PURSER)["AccessKey"])


# Exercise 2: a profile


def profile_key(account: Account) -> Evidence | None:
    """Find an active key of purser in the profile purser."""
    return _key_of(account, PURSER, PURSER)


def profile_secret(account: Account) -> Evidence | None:
    """Find the secret that belongs to the key in the profile purser."""
    return _secret_of(account, PURSER, PURSER)


def profile_region(account: Account) -> Evidence | None:
    """Find eu-west-1 in the profile purser."""
    return _region_of(account, PURSER)


def default_kept(account: Account) -> Evidence | None:
    """Find the administrator, in us-east-1, in the default profile."""
    found = identities.read_profile(account, "default")
    where = f"{identities.credentials_file(account)}, profile [default]"
    expected = f"{ADMIN_KEY_ID}, the key of {ADMIN_NAME}"
    if found is None or not found.key_id:
        return Evidence(expected, "no key", where)
    if found.key_id != ADMIN_KEY_ID:
        return Evidence(expected, f"{found.key_id}; was --profile left out?", where)
    who = identities.caller(account, found.key_id, found.secret)
    if not who.arn:
        return Evidence("the secret of that key", f"another one ({who.code})", where)
    if found.region == DEFAULT_REGION:
        return None
    return Evidence(DEFAULT_REGION, found.region or "no region", found.where_region)


def tried_profile(account: Account) -> bool:
    """Tell whether the files say anything of purser, or the default profile changed."""
    names = [*account.config(), *account.credentials()]
    return any(PURSER in name.lower() for name in names) or default_kept(account) is not None


def solve_profile(account: Account) -> None:
    """Write the kept key into the profile purser."""
    _write_purser(account, json.loads(Path(KEY_FILE).read_text(encoding="utf-8"))["AccessKey"])


# Exercise 4: a new key for the old one


def old_key_rested(account: Account) -> Evidence | None:
    """Find that a key was switched off and only then deleted."""
    switched_off: set[str] = set()
    early = ""
    for call in _well(account, "UpdateAccessKey", "DeleteAccessKey"):
        key = str(call.parameters.get("AccessKeyId"))
        if call.operation == "UpdateAccessKey":
            off = call.parameters.get("Status") == "Inactive"
            switched_off = switched_off | {key} if off else switched_off - {key}
        elif key in switched_off:
            return None
        else:
            early = key
    if early:
        found = f"{early} was deleted while it was active; go round once more"
    elif switched_off:
        found = f"{min(switched_off)} is switched off, not deleted"
    else:
        found = "no key was switched off"
    return Evidence("a key first made Inactive, then deleted", found, "your calls to IAM")


def one_key(account: Account) -> Evidence | None:
    """Find exactly one key of purser, and an active one."""
    keys = identities.keys_of(account, PURSER)
    if keys is not None and list(keys.values()) == ["Active"]:
        return None
    return Evidence("one active key", _told(keys), "IAM user purser")


def profile_works(account: Account) -> Evidence | None:
    """Find that the profile purser stands for the user purser."""
    return profile_key(account) or profile_secret(account)


def tried_rotation(account: Account) -> bool:
    """Tell whether a key was switched off or deleted, or there is a second one."""
    keys = identities.keys_of(account, PURSER) or {}
    return len(keys) > 1 or bool(_well(account, "UpdateAccessKey", "DeleteAccessKey"))


def solve_rotation(account: Account) -> None:
    """Make a key, put it into the profile, switch the old one off and delete it."""
    iam = account.client("iam")
    for old in identities.keys_of(account, PURSER) or {}:
        new = iam.create_access_key(UserName=PURSER)["AccessKey"]
        _keep(new)
        _write_purser(account, new)
        iam.update_access_key(UserName=PURSER, AccessKeyId=old, Status="Inactive")
        iam.delete_access_key(UserName=PURSER, AccessKeyId=old)


# The challenge: somebody else's files


def spoil_harbour(account: Account) -> None:
    """Make the user harbour-master, and files with three things wrong."""
    iam = account.client("iam")
    iam.create_user(UserName=HARBOUR_MASTER)
    kept = iam.create_access_key(UserName=HARBOUR_MASTER)["AccessKey"]
    iam.create_access_key(UserName=HARBOUR_MASTER)
    key_id = kept["AccessKeyId"]
    iam.update_access_key(UserName=HARBOUR_MASTER, AccessKeyId=key_id, Status="Inactive")
    config: dict[str, dict[str, str | None] | None] = {HARBOUR: {"region": SECOND_REGION}}
    forgotten = dict.fromkeys(("profile purser", "profile ticket-task", "profile harbour"))
    account.write_ini(account.workspace.aws_config, {**forgotten, **config})
    pair = {"aws_access_key_id": key_id, "aws_secret_access_key": kept["SecretAccessKey"]}
    account.write_ini(
        account.workspace.aws_credentials,
        {PURSER: None, HARBOUR: None, f"profile {HARBOUR}": pair},
    )


def harbour_key(account: Account) -> Evidence | None:
    """Find an active key of harbour-master in the profile harbour."""
    return _key_of(account, HARBOUR, HARBOUR_MASTER)


def harbour_secret(account: Account) -> Evidence | None:
    """Find the secret that belongs to the key in the profile harbour."""
    return _secret_of(account, HARBOUR, HARBOUR_MASTER)


def harbour_region(account: Account) -> Evidence | None:
    """Find eu-west-1 in the profile harbour."""
    return _region_of(account, HARBOUR)


def harbour_tidy(account: Account) -> Evidence | None:
    """Find no section whose name is meant for the other file."""
    wrong = _misnamed(account, HARBOUR)
    return Evidence("no section with a name the tools ignore", *wrong) if wrong else None


def tried_harbour(account: Account) -> bool:
    """Tell whether the files or the keys of harbour-master are not as they were found."""
    names = {name for name in account.config() if HARBOUR in name}
    secrets = {name for name in account.credentials() if HARBOUR in name}
    keys = identities.keys_of(account, HARBOUR_MASTER) or {}
    found = (names, secrets, sorted(keys.values()))
    return found != ({HARBOUR}, {f"profile {HARBOUR}"}, ["Active", "Inactive"])


def solve_harbour(account: Account) -> None:
    """Give the sections their names and switch the key on."""
    pair: Mapping[str, str] = account.credentials()[f"profile {HARBOUR}"]
    account.client("iam").update_access_key(
        UserName=HARBOUR_MASTER, AccessKeyId=pair["aws_access_key_id"], Status="Active"
    )
    account.write_ini(
        account.workspace.aws_credentials, {f"profile {HARBOUR}": None, HARBOUR: dict(pair)}
    )
    account.write_ini(
        account.workspace.aws_config,
        {HARBOUR: None, f"profile {HARBOUR}": {"region": SECOND_REGION}},
    )


# Clean up


def user_gone(account: Account) -> Evidence | None:
    """Find no user purser."""
    keys = identities.keys_of(account, PURSER)
    return None if keys is None else Evidence("no user named purser", _told(keys), IAM)


def profiles_gone(account: Account) -> Evidence | None:
    """Find nothing of purser and of the ticket task in the files, and no kept key."""
    left = {"purser", "profile purser", "ticket-task", "profile ticket-task"}
    for file, sections in (
        (identities.credentials_file(account), account.credentials()),
        (identities.config_file(account), account.config()),
    ):
        for name in sections:
            if name in left:
                return Evidence("neither profile", f"section [{name}]", file)
    if Path(KEY_FILE).exists():
        return Evidence("no file with a secret", KEY_FILE, "the folder of this notebook")
    return None


# What they share


def _well(account: Account, *operations: str) -> list[Call]:
    """Return the learner's calls of IAM operations that AWS granted, in order."""
    calls = account.calls("iam")
    return [call for call in calls if call.operation in operations and call.error is None]


def _told(keys: Mapping[str, str] | None) -> str:
    if keys is None:
        return "no such user"
    return ", ".join(f"{key} ({status})" for key, status in keys.items()) or "no access key"


def _keep(key: Mapping[str, Any]) -> None:
    """Keep the answer of create-access-key, as the CLI would print it."""
    text = json.dumps({"AccessKey": key}, default=str, indent=4)
    Path(KEY_FILE).write_text(text + "\n", encoding="utf-8")


def _write_purser(account: Account, key: Mapping[str, str]) -> None:
    pair: dict[str, str | None] = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    account.write_ini(account.workspace.aws_credentials, {PURSER: pair})
    account.write_ini(
        account.workspace.aws_config, {f"profile {PURSER}": {"region": SECOND_REGION}}
    )


def _key_of(account: Account, name: str, user: str) -> Evidence | None:
    """Find an active key of `user` in the profile `name`."""
    found = identities.read_profile(account, name)
    expected = f"an active key of the user {user}"
    if found is None or not found.key_id:
        said, where = _misnamed(account, name) or (
            _nothing(found, name, {**account.config(), **account.credentials()}),
            f"{identities.credentials_file(account)}, profile [{name}]",
        )
        return Evidence(expected, said, where)
    keys = identities.keys_of(account, user) or {}
    if keys.get(found.key_id) == "Active":
        return None
    if found.key_id in keys:
        said = f"{found.key_id}, which is switched off"
    elif found.key_id == ADMIN_KEY_ID:
        said = f"{found.key_id}, which belongs to {ADMIN_NAME}"
    elif found.key_id.strip("\"'") in keys:
        said = f"{found.key_id}, where the quotation marks are taken as part of the key"
    else:
        said = f"{found.key_id}, which is no key of {user}"
    return Evidence(expected, said, found.where_key)


def _nothing(found: identities.Profile | None, name: str, sections: Ini) -> str:
    if found is not None:
        return "the profile, but no aws_access_key_id in it"
    near = [section for section in sections if name in section.lower()]
    return f"no such profile, but a section [{near[0]}]" if near else "no such profile"


def _secret_of(account: Account, name: str, user: str) -> Evidence | None:
    """Find the secret that belongs to the key in the profile `name`."""
    found = identities.read_profile(account, name) or identities.Profile()
    where = found.where_key or f"{identities.credentials_file(account)}, profile [{name}]"
    odd = identities.odd_secret(found.secret)
    if odd:
        return Evidence("the 40 characters that AWS gave with the key", odd, where)
    who = identities.caller(account, found.key_id, found.secret)
    if who.arn.endswith(f":user/{user}"):
        return None
    said = f"AWS refuses it: {who.code}" if who.code else f"AWS answers {who}"
    return Evidence(f"a call signed with it answers user/{user}", said, where)


def _region_of(account: Account, name: str) -> Evidence | None:
    """Find eu-west-1 in the profile `name`."""
    found = identities.read_profile(account, name)
    if found is not None and found.region == SECOND_REGION:
        return None
    section = f"{identities.config_file(account)}, section [{identities.written_section(name)}]"
    if found is None or not found.region:
        said, where = _misnamed(account, name, config_first=True) or ("no region", section)
    else:
        said, where = found.region, found.where_region
    return Evidence(SECOND_REGION, said, where)


def _misnamed(account: Account, name: str, *, config_first: bool = False) -> tuple[str, str] | None:
    """Return (what, where) of a section whose name belongs into the other file."""
    wrong = []
    if f"profile {name}" in account.credentials():
        said = f"a section [profile {name}]; in this file it is [{name}]"
        wrong.append((said, identities.credentials_file(account)))
    if name in account.config():
        said = f"a section [{name}]; in this file it is [profile {name}]"
        wrong.append((said, identities.config_file(account)))
    if not wrong:
        return None
    return wrong[-1] if config_first else wrong[0]
