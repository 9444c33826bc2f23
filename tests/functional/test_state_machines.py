"""State machines run, on the lab clock, as on AWS."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, forget, lab

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    lab()
    for service in ("stepfunctions", "iam", "sqs", "dynamodb"):
        forget(service)


def role(*actions: str, trust: Any = None) -> str:
    """Make a role that Step Functions may use, with these permissions; return its ARN."""
    iam = client("iam")
    arn = iam.create_role(RoleName="machine", AssumeRolePolicyDocument=json.dumps(trust or TRUST))[
        "Role"
    ]["Arn"]
    if actions:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_role_policy(RoleName="machine", PolicyName="p", PolicyDocument=json.dumps(document))
    return str(arn)


def machine(definition: Any, *actions: str, name: str = "m", **more: Any) -> str:
    """Make a state machine; return its ARN."""
    made = client("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps(definition),
        roleArn=more.pop("roleArn", None) or role(*actions),
        **more,
    )
    return str(made["stateMachineArn"])


def start(arn: str, data: Any = None, **more: Any) -> dict[str, Any]:
    """Run an execution and return what there is to tell of it."""
    states = client("stepfunctions")
    begun = states.start_execution(
        stateMachineArn=arn, input=json.dumps({} if data is None else data), **more
    )
    return dict(states.describe_execution(executionArn=begun["executionArn"]))


def run(states: Any, data: Any = None, *actions: str, **more: Any) -> dict[str, Any]:
    """Run these states, the first of which is the first."""
    definition = {"StartAt": next(iter(states)), "States": states, **more}
    return start(machine(definition, *actions), data)


def output(states: Any, data: Any = None, *actions: str, **more: Any) -> Any:
    """Return what running these states gives."""
    told = run(states, data, *actions, **more)
    assert told["status"] == "SUCCEEDED", told
    return json.loads(told["output"])


def history(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events of an execution without their times."""
    events = client("stepfunctions").get_execution_history(executionArn=told["executionArn"])
    return [{k: v for k, v in one.items() if k != "timestamp"} for one in events["events"]]


def refused(definition: Any, **more: Any) -> str:
    """Return how a definition is refused."""
    with pytest.raises(ClientError) as caught:
        machine(definition, **more)
    assert caught.value.response["Error"]["Code"] == "InvalidDefinition"
    return str(caught.value.response["Error"]["Message"])


def test_a_history_as_it_was_recorded() -> None:
    arn = machine(
        {
            "StartAt": "State_1",
            "States": {"State_1": {"Type": "Pass", "Result": {"Arg1": "argument1"}, "End": True}},
        }
    )
    told = start(arn, {})
    role_arn = "arn:aws:iam::123456789012:role/machine"
    no = {"truncated": False}
    assert history(told) == [
        {
            "type": "ExecutionStarted",
            "id": 1,
            "previousEventId": 0,
            "executionStartedEventDetails": {
                "input": "{}",
                "inputDetails": no,
                "roleArn": role_arn,
            },
        },
        {
            "type": "PassStateEntered",
            "id": 2,
            "previousEventId": 0,
            "stateEnteredEventDetails": {"name": "State_1", "input": "{}", "inputDetails": no},
        },
        {
            "type": "PassStateExited",
            "id": 3,
            "previousEventId": 2,
            "stateExitedEventDetails": {
                "name": "State_1",
                "output": '{"Arg1":"argument1"}',
                "outputDetails": no,
            },
        },
        {
            "type": "ExecutionSucceeded",
            "id": 4,
            "previousEventId": 3,
            "executionSucceededEventDetails": {
                "output": '{"Arg1":"argument1"}',
                "outputDetails": no,
            },
        },
    ]
    assert told["redriveStatus"] == "NOT_REDRIVABLE"
    assert told["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    assert told["inputDetails"] == told["outputDetails"] == {"included": True}


def test_paths_and_results() -> None:
    states = {
        "A": {
            "Type": "Pass",
            "InputPath": "$.order",
            "Parameters": {
                "who.$": "$.name",
                "when.$": "$$.Execution.Name",
                "text.$": "States.Format('{} has {}', $.name, $.seats[0])",
                "all.$": "$.seats[*]",
            },
            "ResultPath": "$.made.here",
            "Next": "B",
        },
        "B": {"Type": "Pass", "OutputPath": "$.made.here", "End": True},
    }
    made = output(states, {"order": {"name": "Ada", "seats": [3, 4]}})
    assert made.pop("when")
    assert made == {"who": "Ada", "text": "Ada has 3", "all": [3, 4]}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("States.StringToJson($.text)", {"a": 1}),
        ("States.JsonToString($.object)", '{"b":2}'),
        ("States.Array(1, 'two', $.object)", [1, "two", {"b": 2}]),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [2, 3]]),
        ("States.ArrayContains($.list, 3)", True),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayGetItem($.list, 1)", 2),
        ("States.ArrayLength($.list)", 4),
        ("States.ArrayUnique($.list)", [1, 2, 3]),
        ("States.Base64Encode('ferry')", "ZmVycnk="),
        ("States.Base64Decode('ZmVycnk=')", "ferry"),
        ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.JsonMerge($.object, States.StringToJson($.text), false)", {"a": 1, "b": 2}),
        ("States.MathAdd(111, -1)", 110),
        ("States.StringSplit('1.2,3', '.,')", ["1", "2", "3"]),
        ("States.Format('a \\{b\\} {}', 1)", "a {b} 1"),
    ],
)
def test_intrinsic_functions(call: str, expected: Any) -> None:
    states = {"A": {"Type": "Pass", "Parameters": {"x.$": call}, "End": True}}
    data = {"text": '{"a": 1}', "object": {"b": 2}, "list": [1, 2, 2, 3]}
    assert output(states, data) == {"x": expected}


