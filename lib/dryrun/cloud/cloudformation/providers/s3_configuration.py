"""What a bucket is configured with: CloudFormation's shape of it, S3's, and the calls between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers import s3_destinations, s3_state
from dryrun.cloud.cloudformation.providers.base import Context, NotSimulatedError
from dryrun.cloud.cloudformation.providers.s3_rules import (
    lifecycle_from_api,
    lifecycle_to_api,
    notification_from_api,
    notification_to_api,
    replication_from_stored,
)

Shape = Callable[[Any], Any]
_ABSENT = ("NoSuch", "NotFound", "ReplicationConfigurationNotFound", "ServerSideEncryption")


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Aspect:
    """One property of a bucket that has calls of its own to put, get and delete it."""

    name: str
    put: str
    argument: str
    get: str
    to_api: Shape = _same
    from_api: Shape = _same
    part: str = ""
    """The member of the answer that holds the value; none when the answer itself does."""
    delete: str = ""
    empty: Any = None
    """What is put to be rid of it, where there is no call to delete it."""

    def apply(self, at: Context, bucket: str, value: Any) -> None:
        """Put the value of the property."""
        call = getattr(at.client("s3"), self.put)
        call(Bucket=bucket, **{self.argument: self.to_api(value)})

    def remove(self, at: Context, bucket: str) -> None:
        """Put the bucket back to how it is without the property."""
        s3 = at.client("s3")
        if self.delete:
            getattr(s3, self.delete)(Bucket=bucket)
        elif self.empty is not None:
            getattr(s3, self.put)(Bucket=bucket, **{self.argument: self.empty})
        else:
            raise NotSimulatedError(
                f"Dry Run does not simulate taking {self.name} away from AWS::S3::Bucket; "
                "real AWS would carry it out."
            )

    def read(self, at: Context, bucket: str) -> Any:
        """Return the property as it is, in the words the stack used where they mean the same."""
        actual = self._actual(at, bucket)
        known = at.known.get(self.name)
        if known is not None and agrees(self.to_api(known), actual):
            return known
        return self.from_api(actual) if actual else None

    def _actual(self, at: Context, bucket: str) -> Any:
        try:
            found = getattr(at.client("s3"), self.get)(Bucket=bucket)
        except ClientError as error:
            if any(word in error.response["Error"]["Code"] for word in _ABSENT):
                return None
            raise
        found.pop("ResponseMetadata", None)
        return found.get(self.part) if self.part else found


class Replication(Aspect):
    """Replication; S3 here keeps more of its rules than its answers show."""

    def _actual(self, at: Context, bucket: str) -> Any:
        stored = getattr(s3_state.bucket(at, bucket), "replication", None)
        return replication_from_stored(stored) if stored else None


class Notification(Aspect):
    """Notifications; S3 here does not say whether they go to EventBridge too."""

    def apply(self, at: Context, bucket: str, value: Any) -> None:
        """Put notifications that S3 may send."""
        s3_destinations.check(value)
        super().apply(at, bucket, value)

    def _actual(self, at: Context, bucket: str) -> Any:
        found = super()._actual(at, bucket) or {}
        kept = s3_state.bucket(at, bucket).notification_configuration
        if kept is not None and kept.event_bridge is not None:
            found["EventBridgeConfiguration"] = {}
        return found


_MADE_UP = ("ID", "Id", "Priority", "TransitionDefaultMinimumObjectSize")
"""What S3 gives a rule by itself."""


def agrees(wanted: Any, actual: Any) -> bool:
    """Tell whether what is there is what was asked, beside what S3 adds by itself."""
    if isinstance(wanted, dict) and isinstance(actual, dict):
        extra = all(
            name in wanted or name in _MADE_UP or not value for name, value in actual.items()
        )
        return extra and all(agrees(value, actual.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(map(agrees, wanted, actual))
    if not wanted and not actual:
        return True
    return _text(wanted) == _text(actual)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d")
    text = str(value)
    return text[:10] if text[10:11] == "T" else text.lower() if isinstance(value, bool) else text


def renaming(**names: str) -> tuple[Shape, Shape]:
    """Return what renames members at every depth, from CloudFormation's to S3's and back."""
    back = {new: old for old, new in names.items()}
    return lambda value: _renamed(value, names), lambda value: _renamed(value, back)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(name, name): _renamed(one, names) for name, one in value.items()}
    return [_renamed(one, names) for one in value] if isinstance(value, list) else value


_ENCRYPTION = renaming(
    ServerSideEncryptionConfiguration="Rules",
    ServerSideEncryptionByDefault="ApplyServerSideEncryptionByDefault",
)
_CORS = renaming(
    CorsRules="CORSRules", ExposedHeaders="ExposeHeaders", Id="ID", MaxAge="MaxAgeSeconds"
)
_ROUTING = renaming(RedirectRule="Redirect", RoutingRuleCondition="Condition")
_ACCELERATE = renaming(AccelerationStatus="Status")
_REPLICATION = renaming(Id="ID", TagFilter="Tag", TagFilters="Tags")


def _cors_to_api(value: Any) -> Any:
    return {"CORSRules": [], **_CORS[0](value)}


def _website_to_api(value: Any) -> Any:
    found = {name: one for name, one in value.items() if "Document" not in name}
    if "IndexDocument" in value:
        found["IndexDocument"] = {"Suffix": value["IndexDocument"]}
    if "ErrorDocument" in value:
        found["ErrorDocument"] = {"Key": value["ErrorDocument"]}
    return _ROUTING[0](found)


def _website_from_api(value: Any) -> Any:
    found = _ROUTING[1](value)
    if "IndexDocument" in value:
        found["IndexDocument"] = value["IndexDocument"]["Suffix"]
    if "ErrorDocument" in value:
        found["ErrorDocument"] = value["ErrorDocument"]["Key"]
    return found


def _logging_to_api(value: Any) -> Any:
    bucket = value.get("DestinationBucketName")
    return {"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": _prefix(value)}}


def _prefix(value: Any) -> str:
    return str(value.get("LogFilePrefix", ""))


def _logging_from_api(value: Any) -> Any:
    enabled = value["LoggingEnabled"]
    found = {"DestinationBucketName": enabled["TargetBucket"]}
    return found | ({"LogFilePrefix": prefix} if (prefix := enabled.get("TargetPrefix")) else {})


ASPECTS: tuple[Aspect, ...] = (
    Aspect(
        "OwnershipControls",
        "put_bucket_ownership_controls",
        "OwnershipControls",
        "get_bucket_ownership_controls",
        part="OwnershipControls",
        delete="delete_bucket_ownership_controls",
    ),
    Aspect(
        "PublicAccessBlockConfiguration",
        "put_public_access_block",
        "PublicAccessBlockConfiguration",
        "get_public_access_block",
        part="PublicAccessBlockConfiguration",
        delete="delete_public_access_block",
    ),
    Aspect(
        "VersioningConfiguration",
        "put_bucket_versioning",
        "VersioningConfiguration",
        "get_bucket_versioning",
        empty={"Status": "Suspended"},
    ),
    Aspect(
        "BucketEncryption",
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        "get_bucket_encryption",
        *_ENCRYPTION,
        part="ServerSideEncryptionConfiguration",
        delete="delete_bucket_encryption",
    ),
    Aspect(
        "LifecycleConfiguration",
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        "get_bucket_lifecycle_configuration",
        lifecycle_to_api,
        lifecycle_from_api,
        delete="delete_bucket_lifecycle",
    ),
    Aspect(
        "CorsConfiguration",
        "put_bucket_cors",
        "CORSConfiguration",
        "get_bucket_cors",
        _cors_to_api,
        _CORS[1],
        delete="delete_bucket_cors",
    ),
    Aspect(
        "WebsiteConfiguration",
        "put_bucket_website",
        "WebsiteConfiguration",
        "get_bucket_website",
        _website_to_api,
        _website_from_api,
        delete="delete_bucket_website",
    ),
    Aspect(
        "LoggingConfiguration",
        "put_bucket_logging",
        "BucketLoggingStatus",
        "get_bucket_logging",
        _logging_to_api,
        _logging_from_api,
        empty={},
    ),
    Notification(
        "NotificationConfiguration",
        "put_bucket_notification_configuration",
        "NotificationConfiguration",
        "get_bucket_notification_configuration",
        notification_to_api,
        notification_from_api,
        empty={},
    ),
    Aspect(
        "AccelerateConfiguration",
        "put_bucket_accelerate_configuration",
        "AccelerateConfiguration",
        "get_bucket_accelerate_configuration",
        *_ACCELERATE,
        empty={"Status": "Suspended"},
    ),
    Replication(
        "ReplicationConfiguration",
        "put_bucket_replication",
        "ReplicationConfiguration",
        "get_bucket_replication",
        *_REPLICATION,
        delete="delete_bucket_replication",
    ),
    Aspect(
        "ObjectLockConfiguration",
        "put_object_lock_configuration",
        "ObjectLockConfiguration",
        "get_object_lock_configuration",
        part="ObjectLockConfiguration",
    ),
)
"""In the order in which they are put: replication and locks need versioning."""
