"""What a change set shows is what its execution then does, for random pairs of templates.

DRYRUN_EXAMPLES sets how many pairs are tried.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from in_process import client
from stacks import Shape, cfn, delete, events, parameters, refused, stack

EXAMPLES = int(os.environ.get("DRYRUN_EXAMPLES", "12"))
UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
EMPTY = "The submitted information didn't contain changes."
KINDS = {
    "A": "queue",
    "B": "topic",
    "C": "parameter",
    "D": "bucket",
    "E": "parameter",
    "F": "queue",
}
TYPES = {
    "queue": "AWS::SQS::Queue",
    "topic": "AWS::SNS::Topic",
    "parameter": "AWS::SSM::Parameter",
    "bucket": "AWS::S3::Bucket",
}
ATTRIBUTES = {
    "queue": ["Arn", "QueueName"],
    "topic": ["TopicArn", "TopicName"],
    "parameter": ["Value", "Type"],
    "bucket": ["Arn"],
}


@dataclass(frozen=True)
class Version:
    """A template, and the value of its parameter."""

    resources: dict[str, Any]
    given: str

    @property
    def body(self) -> str:
        """The template's text."""
        return json.dumps({"Parameters": {"V": {"Type": "String"}}, "Resources": self.resources})


@st.composite
def texts(draw: st.DrawFn, earlier: list[str]) -> Any:
    """Draw a text, or something that gives one from what stands earlier in the template."""
    if not earlier or draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(["one", "two", {"Ref": "V"}, {"Fn::Sub": "${V}-x"}]))
    name = draw(st.sampled_from(earlier))
    attributes = [{"Fn::GetAtt": [name, one]} for one in ATTRIBUTES[KINDS[name]]]
    return draw(st.sampled_from([{"Ref": name}, {"Fn::Sub": f"x${{{name}}}"}, *attributes]))


@st.composite
def properties(draw: st.DrawFn, name: str, earlier: list[str]) -> Shape:
    """Draw the properties of a resource."""
    kind, made = KINDS[name], {}
    named = draw(st.sampled_from([None, f"p-{name}-one".lower(), f"p-{name}-two".lower()]))
    names = {"queue": "QueueName", "topic": "TopicName", "bucket": "BucketName"}
    if named is not None:
        made[names.get(kind, "Name")] = named
    if kind == "parameter":
        made |= {"Type": "String", "Value": draw(texts(earlier))}
    if kind == "queue" and draw(st.booleans()):
        made["VisibilityTimeout"] = draw(st.sampled_from([30, 40]))
    if kind == "topic" and draw(st.booleans()):
        made["DisplayName"] = draw(texts(earlier))
    if draw(st.booleans()):
        tag = draw(st.sampled_from(["x", "y", {"Ref": "V"}]))
        made["Tags"] = {"t": tag} if kind == "parameter" else [{"Key": "t", "Value": tag}]
    return made


