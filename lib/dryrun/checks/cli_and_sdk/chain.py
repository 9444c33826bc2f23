"""Lab 01-01: whom a plain command is, and which place decided it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from IPython.core.getipython import get_ipython

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.cli_and_sdk import identities
from dryrun.checks.cli_and_sdk.keys_and_profiles import (
    KEY_FILE,
    PURSER,
    SECOND_REGION,
    tried_rotation,
)
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence
from dryrun.cloud.keys import ADMIN_KEY_ID

TASK_ROLE, WEB_ROLE, TASK_PROFILE = "ferry-ticket-task", "ferry-web", "ticket-task"
KEY, SECRET, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
REGION, CLI_REGION = "AWS_DEFAULT_REGION", "AWS_REGION"
PROFILE = "AWS_PROFILE"
CONTAINER = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
METADATA = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
PLAIN = "a plain command in this notebook"
UNKNOWN = "no region, as long as no command works"
SETTINGS = (KEY, SECRET, TOKEN, REGION, CLI_REGION, PROFILE, "AWS_DEFAULT_PROFILE", CONTAINER)

_EXPORT = re.compile(r"^\s*!+\s*export\s+AWS_", re.MULTILINE)


def _of(name: str) -> str:
    return f"environment variable {name} of this notebook"


# Exercise 3: the environment


def env_key(account: Account) -> Evidence | None:
    """Find an active key of purser in the environment."""
    key = account.environ.get(KEY, "")
    keys = identities.keys_of(account, PURSER) or {}
    if keys.get(key) == "Active":
        return None
    if not key:
        found = "not set"
        if _exported() and not any(name in account.environ for name in SETTINGS):
            found += "; a line with !export sets it in a shell that ends with that line"
    elif key in keys:
        found = f"{key}, which is switched off"
    elif key == ADMIN_KEY_ID:
        found = f"{key}, which belongs to ferry-admin"
    elif key.strip("\"'") in keys:
        found = f"{key}, where the quotation marks are taken as part of the key"
    else:
        found = f"{key}, which is no key of purser"
    return Evidence("an active key of the user purser", found, _of(KEY))


def env_pair_works(account: Account) -> Evidence | None:
    """Find that the pair in the environment stands for purser."""
    key, secret = account.environ.get(KEY, ""), account.environ.get(SECRET, "")
    expected = "a call signed with the pair answers user/purser"
    token = account.environ.get(TOKEN)
    if token:
        return Evidence("not set: this key needs no session token", "a session token", _of(TOKEN))
    if not secret and key:
        return Evidence(expected, "not set: half a pair stops every command", _of(SECRET))
    if not key:
        return Evidence(expected, "no pair to sign with", _of(KEY))
    odd = identities.odd_secret(secret)
    if odd:
        return Evidence("the 40 characters that AWS gave with the key", odd, _of(SECRET))
    who = identities.caller(account, key, secret)
    if who.arn.endswith(f":user/{PURSER}"):
        return None
    found = f"AWS refuses it: {who.code}" if who.code else f"AWS answers {who}"
    return Evidence(expected, found, "the environment of this notebook")


def env_region(account: Account) -> Evidence | None:
    """Find us-east-1 in the variable that both tools read."""
    found = account.environ.get(REGION, "")
    other = account.environ.get(CLI_REGION, "")
    if found == DEFAULT_REGION and other in ("", DEFAULT_REGION):
        return None
    if found == DEFAULT_REGION:
        return Evidence(
            f"not set, or {DEFAULT_REGION}", f"{other}, which the CLI prefers", _of(CLI_REGION)
        )
    if not found and other:
        said = f"not set; you set {CLI_REGION}, which the CLI reads and boto3 does not"
    else:
        said = found or "not set"
    return Evidence(f"{DEFAULT_REGION}, for the CLI and boto3 alike", said, _of(REGION))


def tried_environment(account: Account) -> bool:
    """Tell whether a key is in the environment, or was meant to be."""
    names = (KEY, SECRET, REGION, CLI_REGION)
    return any(account.environ.get(name) for name in names) or _exported()


def solve_environment(account: Account) -> None:
    """Put the kept key and a region into the environment."""
    key = json.loads(Path(KEY_FILE).read_text(encoding="utf-8"))["AccessKey"]
    account.environ[KEY] = key["AccessKeyId"]
    account.environ[SECRET] = key["SecretAccessKey"]
    account.environ[REGION] = DEFAULT_REGION


# Exercise 5: leftovers


def env_clean(account: Account) -> Evidence | None:
    """Find no key in the environment."""
    for name in (KEY, SECRET, TOKEN):
        value = account.environ.get(name)
        if value:
            found = value if name == KEY else "still set"
            return Evidence("not set", found, _of(name))
    return None


def profile_wins(account: Account) -> Evidence | None:
    """Find that a plain command is purser, by the profile."""
    won = identities.plain_command(account)
    from_file = won.method in ("shared-credentials-file", "config-file")
    if from_file and won.caller.arn.endswith(f":user/{PURSER}"):
        return None
    named = account.environ.get("AWS_DEFAULT_PROFILE") or account.environ.get(PROFILE)
    found = str(won)
    if named and named[0] in "\"'":
        found += "; %env takes quotation marks as part of the value"
    elif not named and from_file:
        found += ", profile [default]; no variable names another one"
    return Evidence("the user purser, from the profile purser", found, PLAIN)


def profile_region_wins(account: Account) -> Evidence | None:
    """Find that both tools work in the region of the profile."""
    for name in (CLI_REGION, REGION):
        value = account.environ.get(name, SECOND_REGION)
        if value != SECOND_REGION:
            found = f"{value}, which beats the profile" if value else "set to nothing; remove it"
            return Evidence(f"{SECOND_REGION}, from the profile", found, _of(name))
    won = identities.plain_command(account)
    if won.boto_region == SECOND_REGION:
        return None
    found = won.boto_region or UNKNOWN
    return Evidence(f"{SECOND_REGION}, from the profile", found, PLAIN)


def tried_leftovers(account: Account) -> bool:
    """Tell whether a profile is named, or the keys left the environment after the rotation."""
    if account.environ.get(PROFILE) or account.environ.get("AWS_DEFAULT_PROFILE"):
        return True
    return tried_rotation(account) and not account.environ.get(KEY)


def solve_leftovers(account: Account) -> None:
    """Take the pair and the region out, name the profile."""
    for name in (KEY, SECRET, REGION):
        account.environ.pop(name, None)
    account.environ[PROFILE] = PURSER


# Exercises 6 and 7: a task, a machine


def task_wins(account: Account) -> Evidence | None:
    """Find that a plain command is the role of the task."""
    won = identities.plain_command(account)
    if won.method == "container-role" and f":assumed-role/{TASK_ROLE}/" in won.caller.arn:
        return None
    _need_role(account, TASK_ROLE)
    expected = f"the role {TASK_ROLE}, from the container credentials"
    if not account.environ.get(CONTAINER):
        return Evidence(expected, f"not set, so it is {won}", _of(CONTAINER))
    if "InvalidIdInRequest" in won.trouble:
        found = f"{account.environ[CONTAINER]}, which answers “Credentials not found”"
        return Evidence(expected, found, _of(CONTAINER))
    return Evidence(expected, str(won), PLAIN)


def task_region(account: Account) -> Evidence | None:
    """Find us-east-1 for both tools."""
    won = identities.plain_command(account)
    if (won.cli_region, won.boto_region) == (DEFAULT_REGION, DEFAULT_REGION):
        return None
    if won.broken:
        found = UNKNOWN
    elif won.cli_region == won.boto_region:
        found = won.cli_region or "no region: a command would say You must specify a region"
    else:
        found = f"{won.cli_region} for the CLI, {won.boto_region or 'none'} for boto3"
    return Evidence(DEFAULT_REGION, found, PLAIN)


def tried_task(account: Account) -> bool:
    """Tell whether a container address is set."""
    return any(name.startswith("AWS_CONTAINER_") for name in account.environ)


def solve_task(account: Account) -> None:
    """Name a profile without keys, and the address of the task's credentials."""
    account.write_ini(
        account.workspace.aws_config, {f"profile {TASK_PROFILE}": {"region": DEFAULT_REGION}}
    )
    account.environ[PROFILE] = TASK_PROFILE
    account.environ[CONTAINER] = f"{account.running.endpoint}/v2/credentials/{TASK_ROLE}"


