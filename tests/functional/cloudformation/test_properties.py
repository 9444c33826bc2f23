"""Random pairs of templates: what stacks say is what there is, and what goes back is as it was.

`DRYRUN_EXAMPLES` says how many pairs; `make soak` tries a thousand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import stacks
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import client

from dryrun.cloud import keys, launcher
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.workspace import Workspace

EXAMPLES = int(os.environ.get("DRYRUN_EXAMPLES", "12"))
NAME = "properties"
Shape = dict[str, Any]

words = st.text("abcxyz", min_size=1, max_size=6)
small = st.integers(0, 900)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole",
         "Principal": {"Service": "lambda.amazonaws.com"}},
    ],
}  # fmt: skip
ATTRIBUTES = {
    "AWS::SQS::Queue": "Arn",
    "AWS::SNS::Topic": "TopicName",
    "AWS::IAM::Role": "Arn",
    "AWS::S3::Bucket": "Arn",
    "AWS::Logs::LogGroup": "Arn",
    "AWS::SSM::Parameter": "Type",
}
BROKEN = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 901}}


def tags(pairs: dict[str, str]) -> list[Shape]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


bodies = st.one_of(
    st.builds(
        lambda delay, own, name: {
            "Type": "AWS::SQS::Queue",
            "Properties": {"DelaySeconds": delay, "Tags": tags(own), **name},
        },
        small,
        st.dictionaries(words, words, max_size=2),
        st.just({}) | words.map(lambda word: {"QueueName": f"named-{word}"}),
    ),
    st.builds(
        lambda shown: {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": shown}}, words
    ),
    st.builds(
        lambda value, kind: {
            "Type": "AWS::SSM::Parameter", "Properties": {"Type": kind, "Value": value},
        },
        words,
        st.sampled_from(["String", "StringList"]),
    ),
    st.builds(
        lambda status: {
            "Type": "AWS::S3::Bucket",
            "Properties": {"VersioningConfiguration": {"Status": status}},
        },
        st.sampled_from(["Enabled", "Suspended"]),
    ),
    st.builds(
        lambda about: {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": TRUST, "Description": about},
        },
        words,
    ),
    st.builds(
        lambda days: {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}},
        st.sampled_from([1, 7, 30]),
    ),
)  # fmt: skip


@st.composite
def templates(draw: st.DrawFn) -> Shape:
    """Make a template whose resources refer to those before them."""
    resources: Shape = {}
    for letter in draw(st.lists(st.sampled_from("ABCDEFG"), min_size=1, max_size=6, unique=True)):
        body = draw(bodies)
        # An update may not make another type of a logical id.
        name = letter + body["Type"].rpartition("::")[2]
        if resources and draw(st.booleans()):
            other = draw(st.sampled_from(sorted(resources)))
            _refer(draw, body, other, resources[other])
        if draw(st.integers(0, 3)) == 0 and not _referred(resources, name):
            body["Condition"] = "Wanted"
        if draw(st.integers(0, 5)) == 0:
            body["Properties"] = {**body["Properties"]}
            body["DependsOn"] = draw(st.sampled_from(sorted(resources) or [name]))
            if body["DependsOn"] == name or "Condition" in resources[body["DependsOn"]]:
                del body["DependsOn"]
        resources[name] = body
    return {
        "Parameters": {"Word": {"Type": "String", "Default": draw(words)}},
        "Conditions": {"Wanted": {"Fn::Equals": [{"Ref": "Word"}, draw(words)]}},
        "Resources": {"Always": {"Type": "AWS::SQS::Queue"}, **resources},
        "Outputs": {
            f"Of{name}": {
                "Value": {"Ref": name},
                **({"Condition": body["Condition"]} if "Condition" in body else {}),
            }
            for name, body in resources.items()
        },
    }


def _refer(draw: st.DrawFn, body: Shape, other: str, target: Shape) -> None:
    if "Condition" in target:
        return
    value = draw(
        st.sampled_from(
            [
                {"Fn::Sub": f"${{{other}}} ${{Word}}"},
                {"Fn::GetAtt": [other, ATTRIBUTES[target["Type"]]]},
                {"Ref": "Word"},
            ]
        )
    )
    if body["Type"] == "AWS::SSM::Parameter":
        body["Properties"]["Value"] = value
    else:
        body["DependsOn"] = other


def _referred(resources: Shape, name: str) -> bool:
    return name in json.dumps(resources)


stack_tags = st.dictionaries(words, words, max_size=2).map(tags)


# What there is


def everything() -> Shape:
    """Return all that the services list, each with all that they tell of it."""
    sqs, sns, ssm = client("sqs"), client("sns"), client("ssm")
    s3, iam, logs = client("s3"), client("iam"), client("logs")
    found: Shape = {}
    for url in sqs.list_queues().get("QueueUrls", []):
        kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        kept.pop("LastModifiedTimestamp", None)
        found[url] = [kept, sqs.list_queue_tags(QueueUrl=url).get("Tags")]
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        found[arn] = [
            sns.get_topic_attributes(TopicArn=arn)["Attributes"],
            _sorted(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]),
        ]
    for one in ssm.get_paginator("describe_parameters").paginate().search("Parameters"):
        name = one["Name"]
        value = ssm.get_parameter(Name=name)["Parameter"]
        own = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        found[name] = [value["Type"], value["Value"], _sorted(own)]
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        found[name] = [s3.get_bucket_versioning(Bucket=name).get("Status"), _bucket_tags(name)]
    for role in iam.get_paginator("list_roles").paginate().search("Roles"):
        name = role["RoleName"]
        kept = iam.get_role(RoleName=name)["Role"]
        found[name] = [kept["Arn"], kept.get("Description"), kept.get("Tags")]
    for group in logs.get_paginator("describe_log_groups").paginate().search("logGroups"):
        found[group["logGroupName"]] = [group.get("retentionInDays"), group["arn"]]
    return json.loads(json.dumps(found, default=str))


def _sorted(own: list[Shape]) -> list[Shape]:
    return sorted(own, key=lambda tag: str(tag["Key"]))


def _bucket_tags(name: str) -> Any:
    try:
        return _sorted(client("s3").get_bucket_tagging(Bucket=name)["TagSet"])
    except ClientError:
        return None


def described() -> Shape:
    """Return a stack as it is told of, but for what any update changes."""
    kept = ("Parameters", "Outputs", "Tags", "Capabilities", "Description", "NotificationARNs")
    whole = stacks.stack(NAME)
    cfn = stacks.cfn()
    return {
        **{name: whole.get(name) for name in kept},
        "template": cfn.get_template(StackName=NAME)["TemplateBody"],
        "resources": {
            one["LogicalResourceId"]: (one["PhysicalResourceId"], one["ResourceType"])
            for one in cfn.describe_stack_resources(StackName=NAME)["StackResources"]
            if one["ResourceStatus"] != "DELETE_COMPLETE"
        },
    }


def check_described(template: Shape, before: Shape) -> None:
    """Compare what a stack tells of itself with what there is."""
    told, now = described(), everything()
    physical = {name: found for name, (found, _) in told["resources"].items()}
    assert {*physical.values()} == {*now} - {*before}, "described and existing"
    assert len({*physical.values()}) == len(physical)
    wanted = {one["ParameterKey"]: one["ParameterValue"] for one in told["Parameters"]}
    rule = template["Conditions"]["Wanted"]["Fn::Equals"]
    holds = wanted["Word"] == rule[1]
    expected = [
        name for name, body in template["Resources"].items() if "Condition" not in body or holds
    ]
    assert sorted(physical) == sorted(expected)
    shown = {one["OutputKey"]: one["OutputValue"] for one in told["Outputs"] or []}
    assert shown == {f"Of{name}": found for name, found in physical.items() if name != "Always"}


def is_custom_named(reason: str) -> bool:
    return "custom-named resource requires replacing" in reason or "already exists" in reason


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize=EXAMPLES < 100,
)
@given(templates(), templates(), stack_tags, stack_tags, st.data())
def test_a_pair_of_templates(
    first: Shape, second: Shape, own: list[Shape], other: list[Shape], data: st.DataObject
) -> None:
    before = everything()
    given_ = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
    made = stacks.create(NAME, json.dumps(first), Tags=own, **given_)
    stack_id = made["StackId"]
    try:
        if made["StackStatus"] != "CREATE_COMPLETE":  # two queues of one name
            reasons = [one.get("ResourceStatusReason", "") for one in stacks.events(NAME)]
            assert any("named-" in json.dumps(first) and "exist" in one for one in reasons), reasons
            assert everything() == before
            return
        check_described(first, before)
        _fail_to_update(second, other, data, given_)
        try:
            stacks.cfn().update_stack(
                StackName=NAME, TemplateBody=json.dumps(second), Tags=other, **given_
            )
        except ClientError as error:
            assert "No updates are to be performed" in str(error)  # noqa: PT017
            return
        status = stacks.status(NAME)
        if status == "UPDATE_COMPLETE":
            check_described(second, before)
        else:
            reasons = [one.get("ResourceStatusReason", "") for one in stacks.events(NAME)]
            assert any(map(is_custom_named, reasons)), reasons
            assert status == "UPDATE_ROLLBACK_COMPLETE"
            check_described(first, before)
    finally:
        stacks.cfn().delete_stack(StackName=NAME)
        assert stacks.status(stack_id) == "DELETE_COMPLETE", stacks.events(stack_id)
        assert everything() == before, "nothing is left"


def _fail_to_update(second: Shape, other: list[Shape], data: st.DataObject, given_: Shape) -> None:
    """Update to a template one of whose resources fails, and see that all is as it was."""
    was, there = described(), everything()
    resources = dict(second["Resources"])
    needed = data.draw(st.sampled_from(sorted(resources)))
    at = data.draw(st.integers(0, len(resources)))
    items = list(resources.items())
    broken = {**BROKEN, "DependsOn": needed} if "Condition" not in resources[needed] else BROKEN
    items.insert(at, ("Broken", broken))
    body = {**second, "Resources": dict(items)}
    found = stacks.update(NAME, json.dumps(body), Tags=other, **given_)
    assert found["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", stacks.events(NAME)
    assert described() == was
    assert everything() == there


def test_a_fresh_process_tells_the_same_story(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    told = []
    try:
        for act in (True, False):
            endpoint = launcher.start(workspace).endpoint
            secret = keys.read(workspace.keys).admin_secret
            told.append(_outside(endpoint, secret, act=act))
            launcher.stop(workspace)
    finally:
        launcher.stop(workspace)
    assert told[0] == told[1]


def _outside(endpoint: str, secret: str, *, act: bool) -> str:
    """Return what a process sees that has the cloud at the other end of a socket."""
    code = (
        "import sys, boto3, in_process; "
        "session = boto3.Session(sys.argv[2], sys.argv[3], region_name='us-east-1'); "
        "in_process.client = lambda name, **_: session.client(name, endpoint_url=sys.argv[1]); "
        "import test_properties; print(test_properties.story(act=bool(sys.argv[4])))"
    )
    folder = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", code, endpoint, ADMIN_KEY_ID, secret, "act" if act else ""],
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{folder.parent}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def story(*, act: bool) -> str:
    """Tell what there is; `act` makes it first."""
    first = {"Resources": {"Q": stacks.queue(), "P": stacks.parameter({"Ref": "Q"})}}
    second = {
        "Resources": {"Q": stacks.queue(DelaySeconds=5), "T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"T": {"Value": {"Ref": "T"}}},
    }
    failing = {"Resources": {"A": stacks.queue(), "B": BROKEN}}
    if act:
        stacks.create(NAME, json.dumps(first))
        stacks.update(NAME, json.dumps(second))
        stacks.create("failing", json.dumps(failing))
    told = [described(), everything(), stacks.events(NAME), stacks.events("failing")]
    return json.dumps(told, default=str, sort_keys=True)
