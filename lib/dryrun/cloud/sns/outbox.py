"""Mails and text messages that SNS sent: nobody gets them but the lab's mailbox."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from dryrun.cloud import clock as clocks

FROM = "no-reply@sns.amazonaws.com"
MOST = 1000
"""A mailbox keeps the newest messages."""


@dataclass(frozen=True)
class Mail:
    """One message; `link` confirms a subscription, where that is what the mail asks for."""

    time: float
    kind: str
    """ "email" or "sms"."""
    sender: str
    to: str
    subject: str
    text: str
    link: str = ""
    token: str = ""
    topic: str = ""


def put(kind: str, sender: str, to: str, subject: str, text: str, **more: str) -> None:
    """Send a message to an address."""
    mails = _mails()
    mails.append(Mail(clocks.current().time(), kind, sender, to, subject, text, **more))
    del mails[:-MOST]


def answer(payload: dict[str, Any]) -> dict[str, Any]:
    """Answer the control verb: every message, oldest first, or those `to` one address."""
    to = payload.get("to")
    return {"mails": [asdict(mail) for mail in _mails() if to in (None, mail.to)]}


def _mails() -> list[Mail]:
    """Return the mailbox, which a reset empties with SNS."""
    from moto.sns.models import sns_backends  # noqa: PLC0415 - loaded when first needed

    backend = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    found: list[Mail] = backend.__dict__.setdefault("shelf_mails", [])
    return found
