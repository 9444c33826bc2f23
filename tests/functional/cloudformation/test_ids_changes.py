"""Changing stacks, id by id of the curriculum's track 03.

Sources: "Update behaviors of stack resources", "Update stacks using change sets", "Choose how to
handle failures when provisioning resources", "Continue rolling back an update", "DeletionPolicy
attribute", "Prevent updates to stack resources", "Protect CloudFormation stacks from being
deleted", "CloudFormation service role" and "Detect unmanaged configuration changes", CloudFormation
User Guide.
"""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from in_process import client
from stacks import (
    ACCOUNT,
    cfn,
    change_set,
    changes,
    create,
    delete,
    events,
    outputs,
    parameter,
    parameters,
    paused,
    physical,
    queue,
    reason,
    refused,
    stack,
    status,
    story,
    template,
    update,
    value,
)

BAD = queue(QueueName="no such name!")


def seconds(url: str) -> str:
    found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return str(found["Attributes"]["VisibilityTimeout"])


def queues(prefix: str) -> list[str]:
    return list(client("sqs").list_queues(QueueNamePrefix=prefix).get("QueueUrls", []))


def test_cfn_events() -> None:
    create("ev", template(A=queue()), ClientRequestToken="token-1")
    told = cfn().describe_stack_events(StackName="ev")["StackEvents"]
    assert [(one["LogicalResourceId"], one["ResourceStatus"]) for one in told] == [
        ("ev", "CREATE_COMPLETE"),
        ("A", "CREATE_COMPLETE"),
        ("A", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_IN_PROGRESS"),
        ("ev", "CREATE_IN_PROGRESS"),
    ]
    assert told[-1]["ResourceStatusReason"] == "User Initiated"
    assert told[2]["ResourceStatusReason"] == "Resource creation Initiated"
    assert {one["ClientRequestToken"] for one in told} == {"token-1"}
    assert told[1]["EventId"].startswith("A-CREATE_COMPLETE-")
    times = [one["Timestamp"] for one in told]
    assert times == sorted(times, reverse=True)
    assert times[0] > times[-1]


def test_cfn_rollback_create() -> None:
    found = create("rb", template(A=queue(QueueName="rb-a"), B={**BAD, "DependsOn": "A"}))
    assert found["StackStatus"] == "ROLLBACK_COMPLETE"
    assert story("rb") == [
        ("rb", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_COMPLETE"),
        ("B", "CREATE_IN_PROGRESS"),
        ("B", "CREATE_FAILED"),
        ("rb", "ROLLBACK_IN_PROGRESS"),
        *[one for one in story("rb")[7:-1] if one[0] == "B"],
        ("A", "DELETE_IN_PROGRESS"),
        ("A", "DELETE_COMPLETE"),
        ("rb", "ROLLBACK_COMPLETE"),
    ]
    assert queues("rb-") == []
    assert "The following resource(s) failed to create: [B]" in reason(
        "rb", "rb", "ROLLBACK_IN_PROGRESS"
    )
    code, message = refused(cfn().update_stack, StackName="rb", TemplateBody=template(A=queue()))
    assert code == "ValidationError"
    assert message.endswith("is in ROLLBACK_COMPLETE state and can not be updated.")
    assert delete("rb")["StackStatus"] == "DELETE_COMPLETE"


def test_cfn_disable_rollback() -> None:
    body = template(A=queue(QueueName="dr-a"), B={**BAD, "DependsOn": "A"})
    assert create("dr", body, DisableRollback=True)["StackStatus"] == "CREATE_FAILED"
    assert len(queues("dr-a")) == 1
    cfn().rollback_stack(StackName="dr")
    assert status("dr") == "ROLLBACK_COMPLETE"
    assert queues("dr-a") == []
    create("dr5", body, DisableRollback=True)
    mended = {"TemplateBody": template(A=queue(QueueName="dr-a"), B=queue())}
    code, message = refused(cfn().update_stack, StackName="dr5", **mended)
    assert code == "ValidationError"
    assert message.startswith("This stack is currently in a non-terminal [CREATE_FAILED] state.")
    cfn().update_stack(StackName="dr5", DisableRollback=True, **mended)
    assert status("dr5") == "UPDATE_COMPLETE"
    delete("dr5")
    assert create("dr2", body, OnFailure="DELETE")["StackStatus"] == "DELETE_COMPLETE"
    assert create("dr3", body, OnFailure="DO_NOTHING")["StackStatus"] == "CREATE_FAILED"
    both = {"DisableRollback": True, "OnFailure": "DELETE"}
    code, _ = refused(cfn().create_stack, StackName="dr4", TemplateBody=body, **both)
    assert code == "ValidationError"


def test_cfn_update_direct() -> None:
    create("ud", template(A=queue(VisibilityTimeout=30)))
    before = physical("ud", "A")
    found = update("ud", template(A=queue(VisibilityTimeout=60)))
    assert found["StackStatus"] == "UPDATE_COMPLETE"
    assert found["LastUpdatedTime"] > found["CreationTime"]
    assert (physical("ud", "A"), seconds(before)) == (before, "60")


def test_cfn_update_ignored() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "ui-bucket"}}
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 1}}
    create("ui", template(B=bucket, L=group))
    bucket["Properties"]["VersioningConfiguration"] = {"Status": "Enabled"}  # type: ignore[index]
    group["Properties"]["RetentionInDays"] = 7  # type: ignore[index]
    update("ui", template(B=bucket, L=group))
    assert client("s3").get_bucket_versioning(Bucket="ui-bucket")["Status"] == "Enabled"
    groups = client("logs").describe_log_groups(logGroupNamePrefix=physical("ui", "L"))
    assert groups["logGroups"][0]["retentionInDays"] == 7


