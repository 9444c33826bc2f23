"""`lab.diff`: a change set in words."""

from __future__ import annotations

import json

import pytest
from stack_samples import BUCKET, FUNCTION, QUEUE, ROLE, TOPIC, change, change_set, detail

from dryrun.notebook.stack_diff import diff_card


def only(told: dict) -> dict:
    [row] = diff_card(change_set(told))[0].facts["rows"]
    return row


def test_an_addition_shows_what_it_will_be() -> None:
    after = {"Properties": {"DisplayName": "Harbour", "Count": 3}, "DeletionPolicy": "Retain"}
    row = only(change("Add", "Alarms", TOPIC, AfterContext=json.dumps(after)))
    assert (row["sign"], row["word"]) == ("+", "add")
    assert [(p["path"], p["before"], p["after"]) for p in row["properties"]] == [
        ("DisplayName", "", "Harbour"), ("Count", "", "3"), ("DeletionPolicy", "", "Retain"),
    ]  # fmt: skip


def test_a_removal_says_what_becomes_of_the_resource() -> None:
    row = only(
        change(
            "Remove", "Manifests", BUCKET, PhysicalResourceId="ferry-manifests",
            PolicyAction="Retain", BeforeContext='{"Properties": {"Name": "ferry-manifests"}}',
        )
    )  # fmt: skip
    assert row["consequence"] == (
        "Leaves the stack: `ferry-manifests`. It is kept, outside the stack."
    )
    assert row["properties"][0]["before"] == "ferry-manifests"


@pytest.mark.parametrize(
    ("replacement", "word", "says"),
    [
        ("True", "replace", "Will be replaced: `tickets` gives way to a new one"),
        ("Conditional", "perhaps replace", "May be replaced"),
        ("False", "modify", "Updated in place: `tickets` stays."),
    ],
)
def test_replacement_in_words(replacement: str, word: str, says: str) -> None:
    row = only(change("Modify", "Q", QUEUE, PhysicalResourceId="tickets", Replacement=replacement))
    assert row["word"] == word
    assert says in row["consequence"]


def test_a_property_has_its_values_its_cause_and_its_consequence() -> None:
    row = only(
        change(
            "Modify", "Q", QUEUE, Replacement="True",
            Details=[
                detail("QueueName", "Always", "ParameterReference", cause="Name",
                       BeforeValue="a", AfterValue="b"),
                detail("QueueName", "Always", evaluation="Dynamic"),
            ],
        )
    )  # fmt: skip
    [told] = row["properties"]
    assert (told["path"], told["before"], told["after"]) == ("QueueName", "a", "b")
    assert told["causes"] == [
        "parameter Name has another value",
        "the template was edited (the value is known only when executed)",
    ]
    assert told["recreation"] == ["replaces the resource"]


def test_values_that_come_with_the_second_detail_only() -> None:
    first, second = detail("A"), detail("A", BeforeValue="1", AfterValue="2")
    [told] = only(change("Modify", "Q", QUEUE, Details=[first, second]))["properties"]
    assert (told["before"], told["after"]) == ("1", "2")


def test_what_a_detail_does_not_say_is_in_the_contexts() -> None:
    row = only(
        change(
            "Modify", "Role", ROLE, Replacement="False",
            Details=[detail(None, attribute="Tags"), detail("Path")],
            BeforeContext='{"Properties": {"Tags": [{"Key": "team", "Value": "pier"}]}}',
            AfterContext='{"Properties": {"Tags": [], "Path": "/crew/"}}',
        )
    )  # fmt: skip
    tags, path = row["properties"]
    assert (tags["path"], tags["before"]) == ("Tags", '[{"Key": "team", "Value": "pier"}]')
    assert tags["after"] == "[]"
    assert (path["path"], path["before"], path["after"]) == ("Path", "", "/crew/")


@pytest.mark.parametrize("context", [None, "", "no json", "[1]"])
def test_contexts_that_tell_nothing(context: str | None) -> None:
    more = {} if context is None else {"AfterContext": context}
    assert only(change("Add", "Q", QUEUE, **more))["properties"] == []


def test_an_attribute_that_changes_somewhere_else() -> None:
    source = detail("Role", "Never", "ResourceAttribute", cause="Crew.Arn", evaluation="Dynamic")
    [told] = only(change("Modify", "Seller", FUNCTION, Details=[source]))["properties"]
    assert told["causes"] == ["Crew.Arn changes (the value is known only when executed)"]


def test_everything_is_counted() -> None:
    told, moving = diff_card(
        change_set(
            change("Add", "A", QUEUE),
            change("Modify", "B", QUEUE, Replacement="True"),
            change("Modify", "C", QUEUE, Replacement="False"),
            change("Remove", "D", QUEUE),
            change("Import", "E", QUEUE),
            change("Dynamic", "F", QUEUE),
        )
    )
    assert told.facts["lead"] == (
        "6 resources change: 1 added, 1 modified in place, 1 replaced, 1 removed, 1 imported, "
        "1 to be seen."
    )
    assert told.facts["status"] == "ready to execute"
    assert not moving


def test_an_empty_set_gives_aws_reason_and_explains_it() -> None:
    reason = "The submitted information didn't contain changes. Submit different information."
    told, _ = diff_card(change_set(Status="FAILED", StatusReason=reason))
    said = " ".join(told.text.split())
    assert "didn't contain changes. Submit different information." in said
    assert "there is nothing to execute" in said
    assert told.facts["tone"] == "bad"


def test_a_failed_set_gives_its_reason() -> None:
    told, _ = diff_card(change_set(Status="FAILED", StatusReason="Macro failed"))
    assert "The change set was not made: Macro failed." in told.text
    assert "nothing to execute" not in told.text


def test_a_set_that_is_being_made_still_moves() -> None:
    told, moving = diff_card(change_set(Status="CREATE_IN_PROGRESS", ExecutionStatus="UNAVAILABLE"))
    assert moving
    assert "still being worked on" in told.text


@pytest.mark.parametrize(
    ("execution", "says"),
    [
        ("EXECUTE_COMPLETE", "these changes are made"),
        ("EXECUTE_FAILED", "executed and failed"),
        ("OBSOLETE", "can no longer be executed"),
    ],
)
def test_what_became_of_a_set(execution: str, says: str) -> None:
    told, _ = diff_card(change_set(change("Add", "A", QUEUE), ExecutionStatus=execution))
    assert says in told.text


def test_a_set_that_changes_nothing_but_was_made() -> None:
    assert "Nothing would change." in diff_card(change_set())[0].text


def test_a_nested_stack_names_its_own_set() -> None:
    row = only(change("Modify", "Pier", "AWS::CloudFormation::Stack", ChangeSetId="arn:x"))
    assert row["consequence"].endswith("Its own change set: arn:x.")
