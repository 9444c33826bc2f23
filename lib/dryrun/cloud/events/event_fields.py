"""An event as AWS's matcher sees it: a list of values for each path, and where arrays hold them."""

from __future__ import annotations

from typing import Any, NamedTuple

Places = dict[int, int]
"""For each array around a value, by its number: the element the value is in."""


class Leaf(NamedTuple):
    """A value that is neither an object nor an array."""

    value: Any
    places: Places


Fields = dict[str, list[Leaf]]
_NOWHERE: Places = {}


def fields_of(event: dict[str, Any]) -> Fields:
    """Return the values of an event by their paths, names joined by dots.

    A value directly in an array has the array's path, and may come from any element; only
    what is inside an object or an array in it counts as in that element.
    """
    fields: Fields = {}
    _Walk(fields).object(event, "", _NOWHERE)
    return fields


def consistent(so_far: Places, places: Places) -> Places | None:
    """Return where a match is with one value more, or None if that is in another element."""
    if not places:
        return so_far
    for array, element in places.items():
        if so_far.get(array, element) != element:
            return None
    return {**so_far, **places} if so_far else places


class _Walk:
    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.arrays = 0

    def object(self, value: dict[str, Any], path: str, places: Places) -> None:
        for name, inner in value.items():
            self._any(inner, f"{path}.{name}" if path else name, places)

    def _any(self, value: Any, path: str, places: Places) -> None:
        if type(value) is dict:
            self.object(value, path, places)
        elif type(value) is list:
            self._array(value, path, places)
        else:
            self.fields.setdefault(path, []).append(Leaf(value, places))

    def _array(self, values: list[Any], path: str, places: Places) -> None:
        number = self.arrays
        self.arrays += 1
        for index, value in enumerate(values):
            inside = {**places, number: index} if type(value) in (dict, list) else places
            self._any(value, path, inside)
