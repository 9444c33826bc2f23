"""The walls around a function: a file system of its own, as far as the system allows it.

With namespaces, which most Linux systems give every user, a function sees what it sees in AWS:
its package in /var/task, its layers in /opt, a /tmp of its own of limited size, the system's
programs, and nothing of the learner's. Where they are forbidden, Landlock forbids it all other
files; where there is no Landlock either, it runs without walls.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from typing import NamedTuple

_NEW_USER, _NEW_MOUNTS, _NEW_PIDS = 0x10000000, 0x00020000, 0x20000000
_BIND, _RECURSIVE, _READ_ONLY, _REMOUNT, _PRIVATE = 4096, 16384, 1, 32, 1 << 18
_NO_NEW_PRIVILEGES, _SUBREAPER = 38, 36
_CREATE_RULESET, _ADD_RULE, _RESTRICT = 444, 445, 446
_READ = (1 << 0) | (1 << 2) | (1 << 3)
"""Landlock's rights to execute, to read a file, to list a folder."""
_ALL = (1 << 13) - 1
_FILE_ONLY = (1 << 0) | (1 << 1) | (1 << 2)

_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin", "/etc", "/dev", "/proc", "/sys")

_libc = ctypes.CDLL(None, use_errno=True)


class Layout(NamedTuple):
    """Where a function's things are outside its walls."""

    root: str
    """An empty folder on which its file system is built."""
    task: str
    opt: str
    tmp: str
    shown: list[str]
    """Folders it may read besides: the interpreter and its libraries."""
    size: int
    """Bytes of /tmp."""


def adopt_orphans() -> None:
    """Become the parent of every process below whose own parent ends."""
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def separate() -> bool:
    """Leave the namespaces of everybody; tell whether the system allows it."""
    user, group = os.getuid(), os.getgid()
    if _libc.unshare(_NEW_USER | _NEW_MOUNTS | _NEW_PIDS) != 0:
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError:
        return False
    return True


def move_in(layout: Layout) -> bool:
    """Build the function's own file system and enter it; tell whether that was possible."""
    try:
        _build(layout)
        os.chroot(layout.root)
    except OSError:
        return False
    os.chdir("/var/task")
    return True


def _build(layout: Layout) -> None:
    root = Path(layout.root)
    _mount(None, "/", None, _PRIVATE | _RECURSIVE)
    _mount("tmpfs", layout.root, "tmpfs", 0, "size=1m,mode=755")
    (root / "tmp").mkdir(exist_ok=True)
    _mount("tmpfs", str(root / "tmp"), "tmpfs", 0, f"size={layout.size},mode=1777")
    for folder in _SYSTEM:
        source = Path(folder)
        if source.is_symlink():
            (root / folder[1:]).symlink_to(source.readlink())
        elif source.exists():
            _show(root, folder, folder)
    for folder in layout.shown:
        if not any(folder == one or folder.startswith(f"{one}/") for one in _SYSTEM):
            _show(root, folder, folder)
    _show(root, layout.task, "/var/task", read_only=True)
    _show(root, layout.opt, "/opt", read_only=True)


def _show(root: Path, source: str, place: str, *, read_only: bool = False) -> None:
    target = root / place.lstrip("/")
    target.mkdir(parents=True, exist_ok=True)
    _mount(source, str(target), None, _BIND | _RECURSIVE)
    if read_only:
        _mount(None, str(target), None, _BIND | _REMOUNT | _READ_ONLY)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    words = [None if word is None else word.encode() for word in (source, target, kind)]
    if _libc.mount(*words, ctypes.c_ulong(flags), data and data.encode()) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)}: mount {target}")


def lock(layout: Layout) -> bool:
    """Forbid all files but the function's own and the system's; tell whether Landlock is there."""
    rights = struct.pack("=Q", _ALL)
    ruleset = _libc.syscall(_CREATE_RULESET, rights, ctypes.c_size_t(len(rights)), 0)
    if ruleset < 0:
        return False
    readable = [*_SYSTEM, *layout.shown, layout.task, layout.opt]
    for folder in readable:
        _allow(ruleset, folder, _READ)
    for folder in (layout.tmp, "/tmp"):  # noqa: S108 - functions name it; it is everybody's here
        _allow(ruleset, folder, _ALL)
    for device in ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random"):
        _allow(ruleset, device, _FILE_ONLY)
    _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    locked = _libc.syscall(_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return bool(locked)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rule = struct.pack("=Qi", rights, descriptor)
    _libc.syscall(_ADD_RULE, ruleset, 1, rule, 0)
    os.close(descriptor)