@pytest.mark.parametrize(
    ("rule", "data", "chosen"),
    [
        ({"Variable": "$.a", "NumericGreaterThan": 1}, {"a": 2}, True),
        ({"Variable": "$.a", "NumericGreaterThan": 1}, {"a": "2"}, False),
        ({"Variable": "$.a", "StringMatches": "lo*.txt"}, {"a": "log.txt"}, True),
        ({"Variable": "$.a", "StringEqualsPath": "$.b"}, {"a": "x", "b": "x"}, True),
        ({"Variable": "$.a", "IsPresent": False}, {}, True),
        ({"Variable": "$.a", "IsNull": True}, {"a": None}, True),
        ({"Variable": "$.a", "BooleanEquals": True}, {"a": True}, True),
        (
            {"Variable": "$.a", "TimestampLessThan": "2026-01-01T00:00:00Z"},
            {"a": "2025-12-31T23:59:59Z"},
            True,
        ),
        ({"Not": {"Variable": "$.a", "IsString": True}}, {"a": 1}, True),
        (
            {
                "And": [
                    {"Variable": "$.a", "IsPresent": True},
                    {"Or": [{"Variable": "$.a", "NumericEquals": 1}]},
                ]
            },
            {"a": 1},
            True,
        ),
    ],
)
def test_choices(rule: Any, data: Any, chosen: bool) -> None:
    states = {
        "A": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Pass", "Result": True, "End": True},
        "No": {"Type": "Pass", "Result": False, "End": True},
    }
    assert output(states, data) is chosen


def test_a_choice_that_leads_nowhere() -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "B"}],
    }
    states = {"A": choice, "B": {"Type": "Succeed"}}
    told = run(states, {"a": 2})
    assert (told["status"], told["error"]) == ("FAILED", "States.NoChoiceMatched")
    told = start(told["stateMachineArn"], {})
    assert told["error"] == "States.Runtime"
    assert told["cause"] == (
        "An error occurred while executing the state 'A' (entered at the event id #2). Invalid "
        "path '$.a': The choice state's condition path references an invalid value."
    )


