"""The secrets of a workspace: its administrator's key, and the salt of all other secrets.

The ids of a lab follow from a seed that everybody knows. What signs a request must not, or another
user of the computer could sign.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import os
import secrets
import string
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from dryrun.exceptions import WorkspaceError

ADMIN_NAME = "ferry-admin"
ADMIN_KEY_ID = "AKIADRYRUNFAKE000001"
SECRET_LENGTH = 40
FAKE_PREFIX = "dryrun/fake/"
"""How the administrator's secret begins, so that nobody takes it for a real one."""

_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Keys:
    """The administrator's secret access key, and the salt of the secrets the cloud gives out."""

    admin_secret: str
    salt: str

    @classmethod
    def new(cls, salt: str = "") -> Keys:
        """Return keys that nobody knows, or with the salt of another workspace."""
        missing = SECRET_LENGTH - len(FAKE_PREFIX)
        random = "".join(secrets.choice(_LETTERS) for _ in range(missing))
        return cls(FAKE_PREFIX + random, salt or secrets.token_hex(32))

    def salted(self, secret: str) -> str:
        """Return another secret in place of `secret`: as long, in the letters of base 64.

        It follows from `secret` and the salt alone, so that a journal replayed in its workspace
        gives the same keys again.
        """
        made = ""
        while len(made) < len(secret):
            block = f"{len(made)}:{secret}".encode()
            made += base64.b64encode(hmac.digest(self.salt.encode(), block, "sha384")).decode()
        return made[: len(secret)]


def read(path: Path) -> Keys:
    """Return the keys in a workspace's file; raise WorkspaceError when they cannot be read."""
    try:
        return Keys(**json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise WorkspaceError(
            f"Dry Run cannot read {path} ({error.strerror}); start the cloud with `dryrun cloud "
            "start`, as the user the workspace belongs to."
        ) from error
    except (ValueError, TypeError) as error:
        raise WorkspaceError(
            f"{path} is damaged; delete it and start the cloud again, which makes new keys."
        ) from error


def ensure(path: Path) -> tuple[Keys, bool]:
    """Return a workspace's keys, and whether they had to be made.

    Of two processes that make them at once, both get the same. Raises WorkspaceError.
    """
    try:
        if path.exists():
            path.chmod(0o600)
            return read(path), False
        return _make(path, Keys.new())
    except OSError as error:
        raise WorkspaceError(
            f"Dry Run cannot write {path} ({error.strerror}); free some space or make the folder "
            "writable, then try again."
        ) from error


def adopt(path: Path, salt: str) -> None:
    """Make a workspace's keys with the salt of another, whose journal is replayed in it."""
    _make(path, Keys.new(salt))


def _make(path: Path, keys: Keys) -> tuple[Keys, bool]:
    # mkstemp makes files of mode 0600; a link, unlike a rename, never replaces another's keys.
    descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(keys), file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
            return keys, True
    finally:
        Path(draft).unlink()
    return read(path), False


_current: list[Keys] = []


def use(keys: Keys) -> None:
    """Let `keys` be the keys of this process's cloud."""
    _current[:] = [keys]


def current() -> Keys:
    """Return the keys of this process's cloud; where none were given, some that nobody knows."""
    if not _current:
        use(Keys.new())
    return _current[-1]


def salted(secret: str) -> str:
    """Return the secret this process's cloud gives out in place of `secret`; see `Keys.salted`."""
    return current().salted(secret)


def install() -> None:
    """Salt the secrets of the access keys moto's IAM makes."""
    from moto.iam import models, utils  # noqa: PLC0415 - the launcher has no need of moto

    def random_alphanumeric(length: int) -> str:
        return salted(utils.random_alphanumeric(length))

    models.random_alphanumeric = random_alphanumeric
