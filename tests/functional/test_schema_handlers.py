"""A function whose handler is written against the code of a schema. EV-SCHEMA."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from functions import RUNTIME, Account

from dryrun.cloud.launcher import Running

HANDLER = """
from schema.ferry_tickets.ticketsold import AWSEvent, Marshaller, TicketSold

def handler(event, context):
    sold = Marshaller.unmarshall(event, AWSEvent)
    detail: TicketSold = sold.detail
    print(f"SOLD {detail.ticket_id} to {detail.passenger.name} in {sold.time.year}")
    detail.price = detail.price * 2
    return Marshaller.marshall(sold)
"""
AT = {
    "RegistryName": "discovered-schemas",
    "SchemaName": "ferry.tickets@TicketSold",
    "Language": "Python36",
}


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    return Account(running)


def test_ev_schema_a_handler_runs_on_generated_code(account: Account) -> None:
    schemas, events = account.client("schemas"), account.client("events")
    schemas.create_discoverer(SourceArn="arn:aws:events:us-east-1:123456789012:event-bus/default")
    detail = {"ticket-id": "t-1", "price": 12, "passenger": {"name": "Ada"}}
    entry = {"Source": "ferry.tickets", "DetailType": "Ticket Sold", "Detail": json.dumps(detail)}
    events.put_events(Entries=[entry])
    schemas.put_code_binding(**AT)
    archive = io.BytesIO(schemas.get_code_binding_source(**AT)["Body"].read())
    with zipfile.ZipFile(archive, "a") as package:
        package.writestr("app.py", HANDLER)
    function = account.client("lambda").create_function(
        FunctionName="sold",
        Runtime=RUNTIME,
        Handler="app.handler",
        Role=account.role("function"),
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    events.put_rule(Name="sold", EventPattern='{"source": ["ferry.tickets"]}')
    events.put_targets(Rule="sold", Targets=[{"Id": "1", "Arn": function}])
    account.client("lambda").add_permission(
        FunctionName="sold",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    events.put_events(Entries=[entry])
    assert any("SOLD t-1 to Ada in 20" in line for line in account.log("sold"))
    _, answer = account.invoke("sold", {"time": "2026-01-05T10:00:00Z", "detail": detail})
    assert answer["detail"]["price"] == 24
    assert answer["detail"]["ticket-id"] == "t-1"
