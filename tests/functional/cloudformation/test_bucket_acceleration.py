"""Acceleration of buckets."""

from __future__ import annotations

from trial import Trial, client


def test_acceleration_can_be_suspended_from_the_start() -> None:
    asked = {"AccelerateConfiguration": {"AccelerationStatus": "Suspended"}}
    with Trial("AWS::S3::Bucket", asked) as it:
        assert it.read()["AccelerateConfiguration"] == {"AccelerationStatus": "Suspended"}
        enabled = {"AccelerateConfiguration": {"AccelerationStatus": "Enabled"}}
        assert it.update(enabled)["AccelerateConfiguration"] == {"AccelerationStatus": "Enabled"}
    with Trial("AWS::S3::Bucket", {}) as it:
        found = client("s3").get_bucket_accelerate_configuration(Bucket=it.physical_id)
        assert "Status" not in found
