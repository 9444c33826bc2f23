"""The schema registry: EV-SCHEMA of the gap map.

Sources: EventBridge Schema Registry API Reference; "Amazon EventBridge schemas" (EventBridge User
Guide).
"""

from __future__ import annotations

import importlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lab_time
import pytest
from botocore.exceptions import ClientError
from in_process import client, lab

from dryrun.cloud.schemas import inference

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
SOLD = {
    "ticket-id": "t-1",
    "price": 12.5,
    "passenger": {"name": "Ada", "child": False},
    "legs": [{"from": "Kiel", "leaves": "2026-01-05T12:00:00Z"}],
}
SCHEMA: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Ship", "version": "1.0.0"},
    "paths": {},
    "components": {
        "schemas": {"Ship": {"type": "object", "properties": {"n": {"type": "string"}}}}
    },
}


@pytest.fixture(autouse=True)
def _ten_o_clock() -> Iterator[None]:
    with lab_time.fresh(START.timestamp(), paused=True):
        yield


def schemas() -> Any:
    return client("schemas")


def refused(operation: str, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        getattr(schemas(), operation)(**asked)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def discover(*details: dict[str, Any], detail_type: str = "Ticket Sold", wait: bool = True) -> None:
    """Put events, and give a discoverer the time to look at them."""
    for detail in details:
        entry = {"Source": "ferry.tickets", "DetailType": detail_type, "Detail": json.dumps(detail)}
        answer = client("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0
        if wait:
            lab().clock.advance(300)


def described(name: str = "ferry.tickets@TicketSold", **more: str) -> dict[str, Any]:
    found = schemas().describe_schema(RegistryName="discovered-schemas", SchemaName=name, **more)
    return dict(found)


def content(**more: str) -> dict[str, Any]:
    return dict(json.loads(described(**more)["Content"]))


def test_ev_schema_registries() -> None:
    names = [one["RegistryName"] for one in schemas().list_registries()["Registries"]]
    assert names == ["aws.events", "discovered-schemas"]
    made = schemas().create_registry(RegistryName="ferry", Description="Ours", Tags={"team": "a"})
    arn = f"arn:aws:schemas:us-east-1:{ACCOUNT}:registry/ferry"
    assert (made["RegistryArn"], made["Tags"]) == (arn, {"team": "a"})
    assert refused("create_registry", RegistryName="ferry")[0] == "ConflictException"
    assert refused("create_registry", RegistryName="a b")[0] == "BadRequestException"
    assert refused("delete_registry", RegistryName="aws.events")[0] == "ForbiddenException"
    local = schemas().list_registries(Scope="LOCAL")["Registries"]
    assert [one["RegistryName"] for one in local] == ["discovered-schemas", "ferry"]
    schemas().update_registry(RegistryName="ferry", Description="All of ours")
    assert schemas().describe_registry(RegistryName="ferry")["Description"] == "All of ours"
    schemas().tag_resource(ResourceArn=arn, Tags={"ship": "b"})
    schemas().untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert schemas().list_tags_for_resource(ResourceArn=arn)["Tags"] == {"ship": "b"}
    schemas().delete_registry(RegistryName="ferry")
    assert refused("describe_registry", RegistryName="ferry") == (
        "NotFoundException",
        "Registry with name ferry does not exist.",
    )


def test_ev_schema_resource_policy() -> None:
    schemas().create_registry(RegistryName="ferry")
    assert refused("get_resource_policy", RegistryName="ferry")[0] == "NotFoundException"
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    put = schemas().put_resource_policy(RegistryName="ferry", Policy=policy)
    found = schemas().get_resource_policy(RegistryName="ferry")
    assert (json.loads(found["Policy"]), found["RevisionId"]) == (
        json.loads(policy),
        put["RevisionId"],
    )
    stale = {"RegistryName": "ferry", "Policy": policy, "RevisionId": "other"}
    assert refused("put_resource_policy", **stale)[0] == "PreconditionFailedException"
    schemas().delete_resource_policy(RegistryName="ferry")


def test_ev_schema_versions_are_made_by_other_content_only() -> None:
    schemas().create_registry(RegistryName="ferry")
    at = {"RegistryName": "ferry", "SchemaName": "Ship"}
    made = schemas().create_schema(**at, Content=json.dumps(SCHEMA), Type="OpenApi3")
    assert (made["SchemaVersion"], made["SchemaArn"]) == (
        "1",
        f"arn:aws:schemas:us-east-1:{ACCOUNT}:schema/ferry/Ship",
    )
    again = schemas().update_schema(**at, Content=json.dumps(SCHEMA, indent=2), Type="OpenApi3")
    assert again["SchemaVersion"] == "1"
    other = {**SCHEMA, "info": {"title": "Ship", "version": "2.0.0"}}
    assert schemas().update_schema(**at, Content=json.dumps(other))["SchemaVersion"] == "2"
    versions = schemas().list_schema_versions(**at)["SchemaVersions"]
    assert [one["SchemaVersion"] for one in versions] == ["2", "1"]
    first = schemas().describe_schema(**at, SchemaVersion="1")
    assert json.loads(first["Content"]) == SCHEMA
    schemas().delete_schema_version(**at, SchemaVersion="1")
    assert refused("describe_schema", **at, SchemaVersion="1")[0] == "NotFoundException"
    assert schemas().list_schemas(RegistryName="ferry")["Schemas"][0]["VersionCount"] == 1
    schemas().delete_schema(**at)
    assert refused("describe_schema", **at) == (
        "NotFoundException",
        "Schema with name Ship does not exist.",
    )


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("OpenApi3", "{", "not valid JSON"),
        ("OpenApi3", '{"openapi": "2.0"}', "3.0.x"),
        ("OpenApi3", json.dumps({**SCHEMA, "info": {}}), "title and version"),
        (
            "OpenApi3",
            json.dumps(SCHEMA).replace('"type": "string"', '"$ref": "#/components/schemas/No"'),
            "#/components/schemas/No is not there",
        ),
        ("JSONSchemaDraft4", '{"type": "ship"}', "JSONSchemaDraft4"),
        ("JSONSchemaDraft4", '{"required": []}', "JSONSchemaDraft4"),
        ("Avro", "{}", "Invalid schema type Avro"),
    ],
)
def test_ev_schema_content_is_checked(kind: str, text: str, why: str) -> None:
    schemas().create_registry(RegistryName="ferry")
    asked = {"RegistryName": "ferry", "SchemaName": "Ship", "Content": text, "Type": kind}
    code, message = refused("create_schema", **asked)
    assert code == "BadRequestException"
    assert why in message


