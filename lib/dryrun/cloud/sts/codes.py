"""Multi-factor codes given along with a call of STS."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from dryrun.cloud.iam.mfa import Verdict, verify
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.sts.exceptions import AccessDenied

_FAILED = "MultiFactorAuthentication failed"
# The blanks are AWS's.
_WORDS = {
    Verdict.WRONG_CODE: f"{_FAILED} with invalid MFA one time pass code. ",
    Verdict.WRONG_DEVICE: f"{_FAILED}, unable to validate MFA code.  Please verify your MFA serial "
    "number is valid and associated with this user. ",
}


def checked_at(caller: Caller, asked: Mapping[str, Any]) -> float | None:
    """Return when `SerialNumber` and `TokenCode` were found good: now; None when none are given.

    Uses the code up. Raises AccessDenied.
    """
    serial_number, code = asked.get("SerialNumber"), asked.get("TokenCode")
    if serial_number is None and code is None:
        return None
    if serial_number is None or code is None:
        raise AccessDenied(
            f"{_FAILED}, must provide both MFA serial number and one time pass code."
        )
    now = time.time()
    verdict = verify(_user(caller), serial_number, code, now)
    if verdict is not Verdict.GOOD:
        raise AccessDenied(_WORDS[verdict])
    return now


def _user(caller: Caller) -> Any:
    """Return moto's user who calls, or None for other callers."""
    if caller.kind is not CallerKind.USER:
        return None
    users = iam_backends[caller.account]["aws"].users
    return users.get(caller.arn.rpartition("/")[2])