def test_cfn_update_replace() -> None:
    def body(name: str) -> str:
        return template(Q=queue(QueueName=name), P=parameter({"Fn::GetAtt": ["Q", "QueueName"]}))

    create("ur", body("ur-1"))
    start = len(events("ur"))
    update("ur", body("ur-2"))
    assert physical("ur", "Q").endswith("/ur-2")
    assert value("ur") == "ur-2"
    assert [url.rpartition("/")[2] for url in queues("ur-")] == ["ur-2"]
    told = story("ur", start)
    assert told.index(("ur", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")) < told.index(
        ("Q", "DELETE_COMPLETE")
    )
    # A custom name keeps a replacement from being made beside what has it.
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "ur-table",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        },
    }
    create("ur4", template(T=table))
    text = json.dumps(table).replace('"a"', '"b"')
    assert update("ur4", template(T=json.loads(text)))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason("ur4", "T") == (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename ur-table and update the stack again."
    )


def test_cfn_update_param() -> None:
    sections = {"Parameters": {"B": {"Type": "String", "Default": "1"}}}
    body = template(sections, P=parameter({"Fn::Sub": "x-${B}"}))
    create("upa", body)
    assert value("upa") == "x-1"
    update("upa", Parameters=parameters(B="9"))
    assert value("upa") == "x-9"
    previous = [{"ParameterKey": "B", "UsePreviousValue": True}]
    changed = template(sections, P=parameter({"Fn::Sub": "y-${B}"}))
    update("upa", changed, Parameters=previous)
    assert value("upa") == "y-9"


def test_cfn_update_noop() -> None:
    body = template(A=queue())
    create("un", body)
    nothing = ("ValidationError", "No updates are to be performed.")
    assert refused(cfn().update_stack, StackName="un", TemplateBody=body) == nothing
    assert refused(cfn().update_stack, StackName="un", UsePreviousTemplate=True) == nothing
    assert status("un") == "CREATE_COMPLETE"


