"""Transfer acceleration that is suspended though it never was enabled, which moto forgets.

Follows "GetBucketAccelerateConfiguration", Amazon S3 API Reference: a bucket has no state of
acceleration only as long as none was ever set.
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeBucket


def set_accelerate_configuration(self: Any, accelerate_config: str) -> None:
    """Set the state of acceleration of a bucket."""
    self.accelerate_configuration = accelerate_config


def install() -> None:
    """Put this in the place of moto's."""
    replaced: Any = FakeBucket
    replaced.set_accelerate_configuration = set_accelerate_configuration
