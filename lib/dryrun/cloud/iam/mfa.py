"""Virtual multi-factor devices: their secret, whose they are, and which codes they take."""

from __future__ import annotations

import base64
import hashlib
import io
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random

from dryrun.cloud import keys
from dryrun.cloud.iam import totp

PER_USER = 8
"""Devices a user may have: "IAM and AWS STS quotas", IAM User Guide."""

TOLERANCE = 1
"""Steps that a code may be early or late."""

SEARCHED = 120
"""Steps to either side, an hour, in which two codes of an enabling or a resync may lie."""

SEED_BYTES = 40


@dataclass
class VirtualDevice:
    """One virtual device; it belongs to `user` once two codes of it have been seen."""

    serial_number: str
    seed: str
    account: str
    tags: list[dict[str, str]] = field(default_factory=list)
    user: Any = None
    enable_date: datetime | None = None
    last_step: int = -1
    """The step of the last code taken: that one and the earlier ones are used up."""
    drift: int = 0
    """Steps by which the device is believed to be ahead of the clock."""

    @property
    def name(self) -> str:
        """The device's name, without its path."""
        return self.serial_number.rpartition("/")[2]

    @property
    def uri(self) -> str:
        """What the QR code says; AWS writes the device's name, by custom the user's."""
        return totp.uri(self.seed, self.name, self.account)

    @property
    def qr_code(self) -> bytes:
        """The QR code as a PNG picture."""
        import segno  # noqa: PLC0415 - takes long to load, and only where a QR code is drawn

        picture = io.BytesIO()
        segno.make(self.uri, error="m").save(picture, kind="png", scale=4)
        return picture.getvalue()

    def pair(self, first: str, second: str, now: float) -> bool:
        """Take two codes that follow each other; tell whether they do.

        Codes that are some minutes old are taken too, but then the device is out of step
        ("EnableMFADevice", IAM API Reference).
        """
        present = totp.step_at(now)
        found = self._consecutive(first, second, present)
        if found is None:
            return False
        late = found + 1 - present
        self.drift = late if abs(late) > TOLERANCE else 0
        self.last_step = found + 1
        return True

    def take(self, code: str, now: float) -> bool:
        """Take a code that is good now and use it up; tell whether it was good."""
        present = totp.step_at(now) + self.drift
        first = max(present - TOLERANCE, self.last_step + 1)
        found = totp.find(self.seed, code, first, present + TOLERANCE)
        if found is None:
            return False
        self.last_step = found
        return True

    def belong(self, user: Any) -> None:
        """Give the device to a user."""
        self.user = user
        self.enable_date = datetime.fromtimestamp(int(time.time()), UTC)
        user.mfa_devices[self.serial_number] = self

    def leave(self) -> None:
        """Take the device from its user; its secret stays, its codes may begin anew."""
        self.user.mfa_devices.pop(self.serial_number, None)
        self.user, self.enable_date = None, None
        self.drift = 0

    def _consecutive(self, first: str, second: str, present: int) -> int | None:
        # What lies nearest is looked at first: six digits do repeat within an hour.
        for step in sorted(
            range(present - SEARCHED, present + SEARCHED), key=lambda s: abs(s - present)
        ):
            if totp.code(self.seed, step) == first and totp.code(self.seed, step + 1) == second:
                return step
        return None


class Verdict(StrEnum):
    """What a code is worth."""

    GOOD = "good"
    WRONG_CODE = "wrong code"
    WRONG_DEVICE = "wrong device"


def verify(user: Any, serial_number: str, code: str, at: float) -> Verdict:
    """Check the code of a user's device at lab time `at` (seconds), and use it up.

    `user` is moto's, or None for a caller who is no user.
    """
    device = None if user is None else user.mfa_devices.get(serial_number)
    if device is None:
        return Verdict.WRONG_DEVICE
    return Verdict.GOOD if device.take(code, at) else Verdict.WRONG_CODE


def new_seed() -> str:
    """Return a fresh secret of 64 base32 letters, other in every workspace."""
    seeded = mock_random.getrandbits(SEED_BYTES * 8).to_bytes(SEED_BYTES, "big").hex()
    salted = keys.salted(seeded)
    return base64.b32encode(hashlib.shake_256(salted.encode()).digest(SEED_BYTES)).decode()


def devices(account: str | None = None) -> list[VirtualDevice]:
    """Return the virtual devices of an account, or of all."""
    accounts = list(iam_backends) if account is None else [account]
    return [
        device
        for name in accounts
        for device in iam_backends[name]["aws"].virtual_mfa_devices.values()
    ]