def test_cfn_rollback_update() -> None:
    create("ru", template(A=queue(VisibilityTimeout=30)))
    before, start = stack("ru"), len(events("ru"))
    broken = template(A=queue(VisibilityTimeout=60), N=queue(), B={**BAD, "DependsOn": "A"})
    assert update("ru", broken)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert seconds(physical("ru", "A")) == "30"
    assert list(queues("ru-")) == [physical("ru", "A")]
    stacked = [state for name, state in story("ru", start) if name == "ru"]
    assert stacked == [
        "UPDATE_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ]
    assert stack("ru")["StackId"] == before["StackId"]
    assert cfn().get_template(StackName="ru")["TemplateBody"]["Resources"].keys() == {"A"}


def test_cfn_update_rollback_failed() -> None:
    create("uf", template(A=queue(QueueName="uf-a", VisibilityTimeout=30)))
    broken = template(A=queue(QueueName="uf-a", VisibilityTimeout=60), B={**BAD, "DependsOn": "A"})
    with paused() as clock:
        cfn().update_stack(StackName="uf", TemplateBody=broken)
        while ("A", "UPDATE_COMPLETE") not in story("uf"):
            clock.step()
        client("sqs").delete_queue(QueueUrl=physical("uf", "A"))
    assert status("uf") == "UPDATE_ROLLBACK_FAILED"
    assert "failed to update: [A]" in stack("uf")["StackStatusReason"]
    _, message = refused(cfn().update_stack, StackName="uf", TemplateBody=broken)
    assert message.endswith("is in UPDATE_ROLLBACK_FAILED state and can not be updated.")
    cfn().continue_update_rollback(StackName="uf")
    assert status("uf") == "UPDATE_ROLLBACK_FAILED"
    client("sqs").create_queue(QueueName="uf-a", Attributes={"VisibilityTimeout": "60"})
    cfn().continue_update_rollback(StackName="uf")
    assert status("uf") == "UPDATE_ROLLBACK_COMPLETE"
    assert seconds(physical("uf", "A")) == "30"


def test_cfn_update_rollback_failed_skipping() -> None:
    create("us", template(A=queue(QueueName="us-a", VisibilityTimeout=30)))
    broken = template(A=queue(QueueName="us-a", VisibilityTimeout=60), B={**BAD, "DependsOn": "A"})
    with paused() as clock:
        cfn().update_stack(StackName="us", TemplateBody=broken)
        while ("A", "UPDATE_COMPLETE") not in story("us"):
            clock.step()
        client("sqs").delete_queue(QueueUrl=physical("us", "A"))
    wrong = refused(cfn().continue_update_rollback, StackName="us", ResourcesToSkip=["B"])
    assert wrong[0] == "ValidationError"
    cfn().continue_update_rollback(StackName="us", ResourcesToSkip=["A"])
    assert status("us") == "UPDATE_ROLLBACK_COMPLETE"


def test_cfn_cancel_update() -> None:
    create("cu", template(A=queue(VisibilityTimeout=30)))
    with paused() as clock:
        cfn().update_stack(StackName="cu", TemplateBody=template(A=queue(VisibilityTimeout=60)))
        clock.step()
        cfn().cancel_update_stack(StackName="cu")
    assert status("cu") == "UPDATE_ROLLBACK_COMPLETE"
    assert seconds(physical("cu", "A")) == "30"
    code, _ = refused(cfn().cancel_update_stack, StackName="cu")
    assert code == "ValidationError"


def test_cfn_cs_update() -> None:
    create("cs", template(A=queue(VisibilityTimeout=30), D=queue()))
    found = change_set("cs", "one", template(A=queue(VisibilityTimeout=60), E=queue()))
    each = changes(found)
    assert {name: one["Action"] for name, one in each.items()} == {
        "A": "Modify", "E": "Add", "D": "Remove",
    }  # fmt: skip
    assert (found["Status"], found["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert status("cs") == "CREATE_COMPLETE"
    assert seconds(physical("cs", "A")) == "30"
    cfn().execute_change_set(StackName="cs", ChangeSetName="one")
    assert stack("cs")["ChangeSetId"] == found["ChangeSetId"]
    assert status("cs") == "UPDATE_COMPLETE"
    assert seconds(physical("cs", "A")) == "60"
    there = cfn().list_stack_resources(StackName="cs")["StackResourceSummaries"]
    assert {one["LogicalResourceId"] for one in there} == {"A", "E"}


def test_cfn_cs_replacement() -> None:
    create("cr", template(A=queue(QueueName="cr-1"), P=parameter({"Ref": "A"})))
    found = change_set("cr", "one", template(A=queue(QueueName="cr-2"), P=parameter({"Ref": "A"})))
    each = changes(found)
    assert each["A"]["Replacement"] == "True"
    assert each["A"]["Scope"] == ["Properties"]
    target = each["A"]["Details"][0]["Target"]
    assert (target["Name"], target["RequiresRecreation"]) == ("QueueName", "Always")
    assert (target["BeforeValue"], target["AfterValue"]) == ("cr-1", "cr-2")
    assert each["P"]["Details"][0]["CausingEntity"] == "A"
    assert each["P"]["Details"][0]["Evaluation"] == "Static"
    assert "{{changeSet:KNOWN_AFTER_APPLY}}" in each["P"]["AfterContext"]
    assert each["P"]["PhysicalResourceId"] == physical("cr", "P")


def test_cfn_cs_empty() -> None:
    body = template(A=queue())
    create("ce", body)
    found = change_set("ce", "none", body)
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"] == (
        "The submitted information didn't contain changes. Submit different information to create "
        "a change set."
    )
    code, _ = refused(cfn().execute_change_set, StackName="ce", ChangeSetName="none")
    assert code == "InvalidChangeSetStatus"


def test_cfn_cs_params() -> None:
    sections = {"Parameters": {"V": {"Type": "Number", "Default": 30}}}
    create("cp", template(sections, A=queue(VisibilityTimeout={"Ref": "V"})))
    found = change_set("cp", "one", Parameters=parameters(V="45"))
    details = changes(found)["A"]["Details"]
    assert ("ParameterReference", "V") in [
        (one["ChangeSource"], one.get("CausingEntity")) for one in details
    ]
    cfn().execute_change_set(StackName="cp", ChangeSetName="one")
    assert seconds(physical("cp", "A")) == "45"


def test_cfn_cs_create() -> None:
    sections = {"Outputs": {"Url": {"Value": {"Ref": "A"}, "Export": {"Name": "cc-url"}}}}
    found = change_set("cc", "first", template(sections, A=queue()), ChangeSetType="CREATE")
    assert status("cc") == "REVIEW_IN_PROGRESS"
    assert changes(found)["A"]["Action"] == "Add"
    cfn().execute_change_set(StackName="cc", ChangeSetName="first")
    assert status("cc") == "CREATE_COMPLETE"
    assert outputs("cc")["Url"] == physical("cc", "A")
    assert "cc-url" in [one["Name"] for one in cfn().list_exports()["Exports"]]


def test_cfn_cs_defaulttype() -> None:
    given = {"ChangeSetName": "x", "TemplateBody": template(A=queue())}
    code, message = refused(cfn().create_change_set, StackName="not-there", **given)
    assert (code, message) == ("ValidationError", "Stack [not-there] does not exist")
    create("cd", template(A=queue()))
    found = change_set("cd", "x", template(A=queue(DelaySeconds=3)))
    assert changes(found)["A"]["Action"] == "Modify"
    assert (
        len([one for one in cfn().list_stacks()["StackSummaries"] if one["StackName"] == "cd"]) == 1
    )


def test_cfn_cs_names() -> None:
    create("cn", template(A=queue()))
    create("cn2", template(A=queue()))
    body = template(A=queue(DelaySeconds=3))
    change_set("cn", "same", body)
    change_set("cn2", "same", body)
    given = {"ChangeSetName": "same", "TemplateBody": body}
    assert refused(cfn().create_change_set, StackName="cn", **given)[0] == "AlreadyExistsException"
    listed = cfn().list_change_sets(StackName="cn")["Summaries"]
    assert [one["StackName"] for one in listed] == ["cn"]
    cfn().execute_change_set(StackName="cn", ChangeSetName="same")
    code, _ = refused(cfn().execute_change_set, StackName="cn", ChangeSetName="same")
    assert code in ("ChangeSetNotFound", "InvalidChangeSetStatus")
    missing = {"StackName": "cn", "ChangeSetName": "missing"}
    assert refused(cfn().describe_change_set, **missing)[0] == "ChangeSetNotFound"
    assert refused(cfn().execute_change_set, **missing)[0] == "ChangeSetNotFound"


def test_cfn_cs_not_predict() -> None:
    create("np", template(A=queue()))
    found = change_set("np", "bad", template(A=queue(), B=BAD))
    assert found["Status"] == "CREATE_COMPLETE"
    cfn().execute_change_set(StackName="np", ChangeSetName="bad")
    assert status("np") == "UPDATE_ROLLBACK_COMPLETE"


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudformation.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def role(**properties: object) -> dict[str, object]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": TRUST, **properties},
    }


def test_cfn_cap_iam() -> None:
    plain, named = template(R=role()), template(R=role(RoleName="cap-named"))
    denied = "InsufficientCapabilitiesException"
    make = cfn().create_stack
    assert refused(make, StackName="ci", TemplateBody=plain) == (
        denied, "Requires capabilities : [CAPABILITY_IAM]",
    )  # fmt: skip
    assert refused(make, StackName="ci", TemplateBody=named, Capabilities=["CAPABILITY_IAM"]) == (
        denied,
        "Requires capabilities : [CAPABILITY_NAMED_IAM]",
    )
    found = create("ci", plain, Capabilities=["CAPABILITY_NAMED_IAM"])
    assert (found["StackStatus"], found["Capabilities"]) == (
        "CREATE_COMPLETE", ["CAPABILITY_NAMED_IAM"],
    )  # fmt: skip


def service_role(name: str, *actions: str) -> str:
    iam = client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    return str(made["Arn"])


def test_cfn_servicerole() -> None:
    body = template(A=queue(QueueName="sr-a"))
    missing = f"arn:aws:iam::{ACCOUNT}:role/not-there"
    code, message = refused(cfn().create_stack, StackName="sr", TemplateBody=body, RoleARN=missing)
    assert (code, message) == (
        "ValidationError", f"Role {missing} is invalid or cannot be assumed",
    )  # fmt: skip
    weak = service_role("sr-weak", "s3:*")
    found = create("sr", body, RoleARN=weak)
    assert found["StackStatus"] == "ROLLBACK_COMPLETE"
    said = reason("sr", "A")
    assert "assumed-role/sr-weak/AWSCloudFormation is not authorized to perform: sqs:" in said
    assert "AccessDenied" in said
    strong = service_role("sr-strong", "sqs:*")
    found = create("sr2", body, RoleARN=strong)
    assert (found["StackStatus"], found["RoleARN"]) == ("CREATE_COMPLETE", strong)
    client("iam").put_role_policy(
        RoleName="sr-strong",
        PolicyName="own",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Deny", "Action": "sqs:DeleteQueue", "Resource": "*"}],
            }
        ),
    )
    # The role stays the stack's: deletion uses it as well.
    assert delete("sr2")["StackStatus"] == "DELETE_FAILED"


