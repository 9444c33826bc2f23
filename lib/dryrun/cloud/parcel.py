"""A workspace's journal in one file: to hand in work, or to report a problem.

The file is a gzipped tar archive: the journal without the secrets that were typed, the progress,
which lab was at work, and the salt, without which the cloud would give out other keys and other
MFA codes would be right. The administrator's secret is not in it.
"""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from dryrun import __version__
from dryrun.cloud import keys
from dryrun.cloud.journal import DamagedError, Journal
from dryrun.exceptions import DryRunError
from dryrun.workspace import Workspace

SUFFIX = ".dryrun.tar.gz"
LARGEST = 1 << 30
"""The largest parcel that is unpacked, in bytes."""

_MANIFEST = "manifest.json"
_BESIDE = ("progress", "lab.json")


def pack(workspace: Workspace, target: Path) -> int:
    """Write the journal of a workspace to a file; return how many records it holds.

    Raises DryRunError when there is nothing to pack or the disk refuses.
    """
    count = _count(workspace)
    if not count:
        raise DryRunError("There is nothing to export yet: no call has been made.")
    draft = target.with_name(f"{target.name}.new")
    try:
        with tarfile.open(draft, "w:gz") as archive:
            salt = keys.read(workspace.keys).salt
            manifest = {"dryrun": __version__, "records": count, "salt": salt}
            _add(archive, _MANIFEST, json.dumps(manifest).encode())
            for path in sorted(workspace.journal.rglob("*")):
                if path.is_file() and not path.name.endswith(".new"):
                    name = PurePosixPath("journal", *path.relative_to(workspace.journal).parts)
                    _add(archive, str(name), _without_secrets(path))
            for beside in _BESIDE:
                with contextlib.suppress(FileNotFoundError):
                    _add(archive, beside, (workspace.state / beside).read_bytes())
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise DryRunError(
            f"{target} cannot be written ({error.strerror}); check the path and the space."
        ) from error
    return count


def unpack(file: Path, workspace: Workspace) -> None:
    """Put an exported journal into a workspace that has none.

    Raises DryRunError when the file is none of ours, or the workspace is in use.
    """
    if workspace.state.exists():
        raise DryRunError(f"{workspace.root} already is a workspace; name a folder that is not.")
    try:
        with tarfile.open(file, "r:gz") as archive:
            members = list(_safe(archive))
            if _MANIFEST not in [member.name for member in members]:
                raise DryRunError(f"{file} was not made by `dryrun export`.")
            workspace.prepare()
            for member in members:
                archive.extract(member, workspace.state, filter="data")
            manifest = workspace.state / _MANIFEST
            keys.adopt(workspace.keys, str(json.loads(manifest.read_bytes())["salt"]))
            manifest.unlink()
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise DryRunError(f"{file} was not made by `dryrun export`, or is damaged.") from error
    except OSError as error:
        raise DryRunError(
            f"{error.filename or file} cannot be used ({error.strerror}); check the path."
        ) from error


def _count(workspace: Workspace) -> int:
    journal = Journal(workspace.journal)
    with contextlib.suppress(StopIteration, DamagedError, OSError):
        if journal.find():
            return sum(1 for _ in journal.records())
    return 0


def _safe(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    size = 0
    for member in archive:
        size += member.size
        parts = PurePosixPath(member.name).parts
        known = parts[0] == "journal" or member.name in (*_BESIDE, _MANIFEST)
        if not member.isfile() or not known or ".." in parts or size > LARGEST:
            raise DryRunError(
                f"The export holds {member.name!r}, which does not belong in one; nothing is used."
            )
        yield member


def _without_secrets(path: Path) -> bytes:
    """Return a file of the journal; of what was locked away only the key pairs moto made."""
    data = path.read_bytes()
    if not path.name.endswith(".secrets.jsonl"):
        return data
    kept = []
    for line in data.splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            entry.pop("body", None)
            if "keys" in entry:
                kept.append(json.dumps(entry).encode() + b"\n")
    return b"".join(kept)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o600
    archive.addfile(info, io.BytesIO(data))
