"""The lab's AWS config and credentials files, which the learner may change."""

from __future__ import annotations

import os
import re
from pathlib import Path

from dryrun.cloud.keys import ADMIN_KEY_ID, FAKE_PREFIX, SECRET_LENGTH, Keys
from dryrun.exceptions import WorkspaceError
from dryrun.workspace import Workspace

CONFIG = """\
[default]
region = us-east-1
output = json
"""
CREDENTIALS = """\
[default]
aws_access_key_id = {id}
aws_secret_access_key = {secret}
"""
# What these files were given before every workspace had a secret of its own, and since.
_OURS = re.compile(
    r"dryrun/not/a/real/secret/key/0000000001x"
    rf"|{re.escape(FAKE_PREFIX)}[A-Za-z0-9]{{{SECRET_LENGTH - len(FAKE_PREFIX)}}}"
)


def write(workspace: Workspace, keys: Keys, *, new: bool) -> None:
    """Write the files where there are none; what the learner changed stays.

    `new` says that the keys have just been made. Then secrets of the administrator's that we wrote
    for former keys are of no use to anybody, and are replaced. Raises WorkspaceError.
    """
    credentials = CREDENTIALS.format(id=ADMIN_KEY_ID, secret=keys.admin_secret)
    _create(workspace.aws_config, CONFIG)
    if not _create(workspace.aws_credentials, credentials) and new:
        _renew(workspace.aws_credentials, keys.admin_secret)


def _create(path: Path, text: str) -> bool:
    """Make a file for its owner alone; return whether it was not there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        raise _refused(path, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _refused(path, error) from error
    return True


def _renew(path: Path, secret: str) -> None:
    try:
        before = path.read_text("utf-8")
        after = _OURS.sub(secret, before)
        if after != before:
            path.write_text(after, "utf-8")
        path.chmod(0o600)
    except UnicodeError:
        return  # not a file of ours any more
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"Dry Run cannot write {path} ({error.strerror}); free some space or make the folder "
        "writable, then try again."
    )
