"""`lab.mfa_code`: the phone with the authenticator app."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dryrun.notebook import messages
from dryrun.notebook.display import Card

Look = Callable[[str], dict[str, Any]]
"""What tells what the phone shows for a device, as `dryrun.cloud.iam.phone.look` does."""


class Code(str):
    """Six digits that know how long they are good; in a command they are the digits alone."""

    seen: dict[str, Any]

    def __new__(cls, digits: str, seen: dict[str, Any]) -> Code:
        """Make a code of `digits`; `seen` is what the phone showed."""
        code = super().__new__(cls, digits)
        code.seen = seen
        return code

    @property
    def card(self) -> Card:
        """The card that shows the code."""
        return code_card(self.seen, [str(self)])

    def __repr__(self) -> str:
        """Return the card as plain text."""
        return self.card.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self.card._repr_mimebundle_()


class Codes(tuple[Code, Code]):
    """Two codes, the second shown right after the first."""

    @property
    def card(self) -> Card:
        """The card that shows both."""
        return code_card(self[1].seen, [str(code) for code in self])

    def __repr__(self) -> str:
        """Return the card as plain text."""
        return self.card.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self.card._repr_mimebundle_()


def code(look: Look, device: str) -> Code:
    """Return the code the phone shows for a device, named by its name or ARN."""
    seen = look(device)
    return Code(str(seen["code"]), seen)


def codes(look: Look, device: str) -> Codes:
    """Return the code that was shown before, and the one shown now."""
    seen = look(device)
    return Codes((Code(str(seen["before"]), seen), Code(str(seen["code"]), seen)))


def code_card(seen: dict[str, Any], shown: list[str]) -> Card:
    """Return the card of one code or two."""
    left = math.ceil(float(seen["seconds"]))
    wait = math.ceil(float(seen["wait"]))
    notices = []
    # Two codes are for enabling or a resync, where neither matters.
    if wait and len(shown) == 1:
        notices.append(messages.CODE_USED.format(seconds=wait))
    if seen["late"] and len(shown) == 1:
        notices.append(messages.OUT_OF_STEP.format(device=_name(seen)))
    return Card(
        "mfa_code",
        {
            "mark": "▣",
            "tone": "warn" if notices else "calm",
            "title": f"Phone · {_name(seen)}",
            "status": f"{messages.times(left, 'second', 'seconds')} left",
            "codes": shown,
            "notices": notices,
        },
    )


def qr_card(seen: dict[str, Any]) -> Card:
    """Return the card with the QR code that an authenticator app reads."""
    import segno  # noqa: PLC0415 - only where a QR code is drawn

    picture = segno.make(str(seen["uri"]), error="m").png_data_uri(scale=4)
    return Card(
        "mfa_qr",
        {
            "mark": "▣",
            "tone": "calm",
            "title": f"QR code · {_name(seen)}",
            "status": f"belongs to {seen['user']}" if seen["user"] else "nobody has it yet",
            "picture": picture,
            "seed": str(seen["seed"]),
            "uri": str(seen["uri"]),
            "about": messages.QR_ABOUT,
        },
    )


def _name(seen: dict[str, Any]) -> str:
    return str(seen["serial_number"]).rpartition("/")[2]
