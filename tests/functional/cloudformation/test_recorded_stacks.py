"""Stacks answered as AWS's recorded answers are: members, order, reasons, events."""

from __future__ import annotations

import json
from typing import Any

from in_process import client, lab
from stacks import (
    cfn,
    create,
    delete,
    events,
    parameter,
    paused,
    queue,
    reason,
    refused,
    stack,
    status,
    story,
    template,
    update,
)

BAD = queue(QueueName="no such name!")
CALLED = "CREATE_IN_PROGRESS"


def test_a_deleted_stack_shows_less() -> None:
    body = template(A=queue())
    cfn().create_change_set(
        StackName="del", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body
    )
    cfn().execute_change_set(StackName="del", ChangeSetName="c")
    assert "ChangeSetId" in stack("del")
    gone = delete("del")
    assert gone["StackStatus"] == "DELETE_COMPLETE"
    assert "DeletionTime" in gone
    assert not {"ChangeSetId", "EnableTerminationProtection"} & set(gone)


def test_an_update_is_of_no_change_set() -> None:
    cfn().create_change_set(
        StackName="ucs", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=template(A=queue())
    )
    cfn().execute_change_set(StackName="ucs", ChangeSetName="c")
    assert "ChangeSetId" not in update("ucs", template(A=queue(), B=queue()))


def test_parameters_and_resources_have_aws_s_order() -> None:
    given = {name: {"Type": "String", "Default": "x"} for name in ("A", "P")}
    create("ord", template({"Parameters": given}, B=queue(), A2=queue(), A1=queue()))
    # That of Java's HashMap: the code of A is 65, that of P is 80, and there are 16 buckets.
    assert [one["ParameterKey"] for one in stack("ord")["Parameters"]] == ["P", "A"]
    described = cfn().describe_stack_resources(StackName="ord")["StackResources"]
    listed = cfn().list_stack_resources(StackName="ord")["StackResourceSummaries"]
    for found in (described, listed):
        assert [one["LogicalResourceId"] for one in found] == ["A1", "A2", "B"]


def test_what_is_not_there() -> None:
    made = create("wnt", template(A=queue()))
    for name in ("wnt", made["StackId"]):
        said = refused(cfn().describe_stack_resource, StackName=name, LogicalResourceId="B")
        assert said == ("ValidationError", f"Resource B does not exist for stack {name}")
    said = refused(cfn().describe_stack_resource, StackName="nowhere", LogicalResourceId="B")
    assert said == ("ValidationError", "Stack 'nowhere' does not exist")
    said = refused(cfn().describe_stack_events, StackName="nowhere")
    assert said == ("ValidationError", "Stack [nowhere] does not exist")