def test_cfn_dp_retain() -> None:
    bucket = {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "Properties": {"BucketName": "dp-keep"},
    }
    create("dp", template(B=bucket, Q=queue()))
    update("dp", template(Q=queue()))
    client("s3").head_bucket(Bucket="dp-keep")
    assert ("B", "DELETE_SKIPPED") in story("dp")
    bucket["Properties"] = {"BucketName": "dp-keep2"}
    create("dp2", template(B=bucket))
    gone = delete("dp2")
    assert gone["StackStatus"] == "DELETE_COMPLETE"
    assert ("B", "DELETE_SKIPPED") in story(gone["StackId"])
    client("s3").head_bucket(Bucket="dp-keep2")


def test_cfn_dp_retain_of_what_is_replaced() -> None:
    create("dr-old", template(Q=queue(QueueName="dpr-1")))
    kept = {**queue(QueueName="dpr-2"), "UpdateReplacePolicy": "Retain"}
    update("dr-old", template(Q=kept))
    assert [url.rpartition("/")[2] for url in queues("dpr-")] == ["dpr-1", "dpr-2"]
    assert ("Q", "DELETE_SKIPPED") in story("dr-old")
    update("dr-old", template(Q=queue(QueueName="dpr-3")))
    assert [url.rpartition("/")[2] for url in queues("dpr-")] == ["dpr-1", "dpr-3"]


