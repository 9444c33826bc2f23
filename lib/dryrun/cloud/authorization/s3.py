"""What an operation of Amazon S3 must be allowed.

Follows "Required permissions for Amazon S3 API operations", Amazon S3 User Guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from dryrun.cloud.authorization import state
from dryrun.cloud.authorization.check import Check
from dryrun.cloud.authorization.formats import Place

_OF_A_VERSION = {
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:GetObjectAcl": "s3:GetObjectVersionAcl",
    "s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
    "s3:GetObjectTorrent": "s3:GetObjectVersionTorrent",
    "s3:PutObjectAcl": "s3:PutObjectVersionAcl",
    "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
}

ACTIONS: dict[str, tuple[str, ...]] = {
    "CopyObject": ("s3:GetObject", "s3:PutObject"),
    "UploadPartCopy": ("s3:GetObject", "s3:PutObject"),
    "DeleteObjects": ("s3:DeleteObject",),
}
"""Operations that work on several objects."""

_READS_OBJECT = ("GetObject", "HeadObject", "GetObjectAttributes")
_GRANTS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")


def checks(
    operation: str, given: Mapping[str, Any], actions: tuple[str, ...], place: Place
) -> list[Check]:
    """Return what an operation must be allowed."""
    bucket, key = given.get("Bucket"), given.get("Key")
    if not isinstance(bucket, str):
        return [Check(actions[0], place.arn("s3", "*", region=False, account=False))]
    if operation == "DeleteObjects":
        listed = given.get("Delete", {}).get("Objects", [])
        return [
            Check(_action("s3:DeleteObject", one), _object(bucket, one.get("Key", ""), place))
            for one in listed
        ]
    if operation in ACTIONS:
        return [_source(given, place), *_put(given, bucket, str(key), place)]
    if not isinstance(key, str):
        found = [Check(name, _bucket(bucket, place)) for name in actions]
        if operation == "CreateBucket" and _sets_acl(given):
            found.append(Check("s3:PutBucketAcl", _bucket(bucket, place)))
        return found
    if actions == ("s3:PutObject",):
        return _put(given, bucket, key, place)
    found = [Check(_action(name, given), _object(bucket, key, place)) for name in actions]
    if operation in _READS_OBJECT and _is_missing(bucket, key):
        # Only who may list a bucket learns that an object is not there.
        found.append(Check("s3:ListBucket", _bucket(bucket, place)))
    return found


def _put(given: Mapping[str, Any], bucket: str, key: str, place: Place) -> list[Check]:
    arn = _object(bucket, key, place)
    found = [Check("s3:PutObject", arn)]
    if given.get("Tagging"):
        found.append(Check("s3:PutObjectTagging", arn))
    if _sets_acl(given):
        found.append(Check("s3:PutObjectAcl", arn))
    return found


def _source(given: Mapping[str, Any], place: Place) -> Check:
    source = given.get("CopySource", "")
    if isinstance(source, Mapping):
        return Check(
            _action("s3:GetObject", source), _object(source["Bucket"], source["Key"], place)
        )
    path, _, version = str(source).partition("?versionId=")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    return Check(_action("s3:GetObject", {"VersionId": version}), _object(bucket, key, place))


def _action(name: str, given: Mapping[str, Any]) -> str:
    return _OF_A_VERSION.get(name, name) if given.get("VersionId") else name


def _sets_acl(given: Mapping[str, Any]) -> bool:
    return bool(given.get("ACL")) or any(given.get(name) for name in _GRANTS)


def _bucket(name: str, place: Place) -> str:
    if name.startswith("arn:"):
        return name
    return place.arn("s3", name, region=False, account=False)


def _object(bucket: str, key: str, place: Place) -> str:
    if bucket.startswith("arn:"):
        return f"{bucket}/object/{key}"
    return place.arn("s3", f"{bucket}/{key}", region=False, account=False)


def _is_missing(name: str, key: str) -> bool:
    bucket = state.bucket(name)
    return bucket is not None and key not in bucket.keys
