"""What CloudFormation sees and sets of a bucket that no call of S3 here can."""

from __future__ import annotations

from typing import Any

from moto.s3.models import PublicAccessBlock, s3_backends

from dryrun.cloud.cloudformation.providers.base import Context


def taken(name: str) -> bool:
    """Tell whether any account has a bucket of this name."""
    return name in s3_backends.bucket_accounts


def bucket(at: Context, name: str) -> Any:
    """Return S3's own record of a bucket."""
    return _backend(at).get_bucket(name)


def set_defaults(at: Context, name: str) -> None:
    """Give a new bucket what every new bucket has.

    "Default settings for new S3 buckets FAQ", Amazon S3 User Guide: all public access is blocked,
    and lists of grants have no effect. The call that makes a bucket does it unasked, so it takes
    no permission of its own.
    """
    found = bucket(at, name)
    if found.public_access_block is None:
        found.public_access_block = PublicAccessBlock(True, True, True, True)
    if found.ownership_rule is None:
        found.ownership_rule = "BucketOwnerEnforced"


def set_tags(at: Context, name: str, tags: dict[str, str]) -> None:
    """Set the tags that only AWS itself may set, beside those the bucket has."""
    backend = _backend(at)
    arn = backend.get_bucket(name).arn
    backend.tagger.tag_resource(arn, [{"Key": key, "Value": tags[key]} for key in tags])


def _backend(at: Context) -> Any:
    return s3_backends[at.account][at.partition]
