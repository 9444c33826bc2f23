"""DescribeSnapshots gives the snapshots of the owners asked for."""

from __future__ import annotations

from in_process import client


def test_ones_own_snapshots_are_found_among_all_others() -> None:
    ec2 = client("ec2")
    volume = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    made = ec2.create_snapshot(VolumeId=volume)
    by_self = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert made["SnapshotId"] in [one["SnapshotId"] for one in by_self]
    assert {one["OwnerId"] for one in by_self} == {"123456789012"}
    by_id = ec2.describe_snapshots(OwnerIds=["123456789012"])["Snapshots"]
    assert [one["SnapshotId"] for one in by_id] == [one["SnapshotId"] for one in by_self]
    others = ec2.describe_snapshots(OwnerIds=["amazon"])["Snapshots"]
    assert others
    assert "123456789012" not in {one["OwnerId"] for one in others}
    nobody = ec2.describe_snapshots(OwnerIds=["444455556666"])["Snapshots"]
    assert nobody == []
