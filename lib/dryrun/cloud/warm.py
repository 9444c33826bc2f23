"""Let a fresh worker begin with the code its forerunner had loaded.

A worker loads a service when it is first called, EC2 in a second. Before it makes way it
tells the keeper what it loaded; the keeper loads the same, and the next worker has it from birth.
Only code and models are passed on, never the account.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys

from moto.core.utils import get_service_model

from dryrun.cloud import capabilities
from dryrun.cloud.services import heads

MOST = 65536
"""Bytes a pipe holds without a reader."""


def tell(pipe: int) -> None:
    """Write the names of the moto modules this process has loaded."""
    names = sorted(name for name in sys.modules if name.startswith("moto."))
    with contextlib.suppress(OSError):
        os.write(pipe, "\n".join(names).encode()[:MOST])


def load(pipe: int) -> None:
    """Read what a worker told, close the pipe, and load the same."""
    with os.fdopen(pipe, "rb") as reader:
        names = reader.read().decode().split("\n")
    for name in names:
        if name and name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    packages = {name.split(".")[1] for name in names if name.endswith(".responses")}
    for service in heads():
        if capabilities.package(service) in packages:
            get_service_model(service)
