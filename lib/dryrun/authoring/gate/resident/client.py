"""The command `aws` of a gate's kernel: hands all it was given to the resident CLI, and waits.

Standard library only, and little of it: it starts hundreds of times.
"""

from __future__ import annotations

import os
import socket
import sys


def main() -> None:
    """Ask for one command; end as it ends, or with 255 when the resident CLI is gone."""
    words = [os.fsencode(word) for word in sys.argv[2:]]
    environ = [name + b"=" + value for name, value in os.environb.items()]
    counts = b"%d %d" % (len(words), len(environ))
    parts = [counts, os.getcwdb(), *words, *environ]  # noqa: PTH109 (bytes)
    server = socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[1])
    body = b"\0".join(parts)
    socket.send_fds(server, [b"%10d" % len(body)], [0, 1, 2])
    server.sendall(body)
    status = server.recv(16)
    os._exit(int(status) if status else 255)


main()
