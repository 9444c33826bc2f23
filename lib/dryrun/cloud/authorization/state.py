"""What the simulated services hold, read where a decision depends on it."""

from __future__ import annotations

from typing import Any

from moto import backends

from dryrun.cloud import registry


def backend(package: str, account: str, region: str) -> Any:
    """Return the backend of a service, or None where there is none of that region."""
    if package in registry.LATE_REPLACEMENTS:
        registry.prepare(package)  # else the account would keep one of moto's own
    get: Any = backends.get_backend
    found = get(package)[account]
    for name in (region, "aws", "us-east-1"):
        if name in found:
            return found[name]
    return None


def iam(account: str) -> Any:
    """Return the IAM of an account."""
    from moto.iam.models import iam_backends  # noqa: PLC0415 - loaded when first needed

    return iam_backends[account]["aws"]


def bucket(name: str) -> Any:
    """Return an S3 bucket of any account, or None."""
    from moto.s3.models import s3_backends  # noqa: PLC0415 - loaded when first needed

    owner = s3_backends.bucket_accounts.get(name)
    if owner is None:
        return None
    partition, account = owner
    return s3_backends[account][partition].buckets.get(name)


def bucket_owner(name: str) -> str:
    """Return the account of an S3 bucket, "" where there is none."""
    from moto.s3.models import s3_backends  # noqa: PLC0415 - loaded when first needed

    return str(s3_backends.bucket_accounts.get(name, ("", ""))[1])
