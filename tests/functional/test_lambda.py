"""Functions that run: what they get, what they return, how they end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import RUNTIME, Account, package

from dryrun.cloud.launcher import Running
from dryrun.environment import apply, lab_environment
from dryrun.workspace import Workspace

SOURCE = """
import boto3, datetime, json, os, sys, time

print("loading")

def handler(event, context):
    what = event.get("do")
    if what == "where":
        return {"cwd": os.getcwd(), "env": dict(os.environ), "path": sys.path,
                "home": os.path.exists(os.path.expanduser("~/.aws"))}
    if what == "who":
        return boto3.client("sts").get_caller_identity()["Arn"]
    if what == "list":
        return os.listdir(event["folder"])
    if what == "raise":
        raise ValueError("no such boat")
    if what == "exit":
        sys.exit(event["status"])
    if what == "loop":
        while True:
            pass
    if what == "fork":
        if os.fork() == 0:
            os.setsid()
            time.sleep(1000)
    if what == "write":
        with open("/tmp/big", "wb") as file:
            for _ in range(1024):
                file.write(b"x" * 1048576)
    if what == "print":
        print("x" * 10_000_000)
    if what == "object":
        return object()
    if what == "large":
        return "x" * 7_000_000
    if what == "import":
        import jupyterlab
    if what == "leave":
        import urllib.error, urllib.request
        try:
            urllib.request.urlopen("https://sts.us-east-1.amazonaws.com/", timeout=5)
        except urllib.error.HTTPError as error:
            return error.read().decode()
    if what == "time":
        return datetime.datetime.now(datetime.timezone.utc).isoformat()
    if what == "zone":
        return time.strftime("%z")
    print("hello", event.get("name"))
    return {"name": event.get("name"), "version": context.function_version,
            "arn": context.invoked_function_arn, "id": context.aws_request_id,
            "left": context.get_remaining_time_in_millis()}
