"""The call that is being answered, for those deep below who must know who makes it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dryrun.cloud.identity import Caller
    from dryrun.cloud.routing import ApiCall

_CALL: ContextVar[ApiCall] = ContextVar("call")


class answering:  # noqa: N801 - reads as the function it would be
    """Let `call` be the one being answered, for as long as the block lasts."""

    __slots__ = ("_call", "_token")

    def __init__(self, call: ApiCall) -> None:
        self._call = call

    def __enter__(self) -> None:
        """Begin."""
        self._token = _CALL.set(self._call)

    def __exit__(self, *_: object) -> None:
        """End."""
        _CALL.reset(self._token)


def current_call() -> ApiCall:
    """Return the call being answered; raise LookupError where there is none."""
    return _CALL.get()


def current_caller() -> Caller:
    """Return who makes the call being answered; raise LookupError where there is none."""
    caller = _CALL.get().caller
    if caller is None:
        raise LookupError("nobody has said yet who makes this call")
    return caller
