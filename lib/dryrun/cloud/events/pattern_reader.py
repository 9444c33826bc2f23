"""Read JSON token by token, as the parser AWS reads event patterns with.

What AWS says of a pattern names line and column, and those follow from how far that parser has
read. It reads a value's first character together with the field's name, numbers and words to
their end, and a string to its end only when somebody asks for its text.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

OBJECT, END_OBJECT, ARRAY, END_ARRAY = "{", "}", "[", "]"
NAME, STRING, NUMBER, TRUE, FALSE, NULL, END = (
    "name",
    "string",
    "number",
    "true",
    "false",
    "null",
    "",
)

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[\w$]+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SHOWN = 500
_KINDS = {OBJECT: "Object", ARRAY: "Array"}
_CLOSES = {OBJECT: END_OBJECT, ARRAY: END_ARRAY}


class Unreadable(ValueError):
    """A pattern that cannot be read, in AWS's words."""


class Reader:
    """The tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        """Stand before the first token of a text."""
        self.source = text
        self.at = 0
        self.token = END
        self.name = ""
        self.but: frozenset[str] | None = None
        """What anything-but may be combined with; None for all there is."""
        self._value = ""
        self._string_start: int | None = None
        self._ahead: str | None = None
        self._open: list[tuple[str, int]] = []
        self._first = True

    def next(self) -> str:
        """Step to the next token and return its kind."""
        if self._ahead is not None:
            self.token, self._ahead = self._ahead, None
            self._enter(self.token)
            return self.token
        self._finish_string()
        self._skip_space()
        if self.at >= len(self.source):
            if self._open:
                self._fail_at_end()
            self.token = END
            return END
        self.token = self._step()
        return self.token

    def text(self) -> str:
        """Return the present token as text, reading a string to its end."""
        if self.token == STRING:
            self._finish_string()
            return self._value
        if self.token == NAME:
            return self.name
        return self._value if self.token == NUMBER else self.token

    def fail(self, message: str) -> NoReturn:
        """Refuse the text, naming the place that is read up to now."""
        raise Unreadable(f"{message}\n at {self._place(self.at)}")

    def _step(self) -> str:
        char = self.source[self.at]
        if self._open and char in (END_OBJECT, END_ARRAY):
            return self._close(char)
        if self._open and not self._first:
            self._comma(char)
        self._first = False
        if self._open and self._open[-1][0] == OBJECT:
            return self._field_name()
        kind = self._value_start()
        self._enter(kind)
        return kind

    def _enter(self, kind: str) -> None:
        if kind in _KINDS:
            self._open.append((kind, self.at - 1))
            self._first = True

    def _close(self, char: str) -> str:
        kind, start = self._open[-1]
        self.at += 1
        if char != _CLOSES[kind]:
            self.fail(
                f"Unexpected close marker '{char}': expected '{_CLOSES[kind]}'"
                f" (for {_KINDS[kind]} starting at {self._place(start)})"
            )
        self._open.pop()
        self._first = False
        return char

    def _comma(self, char: str) -> None:
        if char != ",":
            self._unexpected(f"was expecting comma to separate {_KINDS[self._open[-1][0]]} entries")
        self.at += 1
        self._skip_space()
        if self.at >= len(self.source):
            self._fail_at_end()

    def _field_name(self) -> str:
        if self.source[self.at] != '"':
            self._unexpected("was expecting double-quote to start field name")
        self.name = self._whole_string("in field name")
        self._skip_space()
        if self.at >= len(self.source):
            self._fail_at_end()
        if self.source[self.at] != ":":
            self._unexpected("was expecting a colon to separate field name and value")
        self.at += 1
        self._skip_space()
        if self.at >= len(self.source):
            self._fail_at_end()
        self._ahead = self._value_start()
        return NAME

    def _value_start(self) -> str:
        char = self.source[self.at]
        if char in (OBJECT, ARRAY):
            self.at += 1
            return char
        if char == '"':
            self._string_start = self.at
            self.at += 1
            return STRING
        if char == "-" or char in "0123456789":
            return self._number()
        return self._word()

    def _number(self) -> str:
        found = _NUMBER.match(self.source, self.at)
        if found is None:
            self.at += 1
            self._unexpected("expected digit (0-9) to follow minus sign, for valid numeric value")
        self._value = found.group()
        self.at = found.end()
        return NUMBER

    def _word(self) -> str:
        found = _WORD.match(self.source, self.at)
        if found is None:
            self._unexpected(
                "expected a valid value (JSON String, Number, Array, Object or token 'null',"
                " 'true' or 'false')"
            )
        self.at = found.end()
        if found.group() not in (TRUE, FALSE, NULL):
            self.fail(
                f"Unrecognized token '{found.group()}': was expecting (JSON String, Number,"
                " Array, Object or token 'null', 'true' or 'false')"
            )
        return found.group()

    def _finish_string(self) -> None:
        if self._string_start is not None:
            self.at, self._string_start = self._string_start, None
            self._value = self._whole_string(": was expecting closing quote for a string value")

    def _whole_string(self, what: str) -> str:
        found = _STRING.match(self.source, self.at)
        if found is None:
            self.at = len(self.source)
            self.fail(f"Unexpected end-of-input{'' if what.startswith(':') else ' '}{what}")
        self.at = found.end()
        try:
            return str(json.loads(found.group(), strict=False))
        except ValueError:
            self.fail("Unrecognized character escape")

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in " \t\r\n":
            self.at += 1

    def _unexpected(self, expected: str) -> NoReturn:
        char = self.source[self.at] if self.at < len(self.source) else " "
        raise Unreadable(
            f"Unexpected character ('{char}' (code {ord(char)})): {expected}"
            f"\n at {self._place(self.at)}"
        )

    def _fail_at_end(self) -> NoReturn:
        kind, start = self._open[-1]
        self.at = len(self.source)
        self.fail(
            f"Unexpected end-of-input: expected close marker for {_KINDS[kind]}"
            f" (start marker at {self._place(start)})"
        )

    def _place(self, at: int) -> str:
        line_start = self.source.rfind("\n", 0, at) + 1
        line = self.source.count("\n", 0, at) + 1
        shown, hidden = self.source[:_SHOWN], len(self.source) - _SHOWN
        rest = f"[truncated {hidden} chars]" if hidden > 0 else ""
        return f'[Source: (String)"{shown}"{rest}; line: {line}, column: {at - line_start + 1}]'
