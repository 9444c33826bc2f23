"""Codes that change with time, as authenticator apps make them (RFC 6238 and RFC 4226)."""

from __future__ import annotations

import base64
import hmac
from urllib.parse import quote

# Ten lines of the standard library do what the packages for this do: AWS takes six digits,
# half a minute and SHA-1 only ("Assign a virtual MFA device", IAM User Guide).
STEP = 30
"""Seconds that a code is shown."""

DIGITS = 6
ISSUER = "Amazon Web Services"


def step_at(moment: float) -> int:
    """Return the number of the step that `moment` (seconds since the epoch) falls in."""
    return int(moment // STEP)


def code(seed: str, step: int) -> str:
    """Return the six digits that belong to a step; `seed` is base32."""
    digest = hmac.digest(base64.b32decode(seed), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0xF
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def find(seed: str, wanted: str, first: int, last: int) -> int | None:
    """Return the first step from `first` to `last` whose code is `wanted`, or None."""
    return next(
        (s for s in range(first, last + 1) if hmac.compare_digest(code(seed, s), wanted)), None
    )


def uri(seed: str, user: str, account: str) -> str:
    """Return what an authenticator app reads from the QR code ("Key Uri Format", Google)."""
    issuer = quote(ISSUER)
    return f"otpauth://totp/{issuer}:{quote(user)}@{account}?secret={seed}&issuer={issuer}"