"""


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    made = Account(running)
    role = made.role()
    # A busy computer takes a while to write what a function's /tmp holds.
    made.function(
        "ferry", SOURCE, role, Timeout=60, Environment={"Variables": {"A": "b", "TZ": "JST-9"}}
    )
    made.function("hasty", SOURCE, role, Timeout=2)
    return made


def test_cd_lambda_invoke(account: Account) -> None:
    answer, told = account.invoke("ferry", {"name": "Ada"}, LogType="Tail")
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert told["name"] == "Ada"
    assert told["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:ferry"
    assert 0 < told["left"] <= 60_000
    log = account.log("ferry")
    assert log[0].startswith(f"INIT_START Runtime Version: {RUNTIME.replace('python', 'python:')}")
    assert log[1] == "loading\n"
    assert log[2] == f"START RequestId: {told['id']} Version: $LATEST\n"
    assert log[3] == "hello Ada\n"
    assert log[4] == f"END RequestId: {told['id']}\n"
    assert re.fullmatch(
        rf"REPORT RequestId: {told['id']}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n",
        log[5],
    )
    account.invoke("ferry", {"name": "Bo"})
    assert [line for line in account.log("ferry") if line.startswith("INIT_START")] == log[:1]


def test_a_function_sees_what_it_sees_in_aws(account: Account) -> None:
    _, told = account.invoke("ferry", {"do": "where"})
    assert told["cwd"] == "/var/task"
    assert told["env"]["A"] == "b"
    assert told["env"]["AWS_LAMBDA_FUNCTION_NAME"] == "ferry"
    assert told["env"]["AWS_REGION"] == "us-east-1"
    assert told["env"]["AWS_XRAY_CONTEXT_MISSING"] == "LOG_ERROR"
    assert [account.invoke(name, {"do": "zone"})[1] for name in ("ferry", "hasty")] == [
        "+0900",
        "+0000",
    ]
    assert told["home"] is False
    _, who = account.invoke("ferry", {"do": "who"})
    assert who == "arn:aws:sts::123456789012:assumed-role/function/ferry"
    _, files = account.invoke("ferry", {"do": "list", "folder": "/var/task"})
    assert files == ["app.py"]


def test_a_function_does_not_reach_aws_itself(account: Account) -> None:
    _, told = account.invoke("ferry", {"do": "leave"})
    assert "Dry Run lets no lab process reach AWS" in told


@pytest.mark.parametrize(
    ("event", "kind", "message"),
    [
        ({"do": "raise"}, "ValueError", "no such boat"),
        ({"do": "exit", "status": 3}, "Runtime.ExitError", "exit status 3"),
        ({"do": "write"}, "OSError", "No space left on device"),
        ({"do": "object"}, "Runtime.MarshalError", "Unable to marshal response"),
        ({"do": "import"}, "ModuleNotFoundError", "No module named 'jupyterlab'"),
        ({"do": "large"}, "Function.ResponseSizeTooLarge", "6291556 bytes"),
    ],
)
def test_what_goes_wrong_has_the_shape_of_aws(
    account: Account, event: dict[str, Any], kind: str, message: str
) -> None:
    answer, told = account.invoke("ferry", event)
    assert answer["FunctionError"] == "Unhandled"
    assert told["errorType"] == kind
    assert message in told["errorMessage"]
    _, after = account.invoke("ferry", {"name": "after"})
    assert after["name"] == "after"


def test_a_function_that_takes_too_long_is_ended(account: Account) -> None:
    answer, told = account.invoke("hasty", {"do": "loop"})
    assert answer["FunctionError"] == "Unhandled"
    assert told["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 2.00 seconds" in told["errorMessage"]
    _, after = account.invoke("hasty", {"name": "after"})
    assert after["name"] == "after"


def test_what_a_function_prints_has_a_limit(account: Account) -> None:
    account.invoke("ferry", {"do": "print"})
    assert any("Dry Run keeps the first megabyte" in line for line in account.log("ferry"))


def test_a_forked_child_ends_with_its_function(account: Account) -> None:
    account.invoke("ferry", {"do": "fork"})
    account.invoke("ferry", {"do": "exit", "status": 0})
    _, told = account.invoke("ferry", {"name": "again"})
    assert told["name"] == "again"


def test_unknown_functions_and_bad_payloads(account: Account) -> None:
    client = account.client("lambda")
    with pytest.raises(ClientError) as missing:
        client.invoke(FunctionName="nobody")
    assert missing.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert missing.value.response["Error"]["Message"] == (
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST"
    )
    with pytest.raises(ClientError) as bad:
        client.invoke(FunctionName="ferry", Payload=b"{nope")
    assert bad.value.response["Error"]["Code"] == "InvalidRequestContentException"
    assert client.invoke(FunctionName="ferry", InvocationType="DryRun")["StatusCode"] == 204


def test_a_runtime_that_is_not_here_says_so(account: Account) -> None:
    role = account.client("iam").get_role(RoleName="function")["Role"]["Arn"]
    account.function("newer", SOURCE, role, Runtime="python3.14")
    with pytest.raises(ClientError) as lacking:
        account.invoke("newer", {})
    assert lacking.value.response["Error"]["Code"] == "NotSimulated"
    assert "there is no interpreter for python3.14 here" in str(lacking.value)


def test_cd_lambda_versions(account: Account) -> None:
    role = account.client("iam").get_role(RoleName="function")["Role"]["Arn"]
    client = account.client("lambda")
    account.function("berth", "def handler(event, context): return 'one'", role)
    one = client.publish_version(FunctionName="berth")
    assert one["Version"] == "1"
    assert client.publish_version(FunctionName="berth")["Version"] == "1"
    two = package("def handler(event, context): return 'two'")
    client.update_function_code(FunctionName="berth", ZipFile=two)
    assert client.publish_version(FunctionName="berth")["Version"] == "2"
    alias = {"FunctionName": "berth", "Name": "live", "FunctionVersion": "1"}
    client.create_alias(**alias, RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    assert account.invoke("berth:1")[1] == "one"
    assert account.invoke("berth", Qualifier="2")[1] == "two"
    answers = [account.invoke("berth:live") for _ in range(30)]
    assert {told for _, told in answers} == {"one", "two"}
    for answer, told in answers:
        assert answer["ExecutedVersion"] == ("1" if told == "one" else "2")


def test_reserved_concurrency_of_zero_throttles(account: Account) -> None:
    client = account.client("lambda")
    client.put_function_concurrency(FunctionName="ferry", ReservedConcurrentExecutions=0)
    try:
        with pytest.raises(ClientError) as throttled:
            account.invoke("ferry", {})
        assert throttled.value.response["Error"]["Code"] == "TooManyRequestsException"
        assert throttled.value.response["Error"]["Message"] == "Rate Exceeded."
    finally:
        client.delete_function_concurrency(FunctionName="ferry")


def test_a_role_that_lambda_may_not_have(account: Account) -> None:
    iam = account.client("iam")
    role = account.role("gone")
    account.function("orphan", SOURCE, role)
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    iam.detach_role_policy(RoleName="gone", PolicyArn=basic)
    iam.delete_role(RoleName="gone")
    with pytest.raises(ClientError) as refused:
        account.invoke("orphan", {})
    assert "cannot be assumed by Lambda" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"Runtime": "cobol1"}, "InvalidParameterValueException", "or be a valid ARN"),
        ({"Timeout": 901}, "ValidationException", "less than or equal to 900"),
        (
            {"Role": "arn:aws:iam::123456789012:role/none"},
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
        ),
        (
            {"Code": {"ZipFile": b"no"}},
            "InvalidParameterValueException",
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION",
        ),
        ({"FunctionName": "two words"}, "ValidationException", "regular expression pattern"),
    ],
)
def test_what_cannot_be_a_function(
    account: Account, change: dict[str, Any], code: str, message: str
) -> None:
    role = account.client("iam").get_role(RoleName="function")["Role"]["Arn"]
    asked = {
        "FunctionName": "never",
        "Role": role,
        "Runtime": RUNTIME,
        "Handler": "app.handler",
        "Code": {"ZipFile": package("")},
    }
    with pytest.raises(ClientError) as refused:
        account.client("lambda").create_function(**{**asked, **change})
    assert refused.value.response["Error"]["Code"] == code
    assert message in refused.value.response["Error"]["Message"]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_a_function_answers_at_its_url(account: Account, workspace: Workspace) -> None:
    role = account.client("iam").get_role(RoleName="function")["Role"]["Arn"]
    source = """
