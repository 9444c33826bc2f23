"""Furniture of labs that would take too many calls to carry in: thousands of things at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

MOST = 20_000
"""The most things one fixture may make."""


def build(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Build a fixture by name; raise ValueError when there is none of that name."""
    if name not in _FIXTURES:
        raise ValueError(f"there is no fixture {name!r}; there are {', '.join(_FIXTURES)}")
    return {"made": _FIXTURES[name](**arguments)}


def s3_objects(bucket: str, pattern: str, count: int, body: str = "") -> int:
    """Put `count` small objects; `pattern` is a format string over `number` (from 1)."""
    from moto.s3.models import s3_backends  # noqa: PLC0415 - heavy, and only where used

    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for number in _numbers(count):
        text = body.format(number=number)
        backend.put_object(bucket, pattern.format(number=number), text.encode())
    return count


def iam_users(pattern: str, count: int, path: str = "/") -> int:
    """Create `count` IAM users."""
    from moto.iam.models import iam_backends  # noqa: PLC0415 - heavy, and only where used

    backend = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for number in _numbers(count):
        backend.create_user("us-east-1", pattern.format(number=number), path)
    return count


def ssm_parameters(pattern: str, count: int, value: str, region: str = "us-east-1") -> int:
    """Put `count` String parameters."""
    from moto.ssm.models import ssm_backends  # noqa: PLC0415 - heavy, and only where used

    backend = ssm_backends[DEFAULT_ACCOUNT_ID][region]
    for number in _numbers(count):
        backend.put_parameter(
            name=pattern.format(number=number),
            description="",
            value=value.format(number=number),
            parameter_type="String",
            allowed_pattern="",
            keyid="",
            overwrite=False,
            tags=[],
            data_type="text",
            tier="Standard",
            policies=None,
        )
    return count


def root_sign_in(mfa: bool = False) -> int:
    """Let the root user sign in to the console; return how many trails saw it."""
    from dryrun.cloud import samples  # noqa: PLC0415 - heavy, and only where used

    return samples.root_sign_in(mfa)


def health_event(**what: Any) -> int:
    """Let AWS Health tell of something; return how many entities it is about."""
    from dryrun.cloud import samples  # noqa: PLC0415 - heavy, and only where used

    return samples.health_event(**what)


def _numbers(count: int) -> range:
    if not 0 < int(count) <= MOST:
        raise ValueError(f"a fixture makes 1 to {MOST} things")
    return range(1, int(count) + 1)


_FIXTURES: dict[str, Callable[..., int]] = {
    "s3_objects": s3_objects,
    "iam_users": iam_users,
    "ssm_parameters": ssm_parameters,
    "root_sign_in": root_sign_in,
    "health_event": health_event,
}
