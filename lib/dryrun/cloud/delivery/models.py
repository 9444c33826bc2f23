"""What is sent, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

DAY = 86400.0
MOST_RETRIES = 185
"""How often EventBridge tries again within a day, unless a retry policy says otherwise."""


@dataclass(frozen=True)
class Sender:
    """The service that sends, and on behalf of what."""

    principal: str
    """The service, as "events.amazonaws.com"."""
    source_arn: str
    """The rule, schedule, pipe, alarm, topic or bucket."""
    account: str
    region: str
    role_arn: str = ""
    """The role assumed for the call; without it the target's own policy decides."""


@dataclass(frozen=True)
class Outcome:
    """How a delivery ended; `answer` is what the target said."""

    delivered: bool
    error_code: str = ""
    error_message: str = ""
    attempts: int = 0
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """One payload for one target."""

    sender: Sender
    target_arn: str
    payload: str
    """What the target gets, already transformed."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The target's parameters by EventBridge's names, as `SqsParameters`."""
    max_age: float = DAY
    """For how long it is tried, in seconds of lab time."""
    max_attempts: int = MOST_RETRIES
    """How often it is tried again."""
    dead_letter_arn: str = ""
    dead_letter_attributes: Mapping[str, str] = field(default_factory=dict)
    dead_letter_body: str = ""
    """What the dead-letter queue gets; without it the payload."""
    done: Callable[[Outcome], None] | None = None
    """Told once how it ended."""
    event_id: str = ""
    """The id of the event behind it, for messages of errors."""
    hopped: bool = False
    """Whether the event came from another bus; AWS lets no event go on to a third one."""
    about: str = ""
    """The rule, schedule or pipe, where the sender's source is another thing."""
    payload_of: Callable[[int], str] | None = None
    """The payload of an attempt, counted from 1, where not all are alike."""
