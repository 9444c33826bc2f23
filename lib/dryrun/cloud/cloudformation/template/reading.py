"""The text of a template, YAML or JSON, as plain Python values.

Templates come from anybody, so nothing here follows their depth by recursion, and what YAML can
multiply (aliases) AWS does not know either.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from dryrun.cloud.cloudformation.template.errors import format_error, function_error
from dryrun.cloud.cloudformation.template.nodes import path_of

MAX_DEPTH = 100
_MAX_NUMBER = 40
_ALIASES = "YAML aliases are not allowed in CloudFormation templates"
_BOOLEANS = {
    **dict.fromkeys(("yes", "true", "on"), True),
    **dict.fromkeys(("no", "false", "off"), False),
}
_BOOLEAN = re.compile(r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF")
_NULL = re.compile(r"~|null|Null|NULL|")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0b(?P<two>[01_]+)|0x(?P<sixteen>[0-9a-fA-F_]+)|0(?P<eight>[0-7_]+)"
    r"|(?P<ten>0|[1-9][0-9_]*)|(?P<sixty>[1-9][0-9_]*(?::[0-5]?[0-9])+))"
)
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
)
_BASES = {"two": 2, "eight": 8, "ten": 10, "sixteen": 16}
_YAML = "tag:yaml.org,2002:"
_SURROGATE = re.compile("[\ud800-\udfff]")


def read(body: str) -> dict[str, Any]:
    """Return a template's document, every short form of a function turned into its long form."""
    if _SURROGATE.search(body):
        raise format_error("unsupported structure.")
    document = (
        _json(body) if body.lstrip("\ufeff \t\r\n").startswith("{") else _Builder(body).read()
    )
    if not isinstance(document, dict):
        raise format_error("unsupported structure.")
    return document


def _json(body: str) -> Any:
    body = body.lstrip("\ufeff")
    try:
        document = json.loads(body, parse_int=_integer, parse_constant=_constant, strict=False)
    except json.JSONDecodeError as error:
        # AWS has read the character it cannot make sense of; at the end there is none.
        column = error.colno + (error.pos < len(body))
        where = f"(line {error.lineno}, column {column})"
        raise format_error(f"JSON not well-formed. {where}") from error
    except (RecursionError, ValueError) as error:
        raise format_error("JSON not well-formed.") from error
    check_depth(document)
    if "\\u" in body:
        _check_surrogates(document)
    return document


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_NUMBER else digits


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


def check_depth(document: Any) -> None:
    """Refuse a document nested deeper than anything a person writes, or with strange keys."""
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise format_error(f"Template is nested deeper than {MAX_DEPTH} levels.")


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        if not all(isinstance(key, str) for key in node):
            raise format_error("map keys must be strings")
        return list(node.values())
    return node if isinstance(node, list) else []


def _check_surrogates(document: Any) -> None:
    if _SURROGATE.search(json.dumps(document, ensure_ascii=False)):
        raise format_error("JSON not well-formed.")


@dataclass
class _Frame:
    """A list or a map that is being read."""

    tag: str | None
    is_map: bool
    items: list[Any] = field(default_factory=list)
    map: dict[str, Any] = field(default_factory=dict)
    key: Any = None
    has_key: bool = False

    def place(self) -> str:
        """Return the key or the index of what is being read."""
        return str(self.key) if self.is_map else str(len(self.items))


class _Builder:
    """Builds a document from the events of a YAML text."""

    def __init__(self, body: str) -> None:
        self._body = body
        self._stack: list[_Frame] = []
        self._root: list[Any] = []

    def read(self) -> Any:
        """Return the only document of the text."""
        try:
            for event in yaml.parse(self._body, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            if mark is None:
                raise format_error("YAML not well-formed.") from error
            self._refuse(mark)
        return self._root[0] if self._root else None

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self._stack.pop()
            self._add(_tagged(frame.tag, frame.map if frame.is_map else frame.items))
        elif isinstance(event, yaml.AliasEvent):
            raise function_error(_ALIASES)
        elif isinstance(event, yaml.DocumentStartEvent) and self._root:
            self._refuse(event.start_mark)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise format_error(f"Template is nested deeper than {MAX_DEPTH} levels.")
        self._stack.append(_Frame(event.tag, isinstance(event, yaml.MappingStartEvent)))

    def _add(self, value: Any) -> None:
        if not self._stack:
            self._root.append(value)
            return
        frame = self._stack[-1]
        if not frame.is_map:
            frame.items.append(value)
        elif frame.has_key:
            # A key that comes twice counts as it comes last; AWS refuses neither YAML nor JSON.
            frame.map[frame.key] = value
            frame.has_key = False
        else:
            frame.key = self._key(value)
            frame.has_key = True

    def _key(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        kind = (
            "null"
            if value is None
            else "a map"
            if isinstance(value, dict)
            else "a list"
            if isinstance(value, list)
            else f"boolean [{str(value).lower()}]"
            if isinstance(value, bool)
            else f"numeric [{value}]"
        )
        raise format_error(f"[{self._path()}] map keys must be strings; received {kind} instead")

    def _path(self) -> str:
        return path_of(
            [
                str(frame.key) if frame.is_map else str(len(frame.items))
                for frame in self._stack[:-1]
            ]
        )

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        tag = event.tag
        if tag is None:
            return _plain(event.value) if event.implicit[0] else event.value
        if tag.startswith(_YAML):
            return self._standard(tag.removeprefix(_YAML), event)
        if tag == "!":
            return event.value
        if tag == "!GetAtt" and "." in event.value:
            return {"Fn::GetAtt": event.value.split(".", 1)}
        return _tagged(tag, event.value)

    def _standard(self, kind: str, event: yaml.ScalarEvent) -> Any:
        if kind == "str":
            return event.value
        if kind in ("int", "float", "bool", "null"):
            return _plain(event.value)
        return self._refuse(event.start_mark)

    def _refuse(self, mark: Any) -> NoReturn:
        raise format_error(
            f"YAML not well-formed. (line {mark.line + 1}, column {mark.column + 1})"
        )


def _tagged(tag: str | None, value: Any) -> Any:
    if tag is None or tag == "!" or tag.startswith(_YAML):
        return value
    name = tag.removeprefix("!")
    if name in ("Ref", "Condition"):
        return {name: value}
    return {name if name.startswith("Fn::") else f"Fn::{name}": value}


def _plain(text: str) -> Any:
    """Return what an unquoted scalar means in YAML 1.1, but for dates, which AWS leaves alone."""
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return _BOOLEANS[text.lower()]
    if len(text) > _MAX_NUMBER or text[0] not in "+-.0123456789":
        return text
    if found := _INTEGER.fullmatch(text):
        return _whole(text, found)
    if _FLOAT.fullmatch(text) and any(character.isdigit() for character in text):
        number = float(text.replace("_", ""))
        return number if math.isfinite(number) else text
    return text


def _whole(text: str, found: re.Match[str]) -> int | str:
    sign = -1 if found["sign"] == "-" else 1
    if sixty := found["sixty"]:
        number = 0
        for part in sixty.replace("_", "").split(":"):
            number = number * 60 + int(part)
        return sign * number
    for name, base in _BASES.items():
        if found[name] is not None:
            digits = found[name].replace("_", "")
            return sign * int(digits, base) if digits else text
    return text
