"""Tables described with the members that DynamoDB shows, and none of those it leaves out.

Follows "TableDescription", Amazon DynamoDB API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import SecondaryIndex, Table
from moto.moto_api._internal import mock_random

from dryrun.cloud import calling, replacing

_ON_DEMAND = "PAY_PER_REQUEST"

_begin = Table.__init__
_describe = Table.describe
_stream = Table.set_stream_specification
_update = DynamoDBBackend.update_table


def begin(self: Table, *args: Any, **given: Any) -> None:
    """Make a table with an id of its own, in the class that is asked for."""
    _begin(self, *args, **given)
    kept: Any = self
    kept.table_id = str(mock_random.uuid4())
    kept.table_class = _asked_class()
    kept.on_demand_since = None


def update_table(self: DynamoDBBackend, *args: Any, **given: Any) -> Table:
    """Change a table, and its class."""
    table: Any = _update(self, *args, **given)
    table.table_class = _asked_class() or table.table_class
    found: Table = table
    return found


def describe(self: Table, base_key: str = "TableDescription") -> dict[str, Any]:
    """Return a table as DynamoDB shows it."""
    told: dict[str, Any] = _describe(self, base_key)
    shown = told[base_key]
    kept: Any = self
    shown["TableId"] = kept.table_id
    shown["AttributeDefinitions"] = sorted(self.attr, key=lambda one: str(one["AttributeName"]))
    shown["ProvisionedThroughput"] = {"NumberOfDecreasesToday": 0, **self.throughput}
    for name, indexes in (
        ("LocalSecondaryIndexes", self.indexes),
        ("GlobalSecondaryIndexes", self.global_indexes),
    ):
        shown[name] = [_index(self, one) for one in indexes]
        if not shown[name]:
            del shown[name]
    if kept.table_class:
        shown["TableClassSummary"] = {"TableClass": kept.table_class}
    _tell_billing(self, shown)
    return told


def _tell_billing(table: Table, shown: dict[str, Any]) -> None:
    """Tell how a table is paid for, unless it has always been by what is provisioned."""
    kept: Any = table
    if table.billing_mode == _ON_DEMAND and kept.on_demand_since is None:
        kept.on_demand_since = utcnow()
    if kept.on_demand_since is None:
        del shown["BillingModeSummary"]
    else:
        since = {"LastUpdateToPayPerRequestDateTime": kept.on_demand_since}
        shown["BillingModeSummary"] |= since


def _index(table: Table, index: SecondaryIndex) -> dict[str, Any]:
    found: Any = index
    shown: dict[str, Any] = dict(found.describe())
    if "ProvisionedThroughput" in shown:
        shown["ProvisionedThroughput"] = {
            "NumberOfDecreasesToday": 0,
            **shown["ProvisionedThroughput"],
        }
    keys = index.schema_key_attrs
    held = sum(all(key in item.attrs for key in keys) for item in table.all_items())
    return {
        **shown,
        "IndexArn": f"{table.table_arn}/index/{index.name}",
        "IndexSizeBytes": 0,
        "ItemCount": held,
    }


def set_stream_specification(self: Table, streams: dict[str, Any] | None) -> None:
    """Begin or end a stream, whose label is a time in milliseconds."""
    before = self.latest_stream_label
    _stream(self, streams)
    if self.latest_stream_label != before:
        self.latest_stream_label = utcnow().isoformat(timespec="milliseconds")


def _asked_class() -> str | None:
    try:
        asked = calling.current_call().parameters.get("TableClass")
    except LookupError:
        return None
    return None if asked is None else str(asked)


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (Table, "__init__", begin),
        (Table, "describe", describe),
        (Table, "set_stream_specification", set_stream_specification),
        (DynamoDBBackend, "update_table", update_table),
    )
