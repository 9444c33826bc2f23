"""Change sets answer as AWS does: members, values, causes, states and refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from in_process import lab
from stacks import (
    Shape,
    cfn,
    change_set,
    changes,
    create,
    delete,
    events,
    parameter,
    parameters,
    queue,
    refused,
    stack,
    template,
    update,
)  # fmt: skip

from dryrun.cloud.clock import ClockMode

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"


def topic(name: str, shown: Any = None, **more: Any) -> Shape:
    properties = {"TopicName": name} | ({} if shown is None else {"DisplayName": shown}) | more
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


def plain(name: str, set_name: str) -> Shape:
    """Return a change set as it is without property values."""
    return dict(cfn().describe_change_set(StackName=name, ChangeSetName=set_name))


def why(change: Shape) -> list[tuple[str, str, str | None]]:
    return [
        (one["Evaluation"], one["ChangeSource"], one.get("CausingEntity"))
        for one in change["Details"]
    ]


def test_a_change_set_has_the_members_aws_sends() -> None:
    made = cfn().create_change_set(
        StackName="me", ChangeSetName="first", ChangeSetType="CREATE",
        TemplateBody=template(A=queue()),
    )  # fmt: skip
    found = cfn().describe_change_set(ChangeSetName=made["Id"])
    del found["ResponseMetadata"], found["CreationTime"]
    assert found == {
        "ChangeSetId": made["Id"],
        "ChangeSetName": "first",
        "StackId": made["StackId"],
        "StackName": "me",
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "Capabilities": [],
        "NotificationARNs": [],
        "RollbackConfiguration": {},
        "IncludeNestedStacks": False,
        "Changes": [
            {
                "Type": "Resource",
                "ResourceChange": {
                    "Action": "Add",
                    "LogicalResourceId": "A",
                    "ResourceType": "AWS::SQS::Queue",
                    "Scope": [],
                    "Details": [],
                },
            }
        ],
    }
    listed = cfn().list_change_sets(StackName="me")["Summaries"][0]
    assert set(listed) == set(found) - {
        "Capabilities", "NotificationARNs", "RollbackConfiguration", "Changes",
    } | {"CreationTime"}  # fmt: skip


def test_parameters_are_ordered_as_those_of_stacks() -> None:
    given = {name: {"Type": "String", "Default": "x"} for name in ("A", "P")}
    body = template({"Parameters": given}, Q=queue())
    found = change_set("op", "one", body, ChangeSetType="CREATE")
    # That of Java's HashMap, as in test_recorded_stacks.
    assert [one["ParameterKey"] for one in found["Parameters"]] == ["P", "A"]


def test_contexts_are_ordered_as_aws_orders_them() -> None:
    tags = [{"Key": "a", "Value": "b"}]
    found = change_set(
        "co", "one", template(P=parameter("x", Name="co-p"), T=topic("co-t", "shown", Tags=tags)),
        ChangeSetType="CREATE",
    )  # fmt: skip
    each = changes(found)
    assert each["T"]["AfterContext"] == (
        '{"Properties":{"DisplayName":"shown","Tags":[{"Value":"b","Key":"a"}],"TopicName":"co-t"}}'
    )
    assert json.loads(each["P"]["AfterContext"]) == {
        "Properties": {"Type": "String", "Value": "x", "Name": "co-p"}
    }


def test_a_text_shows_what_is_known_around_what_is_not() -> None:
    around = {"Fn::Sub": "to ${Q.QueueName} in ${AWS::Region}"}
    given = {"Fn::Sub": ["to ${A}", {"A": {"Ref": "Q"}}]}
    alone = {"Fn::Sub": "${Q.QueueName}"}
    body = template(Q=queue(), A=parameter(around), B=parameter(given), C=parameter(alone))
    found = changes(change_set("ka", "one", body, ChangeSetType="CREATE"))
    shown = {name: json.loads(found[name]["AfterContext"])["Properties"]["Value"] for name in "ABC"}
    # A variable with a value of its own leaves the whole text unknown.
    assert shown == {"A": f"to {UNKNOWN} in us-east-1", "B": UNKNOWN, "C": UNKNOWN}


def test_values_are_shown_for_each_place() -> None:
    old = queue(Tags=[{"Key": "a", "Value": "b"}], VisibilityTimeout=30)
    create("vp", template(A=old))
    new = {**queue(Tags=[{"Key": "c", "Value": "d"}, {"Key": "e", "Value": "f"}], DelaySeconds=1),
           "DeletionPolicy": "Retain"}  # fmt: skip
    found = changes(change_set("vp", "one", template(A=new)))["A"]
    assert found["Scope"] == ["DeletionPolicy", "Properties", "Tags"]
    targets = {one["Target"]["Path"]: one["Target"] for one in found["Details"]}
    assert targets["/Properties/VisibilityTimeout"] == {
        "Attribute": "Properties", "Name": "VisibilityTimeout", "RequiresRecreation": "Never",
        "Path": "/Properties/VisibilityTimeout", "AttributeChangeType": "Remove",
        "BeforeValue": "30",
    }  # fmt: skip
    assert targets["/Properties/DelaySeconds"]["AfterValue"] == "1"
    assert targets["/Properties/Tags/0/Value"]["AfterValue"] == "d"
    assert targets["/Properties/Tags/1"] == {
        "Attribute": "Tags", "RequiresRecreation": "Never", "Path": "/Properties/Tags/1",
        "AttributeChangeType": "Add", "AfterValue": '{"Key":"e","Value":"f"}',
    }  # fmt: skip
    assert targets["/DeletionPolicy"]["AfterValue"] == "Retain"
    assert json.loads(found["AfterContext"])["DeletionPolicy"] == "Retain"
    without = changes(plain("vp", "one"))["A"]
    # One detail for all places of a property.
    names = [one["Target"].get("Name", one["Target"]["Attribute"]) for one in without["Details"]]
    assert sorted(names) == ["DelaySeconds", "DeletionPolicy", "Tags", "VisibilityTimeout"]
    assert "BeforeContext" not in without


def test_a_map_of_tags_is_a_property_like_others() -> None:
    create("mt", template(P=parameter("x")))
    found = changes(change_set("mt", "one", template(P=parameter("x", Tags={"a": "b"}))))["P"]
    assert found["Scope"] == ["Properties"]
    assert found["Details"][0]["Target"] == {
        "Attribute": "Properties", "Name": "Tags", "RequiresRecreation": "Never",
        "Path": "/Properties/Tags", "AttributeChangeType": "Add", "AfterValue": '{"a":"b"}',
    }  # fmt: skip
    assert changes(plain("mt", "one"))["P"]["Details"][0]["Target"]["Name"] == "Tags"


def test_what_hangs_on_a_change_in_place_may_change() -> None:
    shown = {"Fn::GetAtt": ["A", "DisplayName"]}
    create("ip", template(A=topic("ip-a", "1"), B=topic("ip-b", shown)))
    body = template(A=topic("ip-a", "2"), B=topic("ip-b", shown), C=topic("ip-c", shown))
    valued = changes(change_set("ip", "one", body))
    # With property values AWS takes attributes as they are, so B seems to stay as it is.
    assert list(valued) == ["A", "C"]
    assert json.loads(valued["C"]["AfterContext"])["Properties"]["DisplayName"] == "1"
    without = changes(plain("ip", "one"))
    assert list(without) == ["A", "B", "C"]
    assert why(without["B"]) == [("Dynamic", "ResourceAttribute", "A.DisplayName")]
    assert without["B"]["Replacement"] == "False"
    cfn().execute_change_set(StackName="ip", ChangeSetName="one")
    assert json.loads(events("ip", "B")[-1]["ResourceProperties"])["DisplayName"] == "2"


@pytest.mark.parametrize(
    ("node", "cause"),
    [
        ({"Fn::GetAtt": ["A", "DisplayName"]}, ("Static", "ResourceAttribute", "A.DisplayName")),
        ({"Ref": "A"}, ("Static", "ResourceReference", "A")),
    ],
)
def test_what_hangs_on_a_replacement_changes(node: Shape, cause: tuple[str, str, str]) -> None:
    create("hr", template(A=topic("hr-a", "1"), B=topic("hr-b", node)))
    body = template(A=topic("hr-new", "2"), B=topic("hr-b", node))
    valued = changes(change_set("hr", "one", body))["B"]
    assert why(valued) == [cause, ("Dynamic", "DirectModification", None)]
    assert json.loads(valued["AfterContext"])["Properties"]["DisplayName"] == UNKNOWN
    without = changes(plain("hr", "one"))
    assert why(without["B"]) == [cause]
    assert (without["A"]["Replacement"], without["A"]["PolicyAction"]) == (
        "True", "ReplaceAndDelete",
    )  # fmt: skip
    delete("hr")


def test_a_ref_to_what_stays_changes_nothing() -> None:
    create("rs", template(A=topic("rs-a", "1"), B=topic("rs-b", {"Ref": "A"})))
    change_set("rs", "one", template(A=topic("rs-a", "2"), B=topic("rs-b", {"Ref": "A"})))
    assert list(changes(plain("rs", "one"))) == ["A"]


def test_a_parameter_gives_two_causes() -> None:
    sections = {"Parameters": {"V": {"Type": "String"}}}
    body = template(sections, A=topic("pc-a", {"Fn::Sub": "${V}!"}))
    create("pc", body, Parameters=parameters(V="1"))
    found = changes(change_set("pc", "one", Parameters=parameters(V="2")))["A"]
    expected = [("Static", "ParameterReference", "V"), ("Dynamic", "DirectModification", None)]
    assert why(found) == why(changes(plain("pc", "one"))["A"]) == expected


def test_what_goes_is_shown_without_attributes() -> None:
    shown = {"Fn::GetAtt": ["A", "DisplayName"]}
    create("wg", template(A=topic("wg-a", "1"), B=topic("wg-b", shown)))
    found = changes(change_set("wg", "one", template(A=topic("wg-a", "1"))))["B"]
    assert (found["Action"], found["PolicyAction"]) == ("Remove", "Delete")
    assert json.loads(found["BeforeContext"]) == {
        "Properties": {"DisplayName": UNKNOWN, "TopicName": "wg-b"}
    }
    assert "AfterContext" not in found
    assert "Replacement" not in found


def test_a_change_set_takes_a_moment() -> None:
    create("mo", template(A=queue()))
    lab().clock.set_mode(ClockMode.PAUSED)
    try:
        body = template(A=queue(DelaySeconds=1))
        cfn().create_change_set(StackName="mo", ChangeSetName="one", TemplateBody=body)
        found = plain("mo", "one")
        assert (found["Status"], found["ExecutionStatus"]) == ("CREATE_PENDING", "UNAVAILABLE")
        assert found["Changes"] == []
        code, message = refused(cfn().execute_change_set, StackName="mo", ChangeSetName="one")
        assert code == "InvalidChangeSetStatus"
        assert message.endswith("cannot be executed in its current status of [CREATE_PENDING]")
        lab().clock.step()
        assert plain("mo", "one")["Status"] == "CREATE_IN_PROGRESS"
        lab().clock.step()
        assert plain("mo", "one")["ExecutionStatus"] == "AVAILABLE"
        cfn().execute_change_set(StackName="mo", ChangeSetName="one")
        assert plain("mo", "one")["ExecutionStatus"] == "EXECUTE_IN_PROGRESS"
    finally:
        lab().clock.set_mode(ClockMode.FAST)
    cfn().describe_stacks()
    assert plain("mo", "one")["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_a_change_set_is_found_by_its_id_ever_after() -> None:
    first = change_set("ea", "same", template(A=queue()), ChangeSetType="CREATE")["ChangeSetId"]
    cfn().execute_change_set(ChangeSetName=first)
    assert "LastUpdatedTime" in stack("ea")
    second = change_set("ea", "same", template(A=queue(DelaySeconds=1)))["ChangeSetId"]
    assert [one["ChangeSetId"] for one in cfn().list_change_sets(StackName="ea")["Summaries"]] == [
        second
    ]
    code, message = refused(cfn().execute_change_set, ChangeSetName=first)
    assert (code, message) == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{first}] cannot be executed in its current execution status of "
        "[EXECUTE_COMPLETE]",
    )
    delete("ea")
    assert cfn().describe_change_set(ChangeSetName=first)["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_a_change_set_outlived_by_its_stack_is_obsolete() -> None:
    body = template(A=queue())
    first = change_set("ob", "one", body, ChangeSetType="CREATE")
    made = cfn().create_stack(StackName="ob", TemplateBody=body)
    assert made["StackId"] == first["StackId"]
    assert plain("ob", "one")["ExecutionStatus"] == "OBSOLETE"
    change_set("ob", "two", template(A=queue(DelaySeconds=1)))
    update("ob", template(A=queue(DelaySeconds=2)))
    code, message = refused(cfn().execute_change_set, StackName="ob", ChangeSetName="two")
    assert code == "InvalidChangeSetStatus"
    assert message.endswith("cannot be executed in its current execution status of [OBSOLETE]")


def test_refusals() -> None:
    body = template(A=queue())
    assert refused(cfn().delete_change_set, StackName="nope", ChangeSetName="x") == (
        "ValidationError", "Stack [nope] does not exist",
    )  # fmt: skip
    assert refused(cfn().delete_change_set, ChangeSetName="x")[1] == (
        "StackName must be specified if ChangeSetName is not specified as an ARN."
    )
    make = cfn().create_change_set
    given = {"StackName": "rf", "TemplateBody": body}
    code, message = refused(make, **given, ChangeSetName="x", ChangeSetType="INVALID")
    assert (code, "at 'changeSetType' failed to satisfy" in message) == ("ValidationError", True)
    code, message = refused(make, **given, ChangeSetName="x_y", ChangeSetType="CREATE")
    assert (code, "at 'changeSetName' failed to satisfy" in message) == ("ValidationError", True)
    made = change_set("rf", "x", body, ChangeSetType="CREATE")
    code, message = refused(make, **given, ChangeSetName="y")
    assert message == (
        f"Stack:{made['StackId']} is in REVIEW_IN_PROGRESS state and can not be updated."
    )
    other = {**given, "TemplateBody": template(A=queue(DelaySeconds=1))}
    assert refused(make, **other, ChangeSetName="x", ChangeSetType="CREATE") == (
        "AlreadyExistsException",
        "ChangeSet x cannot be created due to a mismatch with existing attribute Template",
    )
    for option in ({"DeploymentMode": "REVERT_DRIFT"}, {"IncludeNestedStacks": True}):
        code, message = refused(make, **given, ChangeSetName="z", ChangeSetType="CREATE", **option)
        assert (code, "Dry Run does not simulate" in message) == ("NotSimulated", True)
    cfn().delete_change_set(StackName="rf", ChangeSetName="not-there")
    cfn().execute_change_set(ChangeSetName=made["ChangeSetId"])
    cfn().delete_stack(StackName="rf")
    again = {**given, "StackName": made["StackId"], "ChangeSetName": "r"}
    assert refused(make, **again, ChangeSetType="CREATE")[1] == (
        f"Stack [{made['StackId']}] already exists and cannot be created again with the "
        "changeSet [r]."
    )


def test_what_a_request_allows() -> None:
    create("al", template(A=queue()))
    body = template(A=queue(DelaySeconds=1))
    for allowed in ("AWS::EC2:*", "AWS::EC2::*"):
        assert refused(
            cfn().update_stack, StackName="al", TemplateBody=body, ResourceTypes=[allowed]
        ) == (
            "ValidationError",
            f"Resource type AWS::SQS::Queue is not allowed by parameter ResourceTypes [{allowed}]",
        )
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:name"
    for kind, words in (
        ("Another", "Rollback Trigger Type not supported"),
        ("AWS::CloudWatch::Alarm", "RelativeId of a Rollback Trigger's ARN is incorrect"),
    ):
        asked = {"RollbackTriggers": [{"Arn": arn, "Type": kind}]}
        assert refused(
            cfn().update_stack, StackName="al", TemplateBody=body, RollbackConfiguration=asked
        ) == ("ValidationError", words)
    found = update("al", body, ResourceTypes=["AWS::SQS::*"])
    assert found["StackStatus"] == "UPDATE_COMPLETE"


def test_events_of_a_replacement() -> None:
    kept = {**parameter("x", Name="er-1"), "UpdateReplacePolicy": "Retain"}
    create("er", template(P=kept, Q=queue(QueueName="er-q1")))
    since = len(events("er"))
    kept = {**parameter("x", Name="er-2"), "UpdateReplacePolicy": "Retain"}
    update("er", template(P=kept, Q=queue(QueueName="er-q2")))
    told = events("er")[since:]
    of = {
        name: [
            (one["ResourceStatus"], one["PhysicalResourceId"].split("/")[-1])
            for one in told
            if one["LogicalResourceId"] == name
        ]
        for name in ("P", "Q")
    }
    assert of["P"] == [
        ("UPDATE_IN_PROGRESS", "er-1"), ("UPDATE_IN_PROGRESS", "er-2"),
        ("UPDATE_COMPLETE", "er-2"), ("DELETE_SKIPPED", "er-1"),
    ]  # fmt: skip
    assert of["Q"] == [
        ("UPDATE_IN_PROGRESS", "er-q1"), ("UPDATE_IN_PROGRESS", "er-q2"),
        ("UPDATE_COMPLETE", "er-q2"), ("DELETE_IN_PROGRESS", "er-q1"),
        ("DELETE_COMPLETE", "er-q1"),
    ]  # fmt: skip
    cleaned = [one for one in told if one["ResourceStatus"].startswith("DELETE_")]
    assert all("ResourceProperties" not in one for one in cleaned)
    assert not any("DELETE" in one["EventId"] for one in cleaned)