@st.composite
def resource(draw: st.DrawFn, name: str, earlier: list[str]) -> Shape:
    """Draw a resource that may refer to earlier ones."""
    return {"Type": TYPES[KINDS[name]], "Properties": draw(properties(name, earlier))}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Version, Version]:
    """Draw a template, and what has become of it: resources kept, changed, dropped and added."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name in KINDS:
        fate = draw(st.sampled_from(["keep", "keep", "tweak", "tweak", "change", "drop", "add"]))
        if fate not in ("add", "none"):
            old[name] = draw(resource(name, list(old)))
        if fate in ("add", "change"):
            new[name] = draw(resource(name, list(new)))
        if fate in ("keep", "tweak") and _refers_within(old[name], new):
            new[name] = json.loads(json.dumps(old[name]))
        if fate == "tweak" and name in new:
            _tweak(new[name])
    one = {"Z": {"Type": TYPES["queue"]}}
    values = st.sampled_from(["v1", "v2"])
    return Version(old or one, draw(values)), Version(new or one, draw(values))


def _refers_within(one: Shape, others: Shape) -> bool:
    """Tell whether a resource refers only to resources that are there."""
    text = json.dumps(one)
    return all(name in others for name in KINDS if f'"{name}"' in text or f"{{{name}}}" in text)


def _tweak(one: Shape) -> None:
    """Change a property without a replacement."""
    names = {TYPES["queue"]: "DelaySeconds", TYPES["topic"]: "DisplayName"}
    name = names.get(one["Type"], "Value" if "Value" in one["Properties"] else "Tags")
    values = {"DelaySeconds": 7, "Tags": [{"Key": "t", "Value": "z"}]}
    one["Properties"][name] = values.get(name, "tweaked")


def _hanging_on_c(value: str, **more: Any) -> Version:
    """Return a template in which E hangs on the value of C."""
    first = {"Type": "String", "Value": value, **more}
    second = {"Type": "String", "Value": {"Fn::GetAtt": ["C", "Value"]}}
    made = {"C": first, "E": second}
    each = {name: {"Type": TYPES["parameter"], "Properties": one} for name, one in made.items()}
    return Version(each, "v1")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(pairs())
@example((_hanging_on_c("one"), _hanging_on_c("two")))
@example((_hanging_on_c("one"), _hanging_on_c("one", Description="tweaked")))
@example((_hanging_on_c("one", Name="p-c-one"), _hanging_on_c("one", Name="p-c-two")))
def test_a_change_set_says_what_its_execution_does(pair: tuple[Version, Version]) -> None:
    old, new = pair
    cfn().create_stack(
        StackName="predicted", TemplateBody=old.body, Parameters=parameters(V=old.given)
    )
    try:
        assert stack("predicted")["StackStatus"] == "CREATE_COMPLETE", events("predicted")
        _check(old, new)
    finally:
        delete("predicted")
    assert client("sqs").list_queues(QueueNamePrefix="predicted").get("QueueUrls", []) == []


def _check(old: Version, new: Version) -> None:
    wanted = {"TemplateBody": new.body, "Parameters": parameters(V=new.given)}
    cfn().create_change_set(StackName="predicted", ChangeSetName="next", **wanted)
    shown, valued = _changes(values=False), _changes(values=True)
    if shown is None or valued is None:
        assert refused(cfn().update_stack, StackName="predicted", **wanted)[1] == (
            "No updates are to be performed."
        )
        return
    before, since = _physical(), len(events("predicted"))
    cfn().execute_change_set(StackName="predicted", ChangeSetName="next")
    assert stack("predicted")["StackStatus"] == "UPDATE_COMPLETE", events("predicted")[since:]
    done = events("predicted")[since:]
    _actions(shown, before, done)
    _replacements(shown, before)
    _values(valued, new, done)


def _changes(*, values: bool) -> dict[str, Shape] | None:
    """Return the changes of the change set by logical id; None when it holds none."""
    found = cfn().describe_change_set(
        StackName="predicted", ChangeSetName="next", IncludePropertyValues=values
    )
    if found["Status"] == "FAILED":
        assert found["StatusReason"].startswith(EMPTY)
        return None
    each = (one["ResourceChange"] for one in found["Changes"])
    return {one["LogicalResourceId"]: one for one in each}


def _physical() -> dict[str, str]:
    found = cfn().describe_stack_resources(StackName="predicted")["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def _actions(shown: dict[str, Shape], before: dict[str, str], done: list[Shape]) -> None:
    """Compare the actions with the events of the update."""
    of = {
        verb: {one["LogicalResourceId"] for one in done if one["ResourceStatus"] == verb}
        for verb in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")
    }
    updated = of["UPDATE_COMPLETE"] - {"predicted"}
    said = {name: one["Action"] for name, one in shown.items()}
    assert {name for name, one in said.items() if one == "Add"} == of["CREATE_COMPLETE"]
    removed = {name for name, one in said.items() if one == "Remove"}
    assert removed == of["DELETE_COMPLETE"] - set(_physical())
    assert removed == set(before) - set(_physical())
    modified = {name for name, one in said.items() if one == "Modify"}
    assert updated <= modified
    # The others hang on what an update gave, and that turned out to be what it was before.
    assert {name for name in modified if _is_certain(shown[name])} <= updated


def _is_certain(change: Shape) -> bool:
    """Tell whether a change comes from the template or a parameter, not from other resources."""
    return any(
        one["Evaluation"] == "Static" and not one["ChangeSource"].startswith("Resource")
        for one in change["Details"]
    )


def _replacements(shown: dict[str, Shape], before: dict[str, str]) -> None:
    """Compare what is to be replaced with the physical ids before and after."""
    after = _physical()
    for name, one in shown.items():
        if one["Action"] != "Modify":
            continue
        assert one["PhysicalResourceId"] == before[name]
        if one["Replacement"] == "True":
            assert after[name] != before[name]
        if one["Replacement"] == "False":
            assert after[name] == before[name]


def _values(valued: dict[str, Shape], new: Version, done: list[Shape]) -> None:
    """Compare the values that are shown with those the resources were given."""
    for name, one in valued.items():
        last = [event for event in done if event["LogicalResourceId"] == name]
        if one["Action"] == "Remove" or not last or "ResourceProperties" not in last[0]:
            continue
        given = json.loads(last[0]["ResourceProperties"])
        for key, said in json.loads(one["AfterContext"])["Properties"].items():
            if UNKNOWN not in json.dumps(said) and not _stale(new, name, key, valued):
                assert given[key] == said, (name, key)


def _stale(new: Version, name: str, key: str, valued: dict[str, Shape]) -> bool:
    """Tell whether AWS shows an attribute as it was before another resource's change."""
    node = new.resources[name]["Properties"][key]
    return isinstance(node, dict) and node.get("Fn::GetAtt", [""])[0] in valued
