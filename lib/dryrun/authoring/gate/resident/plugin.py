"""Runs inside the AWS CLI, which loads it as a plugin: forks a process for every command.

Follows "Plugins" of the CLI's own code (`awscli.plugin`): a module on `cli_legacy_plugin_path`
with a function `awscli_initialize`.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import socket
import sys
import threading
import traceback
from typing import Any, NoReturn

HEADER = 10
OF_ALL = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
OF_SERVICE = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1")
REHEARSAL = ["sts", "get-caller-identity", "--generate-cli-skeleton"]


def awscli_initialize(_: Any) -> None:
    """Serve commands until this process is killed or its starter is gone."""
    path = os.environ.pop("DRYRUN_RESIDENT_AWS", None)
    if path is None:
        return
    _warm(os.environ.get("DRYRUN_RESIDENT_SERVICES", "").split())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path + ".new")
        server.listen(64)
        os.rename(path + ".new", path)  # noqa: PTH104 (one that is there answers)
        while True:
            asked, _ = server.accept()
            if os.fork() == 0:
                server.close()
                _serve(asked)
            asked.close()


def _warm(services: list[str]) -> None:
    """Load what every command loads, and what those of `services` do; commands find it there."""
    from botocore import loaders  # noqa: PLC0415 (the copy inside the CLI)

    begin = loaders.Loader.__init__
    cache: dict[tuple[str, ...], dict[Any, Any]] = {}
    made: list[Any] = []

    def shared(loader: Any, *words: Any, **options: Any) -> None:
        begin(loader, *words, **options)
        loader._cache = cache.setdefault(tuple(loader.search_paths), {})
        made.append(loader)

    loaders.Loader.__init__ = shared
    _run(REHEARSAL)
    sys.stdout.flush()  # or every command would say what the rehearsal said
    for name in OF_ALL:
        with contextlib.suppress(loaders.DataNotFoundError):
            made[-1].load_data(name)
    for service in services:
        for kind in OF_SERVICE:
            # Not every service has waiters, and some names are those of no service.
            with contextlib.suppress(loaders.DataNotFoundError, loaders.UnknownServiceError):
                made[-1].load_service_model(service, kind)
    gc.collect()
    gc.freeze()


def _serve(asked: socket.socket) -> NoReturn:
    """Run one command with the caller's files, folder and environment; tell its status."""
    status = 255
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        words = _take_over(asked)
        threading.Thread(target=_end_with, args=(asked,), daemon=True).start()
        status = _run(words)
        atexit._run_exitfuncs()  # a terminal's colours are put back there
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
    except Exception:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            asked.sendall(b"%d" % status)
        os._exit(status)


def _take_over(asked: socket.socket) -> list[str]:
    header, files, _, _ = socket.recv_fds(asked, HEADER, 3)
    for target, file in enumerate(files):
        os.dup2(file, target)
        os.close(file)
    body, length = b"", int(header)
    while len(body) < length:
        body += asked.recv(length - len(body)) or _gone()
    counts, folder, *rest = body.split(b"\0")
    words, environ = map(int, counts.split())
    os.chdir(folder)
    # The CLI adds the folder of its own data once, when it starts.
    data = os.environb.get(b"AWS_DATA_PATH", b"")
    os.environb.clear()
    for pair in rest[words : words + environ]:
        name, _, value = pair.partition(b"=")
        os.environb[name] = value
    found = filter(None, [os.environb.get(b"AWS_DATA_PATH"), data])
    os.environb[b"AWS_DATA_PATH"] = os.fsencode(os.pathsep).join(found)
    return [os.fsdecode(word) for word in rest[:words]]


def _run(words: list[str]) -> int:
    from awscli.clidriver import main  # noqa: PLC0415 (there inside the CLI only)

    sys.argv[1:] = words
    try:
        return int(main() or 0)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


def _end_with(asked: socket.socket) -> None:
    """End with the caller, who may be interrupted while we wait for a stack."""
    if not asked.recv(1):
        os._exit(130)


def _gone() -> NoReturn:
    os._exit(130)
