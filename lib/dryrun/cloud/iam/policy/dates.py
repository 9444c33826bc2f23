"""Which dates a condition may hold; AWS takes more forms than its evaluation can use."""

from __future__ import annotations

from dryrun.cloud.iam.policy import values

LAST_EPOCH = 9223372036854775807


def is_valid(value: object) -> bool:
    """Tell whether a condition's value (or each one of a list) is a date for AWS's parser."""
    if isinstance(value, list):
        return all(is_valid(one) for one in value)
    text = str(value)
    if "t" in text.lower() or "-" in text:
        return values.DATE.match(text) is not None and _in_range(text)
    return text.isascii() and text.isdigit() and int(text) <= LAST_EPOCH


def _in_range(text: str) -> bool:
    found = values.DATE.match(text)
    if found is None:
        return False
    limits = (("month", 12), ("day", 31), ("hour", 23), ("minute", 59), ("second", 59))
    if any(found[name] and int(found[name]) > most for name, most in limits):
        return False
    return not any(found[name] and int(found[name]) < 1 for name in ("month", "day"))
