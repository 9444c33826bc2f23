"""One Jupyter kernel in a sandbox, driven cell by cell."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from dryrun.authoring.exceptions import BuildError

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Ran:
    """Hold what one cell did: its error in one line (None: it succeeded), its text output."""

    error: str | None
    text: str
    seconds: float
    timed_out: bool = False


def manager(folder: Path) -> Any:
    """Return a kernel manager whose sockets are files in `folder`.

    Kernels over TCP lose ports under load; sockets in a folder of ours cannot collide.
    """
    from jupyter_client.manager import KernelManager  # noqa: PLC0415

    made = KernelManager(kernel_name="python3", transport="ipc")
    made.connection_file = str(folder / "k.json")
    return made


class Kernel:
    """Run cells one after the other in a kernel; use it as a context manager."""

    def __init__(self, folder: Path, cwd: Path, environment: Mapping[str, str]) -> None:
        """Start a kernel in `cwd` with exactly `environment`; its sockets live in `folder`."""
        self._manager = manager(folder)
        self._manager.start_kernel(cwd=str(cwd), env=dict(environment))
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        try:
            self._client.wait_for_ready(timeout=60)
        except RuntimeError as error:
            self.close()
            raise BuildError(f"The kernel did not start ({error}); run it once by hand.") from error

    def run(self, code: str, timeout: float = 60.0) -> Ran:
        """Run one cell; after `timeout` seconds interrupt it and say so in the error."""
        texts: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                texts.append(message["content"]["text"])

        started = time.monotonic()
        try:
            reply = self._client.execute_interactive(
                code, timeout=timeout, output_hook=keep, allow_stdin=False
            )
        except TimeoutError:
            self._manager.interrupt_kernel()
            # Whatever comes next must wait until the interrupted cell has really ended.
            self._client.execute_interactive("", timeout=30, silent=True)
            return Ran(f"no end after {timeout:g} s", "".join(texts), timeout, timed_out=True)
        return Ran(_error(reply["content"]), "".join(texts), time.monotonic() - started)

    def close(self) -> None:
        """Stop the kernel at once."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def __enter__(self) -> Kernel:
        """Return the running kernel."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the kernel."""
        self.close()


def _error(content: Mapping[str, Any]) -> str | None:
    if content["status"] == "ok":
        return None
    lines = ANSI.sub("", str(content.get("evalue", ""))).strip().splitlines()
    return f"{content.get('ename', 'Aborted')}: {lines[-1] if lines else ''}"
