"""Whatever reads queues and streams: a pipe, or a function's event source mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dryrun.cloud.delivery import Sender
    from dryrun.cloud.pipes.batches import Ended
    from dryrun.cloud.pipes.templates import Event


class Readable(Protocol):
    """What a reader must know of whom it reads for, in the words of Pipes."""

    @property
    def name(self) -> str:
        """What it is called, for people."""

    @property
    def arn(self) -> str:
        """Its own ARN."""

    @property
    def source(self) -> str:
        """The ARN of the queue or stream."""

    @property
    def source_parameters(self) -> dict[str, Any]:
        """The filters, and the parameters of the source, as `SqsQueueParameters`."""

    @property
    def host(self) -> str:
        """The host by which this cloud was found when it was set up."""

    @property
    def sender(self) -> Sender:
        """In whose name it reads."""

    @property
    def role_arn(self) -> str:
        """The role it reads with."""

    @property
    def dead_letter_arn(self) -> str:
        """The queue that hears of what was given up, or nothing."""

    def letter_head(self, condition: str, count: int) -> dict[str, Any]:
        """Return what a dead letter of a stream begins with: who gave up, and after what."""

    @property
    def positions(self) -> dict[str, str]:
        """Where each shard is to be read on, by iterator, should reading stop in between."""

    def is_read_by(self, reader: Any) -> bool:
        """Tell whether a reader is still the one that reads."""

    def process(self, events: list[Event], ended: Ended) -> None:
        """Handle events; `ended` is told once which got through."""
