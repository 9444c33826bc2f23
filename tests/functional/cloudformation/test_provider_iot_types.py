"""AWS::IoT: types and groups of things, and names for roles."""

from __future__ import annotations

from trial import Trial, client

ROLE = "arn:aws:iam::123456789012:role/"


def test_thing_type() -> None:
    kept = {"SearchableAttributes": ["hull"], "ThingTypeDescription": "Boats"}
    given = {"ThingTypeName": "boat", "ThingTypeProperties": kept}
    with Trial("AWS::IoT::ThingType", given) as boat:
        found = boat.read()
        assert boat.physical_id == "boat"
        assert found["ThingTypeProperties"] == kept
        assert found["Arn"] == "arn:aws:iot:us-east-1:123456789012:thingtype/boat"
        assert found["Id"]
        assert boat.update({**given, "DeprecateThingType": True})["DeprecateThingType"] is True
        shown = client("iot").describe_thing_type(thingTypeName="boat")
        assert shown["thingTypeMetadata"]["deprecated"] is True
        assert boat.update(given)["DeprecateThingType"] is False
    with Trial("AWS::IoT::ThingType", {"DeprecateThingType": True}) as old:
        assert old.read()["DeprecateThingType"] is True
        assert old.physical_id.startswith("trial-Thing-")


def test_thing_group() -> None:
    kept = {"AttributePayload": {"Attributes": {"sea": "north"}}, "ThingGroupDescription": "Boats"}
    with Trial("AWS::IoT::ThingGroup", {"ThingGroupName": "fleet"}) as fleet:
        assert "ThingGroupProperties" not in fleet.read()
        given = {"ParentGroupName": "fleet", "ThingGroupName": "north"}
        with Trial("AWS::IoT::ThingGroup", {**given, "ThingGroupProperties": kept}) as north:
            found = north.read()
            assert found["ThingGroupProperties"] == kept
            assert found["ParentGroupName"] == "fleet"
            assert found["Arn"].endswith(":thinggroup/north")
            assert found["Id"]
            changed = {"AttributePayload": {"Attributes": {"sea": "south"}}}
            found = north.update({**given, "ThingGroupProperties": changed})
            assert found["ThingGroupProperties"]["AttributePayload"] == changed["AttributePayload"]


def test_role_alias() -> None:
    given = {"RoleAlias": "sailor", "RoleArn": f"{ROLE}sailor"}
    with Trial("AWS::IoT::RoleAlias", {**given, "CredentialDurationSeconds": 900}) as alias:
        found = alias.read()
        assert (found["RoleArn"], found["CredentialDurationSeconds"]) == (f"{ROLE}sailor", 900)
        assert found["RoleAliasArn"].endswith(":rolealias/sailor")
        found = alias.update({**given, "RoleArn": f"{ROLE}captain"})
        assert (found["RoleArn"], found["CredentialDurationSeconds"]) == (f"{ROLE}captain", 3600)