def test_cfn_dp_snapshot() -> None:
    volume = {
        "Type": "AWS::EC2::Volume",
        "DeletionPolicy": "Snapshot",
        "Properties": {"Size": 1, "AvailabilityZone": "us-east-1a"},
    }
    create("ds", template(V=volume))
    volume_id = physical("ds", "V")
    delete("ds")
    ec2 = client("ec2")
    kept = ec2.describe_snapshots(Filters=[{"Name": "volume-id", "Values": [volume_id]}])
    assert len(kept["Snapshots"]) == 1
    with pytest.raises(ClientError):
        ec2.describe_volumes(VolumeIds=[volume_id])
    bad = {**queue(), "DeletionPolicy": "Snapshot"}
    code, _ = refused(cfn().create_stack, StackName="ds2", TemplateBody=template(A=bad))
    assert code == "ValidationError"
    bogus = {**queue(), "DeletionPolicy": "Bogus"}
    code, _ = refused(cfn().create_stack, StackName="ds2", TemplateBody=template(A=bogus))
    assert code == "ValidationError"


def test_cfn_delete_nonempty() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "dn-full"}}
    create("dn", template(B=bucket, Q=queue(QueueName="dn-q")))
    client("s3").put_object(Bucket="dn-full", Key="a", Body=b"x")
    early = refused(cfn().delete_stack, StackName="dn", RetainResources=["B"])
    assert early[0] == "ValidationError"
    found = delete("dn")
    assert found["StackStatus"] == "DELETE_FAILED"
    assert "The bucket you tried to delete is not empty" in reason("dn", "B")
    assert queues("dn-q") == []
    found = delete("dn", RetainResources=["B"])
    assert found["StackStatus"] == "DELETE_COMPLETE"
    client("s3").head_bucket(Bucket="dn-full")


