"""What moto forgets of lifecycle rules: sizes of objects, and how many old versions are kept.

Follows "LifecycleRule" and its parts, Amazon S3 API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
_NEWER = "NewerNoncurrentVersions"
_OLD = "NoncurrentVersionExpiration"

_moto_set = FakeBucket.set_lifecycle
_moto_get = S3Response.get_bucket_lifecycle


def set_lifecycle(self: Any, rules: list[dict[str, Any]]) -> None:
    """Set the rules of a bucket, and keep what moto does not read in them."""
    _moto_set(self, rules)
    for rule, given in zip(self.rules, rules, strict=True):
        alone = given.get("Filter") or {}
        both = alone.get("And") or {}
        rule.sizes = {name: int(alone[name]) for name in _SIZES if name in alone}
        rule.sizes_of_both = {name: int(both[name]) for name in _SIZES if name in both}
        rule.newer_versions = (given.get(_OLD) or {}).get(_NEWER)


def get_bucket_lifecycle(self: Any) -> Any:
    """Return the rules of a bucket, with what is kept beside them."""
    kept = self.backend.get_bucket_lifecycle(self.bucket_name)
    serialized = self.serialized

    def completed(answer: ActionResult) -> Any:
        result: Any = answer.result
        for shown, rule in zip(result["Rules"], kept, strict=True):
            _complete(shown, rule)
        return serialized(answer)

    self.serialized = completed
    try:
        return _moto_get(self)
    finally:
        del self.serialized


def _complete(shown: dict[str, Any], rule: Any) -> None:
    if rule.sizes:
        shown["Filter"] |= rule.sizes
    if rule.sizes_of_both:
        shown["Filter"]["And"] |= rule.sizes_of_both
    if rule.newer_versions:
        shown[_OLD][_NEWER] = int(rule.newer_versions)


def install() -> None:
    """Put these in the place of moto's."""
    for owner, ours in ((FakeBucket, set_lifecycle), (S3Response, get_bucket_lifecycle)):
        setattr(owner, ours.__name__, ours)
