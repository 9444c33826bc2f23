"""Turn text with `*` and `?` into functions that compare.

A `*` takes as little as it can and never gives it back: enough for wildcards, and no pattern of
a policy can make the comparison slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from dryrun.cloud.iam.policy.variables import Literal

Matcher = Callable[[str], bool]
Piece = str | Literal

ANY = "."
ANY_BUT_COLON = "[^:]"


@lru_cache(maxsize=8192)
def matcher(pieces: tuple[Piece, ...]) -> Matcher:
    """Return a function that tells whether a whole string fits, case included."""
    if all(isinstance(piece, Literal) or not _is_wild(piece) for piece in pieces):
        return frozenset((_text(pieces),)).__contains__
    if len(pieces) == 1 and isinstance(pieces[0], str):
        plain = _plain(pieces[0])
        if plain is not None:
            return plain
    return searcher(regex(pieces, ANY))


def regex(pieces: tuple[Piece, ...], anything: str) -> str:
    """Return the regular expression of text in which a wildcard stands for `anything`."""
    segments: list[list[str]] = [[]]
    for piece in pieces:
        if isinstance(piece, Literal):
            segments[-1].append(re.escape(piece.text))
            continue
        first, *rest = piece.split("*")
        segments[-1].append(_single(first, anything))
        segments.extend([_single(one, anything)] for one in rest)
    joined = ["".join(one) for one in segments]
    if len(joined) == 1:
        return joined[0]
    middle = "".join(f"(?>{anything}*?{one})" for one in joined[1:-1] if one)
    last = joined[-1]
    # The end is fixed, so what the last star takes is whatever is left before it.
    return f"{joined[0]}{middle}{anything}*{last}"


def searcher(expression: str) -> Matcher:
    """Return a function that tells whether a whole string fits a regular expression."""
    fits = re.compile(expression, re.DOTALL).fullmatch
    return lambda text: fits(text) is not None


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(one.text if isinstance(one, Literal) else one for one in pieces)


def _plain(text: str) -> Matcher | None:
    """Return a faster function for `*` and `prefix*`."""
    if text == "*":
        return lambda _: True
    prefix = text[:-1]
    if text.endswith("*") and not _is_wild(prefix):
        return lambda found: found.startswith(prefix)
    return None


def _single(text: str, anything: str) -> str:
    return anything.join(re.escape(one) for one in text.split("?"))
