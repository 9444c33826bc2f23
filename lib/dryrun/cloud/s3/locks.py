"""Locks of objects that are told in the unit they were set in; moto tells the other as 0.

Follows "GetObjectLockConfiguration", Amazon S3 API Reference: retention is in days or in years.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import TYPE_RESPONSE, ActionResult
from moto.s3.responses import S3Response


def get_object_lock_configuration(self: S3Response) -> TYPE_RESPONSE:
    """Return how long objects of a bucket are locked."""
    enabled, mode, days, years = self.backend.get_object_lock_configuration(self.bucket_name)
    config: dict[str, Any] = {"ObjectLockEnabled": "Enabled" if enabled else "Disabled"}
    if mode:
        length = {"Years": years} if years else {"Days": days}
        config["Rule"] = {"DefaultRetention": {"Mode": mode, **length}}
    self.data["Action"] = "GetObjectLockConfiguration"
    return self.serialized(ActionResult({"ObjectLockConfiguration": config}))


def install() -> None:
    """Put this in the place of moto's."""
    replaced: Any = S3Response
    replaced.get_object_lock_configuration = get_object_lock_configuration