def test_ev_schema_of_aws_is_exported_and_searched() -> None:
    at = {"RegistryName": "aws.events", "SchemaName": "aws.ec2@EC2InstanceStateChangeNotification"}
    exported = schemas().export_schema(**at, Type="JSONSchemaDraft4")
    shape = json.loads(exported["Content"])
    assert shape["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert shape["properties"]["detail"]["$ref"] == (
        "#/definitions/EC2InstanceStateChangeNotification"
    )
    assert shape["definitions"]["EC2InstanceStateChangeNotification"]["required"] == [
        "instance-id",
        "state",
    ]
    found = schemas().search_schemas(RegistryName="aws.events", Keywords="s3 bucket")["Schemas"]
    assert [one["SchemaName"] for one in found] == ["aws.s3@ObjectCreated", "aws.s3@ObjectDeleted"]
    arn = schemas().describe_schema(**at)["SchemaArn"]
    assert arn == f"arn:aws:schemas:us-east-1::schema/aws.events/{at['SchemaName']}"
    assert refused("delete_schema", **at)[0] == "ForbiddenException"


def test_ev_schema_discovery_from_the_events_on_a_bus() -> None:
    discover(SOLD)
    made = schemas().create_discoverer(SourceArn=BUS, Description="All")
    assert (made["DiscovererId"], made["State"], made["CrossAccount"]) == (
        "events-event-bus-default",
        "STARTED",
        True,
    )
    assert refused("create_discoverer", SourceArn=BUS)[0] == "ConflictException"
    assert schemas().list_schemas(RegistryName="discovered-schemas")["Schemas"] == []
    discover(SOLD, wait=False)
    assert schemas().list_schemas(RegistryName="discovered-schemas")["Schemas"] == []
    lab().clock.advance(300)
    components = content()["components"]["schemas"]
    assert list(components) == ["AWSEvent", "TicketSold", "Legs", "Passenger"]
    assert components["AWSEvent"]["x-amazon-events-source"] == "ferry.tickets"
    assert components["AWSEvent"]["x-amazon-events-detail-type"] == "Ticket Sold"
    assert components["TicketSold"] == {
        "type": "object",
        "required": ["legs", "passenger", "price", "ticket-id"],
        "properties": {
            "legs": {"type": "array", "items": {"$ref": "#/components/schemas/Legs"}},
            "passenger": {"$ref": "#/components/schemas/Passenger"},
            "price": {"type": "number"},
            "ticket-id": {"type": "string"},
        },
    }
    assert components["Legs"]["properties"]["leaves"] == {"type": "string", "format": "date-time"}
    assert components["Passenger"]["properties"]["child"] == {"type": "boolean"}