def test_waiting_takes_lab_time() -> None:
    told = run({"A": {"Type": "Wait", "Seconds": 3600, "Next": "B"}, "B": {"Type": "Succeed"}})
    assert told["status"] == "SUCCEEDED"
    assert (told["stopDate"] - told["startDate"]).total_seconds() == pytest.approx(3600, abs=5)
    told = start(
        machine(
            {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$.n", "End": True}}},
            name="n", roleArn="arn:aws:iam::123456789012:role/machine",
        ),
        {},
    )  # fmt: skip
    assert told["cause"] == (
        "An error occurred while executing the state 'W' (entered at the event id #2). The "
        "SecondsPath parameter does not reference an input value: $.n"
    )


def test_parallel_and_map() -> None:
    states = {
        "P": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "X", "States": {"X": {"Type": "Pass", "Result": 1, "End": True}}},
                {"StartAt": "Y", "States": {"Y": {"Type": "Pass", "Result": 2, "End": True}}},
            ],
            "ResultPath": "$.both",
            "Next": "M",
        },
        "M": {
            "Type": "Map",
            "ItemsPath": "$.both",
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
            "MaxConcurrency": 1,
            "ItemProcessor": {
                "StartAt": "Z",
                "States": {"Z": {"Type": "Pass", "End": True}},
            },
            "End": True,
        },
    }
    told = run(states)
    assert json.loads(told["output"]) == [{"n": 1, "i": 0}, {"n": 2, "i": 1}]
    assert [event["type"] for event in history(told)] == [
        "ExecutionStarted",
        "ParallelStateEntered",
        "ParallelStateStarted",
        "PassStateEntered",
        "PassStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ParallelStateSucceeded",
        "ParallelStateExited",
        "MapStateEntered",
        "MapStateStarted",
        "MapIterationStarted",
        "PassStateEntered",
        "PassStateExited",
        "MapIterationSucceeded",
        "MapIterationStarted",
        "PassStateEntered",
        "PassStateExited",
        "MapIterationSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]


def test_a_branch_that_fails_stops_the_others() -> None:
    states = {
        "P": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}},
                {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}},
            ],
            "Catch": [{"ErrorEquals": ["E"], "Next": "Q", "ResultPath": "$.error"}],
            "End": True,
        },
        "Q": {"Type": "Pass", "End": True},
    }
    told = run(states, {"a": 1})
    assert json.loads(told["output"]) == {"a": 1, "error": {"Error": "E", "Cause": "C"}}
    kinds = [event["type"] for event in history(told)]
    assert "ParallelStateFailed" in kinds
    assert "WaitStateExited" not in kinds


def test_tasks_call_with_the_role() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    states = {
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": url, "MessageBody.$": "$"},
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 2}],
            "End": True,
        }
    }
    told = run(states, {"a": 1}, "sqs:SendMessage")
    assert told["status"] == "SUCCEEDED"
    made = json.loads(told["output"])
    assert made["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert made["MD5OfMessageBody"]
    assert json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"]) == {"a": 1}
    events = history(told)
    assert [event["type"] for event in events][2:5] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
    ]
    scheduled = events[2]["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"]) == ("sqs", "sendMessage")
    assert scheduled["region"] == "us-east-1"
    client("iam").delete_role_policy(RoleName="machine", PolicyName="p")
    told = start(told["stateMachineArn"], {"a": 1})
    assert (told["status"], told["error"]) == ("FAILED", "SQS.AmazonSQSException")
    assert "not authorized to perform: sqs:sendmessage" in told["cause"]
    assert ":assumed-role/machine/" in told["cause"]
    assert [e["type"] for e in history(told)].count("TaskFailed") == 3
    seconds = (told["stopDate"] - told["startDate"]).total_seconds()
    assert seconds == pytest.approx(6, abs=2)


def test_any_operation_of_the_sdk() -> None:
    states = {
        "Table": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:describeTable",
            "Parameters": {"TableName": "none"},
            "Catch": [
                {"ErrorEquals": ["DynamoDb.ResourceNotFoundException"], "Next": "List"},
            ],
            "End": True,
        },
        "List": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables",
            "Parameters": {},
            "End": True,
        },
    }
    assert output(states, None, "dynamodb:*") == {"TableNames": []}


def test_a_token_ends_a_task() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    states = {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
            "TimeoutSeconds": 600,
            "HeartbeatSeconds": 60,
            "End": True,
        }
    }
    machines = client("stepfunctions")
    told = run(states, None, "sqs:SendMessage")
    assert told["status"] == "RUNNING"
    message = sqs.receive_message(QueueUrl=url)["Messages"][0]
    token = json.loads(message["Body"])["token"]
    lab().clock.advance(50)
    machines.send_task_heartbeat(taskToken=token)
    lab().clock.advance(50)
    machines.send_task_success(taskToken=token, output='"yes"')
    told = machines.describe_execution(executionArn=told["executionArn"])
    assert told["output"] == '"yes"'
    with pytest.raises(machines.exceptions.TaskDoesNotExist):
        machines.send_task_success(taskToken=token, output='"yes"')
    told = start(told["stateMachineArn"])
    lab().clock.advance(61)
    told = machines.describe_execution(executionArn=told["executionArn"])
    assert (told["status"], told["error"]) == ("FAILED", "States.Timeout")
    assert history(told)[-2]["type"] == "TaskTimedOut"


