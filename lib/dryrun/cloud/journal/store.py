"""The journal's files: segments of lines, bodies kept apart, and secrets kept apart from both.

`NNNN-SSSS.jsonl` holds the records of account NNNN (each reset begins another), segment SSSS;
full segments are compressed to `….jsonl.gz`. `NNNN.secrets.jsonl` (mode 0600) holds what was taken
out of the records, `blobs/` the bodies over 64 KiB, compressed, each under its SHA-256.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dryrun.cloud.journal.exceptions import DamagedError, UnwritableError
from dryrun.cloud.journal.records import Body, Kind, Record

INLINE = 64 * 1024
"""Longer bodies are kept apart, in bytes."""

SEGMENT = 8 * 1024 * 1024
"""A segment is closed and compressed when it is longer than this, in bytes."""

_NAME = re.compile(r"(\d{4,})-(\d{4,})\.jsonl(\.gz)?$")


class Store:
    """The files of one account's journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blobs = folder / "blobs"
        self._file: int | None = None
        self._path = folder
        self._size = 0
        self.account = 0
        self._segment = 0
        self._torn: tuple[Path, int] | None = None

    # Opening

    def open(self, *, forget: bool = True) -> bool:
        """Go on with the newest account that has a beginning; tell whether there is one.

        `forget` removes what is left of older ones.
        """
        for account in sorted({number for number, _, _ in self._segments()}, reverse=True):
            if self._begins(account):
                self.account = account
                if forget:
                    self._forget_others()
                return True
        return False

    def begin(self, record: Record) -> None:
        """Begin a new account's files with its first record, and remove the older ones.

        Raises UnwritableError.
        """
        numbers = [number for number, _, _ in self._segments()]
        self._close()
        self.account, self._segment = max([*numbers, self.account]) + 1, 1
        with _unwritable():
            self._blobs.mkdir(parents=True, exist_ok=True)
            self._open_segment()
        self.append(record)
        self._forget_others()

    def _begins(self, account: int) -> bool:
        for _, segment, path in self._segments():
            if _ == account and segment == 1:
                try:
                    first = next(iter(_lines(path)), b"")
                    return Record.from_line(first, 0).kind is Kind.START
                except (OSError, EOFError, ValueError, KeyError, TypeError):
                    return False
        return False

    def _forget_others(self) -> None:
        for account, _, path in self._segments():
            if account != self.account:
                with contextlib.suppress(OSError):
                    path.unlink()
        for path in self.folder.glob("*.secrets.jsonl"):
            if path != self._vault:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _segments(self) -> list[tuple[int, int, Path]]:
        """Return (account, segment, path) in order, a raw file before its compressed copy."""
        found = []
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if match := _NAME.match(path.name):
                    found.append((int(match[1]), int(match[2]), path))
        return sorted(found, key=lambda item: (item[0], item[1], item[2].name))

    # Reading

    def records(self) -> Iterator[Record]:
        """Yield this account's records in order.

        A last line that was cut short is left out: its answer never left. Raises DamagedError
        for anything else that cannot be read.
        """
        expected = 0
        paths = self._own_segments()
        for position, path in enumerate(paths):
            for line, end in _lines_with_ends(path, expected):
                try:
                    record = Record.from_line(line, expected)
                except (ValueError, KeyError, TypeError, IndexError) as error:
                    last = position == len(paths) - 1 and not line.endswith(b"\n")
                    if not last:
                        raise DamagedError(_damaged(expected), expected - 1) from error
                    self._torn = (path, end - len(line))
                    return
                yield record
                expected += 1

    def resume(self) -> None:
        """Make ready to append after what was read; raises UnwritableError."""
        paths = self._own_segments()
        self._segment = int(_NAME.match(paths[-1].name)[2]) if paths else 1  # type: ignore[index]
        if paths and paths[-1].suffix == ".gz":
            self._segment += 1
        with _unwritable():
            self._blobs.mkdir(parents=True, exist_ok=True)
            if self._torn is not None:
                print("The last record of the journal was cut short and is left out.", flush=True)
                os.truncate(*self._torn)
            self._open_segment()

    def _own_segments(self) -> list[Path]:
        own: dict[int, Path] = {}
        for account, segment, path in self._segments():
            # A raw segment beside its compressed copy was being compressed: the raw one is whole.
            if account == self.account and (segment not in own or path.suffix != ".gz"):
                own[segment] = path
        return [own[segment] for segment in sorted(own)]

    def rewrite(self, last: int) -> None:
        """Keep the records as far as `last` and forget the others, in one step.

        Raises UnwritableError, and then all is as before.
        """
        account = self.account + 1
        target = self.folder / f"{account:04}-0001.jsonl"
        draft = target.with_name(f"{target.name}.new")
        vault = self._vault
        with _unwritable():
            with draft.open("wb") as file, contextlib.suppress(DamagedError):
                for record in self.records():
                    if record.number > last:
                        break
                    file.write(record.line())
            self._close()
            self.account = account
            if vault.exists():
                shutil.copyfile(vault, self._vault)
                self._vault.chmod(0o600)
            draft.replace(target)
        self._forget_others()

    # Bodies

    def keep(self, data: bytes) -> Body:
        """Return a body for a record, written apart when it is long; raises UnwritableError."""
        if len(data) <= INLINE:
            return Body(data)
        name = hashlib.sha256(data).hexdigest()
        path = self._blob(name)
        if not path.exists():
            draft = path.with_suffix(f".new{threading.get_ident()}")
            with _unwritable():
                path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    draft.write_bytes(zlib.compress(data, 1))
                    draft.replace(path)
                finally:
                    draft.unlink(missing_ok=True)
        return Body(blob=name)

    def read(self, body: Body, number: int) -> bytes:
        """Return a body's bytes; raise DamagedError when they are not what was written."""
        if not body.blob:
            return body.data
        try:
            data = zlib.decompress(self._blob(body.blob).read_bytes())
        except (OSError, zlib.error) as error:
            raise DamagedError(_damaged(number), number - 1) from error
        if hashlib.sha256(data).hexdigest() != body.blob:
            raise DamagedError(_damaged(number), number - 1)
        return data

    def _blob(self, name: str) -> Path:
        return self._blobs / name[:2] / name

    # Writing

    def append(self, record: Record) -> None:
        """Write a record whole or not at all; raises UnwritableError.

        It is in the operating system's hands then: a killed process loses nothing, a power cut
        may lose the last seconds.
        """
        line = record.line()
        self._append(line)
        if self._size > SEGMENT:
            self._turn()

    def _append(self, line: bytes) -> None:
        if self._file is None:
            raise UnwritableError("there is no file to write to")
        with _unwritable():
            try:
                written = os.write(self._file, line)
                if written != len(line):
                    written += os.write(self._file, line[written:])
            except OSError:
                # What was written of the line must not stand before the next one.
                os.ftruncate(self._file, self._size)
                raise
        self._size += len(line)

    def _turn(self) -> None:
        """Begin the next segment and compress this one."""
        full = self._path
        self._segment += 1
        try:
            self._close()
            self._open_segment()
        except OSError:
            self._segment -= 1
            self._open_segment()
            return
        threading.Thread(target=_compress, args=(full,), daemon=True).start()

    def _open_segment(self) -> None:
        self._path = self.folder / f"{self.account:04}-{self._segment:04}.jsonl"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.open(self._path, flags, 0o600)
        self._size = os.fstat(self._file).st_size

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    # Secrets

    @property
    def _vault(self) -> Path:
        return self.folder / f"{self.account:04}.secrets.jsonl"

    def lock_away(self, number: int, secrets: dict[str, Any]) -> None:
        """Write what a record must not show; raises UnwritableError."""
        line = json.dumps({"number": number, **secrets}).encode() + b"\n"
        with _unwritable():
            descriptor = os.open(self._vault, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)

    def secrets(self) -> dict[int, dict[str, Any]]:
        """Return what was locked away, by the number of the record."""
        found: dict[int, dict[str, Any]] = {}
        with contextlib.suppress(OSError):
            for line in self._vault.read_bytes().split(b"\n"):
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    entry = dict(json.loads(line))
                    found[int(entry.pop("number"))] = entry
        return found


def _damaged(number: int) -> str:
    return f"The journal is damaged at record {number}"


def _lines(path: Path) -> Iterator[bytes]:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        yield from file


def _lines_with_ends(path: Path, expected: int) -> Iterator[tuple[bytes, int]]:
    end = 0
    try:
        for line in _lines(path):
            end += len(line)
            yield line, end
            expected += 1
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedError(_damaged(expected), expected - 1) from error


def _compress(path: Path) -> None:
    """Compress a closed segment; the raw file goes last, so that it is never lost."""
    packed = path.with_name(f"{path.name}.gz")
    draft = path.with_name(f"{path.name}.gz.new")
    with contextlib.suppress(OSError):
        with path.open("rb") as source, gzip.open(draft, "wb", 6) as target:
            while block := source.read(1 << 20):
                target.write(block)
        draft.replace(packed)
        path.unlink()


@contextlib.contextmanager
def _unwritable() -> Iterator[None]:
    try:
        yield
    except UnwritableError:
        raise
    except OSError as error:
        raise UnwritableError(error.errno, error.strerror or str(error)) from error
