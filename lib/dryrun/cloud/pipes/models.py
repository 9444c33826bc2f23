"""Pipes, their states, and what they do while they run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.pipes.models import pipes_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.delivery import Sender
from dryrun.cloud.pipes import access, batches
from dryrun.cloud.pipes.batches import Ended
from dryrun.cloud.pipes.queue_source import QueueReader
from dryrun.cloud.pipes.stream_source import StreamReader
from dryrun.cloud.pipes.templates import Event, Names
from dryrun.cloud.shelves import Thing

PRINCIPAL = "pipes.amazonaws.com"

_SECONDS = {
    "CREATING": 20.0,
    "UPDATING": 15.0,
    "STARTING": 10.0,
    "STOPPING": 10.0,
    "DELETING": 10.0,
}
"""How long a pipe is in a state of passage; minutes at times in AWS."""
_FAILED = {"CREATING": "CREATE_FAILED", "UPDATING": "UPDATE_FAILED", "STARTING": "START_FAILED"}
_PARAMETERS = ("SourceParameters", "EnrichmentParameters", "TargetParameters")
_CLEARED = ("Description", "Enrichment", "KmsKeyIdentifier")
"""What an update takes away by giving an empty text."""
_START = ("StartingPosition", "StartingPositionTimestamp")


class Pipe:
    """A pipe as it was asked for, and the reader of its source while it runs."""

    def __init__(self, account: str, region: str, asked: Thing) -> None:
        self.name = str(asked["Name"])
        self.account, self.region = account, region
        self.arn = f"arn:aws:pipes:{region}:{account}:pipe/{self.name}"
        self.tags: dict[str, str] = dict(asked.get("Tags") or {})
        self.settings: Thing = {"DesiredState": "RUNNING"}
        self.created = self.modified = datetime.now(UTC)
        self.state = ""
        self.reason = ""
        self.host = inside.host()
        self.positions: dict[str, str] = {}
        """Where each shard is to be read on, by iterator, should the pipe stop in between."""
        self._reader: QueueReader | StreamReader | None = None
        self._put(asked)

    # What was asked for

    def _put(self, asked: Thing) -> None:
        self.settings |= {name: value for name, value in asked.items() if name != "Tags"}
        for name in (*_PARAMETERS, *_CLEARED, "LogConfiguration"):
            if self.settings.get(name) in ("", {}):
                del self.settings[name]

    def with_start(self, asked: Thing) -> Thing:
        """Return what an update asks for with where a stream is read from, which it cannot name."""
        if "SourceParameters" not in asked:
            return asked
        wanted = dict(asked["SourceParameters"])
        for kind, settings in self.source_parameters.items():
            kept = {name: settings[name] for name in _START if name in settings}
            if kept:
                wanted[kind] = {**wanted.get(kind, {}), **kept}
        return {**asked, "SourceParameters": wanted}

    def _parameters(self, name: str) -> Thing:
        found: Thing = self.settings.get(name, {})
        return found

    @property
    def source(self) -> str:
        """The ARN of the queue or stream."""
        return str(self.settings["Source"])

    @property
    def source_parameters(self) -> Thing:
        """How the source is read, and the filter."""
        return self._parameters("SourceParameters")

    @property
    def enrichment(self) -> str:
        """The ARN of what enriches events, "" when nothing does."""
        return str(self.settings.get("Enrichment", ""))

    @property
    def enrichment_parameters(self) -> Thing:
        """What the enrichment gets."""
        return self._parameters("EnrichmentParameters")

    @property
    def target(self) -> str:
        """The ARN of the target."""
        return str(self.settings["Target"])

    @property
    def target_parameters(self) -> Thing:
        """What the target gets."""
        return self._parameters("TargetParameters")

    @property
    def role_arn(self) -> str:
        """The role in whose name everything is done."""
        return str(self.settings["RoleArn"])

    @property
    def sender(self) -> Sender:
        """The pipe as the dispatcher knows it."""
        return Sender(PRINCIPAL, self.arn, self.account, self.region, self.role_arn)

    @property
    def names(self) -> Names:
        """What templates may ask for."""
        return Names(self.arn, self.source, self.enrichment, self.target)

    @property
    def dead_letter_arn(self) -> str:
        """The queue that hears of records of a stream that were given up."""
        for name in ("KinesisStreamParameters", "DynamoDBStreamParameters"):
            found = self.source_parameters.get(name, {}).get("DeadLetterConfig", {}).get("Arn")
            if found:
                return str(found)
        return ""

    def letter_head(self, condition: str, count: int) -> Thing:
        """Return what a dead letter of a stream begins with (from memory of such letters)."""
        context = {
            "partnerResourceArn": self.arn,
            "condition": condition,
            "approximateInvokeCount": count,
        }
        return {"context": context}

    # Answers

    def short(self) -> Thing:
        """Return what operations that change a pipe answer."""
        return {
            "Arn": self.arn,
            "Name": self.name,
            "DesiredState": self.settings["DesiredState"],
            "CurrentState": self.state,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }

    def listed(self) -> Thing:
        """Return the pipe as ListPipes does."""
        shown = {"Source": self.source, "Target": self.target}
        if self.enrichment:
            shown["Enrichment"] = self.enrichment
        return {**self.short(), **shown, **self._why()}

    def described(self) -> Thing:
        """Return the pipe as DescribePipe does."""
        return {**self.settings, **self.short(), **self._why(), "Tags": self.tags}

    def _why(self) -> Thing:
        return {"StateReason": self.reason} if self.reason else {}

    # States

    @property
    def in_passage(self) -> bool:
        """Whether the pipe is on its way from one state to another."""
        return self.state in _SECONDS

    def begin(self, state: str, asked: Thing | None = None, desired: str = "") -> None:
        """Go into a state of passage, and on from there in a while."""
        if asked:
            self._put(asked)
        if desired:
            self.settings["DesiredState"] = desired
        if asked or state in ("STARTING", "STOPPING"):
            self.modified = datetime.now(UTC)
        self.state, self.reason = state, ""
        self._stop_reading()
        what = f"pipe {self.name} leaves {state}"
        clocks.current().call_later(_SECONDS[state], self._arrive, what=what)

    def _arrive(self) -> None:
        if not self._is_kept():
            return
        if self.state == "DELETING":
            del pipes_backends[self.account][self.region].pipes[self.name]
        elif self.settings["DesiredState"] == "STOPPED":
            self.state = "STOPPED"
        else:
            self._run()

    def _run(self) -> None:
        with inside.found_at(self.host):
            self.reason = access.fault(self)
            if self.reason:
                self.state = _FAILED[self.state]
                return
            self.state = "RUNNING"
            is_queue = self.source.split(":")[2] == "sqs"
            self._reader = QueueReader(self) if is_queue else StreamReader(self)

    def _stop_reading(self) -> None:
        if self._reader is not None:
            self._reader.stop()
        self._reader = None

    def process(self, events: list[Event], ended: Ended) -> None:
        """Send events that passed the filter on."""
        batches.process(self, events, ended)

    def is_read_by(self, reader: object) -> bool:
        """Tell whether a reader is still the pipe's own."""
        return self._reader is reader and self._is_kept()

    def _is_kept(self) -> bool:
        """Tell whether the account still has this pipe."""
        kept: Any = pipes_backends[self.account][self.region].pipes.get(self.name)
        return kept is self
