"""Intrinsic functions; "Intrinsics for JSONPath states in Step Functions", Developer Guide."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import random
import re
from collections.abc import Callable
from typing import Any

from moto.moto_api._internal import mock_random

from dryrun.cloud.stepfunctions import paths
from dryrun.cloud.stepfunctions.failures import INTRINSIC, MissingPath, StateError
from dryrun.cloud.stepfunctions.paths import Sight

_NAME = re.compile(r"\s*(States\.\w+)\s*\(")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_LONGEST_ARRAY = 1000
_LONGEST_TEXT = 10_000
_HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def is_call(text: Any) -> bool:
    """Tell whether a value calls an intrinsic function."""
    return isinstance(text, str) and text.lstrip().startswith("States.")


def check(text: str) -> bool:
    """Tell whether a call is written as it must be, of functions that there are."""
    try:
        _Reader(text).all(None)
    except _BadCall:
        return False
    return True


def evaluate(text: str, sight: Sight) -> Any:
    """Return what a call gives; raises StateError."""
    try:
        found = _Reader(text).all(sight)
    except _BadCall:
        raise StateError(
            INTRINSIC, f"The function '{text}' had the following error: Invalid function call"
        ) from None
    except MissingPath as missing:
        raise StateError(
            INTRINSIC, f"The function '{text}' had the following error: {missing}"
        ) from None
    except _Misused as misused:
        raise StateError(
            INTRINSIC, f"The function '{text}' had the following error: {misused}"
        ) from None
    return found


class _BadCall(Exception):
    """A call is not written as it must be."""


class _Misused(Exception):
    """A function got arguments it does not take."""


class _Reader:
    """Reads a call and evaluates it on the way, or, without sight, only reads."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def all(self, sight: Sight | None) -> Any:
        found = self.call(sight)
        if self.text[self.at :].strip():
            raise _BadCall(self.text)
        return found

    def call(self, sight: Sight | None) -> Any:
        name = _NAME.match(self.text, self.at)
        if name is None or name[1] not in FUNCTIONS:
            raise _BadCall(self.text)
        self.at = name.end()
        arguments = []
        self._space()
        if self._peek() == ")":
            self.at += 1
        else:
            while True:
                arguments.append(self._argument(sight))
                self._space()
                mark = self._peek()
                self.at += 1
                if mark == ")":
                    break
                if mark != ",":
                    raise _BadCall(self.text)
        if sight is None:
            return None
        try:
            return FUNCTIONS[name[1]](*arguments)
        except (TypeError, ValueError, binascii.Error, UnicodeDecodeError) as error:
            raise _Misused(f"Invalid arguments in {name[1]}") from error

    def _argument(self, sight: Sight | None) -> Any:
        self._space()
        mark = self._peek()
        if mark == "'":
            return self._literal()
        if mark == "$":
            return self._path(sight)
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return json.loads(number[0])
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        return self.call(sight)

    def _literal(self) -> str:
        made = ""
        self.at += 1
        while self.at < len(self.text):
            mark = self.text[self.at]
            if mark == "'":
                self.at += 1
                return made
            if mark == "\\" and self.at + 1 < len(self.text):
                following = self.text[self.at + 1]
                # Braces stay escaped for States.Format to tell them apart.
                made += (
                    f"\\{following}" if following in "{}" else {"n": "\n"}.get(following, following)
                )
                self.at += 2
                continue
            made += mark
            self.at += 1
        raise _BadCall(self.text)

    def _path(self, sight: Sight | None) -> Any:
        start, depth, quote = self.at, 0, ""
        while self.at < len(self.text):
            mark = self.text[self.at]
            if quote:
                quote = "" if mark == quote else quote
            elif mark in "'\"" and depth:
                quote = mark
            elif mark in "[(":
                depth += 1
            elif mark in "])" and depth:
                depth -= 1
            elif not depth and (mark in ",)" or mark.isspace()):
                break
            self.at += 1
        text = self.text[start : self.at]
        if not paths.is_path(text):
            raise _BadCall(self.text)
        return None if sight is None else paths.select(text, sight)

    def _space(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _peek(self) -> str:
        if self.at >= len(self.text):
            raise _BadCall(self.text)
        return self.text[self.at]


def compact(value: Any) -> str:
    """Return a value as JSON without spaces, as Step Functions writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _format(template: str, *values: Any) -> str:
    parts = re.split(r"(\\\{|\\\}|\{\})", template)
    left = list(values)
    made = ""
    for part in parts:
        if part == "{}":
            if not left:
                raise ValueError(template)
            value = left.pop(0)
            made += value if isinstance(value, str) else compact(value)
        else:
            made += part[1:] if part in ("\\{", "\\}") else part
    if left:
        raise ValueError(template)
    return made


def _range(first: Any, last: Any, step: Any) -> list[int]:
    numbers = [_whole(value) for value in (first, last, step)]
    if numbers[2] == 0:
        raise ValueError("step")
    end = numbers[1] + (1 if numbers[2] > 0 else -1)
    made = list(range(numbers[0], end, numbers[2]))
    if len(made) > _LONGEST_ARRAY:
        raise ValueError("too long")
    return made


def _partition(items: Any, size: Any) -> list[list[Any]]:
    whole = _whole(size)
    if whole <= 0:
        raise ValueError("size")
    return [_array(items)[at : at + whole] for at in range(0, len(items), whole)]


def _get(items: Any, index: Any) -> Any:
    at = _whole(index)
    if not 0 <= at < len(_array(items)):
        raise ValueError("index")
    return items[at]


def _unique(items: Any) -> list[Any]:
    seen: dict[str, Any] = {}
    for item in _array(items):
        seen.setdefault(json.dumps(item, sort_keys=True), item)
    return list(seen.values())


def _contains(items: Any, wanted: Any) -> bool:
    key = json.dumps(wanted, sort_keys=True)
    return any(json.dumps(item, sort_keys=True) == key for item in _array(items))


def _random(first: Any, last: Any, seed: Any = None) -> int:
    low, high = _whole(first), _whole(last)
    if seed is not None:
        return random.Random(_whole(seed)).randrange(low, high)  # noqa: S311 - as the learner asks
    return int(mock_random.randrange(low, high))


def _add(first: Any, second: Any) -> int:
    return _whole(first) + _whole(second)


def _merge(first: Any, second: Any, deep: Any) -> dict[str, Any]:
    if deep is not False:  # "Currently, Step Functions only supports the shallow merging mode"
        raise ValueError("deep")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise TypeError("objects")
    return {**first, **second}


def _split(text: Any, marks: Any) -> list[str]:
    return [part for part in re.split(f"[{re.escape(_text(marks))}]", _text(text)) if part]


def _encode(text: Any) -> str:
    return base64.b64encode(_text(text, _LONGEST_TEXT).encode()).decode()


def _decode(text: Any) -> str:
    return base64.b64decode(_text(text, _LONGEST_TEXT), validate=True).decode()


def _hash(data: Any, algorithm: Any) -> str:
    text = data if isinstance(data, str) else compact(data)
    if algorithm not in _HASHES:
        raise ValueError(algorithm)
    return hashlib.new(_HASHES[algorithm], _text(text, _LONGEST_TEXT).encode()).hexdigest()


def _text(value: Any, longest: int | None = None) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    if longest is not None and len(value) > longest:
        raise ValueError("too long")
    return value


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("array")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("number")
    return round(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "States.Format": _format,
    "States.StringToJson": lambda text: json.loads(_text(text)),
    "States.JsonToString": compact,
    "States.Array": lambda *values: list(values),
    "States.ArrayPartition": _partition,
    "States.ArrayContains": _contains,
    "States.ArrayRange": _range,
    "States.ArrayGetItem": _get,
    "States.ArrayLength": lambda items: len(_array(items)),
    "States.ArrayUnique": _unique,
    "States.Base64Encode": _encode,
    "States.Base64Decode": _decode,
    "States.Hash": _hash,
    "States.JsonMerge": _merge,
    "States.MathRandom": _random,
    "States.MathAdd": _add,
    "States.StringSplit": _split,
    "States.UUID": lambda: str(mock_random.uuid4()),
}
"""The functions by their names."""
