"""`lab.mailbox`: the mails and text messages that SNS sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from dryrun.notebook import messages
from dryrun.notebook.display import Card


class Mail(NamedTuple):
    """One message; `token` and `link` confirm a subscription, where it asks for that."""

    to: str
    subject: str
    text: str
    sender: str = ""
    sent: str = ""
    topic: str = ""
    token: str = ""
    link: str = ""


class Mailbox(list[Mail]):
    """All messages, oldest first; shown as a card."""

    @property
    def card(self) -> Card:
        """The card that shows every message."""
        return Card(
            "mailbox",
            {
                "mark": "✉",
                "tone": "calm",
                "title": "Mailbox",
                "status": messages.times(len(self), "message", "messages"),
                "mails": [mail._asdict() for mail in self],
            },
        )

    def __repr__(self) -> str:
        """Return the card as plain text."""
        return self.card.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self.card._repr_mimebundle_()


def mailbox(found: list[dict[str, Any]]) -> Mailbox:
    """Return the messages of the cloud's answer."""
    return Mailbox(
        Mail(
            one["to"],
            one["subject"],
            one["text"],
            one["sender"],
            datetime.fromtimestamp(one["time"], UTC).strftime("%Y-%m-%d %H:%M:%S"),
            one["topic"],
            one["token"],
            one["link"],
        )
        for one in found
    )
