"""The call that is being answered, for those deep below who must know who makes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dryrun.cloud.identity import Caller
    from dryrun.cloud.routing import ApiCall

_CALL: ContextVar[ApiCall] = ContextVar("call")


@contextmanager
def answering(call: ApiCall) -> Iterator[None]:
    """Let `call` be the one being answered, for as long as the block lasts."""
    token = _CALL.set(call)
    try:
        yield
    finally:
        _CALL.reset(token)


def current_call() -> ApiCall:
    """Return the call being answered; raise LookupError where there is none."""
    return _CALL.get()


def current_caller() -> Caller:
    """Return who makes the call being answered; raise LookupError where there is none."""
    caller = _CALL.get().caller
    if caller is None:
        raise LookupError("nobody has said yet who makes this call")
    return caller
