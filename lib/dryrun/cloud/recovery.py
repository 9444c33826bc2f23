"""Build the account again from the journal, in a new worker before it answers anyone."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field

import time_machine

from dryrun.cloud import outside
from dryrun.cloud.application import CloudApplication
from dryrun.cloud.clock import Clock
from dryrun.cloud.journal import DamagedError, Journal, Kind, Record
from dryrun.cloud.journal.book import Halt


@dataclass
class Replayed:
    """How a replay went: `repeated` requests out of `records`, in real `seconds`.

    `different` are the numbers of those that only read and were answered differently, `unknown`
    counts those that cannot be compared, because their secrets or their signature are not kept.
    """

    records: int = 0
    repeated: int = 0
    unknown: int = 0
    different: list[int] = field(default_factory=list)
    seconds: float = 0.0


def rebuild(
    application: CloudApplication, journal: Journal, clock: Clock, *, whole: bool = False
) -> Replayed | Halt:
    """Repeat all that changed the account, as far as the journal's halt if it has one.

    `whole` repeats what only reads as well. Returns a Halt when an answer comes out differently,
    or a record cannot be read: the account is then good for nothing, and a new worker has to
    build it as far as `last_good`.
    """
    began = time.perf_counter()
    halted = journal.halted()
    done = Replayed()
    application.recorder.read_secrets()
    outside.current().hold_back()
    try:
        for record in journal.records(halted.last_good if halted else None):
            done.records += 1
            if record.changed and not application.repeat(record):
                return Halt(_diverged(record), record.number - 1)
            done.repeated += record.changed
            if whole and not record.changed and record.kind is Kind.CALL:
                _compare(application, record, done)
            if not record.changed:
                with clock.hold(record.at):
                    journal.remember(record)
    except DamagedError as error:
        if halted is None:
            return Halt(f"{error}. {_REMEDY}", error.last_good)
    finally:
        application.recorder.forget_secrets()
    if halted is None:
        journal.resume()
    clock.resume(time_machine.escape_hatch.time.time())
    outside.current().resume()
    done.seconds = time.perf_counter() - began
    return done


def _compare(application: CloudApplication, record: Record, done: Replayed) -> None:
    if record.details.get("unauthentic") or application.recorder.lacks_secrets(record):
        done.unknown += 1
        return
    done.repeated += 1
    if not application.repeat(record):
        done.different.append(record.number)


def leave_halted(journal: Journal, halt: Halt, status: int) -> None:
    """End this worker; the next one builds the account as far as it is good."""
    print(halt.sentence, flush=True)
    journal.halt(halt)
    os._exit(status)


_REMEDY = (
    "Everything before it can be built: `dryrun cloud rewind` goes on from there, "
    "`dryrun cloud reset` begins with a fresh account."
)


def _diverged(record: Record) -> str:
    if record.kind is Kind.CONTROL:
        what = f"the control {record.details.get('verb')}"
    else:
        service, operation = record.details.get("service"), record.details.get("operation")
        what = f"{service} {operation}" if operation else "a request"
    return (
        f"The journal cannot be replayed beyond record {record.number - 1}: {what}, number "
        f"{record.number}, is answered differently than before. {_REMEDY}"
    )