def test_ev_schema_discovery_makes_a_version_when_the_shape_changes() -> None:
    schemas().create_discoverer(SourceArn=BUS)
    discover(SOLD, {**SOLD, "ticket-id": "t-2", "price": 9})
    assert described()["SchemaVersion"] == "1"
    discover({**SOLD, "ship": "Aurora"})
    assert described()["SchemaVersion"] == "2"
    sold = content()["components"]["schemas"]["TicketSold"]
    assert "ship" in sold["properties"]
    assert "ship" not in sold["required"]
    discover(SOLD)  # this one fits
    assert described()["SchemaVersion"] == "2"
    assert (
        "ship"
        not in content(SchemaVersion="1")["components"]["schemas"]["TicketSold"]["properties"]
    )
    schemas().stop_discoverer(DiscovererId="events-event-bus-default")
    discover({**SOLD, "deck": 4})
    assert described()["SchemaVersion"] == "2"
    schemas().start_discoverer(DiscovererId="events-event-bus-default")
    discover({**SOLD, "deck": 4})
    assert described()["SchemaVersion"] == "3"
    schemas().delete_discoverer(DiscovererId="events-event-bus-default")
    assert schemas().list_discoverers()["Discoverers"] == []


def test_ev_schema_tells_eventbridge_of_new_schemas() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:told"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    events = client("events")
    events.put_rule(Name="new", EventPattern='{"detail-type": ["Schema Version Created"]}')
    events.put_targets(Rule="new", Targets=[{"Id": "1", "Arn": arn}])
    schemas().create_discoverer(SourceArn=BUS)
    discover(SOLD)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    event = json.loads(message["Body"])
    assert event["source"] == "aws.schemas"
    assert event["detail"]["SchemaName"] == "ferry.tickets@TicketSold"
    assert event["detail"]["Version"] == "1"


def test_ev_schema_of_given_events() -> None:
    given = [
        '{"Source": "a", "Detail": "{}", "Resources": ["r"]}',
        '{"Source": "b", "Detail": "{}", "Resources": [], "Time": 1}',
    ]
    found = schemas().get_discovered_schema(Events=given, Type="OpenApi3")
    event = json.loads(found["Content"])["components"]["schemas"]["Event"]
    assert event["required"] == ["Detail", "Resources", "Source"]
    assert event["properties"] == {
        "Detail": {"type": "string"},
        "Resources": {"type": "array", "items": {"type": "string"}},
        "Source": {"type": "string"},
        "Time": {"type": "number"},
    }
    code, _ = refused("get_discovered_schema", Events=["nonsense"], Type="OpenApi3")
    assert code == "BadRequestException"


@pytest.mark.parametrize(
    ("detail_type", "title"),
    [
        ("EC2 Instance State-change Notification", "EC2InstanceStateChangeNotification"),
        ("Ticket Sold", "TicketSold"),
        ("ticketSold", "TicketSold"),
        ("!", "Event"),
    ],
)
def test_ev_schema_names(detail_type: str, title: str) -> None:
    assert inference.title(detail_type) == title


