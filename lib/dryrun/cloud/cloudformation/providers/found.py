"""Helpers of several providers: what is not there any more, and documents as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import GoneError

_ABSENT = ("NotFound", "NoSuchEntity", "DoesNotExist", "NotExist")


@contextmanager
def lookup(type_name: str, physical_id: str, *codes: str) -> Iterator[None]:
    """Turn an API's answer that there is no such thing into GoneError.

    Beside `codes`, every code that says so by its name counts.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        if code in codes or any(part in code for part in _ABSENT):
            raise GoneError(type_name, physical_id) from error
        raise


@contextmanager
def ignoring_absence(*codes: str) -> Iterator[None]:
    """Let pass that what should be taken away is not there."""
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        if code not in codes and not any(part in code for part in _ABSENT):
            raise


def text(document: Any) -> str:
    """Return a JSON document as text; a string is one already."""
    return document if isinstance(document, str) else json.dumps(document)


def parsed(document: Any) -> Any:
    """Return a JSON document as values."""
    return json.loads(document) if isinstance(document, str) else document


def in_order(found: Sequence[str], known: Sequence[str] | None) -> list[str]:
    """Return what was found in the order in which it is known; what is new comes last."""
    wanted = list(known or ())
    place = {name: at for at, name in enumerate(wanted)}
    return sorted(found, key=lambda name: place.get(name, len(wanted)))


def difference(old: Sequence[str] | None, new: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Return what only the new list has, and what only the old one has."""
    before, after = list(old or ()), list(new or ())
    return [one for one in after if one not in before], [one for one in before if one not in after]


def without(properties: dict[str, Any], *empty: Any) -> dict[str, Any]:
    """Return properties without those that are None or one of `empty`."""
    return {
        name: value
        for name, value in properties.items()
        if value is not None and value not in empty
    }
