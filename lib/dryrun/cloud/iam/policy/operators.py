"""The condition operators, each a way to turn the values of a policy into a comparison.

Follows "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import operator as compare
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dryrun.cloud.iam.policy import values, wildcards
from dryrun.cloud.iam.policy.matching import ARN_SEGMENTS, segments
from dryrun.cloud.iam.policy.variables import Literal

Matcher = Callable[[str], bool]
Pieces = tuple[str | Literal, ...]

NULL = "Null"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: `compile_all` compares with any of several values."""

    compile_all: Callable[[tuple[Pieces, ...]], Matcher]
    negated: bool = False
    takes_variables: bool = False
    is_valid: Callable[[str], bool] = lambda _: True

    def compile_pieces(self, pieces: Pieces) -> Matcher:
        """Return the comparison with one value."""
        return self.compile_all((pieces,))


def _text(pieces: Pieces) -> str:
    return "".join(one.text if isinstance(one, Literal) else one for one in pieces)


def _equal(wanted: tuple[Pieces, ...]) -> Matcher:
    return frozenset(_text(one) for one in wanted).__contains__


def _equal_ignoring_case(wanted: tuple[Pieces, ...]) -> Matcher:
    known = frozenset(_text(one).lower() for one in wanted)
    return lambda found: found.lower() in known


def _like(wanted: tuple[Pieces, ...]) -> Matcher:
    return _any_of([wildcards.matcher(one) for one in wanted])


def _arn_like(wanted: tuple[Pieces, ...]) -> Matcher:
    return _any_of([_arn(one) for one in wanted])


def _arn(pieces: Pieces) -> Matcher:
    split = segments(pieces)
    if len(split) < ARN_SEGMENTS:
        # A lone star is the one shorter pattern that means something.
        return wildcards.matcher(pieces) if pieces == ("*",) else _never
    *first, last = split
    inner = ":".join(wildcards.regex(one, wildcards.ANY_BUT_COLON) for one in first)
    return wildcards.searcher(f"{inner}:{wildcards.regex(last, wildcards.ANY)}")


def _never(_: str) -> bool:
    return False


def _any_of(matchers: list[Matcher]) -> Matcher:
    if len(matchers) == 1:
        return matchers[0]
    return lambda found: any(fits(found) for fits in matchers)


def _ordered(
    read: Callable[[str], Any], holds: Callable[[Any, Any], bool]
) -> Callable[[tuple[Pieces, ...]], Matcher]:
    def compile_all(wanted: tuple[Pieces, ...]) -> Matcher:
        limits = [limit for one in wanted if (limit := read(_text(one))) is not None]

        def fits(found: str) -> bool:
            value = read(found)
            return value is not None and any(holds(value, limit) for limit in limits)

        return fits

    return compile_all


def _inside(wanted: tuple[Pieces, ...]) -> Matcher:
    ranges = tuple(found for one in wanted if (found := values.network(_text(one))) is not None)
    return lambda found: values.is_inside(found, ranges)


def _same_bytes(wanted: tuple[Pieces, ...]) -> Matcher:
    known = {found for one in wanted if (found := values.decoded(_text(one))) is not None}
    return lambda found: values.decoded(found) in known


def _is_truth(text: str) -> bool:
    return text.lower() in {"true", "false"}


def _numbers(holds: Callable[[Decimal, Decimal], bool], negated: bool = False) -> Operator:
    return Operator(
        _ordered(values.number, holds),
        negated,
        is_valid=lambda text: values.number(text) is not None,
    )


def _dates(holds: Callable[[float, float], bool], negated: bool = False) -> Operator:
    return Operator(_ordered(values.date, holds), negated)


def _strings(compile_all: Callable[[tuple[Pieces, ...]], Matcher], negated: bool) -> Operator:
    return Operator(compile_all, negated, takes_variables=True)


def _addresses(negated: bool) -> Operator:
    return Operator(_inside, negated, is_valid=lambda text: values.network(text) is not None)


ALL: dict[str, Operator] = {
    "StringEquals": _strings(_equal, negated=False),
    "StringNotEquals": _strings(_equal, negated=True),
    "StringEqualsIgnoreCase": _strings(_equal_ignoring_case, negated=False),
    "StringNotEqualsIgnoreCase": _strings(_equal_ignoring_case, negated=True),
    "StringLike": _strings(_like, negated=False),
    "StringNotLike": _strings(_like, negated=True),
    "NumericEquals": _numbers(compare.eq),
    "NumericNotEquals": _numbers(compare.eq, negated=True),
    "NumericLessThan": _numbers(compare.lt),
    "NumericLessThanEquals": _numbers(compare.le),
    "NumericGreaterThan": _numbers(compare.gt),
    "NumericGreaterThanEquals": _numbers(compare.ge),
    "DateEquals": _dates(compare.eq),
    "DateNotEquals": _dates(compare.eq, negated=True),
    "DateLessThan": _dates(compare.lt),
    "DateLessThanEquals": _dates(compare.le),
    "DateGreaterThan": _dates(compare.gt),
    "DateGreaterThanEquals": _dates(compare.ge),
    "Bool": Operator(_equal_ignoring_case, takes_variables=True, is_valid=_is_truth),
    "BinaryEquals": Operator(_same_bytes, is_valid=lambda text: values.decoded(text) is not None),
    "IpAddress": _addresses(negated=False),
    "NotIpAddress": _addresses(negated=True),
    "ArnEquals": _strings(_arn_like, negated=False),
    "ArnLike": _strings(_arn_like, negated=False),
    "ArnNotEquals": _strings(_arn_like, negated=True),
    "ArnNotLike": _strings(_arn_like, negated=True),
}
