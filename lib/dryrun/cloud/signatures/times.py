"""When a request was signed, in real and in lab time."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

import time_machine

from dryrun.cloud.signatures.claims import Claim, Scheme
from dryrun.cloud.signatures.faults import Fault, FaultKind

SKEW = 15 * 60.0
"""How far a client's clock may be off, in seconds: "Troubleshoot Signature Version 4 signing"."""
KEPT = 10_000
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Moment:
    """One moment on both clocks, in seconds since the epoch."""

    real: float
    lab: float

    @classmethod
    def at(cls, lab: float) -> Moment:
        """Return this moment, at which it is `lab` in lab time."""
        # In the cloud process all of Python's clocks show lab time.
        hatch = time_machine.escape_hatch
        return cls(hatch.time.time() if hatch.is_travelling() else time.time(), lab)


class LabTimes:
    """Remember how lab time ran against real time, so far as anybody noted it.

    Clients sign with the real time of their machine, or, where they correct their clock by the
    Date of an answer (several SDKs do), with lab time. So a request may be signed at any moment
    between the two.

    A presigned address says when it was signed and for how long it is valid. What counts is the
    lab time that has gone by since: wind the clock on by an hour, and an address for a quarter of
    an hour is of no use any more. How lab time stood when it was signed follows from the moments
    noted around it; noted are the moments of all requests, and those before and after the clock
    is moved. For an address that is older than the first of them (the cloud was started again)
    the clock is taken as not having moved in between. An address tells whole seconds: one that
    was signed in the very second in which the clock was moved, and not used before, is taken as
    signed after that.
    """

    def __init__(self) -> None:
        self._moments: deque[Moment] = deque(maxlen=KEPT)
        self._first_used: dict[str, float] = {}

    def note(self, moment: Moment) -> None:
        """Remember a moment; they come in order."""
        kept = self._moments
        if len(kept) >= 2 and _ahead(kept[-2]) == _ahead(kept[-1]) == _ahead(moment):
            kept.pop()
        kept.append(moment)

    def lab_time(self, real: float) -> float:
        """Return lab time at a moment of real time, both in seconds since the epoch."""
        if not self._moments:
            return real
        first = self._moments[0]
        if real <= first.real:
            return real + first.lab - first.real
        return self._between(real)

    def _between(self, real: float) -> float:
        earlier = later = self._moments[-1]
        for moment in reversed(self._moments):
            if moment.real <= real:
                earlier = moment
                break
            later = moment
        if later.real <= real or later.real == earlier.real:
            return real + earlier.lab - earlier.real
        share = (real - earlier.real) / (later.real - earlier.real)
        return earlier.lab + share * (later.lab - earlier.lab)

    def find_fault(self, claim: Claim, now: Moment) -> Fault | None:
        """Return how a request was signed too early or too late, or None."""
        if claim.scheme is Scheme.PRESIGNED:
            return self._address_fault(claim, now)
        signed = claim.signed_at
        first, last = min(now.real, now.lab), max(now.real, now.lab)
        if signed < first - SKEW:
            edge = f"is now earlier than {_stamp(first - SKEW)} ({_stamp(first)} - 15 min.)"
            return Fault(FaultKind.SKEWED, f"Signature expired: {claim.stamp} {edge}")
        if signed > last + SKEW:
            edge = f"is still later than {_stamp(last + SKEW)} ({_stamp(last)} + 15 min.)"
            return Fault(FaultKind.SKEWED, f"Signature not yet current: {claim.stamp} {edge}")
        return None

    def _address_fault(self, claim: Claim, now: Moment) -> Fault | None:
        signed = claim.signed_at
        if signed > max(now.real, now.lab) + SKEW:
            return Fault(FaultKind.EARLY)
        if now.lab - self._signed_at(claim, now) <= claim.expires:
            return None
        return Fault(FaultKind.EXPIRED)

    def _signed_at(self, claim: Claim, now: Moment) -> float:
        """Return the lab time at which an address was signed."""
        signed = claim.signed_at
        if signed > now.real:  # by a client that goes by the lab's clock
            return signed
        if len(self._first_used) >= KEPT:
            del self._first_used[next(iter(self._first_used))]
        first_used = self._first_used.setdefault(claim.signature, now.lab)
        second = min(1.0, now.real - signed)
        return min(self.lab_time(signed + second) - second, first_used)


def _ahead(moment: Moment) -> int:
    """Return by how much the lab is ahead, in tenths of a second."""
    return round((moment.lab - moment.real) * 10)


def _stamp(seconds: float) -> str:
    return time.strftime(_STAMP, time.gmtime(seconds))
