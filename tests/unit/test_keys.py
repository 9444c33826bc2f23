"""The secrets of a workspace, and the AWS files that hold one of them."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dryrun.checks.ini import read_ini
from dryrun.cloud import aws_files, keys
from dryrun.cloud.keys import ADMIN_KEY_ID, FAKE_PREFIX, Keys
from dryrun.cloud.settings import Credentials, Settings
from dryrun.exceptions import WorkspaceError
from dryrun.workspace import Workspace

FORMER = "dryrun/not/a/real/secret/key/0000000001x"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    made.prepare()
    return made


def test_new_keys_are_long_plainly_fake_and_never_the_same() -> None:
    one, other = Keys.new(), Keys.new()
    assert len(one.admin_secret) == 40
    assert one.admin_secret.startswith(FAKE_PREFIX)
    assert one.admin_secret != other.admin_secret
    assert one.salt != other.salt


def test_keys_are_made_once_for_their_owner_alone(workspace: Workspace) -> None:
    made, new = keys.ensure(workspace.keys)
    assert new
    assert stat.S_IMODE(workspace.keys.stat().st_mode) == 0o600
    assert keys.ensure(workspace.keys) == (made, False)
    assert keys.read(workspace.keys) == made
    assert [path.name for path in workspace.state.glob("keys*")] == ["keys.json"]


def test_keys_everybody_can_read_are_closed_again(workspace: Workspace) -> None:
    keys.ensure(workspace.keys)
    workspace.keys.chmod(0o644)
    keys.ensure(workspace.keys)
    assert stat.S_IMODE(workspace.keys.stat().st_mode) == 0o600


def test_processes_that_make_keys_at_once_get_the_same(workspace: Workspace) -> None:
    code = (
        "import sys; from pathlib import Path; from dryrun.cloud import keys;"
        "print(*keys.ensure(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(workspace.keys)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    said = [process.communicate(timeout=60)[0].rsplit(maxsplit=1) for process in processes]
    assert len({made for made, _ in said}) == 1
    assert [new.strip() for _, new in said].count("True") == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"admin_secret": "x"}', '"x"', "null"])
def test_damaged_keys_are_one_sentence(workspace: Workspace, text: str) -> None:
    workspace.keys.write_text(text)
    with pytest.raises(WorkspaceError, match="is damaged; delete it"):
        keys.ensure(workspace.keys)


def test_missing_keys_are_one_sentence(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="dryrun cloud start"):
        keys.read(workspace.keys)


def test_a_disk_that_refuses_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="free some space"):
        keys.ensure(tmp_path / "no such folder" / "keys.json")


# The AWS files


def test_the_files_hold_the_workspaces_secret(workspace: Workspace) -> None:
    made = Keys.new()
    aws_files.write(workspace, made, new=True)
    section = read_ini(workspace.aws_credentials)["default"]
    assert section["aws_access_key_id"] == ADMIN_KEY_ID
    assert section["aws_secret_access_key"] == made.admin_secret
    assert stat.S_IMODE(workspace.aws_credentials.stat().st_mode) == 0o600


@pytest.mark.parametrize("former", [FORMER, "dryrun/fake/5VfeDmXMNe7jHoFgGMmMOo3Bq4Qr"])
def test_a_secret_of_ours_from_before_is_replaced(workspace: Workspace, former: str) -> None:
    text = (
        f"# mine\n[default]\naws_access_key_id = {ADMIN_KEY_ID}\naws_secret_access_key={former}\n"
    )
    workspace.aws_credentials.write_text(f"{text}[purser]\naws_secret_access_key = theirs\n")
    made = Keys.new()
    aws_files.write(workspace, made, new=True)
    expected = text.replace(former, made.admin_secret)
    assert workspace.aws_credentials.read_text().startswith(expected)
    assert read_ini(workspace.aws_credentials)["purser"]["aws_secret_access_key"] == "theirs"


def test_what_the_learner_wrote_stays(workspace: Workspace) -> None:
    made = Keys.new()
    text = f"[default]\naws_secret_access_key = {made.admin_secret[:-1]}_\n"
    workspace.aws_credentials.write_text(text)
    aws_files.write(workspace, made, new=False)
    assert workspace.aws_credentials.read_text() == text
    workspace.aws_credentials.write_bytes(b"\xff\xfe")
    aws_files.write(workspace, made, new=True)
    assert workspace.aws_credentials.read_bytes() == b"\xff\xfe"


# What the cloud process is told


def test_settings_are_taken_out_of_the_environment() -> None:
    settings = Settings(Credentials(True, "111122223333"), "/some/keys.json")
    environ = {"PATH": "/bin", **settings.give()}
    assert Settings.take(environ) == settings
    assert environ == {"PATH": "/bin"}
    assert Settings.take(environ) == Settings()


def test_no_secret_is_among_the_settings(workspace: Workspace) -> None:
    made, _ = keys.ensure(workspace.keys)
    told = json.dumps(Settings(keys_file=str(workspace.keys)).give())
    assert made.admin_secret not in told
    assert made.salt not in told
