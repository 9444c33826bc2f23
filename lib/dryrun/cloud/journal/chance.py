"""Chance, made repeatable: a replay must draw what was drawn the first time.

moto draws its ids from one seeded source. Everything else that draws in this process, be it
`os.urandom`, `uuid.uuid4` or the `random` module, is seeded anew for every request by its number.
Key pairs come out of OpenSSL, which cannot be seeded: they are kept and given out again.
"""

from __future__ import annotations

import base64
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.managed_state_model import ManagedState
from moto.moto_api._internal.moto_random import MotoRandom

SEED = 20260105


class Chance:
    """What one request draws, and whether it changed what later requests will draw."""

    def __init__(self) -> None:
        self.bytes = random.Random(SEED)  # noqa: S311 - repeatable on purpose
        self.touched = False
        self.made: list[str] = []
        self.again: list[str] = []
        self._moment = 0
        self._seed: int | None = None
        """With what `bytes` is still to be seeded, for most requests draw none."""

    @contextmanager
    def request(self, number: int, again: list[str] | None = None) -> Iterator[None]:
        """Seed all but moto's source by a request's number; `again` are the keys to give out."""
        self.touched = False
        self.made = []
        self.again = list(again or [])
        self.seed(number)
        before = mock_random.drawn
        try:
            yield
        finally:
            self.touched = self.touched or mock_random.drawn != before

    def seed(self, number: int) -> None:
        """Seed all but moto's source by a request's number."""
        random.seed(SEED + number)
        self._seed, self._moment = SEED + number, 0

    def event(self, when: float) -> None:
        """Seed all but moto's source by the moment of an event on the clock."""
        number = int(when * 1_000_000)
        if number != self._moment:  # of several at one moment, each goes on where the last was
            random.seed(number)
            self._seed = number
        self._moment = number

    def urandom(self, size: int) -> bytes:
        """Stand in for `os.urandom`."""
        if self._seed is not None:
            self.bytes.seed(self._seed)
            self._seed = None
        return self.bytes.randbytes(size)

    def key(self, make: Callable[[], Any]) -> Any:
        """Return the key pair a replay gives again, or a new one, which is remembered."""
        if self.again:
            data = base64.b64decode(self.again.pop(0))
            key: Any = serialization.load_der_private_key(data, None)
        else:
            key = make()
            data = key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        self.made.append(base64.b64encode(data).decode())
        return key


chance = Chance()

_urandom = os.urandom


def new_name() -> str:
    """Return a name that nothing has had before: truly by chance, for none of the account."""
    return _urandom(6).hex()


def touch() -> None:
    """Say that a request which only reads has changed something all the same."""
    chance.touched = True


def take_over() -> None:
    """Let everything in this process that draws draw from here; a worker's first deed."""
    original_rsa = rsa.generate_private_key
    original_ec = ec.generate_private_key
    original_ed25519 = ed25519.Ed25519PrivateKey.generate

    def kept(make: Callable[..., Any]) -> Callable[..., Any]:
        def generate(*args: Any, **kwargs: Any) -> Any:
            return chance.key(lambda: make(*args, **kwargs))

        return generate

    os.urandom = chance.urandom
    random._urandom = chance.urandom  # type: ignore[attr-defined]
    rsa.generate_private_key = kept(original_rsa)
    ec.generate_private_key = kept(original_ec)
    ed25519.Ed25519PrivateKey.generate = kept(original_ed25519)  # type: ignore[method-assign]


def install() -> None:
    """Notice draws from moto's source, and when a description moves something on.

    moto lets it for some services.
    """
    for name in ("getrandbits", "random"):
        setattr(MotoRandom, name, _counted(getattr(MotoRandom, name)))
    # The count is part of the state: whoever puts that back has drawn nothing.
    getstate, setstate, seed = MotoRandom.getstate, MotoRandom.setstate, MotoRandom.seed

    def get(self: Any) -> tuple[Any, ...]:
        return (*getstate(self), self.drawn)

    def put(self: Any, state: tuple[Any, ...]) -> None:
        setstate(self, state[:3])
        self.drawn = state[3] if len(state) > 3 else self.drawn + 1

    def again(self: Any, *words: Any) -> None:
        seed(self, *words)
        self.drawn += 1

    MotoRandom.drawn, MotoRandom.getstate, MotoRandom.setstate = 0, get, put
    MotoRandom.seed = again
    advance = ManagedState.advance

    def noticed(self: ManagedState) -> None:
        if state_manager.get_transition(self.model_name)["progression"] != "immediate":
            touch()
        advance(self)

    ManagedState.advance = noticed


def _counted(usual: Callable[..., Any]) -> Callable[..., Any]:
    def counted(self: Any, *words: Any) -> Any:
        self.drawn += 1
        return usual(self, *words)

    return counted
