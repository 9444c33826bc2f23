"""`dryrun lab`: JupyterLab on the first lab, its terminals in the lab environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from dryrun.cloud import launcher
from dryrun.workspace import Workspace

ADDRESS = re.compile(r"(http://localhost:(\d+))(/\S*)\?token=(\w+)")


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_dryrun_lab(tmp_path: Path) -> None:
    root = tmp_path / "mein 'Kurs' für alle"
    (root / "labs").mkdir(parents=True)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".bashrc").write_text("export AWS_PROFILE=theirs PATH=/usr/bin:/bin\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "dryrun.cli", "lab", "--no-browser", "--port", str(port)],
            cwd=root, env={**os.environ, "HOME": str(home), "AWS_PROFILE": "theirs"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=heed_signals,
        )  # fmt: skip
        try:
            address = first_address(process)
            assert int(address[2]) != port, "a port that is taken gives the next one"
            assert address[3] == "/lab/tree/labs/00-start-here.ipynb"
            page = ask(f"{address[1]}/lab", address[4]).read().decode()
            assert '"news": {"disabled": true}' in page
            name = json.load(ask(f"{address[1]}/api/terminals", address[4], "POST"))["name"]
            typed = "echo at=$AWS_ENDPOINT_URL profile=$AWS_PROFILE. dryrun=$(command -v dryrun)\r"
            url = f"ws://localhost:{address[2]}/terminals/websocket/{name}?token={address[4]}"
            shown = IOLoop(make_current=False).run_sync(lambda: terminal(url, typed), timeout=20)
            running = launcher.find(Workspace(root))
            assert running is not None
            assert f"at={running.endpoint} profile=. dryrun={Path(sys.executable).parent}" in shown
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
            assert "Traceback" not in process.stdout.read()
        finally:
            process.kill()
            launcher.stop(Workspace(root))


def heed_signals() -> None:
    """Let Ctrl-C be heard where whoever runs the tests has it ignored, as `nohup` and `&` do."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def first_address(process: subprocess.Popen[str]) -> re.Match[str]:
    assert process.stdout is not None
    for line in process.stdout:
        if found := ADDRESS.search(line):
            return found
    raise AssertionError("JupyterLab printed no address")


def ask(url: str, token: str, method: str = "GET"):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"token {token}"}
    limit = time.monotonic() + 20
    while True:
        try:
            return opener.open(urllib.request.Request(url, headers=headers, method=method))
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError) or time.monotonic() > limit:
                raise
            time.sleep(0.1)


async def terminal(url: str, typed: str) -> str:
    """Type a line into a terminal; return everything it shows until the line has run."""
    connection = await websocket_connect(url)
    shown = ""
    sent = False
    while "dryrun=/" not in shown.replace("\r\n", ""):
        kind, *rest = json.loads(await connection.read_message())
        if kind == "setup":
            await connection.write_message(json.dumps(["set_size", 40, 400, 0, 0]))
        if kind == "stdout":
            shown += rest[0]
        if not sent and "(dry run)" in shown:
            await connection.write_message(json.dumps(["stdin", typed]))
            sent = True
    connection.close()
    return shown