def _unpacked(archive: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
    monkeypatch.syspath_prepend(str(folder))
    for name in [one for one in sys.modules if one.split(".")[0] == "schema"]:
        monkeypatch.delitem(sys.modules, name)


def test_ev_schema_code_binding_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schemas().create_discoverer(SourceArn=BUS)
    discover(SOLD)
    at = {
        "RegistryName": "discovered-schemas",
        "SchemaName": "ferry.tickets@TicketSold",
        "Language": "Python36",
    }
    assert refused("describe_code_binding", **at)[0] == "NotFoundException"
    assert schemas().put_code_binding(**at)["Status"] == "CREATE_IN_PROGRESS"
    assert refused("get_code_binding_source", **at)[0] == "NotFoundException"
    lab().clock.advance(60)
    assert schemas().describe_code_binding(**at)["Status"] == "CREATE_COMPLETE"
    archive = schemas().get_code_binding_source(**at)["Body"].read()
    assert archive == schemas().get_code_binding_source(**at)["Body"].read()
    _unpacked(archive, tmp_path, monkeypatch)
    package = importlib.import_module("schema.ferry_tickets.ticketsold")
    event = {
        "detail-type": "Ticket Sold",
        "source": "ferry.tickets",
        "time": "2026-01-05T10:00:00Z",
        "resources": [],
        "detail": SOLD,
    }
    read = package.Marshaller.unmarshall(event, package.AWSEvent)
    assert isinstance(read.detail, package.TicketSold)
    assert (read.detail_type, read.time.year) == ("Ticket Sold", 2026)
    assert read.detail.ticket_id == "t-1"
    assert read.detail.passenger.name == "Ada"
    assert [one.leaves.hour for one in read.detail.legs] == [12]
    read.detail.price = 20
    back = package.Marshaller.marshall(read)
    assert back["detail"]["price"] == 20
    assert back["detail"]["ticket-id"] == "t-1"
    assert read.to_dict()["detail"]["passenger"]["name"] == "Ada"


def test_ev_schema_code_binding_of_aws_and_of_other_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = {"RegistryName": "aws.events", "SchemaName": "aws.s3@ObjectCreated"}
    for language in ("Python36", "Java8"):
        schemas().put_code_binding(**at, Language=language)
    lab().clock.advance(60)
    archive = schemas().get_code_binding_source(**at, Language="Python36")["Body"].read()
    _unpacked(archive, tmp_path, monkeypatch)
    package = importlib.import_module("schema.aws.s3.objectcreated")
    event = {"detail": {"bucket": {"name": "tickets"}, "object": {"key": "a", "size": 3}}}
    read = package.Marshaller.unmarshall(event, package.AWSEvent)
    assert (read.detail.bucket.name, read.detail.object.size) == ("tickets", 3)
    assert refused("get_code_binding_source", **at, Language="Java8")[0] == "NotSimulated"
    assert refused("put_code_binding", **at, Language="COBOL")[0] == "BadRequestException"


def test_ev_schema_code_of_odd_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = {
        "a-b": 1,
        "a_b": 2,
        "class": "c",
        "self": {"none": None},
        "2nd": [[{"x": 1}]],
        "to_dict": True,
        "": "nothing",
    }
    schemas().create_registry(RegistryName="odd")
    event = {"detail-type": "9 lives!", "source": "a.b", "detail": odd}
    found = schemas().get_discovered_schema(Events=[json.dumps(event)], Type="OpenApi3")
    at = {"RegistryName": "odd", "SchemaName": "a.b@9lives"}
    schemas().create_schema(**at, Content=found["Content"], Type="OpenApi3")
    schemas().put_code_binding(**at, Language="Python36")
    lab().clock.advance(60)
    archive = schemas().get_code_binding_source(**at, Language="Python36")["Body"].read()
    _unpacked(archive, tmp_path, monkeypatch)
    package = importlib.import_module("schema.a_b._9lives")
    read = package.Marshaller.unmarshall(event, package.AWSEvent)
    detail = read.detail
    assert (detail.a_b, detail.a_b_, detail._class) == (1, 2, "c")
    assert detail._2nd[0][0].x == 1
    assert package.Marshaller.marshall(read)["detail"]["class"] == "c"


def test_ev_schema_of_what_is_too_deep() -> None:
    deep = json.dumps({"a": 0}).replace("0", '{"a": ' * 400 + "0" + "}" * 400)
    code, _ = refused("get_discovered_schema", Events=[deep], Type="OpenApi3")
    assert code == "BadRequestException"
    schemas().create_discoverer(SourceArn=BUS)
    discover(json.loads(deep))
    assert schemas().list_schemas(RegistryName="discovered-schemas")["Schemas"] == []
    schemas().create_registry(RegistryName="deep")
    nested = json.dumps({**SCHEMA, "paths": "x"}).replace('"x"', '{"a": ' * 9000 + "0" + "}" * 9000)
    asked = {"RegistryName": "deep", "SchemaName": "d", "Content": nested, "Type": "OpenApi3"}
    assert refused("create_schema", **asked)[0] == "BadRequestException"
