"""Read the values that conditions compare: numbers, dates, addresses, bytes."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
EPOCH = re.compile(r"\d+(\.\d+)?\Z")
DATE = re.compile(
    r"(?P<year>-?\d{1,9})(-(?P<month>\d{1,2})(-(?P<day>\d{1,2}))?)?"
    r"(T((?P<hour>\d{1,2})(:(?P<minute>\d{1,2})(:(?P<second>\d{1,2})(\.(?P<part>\d{1,9}))?)?)?"
    r"(?P<zone>Z|[+-]\d{2}(:?\d{2})?)?)?)?\Z",
    re.IGNORECASE,
)
LAST_YEAR = 9999


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """Return a number; None where the text is not one."""
    text = text.strip()
    if not NUMBER.match(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


@lru_cache(maxsize=4096)
def date(text: str) -> float | None:
    """Return a date in ISO 8601 or in seconds as seconds since 1970; None where it is neither.

    Four digits are a year, as "IAM JSON policy elements: Condition operators" asks of ISO 8601.
    """
    if EPOCH.match(text) and len(text) != len("2024"):
        return float(text)
    found = DATE.match(text)
    if found is None:
        return None
    try:
        return _moment(found).timestamp()
    except (ValueError, OverflowError):
        return _far(int(found["year"]))


def _moment(found: re.Match[str]) -> datetime:
    fraction = (found["part"] or "").ljust(6, "0")[:6]
    return datetime(
        int(found["year"]),
        int(found["month"] or 1),
        int(found["day"] or 1),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        int(fraction),
        _zone(found["zone"]),
    )


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _far(year: int) -> float | None:
    """Place a year that Python's calendar does not have before or after all that it has."""
    if year < 1:
        return float("-inf")
    return float("inf") if year > LAST_YEAR else None


@lru_cache(maxsize=4096)
def network(text: str) -> Network | None:
    """Return an address or a range in CIDR notation; None where it is neither."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def is_inside(address: str, ranges: tuple[Network, ...]) -> bool:
    """Tell whether an address (or a whole range) lies in one of the ranges."""
    found = network(address)
    if found is None:
        return False
    first, last = int(found.network_address), int(found.broadcast_address)
    return any(
        found.version == one.version
        and int(one.network_address) <= first
        and last <= int(one.broadcast_address)
        for one in ranges
    )


@lru_cache(maxsize=1024)
def decoded(text: str) -> bytes | None:
    """Return the bytes of a base64 text; None where it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