def test_an_activity_has_workers() -> None:
    machines = client("stepfunctions")
    activity = machines.create_activity(name="work")["activityArn"]
    told = run({"A": {"Type": "Task", "Resource": activity, "End": True}}, {"n": 1})
    task = machines.get_activity_task(activityArn=activity, workerName="me")
    assert json.loads(task["input"]) == {"n": 1}
    machines.send_task_failure(taskToken=task["taskToken"], error="Broken", cause="Why")
    told = machines.describe_execution(executionArn=told["executionArn"])
    assert (told["error"], told["cause"]) == ("Broken", "Why")
    assert [event["type"] for event in history(told)][2:5] == [
        "ActivityScheduled",
        "ActivityStarted",
        "ActivityFailed",
    ]


def test_a_machine_starts_another() -> None:
    child = machine(PASS, name="child")
    states = {
        "Run": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": child, "Input": {"x": 1}},
            "ResultSelector": {"made.$": "$.Output.x"},
            "End": True,
        }
    }
    client("iam").put_role_policy(
        RoleName="machine",
        PolicyName="p",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "states:*", "Resource": "*"}],
            }
        ),
    )
    definition = {"StartAt": "Run", "States": states}
    parent = machine(definition, name="parent", roleArn="arn:aws:iam::123456789012:role/machine")
    told = start(parent)
    assert json.loads(told["output"]) == {"made": 1}
    assert "TaskSubmitted" in [event["type"] for event in history(told)]


def test_variables() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"seat.$": "$.seat", "fixed": 2}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"s.$": "$seat", "f.$": "$fixed"}, "End": True},
    }
    told = run(states, {"seat": "12A"})
    assert json.loads(told["output"]) == {"s": "12A", "f": 2}
    exited = history(told)[2]["stateExitedEventDetails"]
    assert exited["assignedVariables"] == {"seat": '"12A"', "fixed": "2"}


def test_jsonata() -> None:
    states = {
        "A": {
            "Type": "Pass",
            "Assign": {"total": "{% $sum($states.input.seats.price) %}"},
            "Output": {"count": "{% $count($states.input.seats) %}"},
            "Next": "B",
        },
        "B": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $total > 10 %}", "Next": "C"}],
            "Default": "D",
        },
        "C": {"Type": "Pass", "Output": "{% $states.input.count & ' for ' & $total %}",
              "End": True},
        "D": {"Type": "Fail"},
    }  # fmt: skip
    data = {"seats": [{"price": 5}, {"price": 7}]}
    assert output(states, data, QueryLanguage="JSONata") == "2 for 12"


def test_jsonata_that_gives_nothing() -> None:
    states = {"A": {"Type": "Pass", "Output": "{% $states.input.none %}", "End": True}}
    told = run(states, {}, QueryLanguage="JSONata")
    assert told["error"] == "States.QueryEvaluationError"
    assert told["cause"] == (
        "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata "
        "expression '$states.input.none' specified for the field 'Output' returned nothing "
        "(undefined)."
    )
    assert "EvaluationFailed" in [event["type"] for event in history(told)]


def test_a_circle_is_cut_off() -> None:
    told = run({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}})
    assert (told["status"], told["error"]) == ("FAILED", "States.Runtime")
    assert told["cause"] == ("The execution reached the maximum number of history events (25000).")


def test_stopping_and_redriving() -> None:
    machines = client("stepfunctions")
    arn = machine({"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E"}}})
    told = start(arn, name="once")
    machines.redrive_execution(executionArn=told["executionArn"])
    told = machines.describe_execution(executionArn=told["executionArn"])
    assert (told["redriveCount"], told["redriveStatus"]) == (1, "REDRIVABLE")
    assert "ExecutionRedriven" in [event["type"] for event in history(told)]
    with pytest.raises(machines.exceptions.ExecutionAlreadyExists) as caught:
        start(arn, name="once")
    assert caught.value.response["Error"]["Message"] == (
        f"Execution Already Exists: '{told['executionArn']}'"
    )


