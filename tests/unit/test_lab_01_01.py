"""Lab 01-01: what its checks say of files, environments and requests."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dryrun.checks import Account
from dryrun.checks.cli_and_sdk import chain, identities, keys_and_profiles
from dryrun.checks.cli_and_sdk.lab01 import LAB
from dryrun.checks.ini import write_ini
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.workspace import Workspace

KEY = "AKIAPURSER0000000001"
SECRET = "s" * 40
ADMIN_SECRET = "a" * 40
USERS = {"purser": {KEY: "Active"}, "ferry-admin": {ADMIN_KEY_ID: "Active"}, "harbour-master": {}}


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    workspace = Workspace(tmp_path)
    write_ini(
        workspace.aws_credentials,
        {"default": {"aws_access_key_id": ADMIN_KEY_ID, "aws_secret_access_key": ADMIN_SECRET}},
    )
    write_ini(workspace.aws_config, {"default": {"region": "us-east-1"}})
    monkeypatch.setattr(identities, "keys_of", lambda _, user: USERS.get(user))
    monkeypatch.setattr(chain, "_exported", lambda: False)
    cloud: Any = SimpleNamespace(endpoint="http://localhost:1", instance="test")
    return Account(workspace, cloud, {})


def pair(secret: str = SECRET) -> dict[str, str | None]:
    return {"aws_access_key_id": KEY, "aws_secret_access_key": secret}


def test_every_exercise_has_a_ladder_of_hints_and_a_reason() -> None:
    for exercise in LAB.exercises:
        assert len(exercise.hints) >= 3
        assert exercise.why
        assert not exercise.title.endswith((".", "?"))


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("default", "default"),
        ("profile purser", "purser"),
        ('profile "purser"', "purser"),
        ("profile   purser", "purser"),
    ],
)
def test_the_config_file_names_a_profile_in_several_ways(section: str, name: str) -> None:
    assert identities.config_section({section: {}}, name) == section


@pytest.mark.parametrize("section", ["purser", "profile", "profile pursers", 'profile "purser'])
def test_other_sections_are_no_profile(section: str) -> None:
    assert identities.config_section({section: {}}, "purser") == ""


def test_a_profile_may_have_its_key_in_the_config_file(account: Account) -> None:
    write_ini(account.workspace.aws_config, {"profile purser": {**pair(), "region": "eu-west-1"}})
    found = identities.read_profile(account, "purser")
    assert found is not None
    assert (found.key_id, found.region) == (KEY, "eu-west-1")
    assert found.where_key == "file .dryrun/aws/config, section [profile purser]"
    assert keys_and_profiles.profile_key(account) is None


def test_the_credentials_file_beats_the_config_file(account: Account) -> None:
    write_ini(account.workspace.aws_config, {"profile purser": {"aws_access_key_id": "AKIAOTHER"}})
    write_ini(account.workspace.aws_credentials, {"purser": pair()})
    found = identities.read_profile(account, "purser")
    assert found is not None
    assert found.key_id == KEY


def test_a_section_named_for_the_other_file_is_named(account: Account) -> None:
    write_ini(account.workspace.aws_credentials, {"profile purser": pair()})
    evidence = keys_and_profiles.profile_key(account)
    assert evidence is not None
    assert evidence.found == "a section [profile purser]; in this file it is [purser]"
    assert evidence.where == "file .dryrun/aws/credentials"


def test_another_spelling_is_named(account: Account) -> None:
    write_ini(account.workspace.aws_credentials, {"Purser": pair()})
    evidence = keys_and_profiles.profile_key(account)
    assert evidence is not None
    assert evidence.found == "no such profile, but a section [Purser]"


def test_the_administrators_key_in_the_profile_is_named(account: Account) -> None:
    key = {"aws_access_key_id": ADMIN_KEY_ID, "aws_secret_access_key": ADMIN_SECRET}
    write_ini(account.workspace.aws_credentials, {"purser": key})
    evidence = keys_and_profiles.profile_key(account)
    assert evidence is not None
    assert evidence.found == f"{ADMIN_KEY_ID}, which belongs to ferry-admin"


@pytest.mark.parametrize(
    ("secret", "found"),
    [
        ("", "no secret"),
        ("s" * 20 + " " + "s" * 20, "a secret with a space in it"),
        ("s" * 39, "a secret of 39 characters, where AWS gives 40"),
    ],
)
def test_a_misshapen_secret_is_described_and_never_shown(
    account: Account, secret: str, found: str
) -> None:
    write_ini(account.workspace.aws_credentials, {"purser": pair(secret)})
    evidence = keys_and_profiles.profile_secret(account)
    assert evidence is not None
    assert evidence.found == found


def test_configure_without_a_profile_is_noticed(account: Account) -> None:
    write_ini(account.workspace.aws_credentials, {"default": pair()})
    evidence = keys_and_profiles.default_kept(account)
    assert evidence is not None
    assert evidence.found == f"{KEY}; was --profile left out?"


@pytest.mark.parametrize(
    ("environ", "found", "where"),
    [
        ({}, "not set", "AWS_ACCESS_KEY_ID"),
        ({"AWS_ACCESS_KEY_ID": ADMIN_KEY_ID}, "which belongs to ferry-admin", "AWS_ACCESS_KEY_ID"),
        ({"AWS_ACCESS_KEY_ID": f'"{KEY}"'}, "quotation marks", "AWS_ACCESS_KEY_ID"),
    ],
)
def test_the_key_in_the_environment_is_described(
    account: Account, environ: dict[str, str], found: str, where: str
) -> None:
    account.environ.update(environ)
    evidence = chain.env_key(account)
    assert evidence is not None
    assert found in evidence.found
    assert evidence.where == f"environment variable {where} of this notebook"


def test_the_region_only_the_cli_reads_is_not_enough(account: Account) -> None:
    account.environ["AWS_REGION"] = "us-east-1"
    evidence = chain.env_region(account)
    assert evidence is not None
    assert "boto3 does not" in evidence.found
    account.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    assert chain.env_region(account) is None


def test_a_lost_profile_is_told_as_the_tools_tell_it(account: Account) -> None:
    account.environ.update(
        AWS_PROFILE='"purser"',
        AWS_CONFIG_FILE=str(account.workspace.aws_config),
        AWS_SHARED_CREDENTIALS_FILE=str(account.workspace.aws_credentials),
    )
    evidence = chain.profile_wins(account)
    assert evidence is not None
    assert 'The config profile ("purser") could not be found' in evidence.found
    assert "%env takes quotation marks" in evidence.found
