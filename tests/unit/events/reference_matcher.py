"""A slow matcher of event patterns, written from the documentation and by other means than ours.

It tries every choice of one value for each field. Nothing of `dryrun.cloud.events` is used.
"""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Place = tuple[tuple[tuple[Any, ...], int], ...]
"""The arrays around a value, each by the way that leads to it, with the element's number."""


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Tell whether an event matches."""
    values = list(leaves(event, (), ()))
    return any(whole(wanted, values) for wanted in alternatives(pattern, ()))


def alternatives(pattern: dict[str, Any], path: tuple[str, ...]) -> list[dict[str, list[Any]]]:
    """Return the pattern without `$or`: any of these."""
    found: list[dict[str, list[Any]]] = [{}]
    for name, inner in pattern.items():
        if name == "$or":
            choices = [one for each in inner for one in alternatives(each, path)]
        elif isinstance(inner, dict):
            choices = alternatives(inner, (*path, name))
        else:
            choices = [{".".join((*path, name)): inner}]
        found = [{**one, **two} for one in found for two in choices]
    return found


def leaves(value: Any, path: tuple[str, ...], place: Place, way: tuple[Any, ...] = ()) -> Iterator:
    """Yield path, value and place of everything that is neither an object nor an array."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name), place, (*way, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            within = isinstance(inner, dict | list)
            inside = (*place, (way, number)) if within else place
            yield from leaves(inner, path, inside, (*way, number))
    else:
        yield ".".join(path), value, place


def whole(wanted: dict[str, list[Any]], values: list[Any]) -> bool:
    """Tell whether some choice of values, one for each path, is consistent and passes."""
    paths = sorted(wanted)
    options = [[*((v, p) for q, v, p in values if q == path), None] for path in paths]
    return any(
        fits(dict(zip(paths, choice, strict=True)), wanted, values)
        for choice in itertools.product(*options)
    )


def fits(choice: dict[str, Any], wanted: dict[str, list[Any]], values: list[Any]) -> bool:
    """Tell whether a choice passes; None is the choice of a field's absence."""
    arrays: dict[Any, int] = {}
    for path, chosen in choice.items():
        if chosen is None:
            present = [place for name, _, place in values if name == path]
            if {"exists": False} not in wanted[path]:
                return False
            if any(agrees(arrays, place) for place in present):
                return False
            continue
        value, place = chosen
        if not agrees(arrays, place) or not any(passes(value, one) for one in wanted[path]):
            return False
        arrays.update(place)
    return True


def agrees(arrays: dict[Any, int], place: Place) -> bool:
    """Tell whether a value is in the elements that are settled on."""
    return all(arrays.get(array, number) == number for array, number in place)


def passes(value: Any, test: Any) -> bool:
    """Tell whether a value passes one test."""
    if not isinstance(test, dict):
        return same(value, test)
    ((name, wanted),) = test.items()
    if name == "anything-but":
        if isinstance(wanted, dict):
            ((kind, inner),) = wanted.items()
            listed = inner if isinstance(inner, list) else [inner]
            return not any(passes(value, {kind: one}) for one in listed)
        listed = wanted if isinstance(wanted, list) else [wanted]
        return not any(same(value, one) for one in listed)
    if name == "exists":
        return bool(wanted)
    if name == "numeric":
        return is_number(value) and all(
            compare(value, sign, bound)
            for sign, bound in zip(wanted[::2], wanted[1::2], strict=True)
        )
    if not isinstance(value, str):
        return False
    if name in ("prefix", "suffix") and isinstance(wanted, dict):
        value, wanted = value.lower(), wanted["equals-ignore-case"].lower()
    if name == "prefix":
        return value[: len(wanted)] == wanted
    if name == "suffix":
        return value[len(value) - len(wanted) :] == wanted if len(value) >= len(wanted) else False
    if name == "equals-ignore-case":
        return value.lower() == wanted.lower()
    if name == "wildcard":
        return like(value, wanted)
    assert name == "cidr"
    return within(value, wanted)


def same(value: Any, wanted: Any) -> bool:
    """Tell whether two values are the same to JSON."""
    if is_number(value) and is_number(wanted):
        return Fraction(str(value)) == Fraction(str(wanted))
    return type(value) is type(wanted) and value == wanted


def is_number(value: Any) -> bool:
    """Tell whether a value is a number, which true is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare(value: float, sign: str, bound: float) -> bool:
    """Compare two numbers exactly."""
    one, two = Fraction(str(value)), Fraction(str(bound))
    return {
        "=": one == two, "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two,
    }[sign]  # fmt: skip


def like(text: str, wanted: str) -> bool:
    """Match a text letter by letter, with `*` for anything."""
    if not wanted:
        return not text
    if wanted[0] == "*":
        return like(text, wanted[1:]) or (bool(text) and like(text[1:], wanted))
    if wanted[0] == "\\":
        wanted = wanted[1:]
    return bool(text) and text[0] == wanted[0] and like(text[1:], wanted[1:])


def within(text: str, block: str) -> bool:
    """Tell whether an address is in a block whose base address is its first."""
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(block)
    except ValueError:
        return False