def test_lists_and_filters() -> None:
    machines = client("stepfunctions")
    arn = machine(PASS)
    first, second = start(arn), start(arn)
    listed = machines.list_executions(stateMachineArn=arn)["executions"]
    assert {one["executionArn"] for one in listed} == {
        first["executionArn"],
        second["executionArn"],
    }
    assert not machines.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({}, "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"),
        (
            {"StartAt": "a", "States": {
                "a": {"Type": "Pass", "Next": "c"}, "b": {"Type": "Succeed"}}},
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: c at /States/a/Next, "
            'MISSING_TRANSITION_TARGET: State "b" is not reachable. at /States/b',
        ),
        (
            {"StartAt": "a", "States": {"a": {"Type": "Task", "End": True}}},
            "SCHEMA_VALIDATION_FAILED: These fields are required: [Resource] at /States/a",
        ),
        (
            {"StartAt": "a", "States": {
                "a": {"Type": "Task", "Resource": "arn:aws:states:::sqs:send", "End": True}}},
            "SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::sqs:send is not "
            "recognized. The value is not a valid resource ARN, or the resource is not available "
            "in this region. at /States/a/Resource",
        ),
        (
            {"StartAt": "a", "States": {
                "a": {"Type": "Pass", "Parameters": {"x.$": "nothing"}, "End": True}}},
            "SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid JSONPath or a "
            "valid intrinsic function call at /States/a/Parameters/x.$",
        ),
    ],
)  # fmt: skip
def test_definitions_that_are_refused(definition: Any, message: str) -> None:
    assert refused(definition) == f"Invalid State Machine Definition: '{message}'"


def test_validation_tells_what_is_wrong() -> None:
    machines = client("stepfunctions")
    found = machines.validate_state_machine_definition(definition="not a definition")
    assert found["result"] == "FAIL"
    source = '[Source: (String)"not a definition"; line: 1, column: 4]'
    assert found["diagnostics"] == [
        {
            "code": "INVALID_JSON_DESCRIPTION",
            "location": source,
            "message": "Unrecognized token 'not': was expecting (JSON String, Number, Array, "
            f"Object or token 'null', 'true' or 'false')\n at {source}",
            "severity": "ERROR",
        }
    ]
    found = machines.validate_state_machine_definition(definition=json.dumps(PASS))
    assert (found["result"], found["diagnostics"], found["truncated"]) == ("OK", [], False)


def test_a_role_must_trust_step_functions() -> None:
    trust = json.loads(json.dumps(TRUST).replace("states.", "lambda."))
    with pytest.raises(ClientError) as caught:
        machine(PASS, roleArn=role(trust=trust))
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"


def test_versions_and_aliases() -> None:
    machines = client("stepfunctions")
    arn = machine(PASS)
    version = machines.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    assert version == f"{arn}:1"
    again = machines.publish_state_machine_version(stateMachineArn=arn)
    assert again["stateMachineVersionArn"] == version
    alias = machines.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
    )["stateMachineAliasArn"]
    told = start(alias)
    assert told["stateMachineVersionArn"] == version
    assert told["stateMachineAliasArn"] == alias
    assert told["stateMachineArn"] == arn
    with pytest.raises(machines.exceptions.ConflictException):
        machines.delete_state_machine_version(stateMachineVersionArn=version)


def test_logs() -> None:
    logs = client("logs")
    forget("logs")
    logs.create_log_group(logGroupName="/states/m")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/states/m:*"
    arn = machine(
        PASS,
        loggingConfiguration={
            "level": "ALL",
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        },
    )
    told = start(arn, {"secret": 1})
    events = logs.filter_log_events(logGroupName="/states/m")["events"]
    records = [json.loads(event["message"]) for event in events]
    assert [one["type"] for one in records] == [event["type"] for event in history(told)]
    assert records[1]["details"] == {"name": "A"}
    assert records[1]["previous_event_id"] == "0"


