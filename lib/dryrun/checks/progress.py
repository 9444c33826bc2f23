"""The learner's progress: a plain text file that a person can read, edit and delete."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_HEADER = """\
# Your progress in Dry Run. It stays on this machine.
# One line an exercise or question; delete a line to begin it again.
"""
_LINE = re.compile(r"(?P<key>\S+)\s+(?P<state>done|open)\b(?P<rest>.*)")
_COUNT = re.compile(r"(?P<name>tries|hints) (?P<count>\d{1,6})")
_SOLUTION = "solution shown"


@dataclass(frozen=True)
class Entry:
    """Say how far one exercise or question is; `tries` counts checks that failed."""

    done: bool = False
    tries: int = 0
    hints: int = 0
    solution: bool = False


class Progress:
    """Read and change `path`, keyed by stable ids such as "01-01/purser-key".

    Without a path everything is kept in memory, as strict runs want it. When the disk
    refuses, changes are kept in memory for as long as the kernel lives, and `trouble`
    holds the sentence to tell. Several kernels may write at once.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._unsaved: dict[str, Entry] = {}
        self._seen = False
        self.trouble: str | None = None

    def get(self, key: str, aliases: Sequence[str] = ()) -> Entry:
        """Return the entry of `key`, or of the first alias that has one."""
        return _pick(self.entries(), key, aliases)

    def entries(self) -> dict[str, Entry]:
        """Return every entry; a missing file has none, unreadable lines are passed over."""
        return {**_parse(self._read()), **self._unsaved}

    def lost(self) -> bool:
        """Whether the file this kernel has seen is gone; says so once."""
        if self._path is None or not self._seen or self._path.exists():
            return False
        self._seen = False
        return True

    def update(
        self, key: str, change: Callable[[Entry], Entry], aliases: Sequence[str] = ()
    ) -> Entry:
        """Apply `change` to the entry of `key` and return it; never raises.

        Entries under an alias move to `key`. Sets `trouble` when it could not be kept.
        """
        self.trouble = None
        try:
            return self._update_file(key, change, aliases)
        except OSError as error:
            entry = change(self.get(key, aliases))
            self._unsaved[key] = entry
            self.trouble = (
                f"Your progress could not be kept in {self._path} "
                f"({error.strerror or error}); free some space or make it writable, "
                "and check again."
            )
            return entry

    def _update_file(
        self, key: str, change: Callable[[Entry], Entry], aliases: Sequence[str]
    ) -> Entry:
        if self._path is None:
            entry = change(_pick(self._unsaved, key, aliases))
            self._unsaved[key] = entry
            return entry
        with _locked(self._path):
            lines = self._read().splitlines()
            entries = {**_parse("\n".join(lines)), **self._unsaved}
            before = _pick(entries, key, aliases)
            after = change(before)
            if after == before and not self._unsaved:
                return after
            entries[key] = after
            _replace(self._path, _merge(lines, entries, dropped=aliases))
        self._seen = True
        self._unsaved.clear()
        return after

    def _read(self) -> str:
        if self._path is None:
            return ""
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        self._seen = True
        return text


def _pick(entries: dict[str, Entry], key: str, aliases: Sequence[str]) -> Entry:
    return next((entries[name] for name in (key, *aliases) if name in entries), Entry())


def _parse(text: str) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match and not line.startswith("#"):
            counts = {m["name"]: int(m["count"]) for m in _COUNT.finditer(match["rest"])}
            entries[match["key"]] = Entry(
                done=match["state"] == "done",
                tries=counts.get("tries", 0),
                hints=counts.get("hints", 0),
                solution=_SOLUTION in match["rest"],
            )
    return entries


def _line(key: str, entry: Entry) -> str:
    words = [f"{key:<40} {'done' if entry.done else 'open'}"]
    words += [f"tries {entry.tries}"] if entry.tries else []
    words += [f"hints {entry.hints}"] if entry.hints else []
    words += [_SOLUTION] if entry.solution else []
    return ", ".join(words)


def _merge(lines: Sequence[str], entries: dict[str, Entry], dropped: Sequence[str]) -> str:
    """Return the file with `entries`; comments and lines of others stay where they are."""
    left = {key: entry for key, entry in entries.items() if key not in dropped}
    kept: list[str] = []
    for line in lines or _HEADER.splitlines():
        match = None if line.startswith("#") else _LINE.fullmatch(line.strip())
        if match is None:
            kept.append(line)
        elif match["key"] in left:
            kept.append(_line(match["key"], left.pop(match["key"])))
    kept += [_line(key, left[key]) for key in sorted(left)]
    return "\n".join(kept) + "\n"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _replace(path: Path, text: str) -> None:
    """Write `text` beside `path` and move it there, so that no reader sees half a file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
