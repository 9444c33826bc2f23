"""Let DescribeSnapshots look at owners, which moto does not.

Without it the few snapshots of one's own drown among those of every public image.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

_SELF, _AMAZON = "self", "amazon"


def install() -> None:
    """Take the place of moto's answer."""
    ElasticBlockStore.describe_snapshots = _describe


def _describe(self: Any) -> ActionResult:
    found = self.ec2_backend.describe_snapshots(
        snapshot_ids=self._get_param("SnapshotIds", []), filters=self._filters_from_querystring()
    )
    owners = self._get_param("OwnerIds", [])
    if owners:
        account = self.ec2_backend.account_id
        found = [one for one in found if _belongs(one.owner_id, owners, account)]
    return ActionResult({"Snapshots": found})


def _belongs(owner: str, owners: list[str], account: str) -> bool:
    if owner == account:
        return _SELF in owners or owner in owners
    return _AMAZON in owners or owner in owners
