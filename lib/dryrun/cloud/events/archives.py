"""Archives: what a bus has had, kept for some days; "Archiving and replaying events"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import envelope
from dryrun.cloud.events.envelope import Event
from dryrun.cloud.events.rules import Rule, compiled

DAY = 86400.0
MANAGER = "prod.vhs.events.aws.internal"


@dataclass(frozen=True)
class Kept:
    """An event in an archive, since when, and its size."""

    event: Event
    since: float
    size: int


class Archive:
    """What is kept of the events of one bus."""

    def __init__(self, account: str, region: str, given: dict[str, Any]) -> None:
        """Make an empty archive."""
        self.account_id = account
        self.region = region
        self.name: str = given["ArchiveName"]
        self.source_arn: str = given["EventSourceArn"]
        self.arn = f"arn:aws:events:{region}:{account}:archive/{self.name}"
        self.uuid = str(mock_random.uuid4())
        self.creation_time = clocks.current().now()
        self.state = "ENABLED"
        self.description: str | None = None
        self.event_pattern: str | None = None
        self.retention = 0
        self.kms_key: str | None = None
        self._kept: list[Kept] = []
        self.change(given)

    @property
    def bus_name(self) -> str:
        """The name of the bus whose events are kept."""
        return self.source_arn.partition(":event-bus/")[2]

    def change(self, given: dict[str, Any]) -> None:
        """Change what is given."""
        if "EventPattern" in given:
            compiled(given["EventPattern"])
            self.event_pattern = given["EventPattern"] or None
        self.description = given.get("Description", self.description)
        self.retention = int(given.get("RetentionDays", self.retention))
        self.kms_key = given.get("KmsKeyIdentifier", self.kms_key)

    def managed_rule(self) -> Rule:
        """Return the rule that brings events here; replayed ones it leaves out."""
        rule = Rule(self.account_id, self.region, self.bus_name, f"Events-Archive-{self.name}")
        pattern = json.loads(self.event_pattern or "{}")
        pattern["replay-name"] = [{"exists": False}]
        rule.define({"EventPattern": json.dumps(pattern, separators=(",", ":"))})
        rule.managed_by = MANAGER
        rule.archive = self
        rule.targets = [
            {
                "Id": rule.name,
                "Arn": f"arn:aws:events:{self.region}:::",
                "InputTransformer": {
                    "InputPathsMap": {},
                    "InputTemplate": (
                        f'{{"archive-arn": "{self.arn}:{self.uuid}", "event":'
                        ' <aws.events.event.json>, "ingestion-time":'
                        " <aws.events.event.ingestion-time>}"
                    ),
                },
            }
        ]
        return rule

    def take(self, event: Event, size: int | None = None) -> None:
        """Keep an event."""
        counted = size_of(event) if size is None else size
        self._kept.append(Kept(event, clocks.current().time(), counted))

    def kept(self) -> list[Kept]:
        """Return what is kept; what is older than the retention is gone."""
        if self.retention:
            oldest = clocks.current().time() - self.retention * DAY
            self._kept = [one for one in self._kept if one.since > oldest]
        return self._kept

    def short(self) -> dict[str, Any]:
        """Return the archive as ListArchives has it."""
        kept = self.kept()
        return {
            "ArchiveName": self.name,
            "EventSourceArn": self.source_arn,
            "State": self.state,
            "RetentionDays": self.retention,
            "SizeBytes": sum(one.size for one in kept),
            "EventCount": len(kept),
            "CreationTime": self.creation_time,
        }

    def described(self) -> dict[str, Any]:
        """Return the archive as DescribeArchive has it."""
        told = {
            "ArchiveArn": self.arn,
            **self.short(),
            "Description": self.description,
            "EventPattern": self.event_pattern,
            "KmsKeyIdentifier": self.kms_key,
        }
        return {name: value for name, value in told.items() if value is not None}


def size_of(event: Event, detail: str | None = None) -> int:
    """Return the size of an event in bytes; `detail` is its text as it was sent.

    Recorded archives count source, type, time and detail, not the envelope.
    """
    texts = [event["source"], event["detail-type"], event["time"], *event["resources"]]
    texts.append(envelope.text(event["detail"]) if detail is None else detail)
    return sum(len(text.encode()) for text in texts)
