"""The phone with the authenticator app: what it shows for a device at this moment."""

from __future__ import annotations

import time
from typing import Any

from dryrun.cloud.iam import mfa, totp
from dryrun.cloud.iam.mfa import VirtualDevice


def answer(payload: dict[str, Any]) -> dict[str, Any]:
    """Answer the control verb: `look`, or in `wrong` why it cannot be."""
    try:
        return look(str(payload["device"]))
    except ValueError as error:
        return {"wrong": str(error)}


def look(device: str) -> dict[str, Any]:
    """Return what the phone shows for a device, named by ARN or by its name alone.

    `code` is shown now, `before` was shown before it; `seconds` is how long the code stays.
    `wait` is in how many seconds the next code that was not used yet appears (0: this one).
    `late` is by how many codes AWS believes the device to be behind. Raises ValueError when
    there is no such device, or more than one.
    """
    found = _find(device)
    now = time.time()
    step = totp.step_at(now)
    seconds = (step + 1) * totp.STEP - now
    unused = max(found.last_step + 1 - step, 0)
    return {
        "serial_number": found.serial_number,
        "user": found.user.name if found.user is not None else "",
        "code": totp.code(found.seed, step),
        "before": totp.code(found.seed, step - 1),
        "seconds": seconds,
        "wait": seconds + (unused - 1) * totp.STEP if unused else 0,
        "late": found.drift,
        "seed": found.seed,
        "uri": found.uri,
    }


def _find(device: str) -> VirtualDevice:
    known = mfa.devices()
    found = [d for d in known if d.serial_number == device] or [
        d for d in known if d.name == device
    ]
    if not found:
        names = ", ".join(sorted(d.name for d in known)) or "none yet"
        raise ValueError(f'There is no MFA device "{device}" in your account; there are: {names}.')
    if len(found) > 1:
        arns = ", ".join(d.serial_number for d in found)
        raise ValueError(f'There are several MFA devices "{device}"; name one by its ARN: {arns}.')
    return found[0]
