"""Parameter Store: names, what is not there, and secrets it refers to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, forget, lab

NO_NAME = "each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_"
SECRET = "/aws/reference/secretsmanager/"


@pytest.fixture
def ssm() -> Iterator[Any]:
    lab()
    forget("ssm")
    forget("secretsmanager")
    yield client("ssm")
    forget("ssm")
    forget("secretsmanager")


def refusal(operation: Any, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        operation(**asked)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_is_not_there_is_refused_without_a_word(ssm: Any) -> None:
    for operation in (ssm.get_parameter, ssm.delete_parameter):
        with pytest.raises(ClientError) as refused:
            operation(Name="/harbour/none")
        error = refused.value.response
        assert error["Error"] == {"Code": "ParameterNotFound", "Message": ""}
        assert "message" not in error
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("name", ["harbour/depth", "/harbour//depth", "/harbour/depth at low tide"])
def test_what_cannot_be_a_name(ssm: Any, name: str) -> None:
    code, message = refusal(ssm.get_parameter, Name=name)
    assert code == "ValidationException"
    assert message.endswith(NO_NAME)
    asked = {"Name": name, "Type": "String", "Value": "3"}
    assert refusal(ssm.put_parameter, **asked)[0] == "ValidationException"
    assert ssm.describe_parameters()["Parameters"] == []


def test_versions_and_labels_are_no_part_of_a_name(ssm: Any) -> None:
    ssm.put_parameter(Name="/harbour/depth", Type="String", Value="3")
    ssm.label_parameter_version(Name="/harbour/depth", Labels=["low"])
    for name in ("/harbour/depth:1", "/harbour/depth:low"):
        assert ssm.get_parameter(Name=name)["Parameter"]["Name"] == "/harbour/depth"
    asked = {"Type": "String", "Value": "3"}
    assert refusal(ssm.put_parameter, Name="depth:1", **asked)[0] == "ValidationException"


def test_what_is_refused_leaves_nothing_behind(ssm: Any) -> None:
    for operation, more in (
        (ssm.label_parameter_version, {}),
        (ssm.unlabel_parameter_version, {"ParameterVersion": 1}),
    ):
        assert refusal(operation, Name="/none", Labels=["low"], **more)[0] == "ParameterNotFound"
        assert ssm.describe_parameters()["Parameters"] == []


def test_a_name_comes_back_as_it_was_asked_for(ssm: Any) -> None:
    ssm.put_parameter(Name="depth", Type="String", Value="3")
    for name in ("depth", "/depth"):
        assert ssm.get_parameter(Name=name)["Parameter"]["Name"] == name
        assert ssm.get_parameters(Names=[name])["Parameters"][0]["Name"] == name
    arn = ssm.get_parameter(Name="/depth")["Parameter"]["ARN"]
    assert arn.endswith(":parameter/depth")
    assert ssm.get_parameter(Name=arn)["Parameter"]["Name"] == "depth"


def test_a_secret_is_referred_to(ssm: Any) -> None:
    made = client("secretsmanager").create_secret(Name="buoy", SecretString="red")
    found = ssm.get_parameter(Name=f"{SECRET}buoy", WithDecryption=True)["Parameter"]
    assert (found["Name"], found["ARN"]) == (f"{SECRET}buoy", made["ARN"])
    assert (found["Value"], found["Version"]) == ("red", 0)
    source = json.loads(found["SourceResult"])
    assert (source["ARN"], source["name"]) == (made["ARN"], "buoy")


def test_some_of_several_are_there(ssm: Any) -> None:
    client("secretsmanager").create_secret(Name="buoy", SecretString="red")
    client("secretsmanager").create_secret(Name="empty")
    ssm.put_parameter(Name="depth", Type="String", Value="3")
    missing = ["none", f"{SECRET}none", f"{SECRET}empty"]
    names = ["depth", missing[0], f"{SECRET}buoy", *missing[1:]]
    found = ssm.get_parameters(Names=names, WithDecryption=True)
    assert [one["Name"] for one in found["Parameters"]] == ["depth", f"{SECRET}buoy"]
    assert found["InvalidParameters"] == missing
    assert refusal(ssm.get_parameters, Names=[str(n) for n in range(11)])[0] == (
        "ValidationException"
    )
    code, message = refusal(ssm.get_parameter, Name=missing[1], WithDecryption=True)
    assert (code, message.endswith(f"Secret {missing[1]} not found.")) == (
        "ParameterNotFound",
        True,
    )


def test_a_value_has_to_fit_its_tier_and_its_pattern(ssm: Any) -> None:
    long = {"Name": "/long", "Type": "String", "Value": "x" * 4097}
    code, message = refusal(ssm.put_parameter, **long)
    assert code == "ValidationException"
    assert message.startswith("Standard tier parameters support a maximum parameter value of 4096")
    ssm.put_parameter(**long, Tier="Advanced")
    ssm.put_parameter(**{**long, "Value": "y" * 5000}, Overwrite=True)
    depth = {"Name": "/depth", "Type": "StringList", "AllowedPattern": "[0-9]+"}
    said = (
        "ParameterPatternMismatchException",
        "Parameter value, cannot be validated against allowedPattern: [0-9]+",
    )
    assert refusal(ssm.put_parameter, **depth, Value="3,deep") == said
    ssm.put_parameter(**depth, Value="3,4")
    assert refusal(ssm.put_parameter, Name="/depth", Value="deep", Overwrite=True) == said


def test_a_parameter_is_described_as_a_whole(ssm: Any) -> None:
    policy = {"Type": "NoChangeNotification", "Version": "1.0", "Attributes": {"After": "20"}}
    ssm.put_parameter(
        Name="/depth", Type="String", Value="3", Tier="Advanced", Policies=json.dumps([policy])
    )
    ssm.put_parameter(Name="/width", Type="String", Value="3")
    depth, width = ssm.describe_parameters()["Parameters"]
    assert depth["ARN"].endswith(":parameter/depth")
    assert depth["LastModifiedUser"] == client("sts").get_caller_identity()["Arn"]
    assert [one["PolicyType"] for one in depth["Policies"]] == ["NoChangeNotification"]
    assert json.loads(depth["Policies"][0]["PolicyText"]) == policy
    assert width["Policies"] == []
    [version] = ssm.get_parameter_history(Name="/depth")["Parameters"]
    assert version["LastModifiedUser"] == depth["LastModifiedUser"]


def test_a_secure_value_is_sealed_until_it_is_decrypted(ssm: Any) -> None:
    ssm.put_parameter(Name="/code", Type="SecureString", Value="open sesame")
    sealed = ssm.get_parameter(Name="/code")["Parameter"]["Value"]
    assert sealed.startswith("AQICAH")
    assert ssm.get_parameter(Name="/code")["Parameter"]["Value"] == sealed
    found = ssm.get_parameter(Name="/code", WithDecryption=True)["Parameter"]
    assert found["Value"] == "open sesame"
