"""Who must have signed a function's code, and what becomes of code that nobody signed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import RUNTIME, TRUST, package
from in_process import client

PUBLISHERS = {
    "SigningProfileVersionArns": ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/yard"]
}
ENFORCED = {"UntrustedArtifactOnDeployment": "Enforce"}


@pytest.fixture(scope="module")
def role() -> str:
    made = client("iam").create_role(RoleName="yard", AssumeRolePolicyDocument=json.dumps(TRUST))
    return str(made["Role"]["Arn"])


def config(**more: Any) -> dict[str, Any]:
    made = client("lambda").create_code_signing_config(AllowedPublishers=PUBLISHERS, **more)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    return dict(made["CodeSigningConfig"])


def function(role: str, name: str, **more: Any) -> Any:
    return client("lambda").create_function(
        FunctionName=name,
        Role=role,
        Runtime=RUNTIME,
        Handler="app.handler",
        Code={"ZipFile": package("x = 1")},
        **more,
    )


def test_a_configuration_from_its_creation_to_its_end() -> None:
    functions = client("lambda")
    made = config(Tags={"team": "boats"})
    arn = made["CodeSigningConfigArn"]
    assert re.fullmatch(r"csc-[0-9a-f]{17}", made["CodeSigningConfigId"])
    assert arn.endswith(f":code-signing-config:{made['CodeSigningConfigId']}")
    assert made["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}
    assert "Description" not in made
    named = {"CodeSigningConfigArn": arn}
    assert functions.get_code_signing_config(**named)["CodeSigningConfig"] == made
    changed = functions.update_code_signing_config(**named, CodeSigningPolicies=ENFORCED)
    assert changed["CodeSigningConfig"]["CodeSigningPolicies"] == ENFORCED
    assert changed["CodeSigningConfig"]["AllowedPublishers"] == PUBLISHERS
    assert functions.list_code_signing_configs()["CodeSigningConfigs"] == [
        changed["CodeSigningConfig"]
    ]
    functions.tag_resource(Resource=arn, Tags={"pier": "3"})
    functions.untag_resource(Resource=arn, TagKeys=["team"])
    assert functions.list_tags(Resource=arn)["Tags"] == {"pier": "3"}
    functions.delete_code_signing_config(**named)
    with pytest.raises(ClientError) as refused:
        functions.get_code_signing_config(**named)
    assert refused.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": f"The Lambda code signing configuration {arn} can not be found.",
    }


def test_a_function_with_a_configuration_that_warns(role: str) -> None:
    functions, made = client("lambda"), config()
    named = {"CodeSigningConfigArn": made["CodeSigningConfigArn"]}
    function(role, "warned", **named)
    told = functions.get_function_code_signing_config(FunctionName="warned")
    assert told["CodeSigningConfigArn"] == named["CodeSigningConfigArn"]
    arns = functions.list_functions_by_code_signing_config(**named)["FunctionArns"]
    assert [arn.rpartition(":")[2] for arn in arns] == ["warned"]
    with pytest.raises(ClientError, match="ResourceConflict"):
        functions.delete_code_signing_config(**named)
    functions.delete_function_code_signing_config(FunctionName="warned")
    assert not functions.list_functions_by_code_signing_config(**named)["FunctionArns"]
    functions.delete_code_signing_config(**named)


def test_code_that_nobody_signed_is_refused_where_signatures_are_enforced(role: str) -> None:
    functions, strict = client("lambda"), config(CodeSigningPolicies=ENFORCED)
    named = {"CodeSigningConfigArn": strict["CodeSigningConfigArn"]}
    with pytest.raises(ClientError, match="CodeVerificationFailedException"):
        function(role, "strict", **named)
    function(role, "strict")
    functions.put_function_code_signing_config(FunctionName="strict", **named)
    with pytest.raises(ClientError, match="CodeVerificationFailedException"):
        functions.update_function_code(FunctionName="strict", ZipFile=package("x = 2"))
    functions.delete_function_code_signing_config(FunctionName="strict")
    functions.update_function_code(FunctionName="strict", ZipFile=package("x = 2"))


def test_a_function_cannot_have_a_configuration_that_is_not_there(role: str) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"
    with pytest.raises(ClientError) as refused:
        function(role, "early", CodeSigningConfigArn=arn)
    assert refused.value.response["Error"] == {
        "Code": "CodeSigningConfigNotFoundException",
        "Message": "The code signing configuration cannot be found. Check that the provided "
        f"configuration is not deleted: {arn}.",
    }
