"""Where the statements stand in the text of a policy, as SimulatePrincipalPolicy shows it.

AWS tells where its reader stood: behind the bracket or the statement before, and behind the
statement itself ("simulate-custom-policy" in the AWS CLI Command Reference).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from json.decoder import WHITESPACE  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Position:
    """A line and a column of a policy's text, both counted from 1."""

    line: int
    column: int


def statement_positions(text: str) -> list[tuple[Position, Position]]:
    """Return the start and end of each statement of a document that is known to be valid."""
    decode = json.JSONDecoder(strict=False).raw_decode
    at = _skip(text, _skip(text, 0) + 1)
    spans: list[tuple[int, int]] = []
    while text[at] != "}":
        key, at = decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == "Statement":
            spans = _spans(text, at)
        _, at = decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return [(_position(text, start), _position(text, end)) for start, end in spans]


def _spans(text: str, at: int) -> list[tuple[int, int]]:
    decode = json.JSONDecoder(strict=False).raw_decode
    if text[at] == "{":
        return [(at + 1, decode(text, at)[1])]
    spans = []
    stood = at + 1
    at = _skip(text, stood)
    while text[at] != "]":
        _, end = decode(text, at)
        spans.append((stood, end))
        stood = end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return spans


def _skip(text: str, at: int) -> int:
    end: int = WHITESPACE.match(text, at).end()
    return end


def _position(text: str, at: int) -> Position:
    return Position(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