def machine_wins(account: Account) -> Evidence | None:
    """Find that a plain command is the role of the machine."""
    won = identities.plain_command(account)
    if won.method == "iam-role" and f":assumed-role/{WEB_ROLE}/" in won.caller.arn:
        return None
    _need_role(account, WEB_ROLE)
    instance = _machine(account)
    expected = f"the role {WEB_ROLE}, from the instance metadata"
    if CONTAINER in account.environ:
        value = account.environ[CONTAINER]
        found = f"still set, so it is {won}" if value else "set to nothing; remove it"
        return Evidence(expected, found, _of(CONTAINER))
    address = account.environ.get(METADATA, "")
    if not address.rstrip("/").endswith(f"/imds/{instance}"):
        return Evidence(f"…/imds/{instance}", address or "not set", _of(METADATA))
    return Evidence(expected, str(won), PLAIN)


def tried_machine(account: Account) -> bool:
    """Tell whether the metadata address is no longer that of a computer without."""
    return not account.environ.get(METADATA, "").endswith("/imds/none")


def solve_machine(account: Account) -> None:
    """Take the task's address out, name the machine's."""
    account.environ.pop(CONTAINER, None)
    account.environ[METADATA] = f"{account.running.endpoint}/imds/{_machine(account)}"


def settle_machine(account: Account) -> None:
    """Make the roles of the task and the machine, and the machine."""
    iam = account.client("iam")
    for role, service in ((TASK_ROLE, "ecs-tasks"), (WEB_ROLE, "ec2")):
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=policy)
    iam.create_instance_profile(InstanceProfileName=WEB_ROLE)
    iam.add_role_to_instance_profile(InstanceProfileName=WEB_ROLE, RoleName=WEB_ROLE)
    account.client("ec2").run_instances(
        ImageId="ami-0c02fb55956c7d316",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        IamInstanceProfile={"Name": WEB_ROLE},
        MetadataOptions={"HttpTokens": "required"},
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": WEB_ROLE}]}
        ],
    )


