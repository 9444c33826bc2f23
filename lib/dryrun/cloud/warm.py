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
from collections.abc import Callable

from botocore.exceptions import DataNotFoundError
from moto.core.base_backend import AccountSpecificBackend
from moto.core.utils import get_pagination_model, get_service_model

from dryrun.cloud import capabilities
from dryrun.cloud.services import heads

MOST = 65536
"""Bytes a pipe holds without a reader."""
PASSED_ON = ("moto.", "dryrun.cloud.")
_MODULE = "module"

_noted: dict[tuple[str, str], None] = {}
_loaders: dict[str, Callable[[str], object]] = {}


def loads(kind: str, load: Callable[[str], object]) -> None:
    """Let `load` load what is noted of a kind; its module must be importable by name."""
    _loaders[kind] = load


def note(kind: str, name: str) -> None:
    """Remember that this process has loaded something that cost time, such as a client."""
    _noted[kind, name] = None


def load_regions() -> None:
    """Load the table of regions, which every service's first account looks into."""
    AccountSpecificBackend.get_session().get_available_regions("sqs")


def tell(pipe: int) -> None:
    """Write what this process has loaded: modules, and what was noted."""
    modules = sorted(name for name in sys.modules if name.startswith(PASSED_ON))
    told = [*((_MODULE, name) for name in modules), *_noted]
    with contextlib.suppress(OSError):
        os.write(pipe, "\n".join(f"{kind} {name}" for kind, name in told).encode()[:MOST])


def load(pipe: int) -> None:
    """Read what a worker told, close the pipe, and load the same."""
    with os.fdopen(pipe, "rb") as reader:
        told = [line.split(" ", 1) for line in reader.read().decode().split("\n")]
    pairs = [(pair[0], pair[1]) for pair in told if len(pair) == 2]
    names = [name for kind, name in pairs if kind == _MODULE]
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    packages = {name.split(".")[1] for name in names if name.endswith(".responses")}
    for service in heads():
        if capabilities.package(service) in packages:
            get_service_model(service)
            with contextlib.suppress(DataNotFoundError, KeyError):
                get_pagination_model(service)
    for kind, name in pairs:
        if kind in _loaders:
            # A name cut off at the end of the pipe leads nowhere.
            with contextlib.suppress(Exception):
                _loaders[kind](name)
