"""Change sets, and what else goes with them, as AWS's recorded answers are."""

from __future__ import annotations

import json
from typing import Any

from in_process import client
from stacks import (
    cfn,
    change_set,
    changes,
    create,
    delete,
    events,
    parameter,
    parameters,
    reason,
    refused,
    stack,
    story,
    template,
)

WORD = {"Parameters": {"Word": {"Type": "String"}}}
SAID = {"Ref": "Word"}
TAGS = [{"Key": "word", "Value": SAID}]
INITIATED = "Resource creation Initiated"


def why(found: dict[str, Any]) -> list[tuple[str | None, str, str]]:
    """Return cause, evaluation and attribute of each detail of a change."""
    return [
        (one.get("CausingEntity"), one["Evaluation"], one["Target"]["Attribute"])
        for one in found["Details"]
    ]


def described(name: str, set_name: str) -> dict[str, Any]:
    """Return the changes of a change set without property values."""
    return changes(cfn().describe_change_set(StackName=name, ChangeSetName=set_name))


def test_metadata_changes_for_a_parameter() -> None:
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"Tags": TAGS},
        "Metadata": {"Said": SAID},
    }
    body = template(WORD, B=bucket)
    create("mcp", body, Parameters=parameters(Word="ahoy"))
    change_set("mcp", "one", body, Parameters=parameters(Word="avast"))
    found = described("mcp", "one")["B"]
    assert found["Scope"] == ["Metadata", "Properties"]
    assert why(found) == [
        ("Word", "Static", "Metadata"),
        ("Word", "Static", "Properties"),
        (None, "Dynamic", "Metadata"),
        (None, "Dynamic", "Properties"),
    ]
    # The tags of a bucket are a property like others; those of most types are not.
    assert found["Details"][1]["Target"]["Name"] == "Tags"


def test_what_a_name_stands_for_changes_directly() -> None:
    store = client("ssm")
    store.put_parameter(Name="/wnd/word", Value="ahoy", Type="String")
    given = {"Type": "AWS::SSM::Parameter::Value<String>"}
    body = template({"Parameters": {"Word": given}}, P=parameter(SAID))
    create("wnd", body, Parameters=parameters(Word="/wnd/word"))
    store.put_parameter(Name="/wnd/word", Value="avast", Overwrite=True)
    change_set("wnd", "one", body, Parameters=parameters(Word="/wnd/word"))
    found = described("wnd", "one")["P"]
    assert why(found) == [(None, "Static", "Properties")]
    assert found["Details"][0]["ChangeSource"] == "DirectModification"


def test_the_scope_has_aws_s_order() -> None:
    def network(**more: Any) -> str:
        properties = {"CidrBlock": "10.0.0.0/16", **more.pop("properties", {})}
        return template(V={"Type": "AWS::EC2::VPC", "Properties": properties, **more})

    create("sho", network())
    tagged = {"EnableDnsSupport": False, "Tags": [{"Key": "a", "Value": "b"}]}
    changed = network(
        properties=tagged, Metadata={"A": "b"}, DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
    )  # fmt: skip
    found = changes(change_set("sho", "one", changed))["V"]
    assert found["Scope"] == [
        "DeletionPolicy", "Metadata", "UpdateReplacePolicy", "Properties", "Tags",
    ]  # fmt: skip


def test_what_is_only_looked_at_was_made_by_a_change_set() -> None:
    made = cfn().create_change_set(
        StackName="olo", ChangeSetName="one", ChangeSetType="CREATE", TemplateBody=template(
            W={"Type": "AWS::CloudFormation::WaitConditionHandle"}
        ),
    )  # fmt: skip
    operations = stack("olo")["LastOperations"]
    assert [one["OperationType"] for one in operations] == ["CREATE_CHANGESET"]
    told = cfn().describe_events(StackName=made["StackId"])["OperationEvents"]
    assert {one["OperationType"] for one in told} == {"CREATE_CHANGESET"}


def test_a_policy_of_nobody_is_made_and_cannot_be_unmade() -> None:
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "nobodys", "PolicyDocument": document},
    }
    made = create("nob", template(P=policy), Capabilities=["CAPABILITY_IAM"])
    assert made["StackStatus"] == "ROLLBACK_FAILED"
    assert made["StackStatusReason"] == "The following resource(s) failed to delete: [P]. "
    began = [one for one in events("nob", "P") if one["ResourceStatus"] == "CREATE_IN_PROGRESS"]
    assert [one.get("ResourceStatusReason") for one in began] == [None, INITIATED]
    assert "At least one of [Groups,Roles,Users] must be non-empty." in reason("nob", "P")
    assert delete("nob")["StackStatus"] == "DELETE_FAILED"
    assert delete("nob", RetainResources=["P"])["StackStatus"] == "DELETE_COMPLETE"
    assert ("P", "DELETE_SKIPPED") in story(made["StackId"])


def test_resources_that_are_no_object_come_first() -> None:
    body = json.dumps({"Outputs": "", "Resources": ""})
    assert refused(cfn().create_stack, StackName="rno", TemplateBody=body) == (
        "ValidationError",
        "Template format error: Any Resources member must be an object.",
    )


def test_whose_template_is_asked_for() -> None:
    ask = cfn().get_template
    needed = ("ValidationError", "StackName is a required parameter.")
    assert refused(ask, ChangeSetName="one") == refused(ask) == needed
    nowhere = "arn:aws:cloudformation:us-east-1:123456789012:changeSet/a/b"
    assert refused(ask, ChangeSetName=nowhere) == (
        "ChangeSetNotFound", f"ChangeSet [{nowhere}] does not exist",
    )  # fmt: skip