def test_cfn_delete_force() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "df-full"}}
    create("df", template(B=bucket))
    client("s3").put_object(Bucket="df-full", Key="a", Body=b"x")
    assert delete("df")["StackStatus"] == "DELETE_FAILED"
    found = delete("df", DeletionMode="FORCE_DELETE_STACK")
    assert found["StackStatus"] == "DELETE_COMPLETE"
    client("s3").head_bucket(Bucket="df-full")


def test_cfn_delete_sg() -> None:
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "web"}}
    create("grp", template(G=group))
    ec2 = client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SecurityGroupIds=[_group_id("grp")])
    found = delete("grp")
    assert found["StackStatus"] == "DELETE_FAILED"
    assert "has a dependent object" in reason("grp", "G")


def _group_id(name: str) -> str:
    found = physical(name, "G")
    if found.startswith("sg-"):
        return found
    groups = client("ec2").describe_security_groups(GroupNames=[found])
    return str(groups["SecurityGroups"][0]["GroupId"])


def test_cfn_delete_oob() -> None:
    create("oo", template(A=queue(QueueName="oo-a"), B=queue(QueueName="oo-b")))
    client("sqs").delete_queue(QueueUrl=physical("oo", "A"))
    changed = template(A=queue(QueueName="oo-a", DelaySeconds=3), B=queue(QueueName="oo-b"))
    found = update("oo", changed)
    assert found["StackStatus"] in ("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_COMPLETE")
    assert "NotFound" in reason("oo", "A")
    found = delete("oo")
    assert found["StackStatus"] == "DELETE_COMPLETE"
    assert queues("oo-") == []


POLICY = {
    "Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": ["Update:Modify", "Update:Replace"],
            "Principal": "*",
            "Resource": "LogicalResourceId/Q",
        },
    ]
}


