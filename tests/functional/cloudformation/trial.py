"""One provider tried by itself, in a cloud without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from in_process import client, lab

from dryrun.cloud import inside
from dryrun.cloud.cloudformation.providers import provider
from dryrun.cloud.cloudformation.providers.base import Context, GoneError, Provider
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.keys import ADMIN_KEY_ID

ACCOUNT = "123456789012"
ADMIN = Caller(
    CallerKind.USER,
    f"arn:aws:iam::{ACCOUNT}:user/learner",
    "AIDAEXAMPLE",
    ACCOUNT,
    ADMIN_KEY_ID,
    unchecked=True,
)
__all__ = ["Trial", "client"]


@dataclass
class Trial:
    """A resource of one type, from its creation to its end: `with Trial(type, {...}) as it`."""

    type_name: str
    properties: dict[str, Any]
    logical_id: str = "Thing"
    region: str = "us-east-1"
    physical_id: str = ""
    at: Context = field(init=False)
    provider: Provider = field(init=False)

    def __post_init__(self) -> None:
        lab()
        found = provider(self.type_name)
        assert found is not None, f"no provider for {self.type_name}"
        self.provider = found
        stack = f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/trial/1"
        self.at = Context(self.region, ACCOUNT, "trial", stack, self.logical_id)

    def create(self) -> Trial:
        """Create it."""
        with inside.calling_as(ADMIN):
            assert self.provider.unsupported(self.properties) is None
            self.physical_id = self.provider.create(self.at, self.properties)
        self.at.known = self.properties
        return self

    def read(self) -> dict[str, Any]:
        """Return what is there."""
        with inside.calling_as(ADMIN):
            found = self.provider.read(self.at, self.physical_id)
            assert self.provider.told(self.at, self.physical_id).items() <= found.items()
            return found

    def update(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Change it, and return what is there then."""
        with inside.calling_as(ADMIN):
            assert self.provider.unsupported(properties) is None
            self.provider.update(self.at, self.physical_id, self.properties, properties)
        self.properties = self.at.known = properties
        return self.read()

    def delete(self) -> None:
        """Delete it, and see that it is gone."""
        with inside.calling_as(ADMIN):
            self.provider.delete(self.at, self.physical_id)
        with pytest.raises(GoneError):
            self.read()

    def __enter__(self) -> Trial:
        return self.create()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.delete()


@contextmanager
def several(*trials: Trial) -> Iterator[None]:
    """Have several resources, deleted in reverse order."""
    for trial in trials:
        trial.create()
    yield
    for trial in reversed(trials):
        trial.delete()