import json
def handler(event, context):
    return {"statusCode": 201, "headers": {"X-Boat": "Ada"},
            "body": json.dumps([event["rawPath"], event["queryStringParameters"],
                                event["requestContext"]["http"]["method"]])}
"""
    account.function("front", source, role)
    client = account.client("lambda")
    url = client.create_function_url_config(FunctionName="front", AuthType="NONE")["FunctionUrl"]
    changed = lab_environment(workspace, account.running.endpoint)
    variables = dict(os.environ)
    apply(changed, variables)
    words = ["curl", "-s", "-i", f"{url}berths?day=monday"]
    closed = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    assert "403" in closed.stdout.splitlines()[-1] or "Forbidden" in closed.stdout
    for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"):
        client.add_permission(
            FunctionName="front", StatementId=action[7:], Action=action, Principal="*"
        )
    opened = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    assert "HTTP/1.1 201" in opened.stdout
    assert "X-Boat: Ada" in opened.stdout
    assert json.loads(opened.stdout.splitlines()[-1]) == ["/berths", {"day": "monday"}, "GET"]
    told = dict(line.split(": ", 1) for line in opened.stdout.splitlines() if ": " in line)
    assert f"END RequestId: {told['x-amzn-RequestId']}\n" in account.log("front")
    version = client.publish_version(FunctionName="front")["Version"]
    client.create_alias(FunctionName="front", Name="live", FunctionVersion=version)
    where = {"FunctionName": "front", "Qualifier": "live"}
    url = client.create_function_url_config(**where, AuthType="NONE")["FunctionUrl"]
    words = ["curl", "-s", f"{url}piers?day=friday"]
    closed = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    assert "Forbidden" in closed.stdout
    for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"):
        client.add_permission(**where, StatementId=action[7:], Action=action, Principal="*")
    opened = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    assert json.loads(opened.stdout) == ["/piers", {"day": "friday"}, "GET"]


def test_layers_are_laid_one_over_the_other(account: Account) -> None:
    role = account.client("iam").get_role(RoleName="function")["Role"]["Arn"]
    client = account.client("lambda")
    arns = [
        client.publish_layer_version(
            LayerName=name,
            Content={"ZipFile": package("", **{f"python/{module}.py": f"WHO = {name!r}"})},
            CompatibleRuntimes=[RUNTIME],
        )["LayerVersionArn"]
        for name, module in (("lower", "shared"), ("other", "tides"), ("upper", "shared"))
    ]
    source = """
import os, shared, tides
def handler(event, context):
    return [shared.WHO, tides.WHO, sorted(os.listdir("/opt/python"))]
"""
    account.function("laid", source, role, Layers=arns)
    assert account.invoke("laid")[1] == ["upper", "other", ["shared.py", "tides.py"]]