def test_cfn_stackpolicy() -> None:
    body = template(Q=queue(VisibilityTimeout=30), A=queue())
    create("sp", body, StackPolicyBody=json.dumps(POLICY))
    assert json.loads(cfn().get_stack_policy(StackName="sp")["StackPolicyBody"]) == POLICY
    changed = template(Q=queue(VisibilityTimeout=99), A=queue())
    assert update("sp", changed)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason("sp", "Q") == (
        "Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for resource "
        "[LogicalResourceId/Q];"
    )
    allow = {"Statement": [POLICY["Statement"][0]]}
    update("sp", changed, StackPolicyDuringUpdateBody=json.dumps(allow))
    assert seconds(physical("sp", "Q")) == "99"
    assert json.loads(cfn().get_stack_policy(StackName="sp")["StackPolicyBody"]) == POLICY
    code, _ = refused(cfn().set_stack_policy, StackName="sp", StackPolicyBody="not json")
    assert code == "ValidationError"
    update("sp", template(Q=queue(VisibilityTimeout=99), A=queue(DelaySeconds=1)))


def test_cfn_stackpolicy_keeps_a_resource_from_being_removed() -> None:
    deny = {**POLICY["Statement"][1], "Action": "Update:Delete"}
    policy = {"Statement": [POLICY["Statement"][0], deny]}
    create("spd", template(Q=queue(), A=queue()), StackPolicyBody=json.dumps(policy))
    kept = physical("spd", "Q")
    found = update("spd", template(A=queue(DelaySeconds=1)))
    assert found["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason("spd", "Q") == (
        "Action denied by stack policy: Statement [#2] does not allow [Update:Delete] for resource "
        "[LogicalResourceId/Q];"
    )
    assert seconds(kept) == "30"
    allow = {"Statement": [POLICY["Statement"][0]]}
    gone = {"StackPolicyDuringUpdateBody": json.dumps(allow)}
    assert update("spd", template(A=queue()), **gone)["StackStatus"] == "UPDATE_COMPLETE"
    assert kept not in queues("spd-")


def test_cfn_termprot() -> None:
    create("tp", template(A=queue()), EnableTerminationProtection=True)
    code, message = refused(cfn().delete_stack, StackName="tp")
    assert code == "ValidationError"
    assert message.startswith("Stack [tp] cannot be deleted while TerminationProtection is enabled")
    cfn().update_termination_protection(StackName="tp", EnableTerminationProtection=False)
    assert delete("tp")["StackStatus"] == "DELETE_COMPLETE"


def test_cfn_drift() -> None:
    create("dd", template(A=queue(VisibilityTimeout=30), B=queue(), C=queue(QueueName="dd-c")))
    sqs = client("sqs")
    sqs.set_queue_attributes(
        QueueUrl=physical("dd", "A"), Attributes={"VisibilityTimeout": "77", "DelaySeconds": "5"}
    )
    sqs.delete_queue(QueueUrl=physical("dd", "C"))
    detection = cfn().detect_stack_drift(StackName="dd")["StackDriftDetectionId"]
    found = cfn().describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert (found["DetectionStatus"], found["StackDriftStatus"]) == (
        "DETECTION_COMPLETE", "DRIFTED",
    )  # fmt: skip
    assert found["DriftedStackResourceCount"] == 2
    drifts = cfn().describe_stack_resource_drifts(StackName="dd")["StackResourceDrifts"]
    each = {one["LogicalResourceId"]: one for one in drifts}
    assert {name: one["StackResourceDriftStatus"] for name, one in each.items()} == {
        "A": "MODIFIED", "B": "IN_SYNC", "C": "DELETED",
    }  # fmt: skip
    # What the template does not set is not compared: DelaySeconds is not there.
    assert each["A"]["PropertyDifferences"] == [
        {
            "PropertyPath": "/VisibilityTimeout",
            "ExpectedValue": "30",
            "ActualValue": "77",
            "DifferenceType": "NOT_EQUAL",
        }
    ]
    assert stack("dd")["DriftInformation"]["StackDriftStatus"] == "DRIFTED"
    sqs.set_queue_attributes(QueueUrl=physical("dd", "A"), Attributes={"VisibilityTimeout": "30"})
    one = cfn().detect_stack_resource_drift(StackName="dd", LogicalResourceId="A")
    assert one["StackResourceDrift"]["StackResourceDriftStatus"] == "IN_SYNC"