# Clean up


def environment_plain(account: Account) -> Evidence | None:
    """Find none of the variables this lab set."""
    for name in SETTINGS:
        if name in account.environ:
            return Evidence("not set", "still set", _of(name))
    if tried_machine(account):
        found = account.environ.get(METADATA) or "not set"
        return Evidence("…/imds/none, a computer that is no instance", found, _of(METADATA))
    for name, path in (
        ("AWS_SHARED_CREDENTIALS_FILE", account.workspace.aws_credentials),
        ("AWS_CONFIG_FILE", account.workspace.aws_config),
    ):
        if account.environ.get(name) != str(path):
            return Evidence("the file of this lab", account.environ.get(name, "not set"), _of(name))
    return None


# What they share


def _exported() -> bool:
    """Tell whether a cell of this notebook tried `!export AWS_…`."""
    shell = get_ipython()
    history = getattr(getattr(shell, "history_manager", None), "input_hist_raw", [])
    return any(_EXPORT.search(cell) for cell in history)


def _machine(account: Account) -> str:
    """Return the id of the lab's instance; raise Broken when it is gone."""
    answer = account.client("ec2").describe_instances(
        Filters=[
            {"Name": "tag:Name", "Values": [WEB_ROLE]},
            {"Name": "instance-state-name", "Values": ["running", "stopped"]},
        ]
    )
    for reservation in answer["Reservations"]:
        return str(reservation["Instances"][0]["InstanceId"])
    raise Broken(
        "The instance ferry-web, which this lab made, is gone; lab.reset() makes it again."
    )


def _need_role(account: Account, name: str) -> None:
    """Raise Broken when a role of the lab's is gone."""
    if name not in {role["RoleName"] for role in account.client("iam").list_roles()["Roles"]}:
        raise Broken(f"The role {name}, which this lab made, is gone; lab.reset() makes it again.")