def test_express_machines_answer() -> None:
    states = {"A": {"Type": "Wait", "Seconds": 5, "Next": "B"},
              "B": {"Type": "Pass", "Result": {"done": True}, "End": True}}  # fmt: skip
    arn = machine({"StartAt": "A", "States": states}, type="EXPRESS")
    told = client("stepfunctions").start_sync_execution(stateMachineArn=arn, input='{"a": 1}')
    assert told["status"] == "SUCCEEDED"
    assert json.loads(told["output"]) == {"done": True}
    assert told["billingDetails"]["billedMemoryUsedInMB"] == 64
    assert ":express:m:" in told["executionArn"]
    with pytest.raises(ClientError) as caught:
        client("stepfunctions").list_executions(stateMachineArn=arn)
    assert caught.value.response["Error"]["Code"] == "StateMachineTypeNotSupported"


def test_distributed_maps_are_not_simulated() -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **PASS}
    states = {"M": {"Type": "Map", "ItemProcessor": processor, "End": True}}
    with pytest.raises(ClientError) as caught:
        machine({"StartAt": "M", "States": states})
    assert caught.value.response["Error"]["Code"] == "NotSimulated"


def test_other_services_hear_of_an_execution() -> None:
    sqs, events = client("sqs"), client("events")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    queue = "arn:aws:sqs:us-east-1:123456789012:heard"
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    pattern = {"source": ["aws.states"], "detail": {"status": ["FAILED"]}}
    events.put_rule(Name="failed", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="failed", Targets=[{"Id": "q", "Arn": queue}])
    told = run({"A": {"Type": "Fail", "Error": "E", "Cause": "C"}})
    event = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    events.remove_targets(Rule="failed", Ids=["q"])
    events.delete_rule(Name="failed")
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["resources"] == [told["executionArn"]]
    detail = event["detail"]
    assert (detail["error"], detail["cause"], detail["output"]) == ("E", "C", None)
    assert detail["startDate"] == int(told["startDate"].timestamp() * 1000)


def test_an_execution_has_its_time() -> None:
    told = run({"A": {"Type": "Wait", "Seconds": 100, "End": True}}, TimeoutSeconds=60)
    assert told["status"] == "TIMED_OUT"
    assert (told["stopDate"] - told["startDate"]).total_seconds() == pytest.approx(60, abs=2)
    assert history(told)[-1]["type"] == "ExecutionTimedOut"


def test_what_a_group_ends_with_leads_to_nothing() -> None:
    """As recorded: an iteration follows from the last state of the one before it."""
    processor = {"StartAt": "Z", "States": {"Z": {"Type": "Pass", "End": True}}}
    states = {
        "M": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor, "End": True},
    }
    found = [(event["type"], event["previousEventId"]) for event in history(run(states, [1, 2]))]
    assert found == [
        ("ExecutionStarted", 0),
        ("MapStateEntered", 0),
        ("MapStateStarted", 2),
        ("MapIterationStarted", 3),
        ("PassStateEntered", 4),
        ("PassStateExited", 5),
        ("MapIterationSucceeded", 6),
        ("MapIterationStarted", 6),
        ("PassStateEntered", 8),
        ("PassStateExited", 9),
        ("MapIterationSucceeded", 10),
        ("MapStateSucceeded", 10),
        ("MapStateExited", 10),
        ("ExecutionSucceeded", 13),
    ]


def test_stopping() -> None:
    """As recorded: the end that somebody wanted follows from no event."""
    machines = client("stepfunctions")
    activity = machines.create_activity(name="idle")["activityArn"]
    told = run({"A": {"Type": "Task", "Resource": activity, "End": True}})
    machines.stop_execution(executionArn=told["executionArn"], error="E", cause="C")
    told = machines.describe_execution(executionArn=told["executionArn"])
    assert (told["status"], told["error"], told["cause"]) == ("ABORTED", "E", "C")
    assert history(told)[-1] == {
        "type": "ExecutionAborted",
        "id": 4,
        "previousEventId": 0,
        "executionAbortedEventDetails": {"error": "E", "cause": "C"},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "not some json",
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token "
            "'null', 'true' or 'false')",
        ),
        (
            "{'not': 'json'}",
            "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
        ),
        ("", "Invalid execution input."),
    ],
)
def test_inputs_that_are_refused(text: str, message: str) -> None:
    machines = client("stepfunctions")
    with pytest.raises(machines.exceptions.InvalidExecutionInput) as caught:
        machines.start_execution(stateMachineArn=machine(PASS), input=text)
    told = caught.value.response["Error"]["Message"]
    assert told == f"Invalid State Machine Execution Input: '{message}'"
