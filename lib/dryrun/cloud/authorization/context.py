"""What is known of one check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.routing import ApiCall

Value = str | tuple[str, ...]


@dataclass
class Context:
    """What is known of one check; `extra` goes before everything else, its keys in any case."""

    caller: Caller
    action: str
    resource: str
    region: str
    resource_account: str
    call: ApiCall | None = None
    extra: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the given keys be found in lower case."""
        self.given = {key.lower(): value for key, value in self.extra.items()}

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters of the call, none outside of one."""
        return self.call.parameters if self.call is not None else {}

    def header(self, name: str) -> str | None:
        """Return a header of the call's request."""
        return self.call.request.headers.get(name) if self.call is not None else None


def user_name(caller: Caller) -> str:
    """Return the name of a user, "" for anybody else."""
    return caller.arn.rpartition("/")[2] if caller.kind is CallerKind.USER else ""
