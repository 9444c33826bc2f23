"""AWS::EventSchemas, type by type; EV-SCHEMA in templates."""

from __future__ import annotations

import json
from typing import Any

from trial import Trial, client, several

TAGS = [{"Key": "team", "Value": "tickets"}]
CONTENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Ship", "version": "1.0.0"},
    "paths": {},
}
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"


def test_registry_schema_and_policy() -> None:
    registry = Trial(
        "AWS::EventSchemas::Registry",
        {"RegistryName": "ferry", "Description": "Ours", "Tags": TAGS},
        "Registry",
    )
    properties = {
        "RegistryName": "ferry",
        "SchemaName": "Ship",
        "Type": "OpenApi3",
        "Content": json.dumps(CONTENT),
        "Tags": TAGS,
    }
    schema = Trial("AWS::EventSchemas::Schema", properties, "Schema")
    policy = {"Version": "2012-10-17", "Statement": []}
    allowed = Trial(
        "AWS::EventSchemas::RegistryPolicy", {"RegistryName": "ferry", "Policy": policy}, "Policy"
    )
    with several(registry, schema, allowed):
        assert registry.read()["Tags"] == TAGS
        assert registry.update({"RegistryName": "ferry"})["Tags"] == []
        found = schema.read()
        assert {name: found[name] for name in properties} == properties
        assert found["SchemaVersion"] == "1"
        other = json.dumps({**CONTENT, "info": {"title": "Ship", "version": "2"}})
        assert schema.update({**properties, "Content": other})["SchemaVersion"] == "2"
        assert allowed.read()["Policy"] == policy
    names = [one["RegistryName"] for one in client("schemas").list_registries()["Registries"]]
    assert "ferry" not in names


def test_discoverer() -> None:
    properties = {"SourceArn": BUS, "CrossAccount": False, "Tags": TAGS}
    with Trial("AWS::EventSchemas::Discoverer", properties, "Discoverer") as discoverer:
        found = discoverer.read()
        assert {name: found[name] for name in properties} == properties
        assert (found["State"], found["DiscovererId"]) == ("STARTED", "events-event-bus-default")
        assert discoverer.update({**properties, "Description": "All"})["Description"] == "All"
    assert client("schemas").list_discoverers()["Discoverers"] == []
