"""Where a bucket may have its access logged, in the place of moto's rules.

Follows "Enabling Amazon S3 server access logging", Amazon S3 User Guide. A bucket without ACLs is
taken as it is: where its policy does not let S3 deliver, no log ever arrives.
"""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import CrossLocationLoggingProhibited, InvalidTargetBucketForLogging
from moto.s3.models import FakeBucket, S3Backend

from dryrun.cloud import replacing
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.delivery import Sender, principals

_SERVICE = "logging.s3.amazonaws.com"
_deliver = S3Backend.log_incoming_request


def set_logging(
    self: FakeBucket, logging_config: dict[str, Any] | None, bucket_backend: Any
) -> None:
    """Set where a bucket's access is logged, once its target may take the logs."""
    if not logging_config:
        self.logging = {}
        return
    target = bucket_backend.buckets.get(logging_config["TargetBucket"])
    if not target:
        raise InvalidTargetBucketForLogging("The target bucket for logging does not exist.")
    prefix = str(logging_config.get("TargetPrefix") or "")
    granting = target.ownership_rule not in (None, "BucketOwnerEnforced")
    if granting and not _takes(target, self, prefix):
        raise InvalidTargetBucketForLogging(
            "You must either provide the necessary permissions to the logging service using a "
            "bucket policy or give the log-delivery group WRITE and READ_ACP permissions to the "
            "target bucket"
        )
    if target.region_name != self.region_name:
        raise CrossLocationLoggingProhibited
    self.logging = logging_config


def log_incoming_request(self: S3Backend, request: Any, bucket_name: str) -> None:
    """Log a request where the target takes logs."""
    source = self.buckets.get(bucket_name)
    if source is None or not source.logging:
        return
    target = self.buckets.get(source.logging["TargetBucket"])
    prefix = str(source.logging.get("TargetPrefix") or "")
    if target is not None and _takes(target, source, prefix):
        _deliver(self, request, bucket_name)


def _takes(target: FakeBucket, source: FakeBucket, prefix: str) -> bool:
    """Tell whether a bucket lets S3 put another one's logs into it."""
    if FakeBucket._log_permissions_enabled_acl(target):
        return True
    sender = Sender(_SERVICE, source.arn, source.account_id, source.region_name)
    caller = principals.service_caller(sender, target.account_id)
    return may(caller, "s3:PutObject", f"{target.arn}/{prefix}log").allowed


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (FakeBucket, "set_logging", set_logging),
        (S3Backend, "log_incoming_request", log_incoming_request),
    )
