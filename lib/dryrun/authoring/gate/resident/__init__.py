"""Keep one AWS CLI in memory while the gate tries answers: most of a command is its start.

The commands are those of the real CLI, each in a process of its own, forked once everything is
imported. Solutions are also run with the CLI as learners start it, by the tests of the labs.
"""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dryrun.environment import AHEAD_VARIABLE
from dryrun.tools import aws_cli
from dryrun.workspace import WORKSPACE_VARIABLE, Workspace

SOCKET_VARIABLE = "DRYRUN_RESIDENT_AWS"
SERVICES_VARIABLE = "DRYRUN_RESIDENT_SERVICES"
START_SECONDS = 60.0
HERE = Path(__file__).parent


@contextlib.contextmanager
def resident_cli(
    folder: Path, environment: Mapping[str, str], services: Iterable[str] = ()
) -> Iterator[dict[str, str]]:
    """Yield `environment` with an `aws` that starts at once; as it was where there is no v2.

    `folder` is a new folder's name, short enough for a socket in it. What describes `services`
    is read once.
    """
    found = aws_cli.installed()
    if found is None or found.kind == "v1":
        yield dict(environment)
        return
    folder.mkdir()
    socket = folder / "s"
    (folder / "config").write_text(
        f"[plugins]\ncli_legacy_plugin_path = {HERE}\nresident = plugin\n", "utf-8"
    )
    started = {
        **environment,
        # As the environment's command has it; some of the CLI looks for it while it is loaded.
        "HOME": str(Workspace(Path(environment[WORKSPACE_VARIABLE])).home),
        SOCKET_VARIABLE: str(socket),
        SERVICES_VARIABLE: " ".join(services),
        "AWS_CONFIG_FILE": f"{folder}/config",
    }
    with subprocess.Popen(  # noqa: S603 (the CLI that the environment's command starts)
        [found.program, "--version"], env=started, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            there = _wait_for(socket, process)
            if there:
                _write_command(folder / "aws", socket)
            yield {**environment, AHEAD_VARIABLE: str(folder)} if there else dict(environment)
        finally:
            process.kill()


def _write_command(path: Path, socket: Path) -> None:
    client = [sys.executable, "-ISE", str(HERE / "client.py"), str(socket)]
    path.write_text(aws_cli.wrapper(f"exec {shlex.join(client)}"), "utf-8")
    path.chmod(0o755)


def _wait_for(socket: Path, process: subprocess.Popen[bytes]) -> bool:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        if socket.exists():
            return True
        time.sleep(0.02)
    return False
