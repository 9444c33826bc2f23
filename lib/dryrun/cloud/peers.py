"""Whose process is at the other end of a connection."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
# Columns of /proc/net/tcp, see proc_net_tcp.txt of the Linux kernel's documentation.
_LOCAL, _REMOTE, _UID, _INODE = 1, 2, 7, 9


def same_user(environ: Mapping[str, Any]) -> bool:
    """Tell whether a WSGI request comes from a process of the cloud's own user.

    What the metadata of a learner's machines and containers gives without a signature is for that
    learner alone. A request that came over no connection is the cloud's own.
    """
    if "REMOTE_PORT" not in environ:
        return True
    client = str(environ["REMOTE_ADDR"]), int(environ["REMOTE_PORT"])
    return is_own(client, int(environ["SERVER_PORT"]))


def is_own(client: tuple[str, int], port: int) -> bool:
    """Tell whether `client` (address and port), connected to our `port`, is a process of our user.

    Linux knows who owns a connection. On other systems, and where the kernel's table lacks even
    our own end of it, the answer is True.
    """
    if not sys.platform.startswith("linux"):
        return True
    known = False
    for local, remote, uid, inode in _connections():
        if local == client and remote[1] == port:
            # A socket whose process has closed it shows as nobody's: user 0, file 0.
            return uid == os.getuid() and inode != 0
        known = known or (local[1] == port and remote == client)
    return not known


def _connections() -> Iterator[tuple[tuple[str, int], tuple[str, int], int, int]]:
    for table in TABLES:
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            yield _end(words[_LOCAL]), _end(words[_REMOTE]), int(words[_UID]), int(words[_INODE])


def _end(text: str) -> tuple[str, int]:
    """Return address and port of `0100007F:1F90`: words of four bytes, each in host order."""
    digits, _, port = text.partition(":")
    words = [bytes.fromhex(digits[at : at + 8]) for at in range(0, len(digits), 8)]
    packed = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    address = ipaddress.ip_address(packed)
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address), int(port, 16)