def test_a_policy_is_valid_or_not() -> None:
    create("pol", template(A=queue(DelaySeconds=1)))
    assert "StackPolicyBody" not in cfn().get_stack_policy(StackName="pol")
    rule = {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    for wrong in ("words", json.dumps({"Statement": [{**rule, "Principal": "me"}]}),
                  json.dumps({"Statement": [{**rule, "Action": "Delete:*"}]}),
                  json.dumps({"Rule": [rule]})):  # fmt: skip
        said = refused(cfn().set_stack_policy, StackName="pol", StackPolicyBody=wrong)
        assert said == ("ValidationError", "Error validating stack policy: Invalid stack policy")
    cfn().set_stack_policy(StackName="pol", StackPolicyBody="{}")
    assert cfn().get_stack_policy(StackName="pol")["StackPolicyBody"] == "{}"
    denial = json.dumps({"Statement": [rule]})
    changed = template(A=queue(DelaySeconds=2))
    # An empty policy protects nothing, and a new one not from the update that brings it.
    assert update("pol", changed, StackPolicyBody=denial)["StackStatus"] == "UPDATE_COMPLETE"
    assert cfn().get_stack_policy(StackName="pol")["StackPolicyBody"] == denial
    changed = template(A=queue(DelaySeconds=3))
    assert update("pol", changed)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_the_policy_of_an_update_is_shown_while_it_lasts() -> None:
    create("pold", template(A=queue(DelaySeconds=1)))
    during = json.dumps(
        {"Statement": [{"Effect": "Allow", "Action": "*", "Principal": "*", "Resource": "*"}]}
    )
    with paused() as clock:
        cfn().update_stack(
            StackName="pold",
            TemplateBody=template(A=queue(DelaySeconds=2)),
            StackPolicyDuringUpdateBody=during,
        )
        assert cfn().get_stack_policy(StackName="pold")["StackPolicyBody"] == during
        clock.advance(300)
    assert status("pold") == "UPDATE_COMPLETE"
    assert "StackPolicyBody" not in cfn().get_stack_policy(StackName="pold")


def test_properties_are_validated_before_anything_is_made() -> None:
    made = create("val", template(A=queue(Nope=1), B=parameter("x", Type="Other"), C=queue()))
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert story("val") == [
        ("val", CALLED),
        ("A", "CREATE_FAILED"),
        ("B", "CREATE_FAILED"),
        ("val", "ROLLBACK_IN_PROGRESS"),
        ("val", "ROLLBACK_COMPLETE"),
    ]
    told = events("val", "A")[0]
    assert told["DetailedStatus"] == "VALIDATION_FAILED"
    assert told["PhysicalResourceId"] == ""
    assert json.loads(told["ResourceProperties"]) == {"Nope": "1"}
    assert told["ResourceStatusReason"] == (
        "Properties validation failed for resource A with message: "
        "[#: extraneous key [Nope] is not permitted]"
    )
    assert reason("val", "val", "ROLLBACK_IN_PROGRESS") == (
        "Validation failed for following resources: [A, B]. Rollback requested by user."
    )
    said = refused(cfn().describe_stack_resource, StackName="val", LogicalResourceId="B")
    assert said == ("ValidationError", "Resource B does not exist for stack val")


def test_a_failed_creation_takes_back_what_never_was() -> None:
    made = create("fail", template(A=BAD, B=queue()))
    assert "DeletionTime" in made
    assert made["EnableTerminationProtection"] is False
    assert reason("fail", "B") == "Resource creation cancelled"
    assert reason("fail", "fail", "ROLLBACK_IN_PROGRESS") == (
        "The following resource(s) failed to create: [A, B]. Rollback requested by user."
    )
    assert story("fail")[-3:] == [
        ("B", "DELETE_COMPLETE"),
        ("A", "DELETE_COMPLETE"),
        ("fail", "ROLLBACK_COMPLETE"),
    ]
    found = cfn().describe_stack_resources(StackName="fail")["StackResources"]
    assert {one["ResourceStatus"] for one in found} == {"DELETE_COMPLETE"}
    assert not any("PhysicalResourceId" in one for one in found)


def test_a_failed_creation_that_is_left() -> None:
    made = create("left", template(A=BAD, B=queue()), DisableRollback=True)
    assert made["StackStatusReason"] == "The following resource(s) failed to create: [A]. "


def test_a_roll_back_is_an_operation_of_its_own() -> None:
    operations = create("ops", template(A=BAD))["LastOperations"]
    assert [one["OperationType"] for one in operations] == ["ROLLBACK", "CREATE_STACK"]
    ids = {one["ResourceStatus"]: one["OperationId"] for one in events("ops", "ops")}
    assert ids["ROLLBACK_COMPLETE"] == operations[0]["OperationId"]
    assert ids["CREATE_IN_PROGRESS"] == operations[1]["OperationId"]
    create("ops2", template(A=queue()))
    update("ops2", template(A=queue(), B=BAD))
    assert [one["OperationType"] for one in stack("ops2")["LastOperations"]] == [
        "ROLLBACK",
        "UPDATE_STACK",
    ]


def test_a_request_sent_again() -> None:
    body = template(A=queue())
    made = cfn().create_stack(StackName="again", TemplateBody=body, ClientRequestToken="one")
    repeated = cfn().create_stack(StackName="again", TemplateBody=body, ClientRequestToken="one")
    assert repeated["StackId"] == made["StackId"]
    assert refused(cfn().create_stack, StackName="again", TemplateBody=body)[0] == (
        "AlreadyExistsException"
    )
    more = template(A=queue(), B=queue())
    for _ in range(2):
        cfn().update_stack(StackName="again", TemplateBody=more, ClientRequestToken="two")
    told = [state for name, state in story("again") if name == "again"]
    assert told.count("UPDATE_IN_PROGRESS") == 1


def alarm(name: str, state: str) -> str:
    """Make an alarm that is in a state, and return its ARN."""
    watch = client("cloudwatch")
    watch.put_metric_alarm(
        AlarmName=name, MetricName="Late", Namespace="Ferry", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1,
        TreatMissingData="ignore", ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    watch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a drill")
    return str(watch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"])


def watched(arn: str, minutes: int) -> dict[str, Any]:
    trigger = {"Arn": arn, "Type": "AWS::CloudWatch::Alarm"}
    return {"RollbackTriggers": [trigger], "MonitoringTimeInMinutes": minutes}


def test_rollback_triggers() -> None:
    calm, loud = alarm("calm", "OK"), alarm("loud", "ALARM")
    body = template(A=queue())
    made = create("trg", body, RollbackConfiguration=watched(calm, 5))
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert made["RollbackConfiguration"] == watched(calm, 5)
    changed = template(A=queue(DelaySeconds=9))
    after = update("trg", changed, RollbackConfiguration=watched(loud, 0))
    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert loud in reason("trg", "trg", "UPDATE_ROLLBACK_IN_PROGRESS")
    nowhere = create("trg2", body, RollbackConfiguration=watched(f"{calm}2", 0))
    assert nowhere["StackStatus"] == "ROLLBACK_COMPLETE"


def test_an_alarm_while_the_stack_is_watched() -> None:
    lab()
    arn = alarm("sudden", "OK")
    with paused() as clock:
        cfn().create_stack(
            StackName="sud", TemplateBody=template(A=queue()), RollbackConfiguration=watched(arn, 9)
        )
        clock.advance(240)
        assert status("sud") == "CREATE_IN_PROGRESS"
        client("cloudwatch").set_alarm_state(
            AlarmName="sudden", StateValue="ALARM", StateReason="a drill"
        )
        clock.advance(600)
    assert status("sud") == "ROLLBACK_COMPLETE"


def test_an_alarm_while_resources_are_created() -> None:
    lab()
    arn = alarm("early", "OK")
    with paused() as clock:
        body = template(A=queue(), B={**queue(), "DependsOn": "A"})
        cfn().create_stack(
            StackName="ear", TemplateBody=body, RollbackConfiguration=watched(arn, 9)
        )
        clock.advance(2)
        client("cloudwatch").set_alarm_state(
            AlarmName="early", StateValue="ALARM", StateReason="a drill"
        )
        clock.advance(1)
        assert status("ear") == "ROLLBACK_IN_PROGRESS"
        assert arn in reason("ear", "ear", "ROLLBACK_IN_PROGRESS")
        clock.advance(600)
    assert status("ear") == "ROLLBACK_COMPLETE"
    assert ("B", "CREATE_COMPLETE") not in story("ear")
