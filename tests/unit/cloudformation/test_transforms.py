import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sam_templates import TEMPLATES

from dryrun.cloud.cloudformation.schema import schema
from dryrun.cloud.cloudformation.template import UNKNOWN, TemplateError, read
from dryrun.cloud.cloudformation.transforms import UnreadableError, apply

sys.modules.setdefault("rfc3987_syntax", None)  # as in the cloud's process: seconds to import

SAM = "AWS::Serverless-2016-10-31"


def run(document, parameters=None, files=None, region="us-east-1", partition="aws"):
    def read_s3(location):
        if location not in (files or {}):
            raise UnreadableError("S3 bucket [nowhere] does not exist.")
        return files[location]

    return apply(
        document,
        parameters or {},
        region=region,
        account="123456789012",
        partition=partition,
        stack_name="ferry",
        read_s3=read_s3,
    )


def refusal(document, **more):
    with pytest.raises(TemplateError) as caught:
        run(document, **more)
    return caught.value.message


def without_functions(node):
    """Put an unknown value where a function stands."""
    if isinstance(node, list):
        return [without_functions(item) for item in node]
    if not isinstance(node, dict):
        return node
    if len(node) == 1 and next(iter(node)).startswith(("Fn::", "Ref")):
        return UNKNOWN
    return {name: without_functions(value) for name, value in node.items()}


def sam(body):
    return {"Transform": SAM, **read(body)}


# AWS::Serverless


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_sam_template_becomes_resources_that_aws_takes(name):
    result = run(sam(TEMPLATES[name]))
    assert "Transform" not in result
    assert "Globals" not in result
    for resource in result["Resources"].values():
        assert not resource["Type"].startswith("AWS::Serverless::")
        found = schema(resource["Type"])
        properties = found.coerce(without_functions(resource.get("Properties", {})))
        assert found.validate(properties) == []


def test_there_are_enough_of_them():
    assert len(TEMPLATES) >= 40


def test_a_template_without_macros_is_the_same_object():
    document = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    assert run(document) is document


def test_the_template_that_was_sent_stays_as_it_is():
    document = sam(TEMPLATES["globals"])
    before = json.dumps(document)
    run(document)
    assert json.dumps(document) == before


def test_managed_policies_have_the_arn_of_their_partition():
    body = TEMPLATES["policies"]
    role = run(sam(body))["Resources"]["FRole"]["Properties"]
    assert "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess" in role["ManagedPolicyArns"]
    role = run(sam(body), region="cn-north-1", partition="aws-cn")["Resources"]["FRole"]
    arns = role["Properties"]["ManagedPolicyArns"]
    assert arns == [
        "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws-cn:iam::aws:policy/AmazonDynamoDBReadOnlyAccess",
    ]


def test_parameters_reach_the_translator():
    body = TEMPLATES["alias"].replace("AutoPublishAlias: live", "AutoPublishAlias: {Ref: Alias}")
    document = sam(f"Parameters: {{Alias: {{Type: String, Default: live}}}}\n{body}")
    assert "FAliaslive" in run(document)["Resources"]
    assert "FAliasbeta" in run(document, {"Alias": "beta"})["Resources"]


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (
            {"F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "s3://b/k"}}},
            "Number of errors found: 1. Resource with id [F] is invalid. "
            "Runtime and Handler needs to be present when PackageType is of type `Zip`",
        ),
        (
            {
                "F": {
                    "Type": "AWS::Serverless::Function",
                    "Properties": {"Handler": "h", "Runtime": "python3.12", "CodeUri": "./src"},
                }
            },
            "Number of errors found: 1. Resource with id [F] is invalid. 'CodeUri' is not a valid "
            "S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.",
        ),
        (
            {"F": {"Type": "AWS::Serverless::Function", "Properties": "x"}},
            "Number of errors found: 1. Resource with id [F] is invalid. "
            "Attribute 'Properties' should be a map.",
        ),
        ({}, "Number of errors found: 1. Structure of the SAM template is invalid."),
    ],
)
def test_what_the_translator_refuses_has_aws_s_words(resources, expected):
    message = refusal({"Transform": SAM, "Resources": resources})
    start = f"Transform {SAM} failed with: Invalid Serverless Application Specification document. "
    assert message.startswith(start + expected)


def test_the_application_repository_is_refused_honestly():
    location = {"ApplicationId": "arn:aws:serverlessrepo:a", "SemanticVersion": "1.0.0"}
    application = {"Type": "AWS::Serverless::Application", "Properties": {"Location": location}}
    message = refusal({"Transform": SAM, "Resources": {"A": application}})
    assert message.startswith("Dry Run does not simulate applications of the AWS Serverless")


@pytest.mark.slow
def test_it_is_deterministic_and_stays_at_home():
    here = Path(__file__).parent
    code = (
        "import sys, json, socket; sys.modules['rfc3987_syntax'] = None\n"
        "def no(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = no; socket.getaddrinfo = no\n"
        "import test_transforms as t\n"
        "print(json.dumps([t.run(t.sam(b)) for b in list(t.TEMPLATES.values())[::2]]))\n"
    )
    outputs = []
    for seed in ("1", "2"):
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(here),
            "PYTHONHASHSEED": seed,
            "HOME": "/nonexistent",
            "AWS_CONFIG_FILE": "/nonexistent/config",
        }
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False
        )
        assert ran.stderr == ""
        outputs.append(ran.stdout)
    assert outputs[0] == outputs[1] != ""


# Names


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ("MyMacro", "No transform named 123456789012::MyMacro found."),
        (["210987654321::Other"], "No transform named 210987654321::Other found."),
        ({"Name": "MyMacro", "Parameters": {}}, "No transform named 123456789012::MyMacro found."),
        ({"Name": {"Ref": "X"}}, "Key Name of transform definition must be a string."),
        ([5], "Key Name of transform definition must be a string."),
        (
            "AWS::SecretsManager-2024-09-16",
            "Dry Run does not simulate the transform AWS::SecretsManager-2024-09-16; "
            "real AWS would carry it out.",
        ),
    ],
)
def test_macros_nobody_registered(transform, expected):
    assert refusal({"Transform": transform, "Resources": {}}) == expected
    assert refusal({"Resources": {"A": {"Fn::Transform": transform}}}) == expected


def test_the_deepest_macro_comes_first():
    inner = {"Fn::Transform": {"Name": "Inner"}}
    document = {"Transform": "Outer", "Resources": {"A": {"Fn::Transform": "Mid", "B": inner}}}
    assert refusal(document) == "No transform named 123456789012::Inner found."


# AWS::Include


def include(location):
    return {"Name": "AWS::Include", "Parameters": {"Location": location}}


_FILES = {
    "s3://b/one.yaml": "Two: 2\nThree: {Ref: P}\n",
    "s3://b/top.json": '{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}, "Metadata": {"m": 1}}',
    "s3://b/short.yaml": "A: !Ref B\n",
    "s3://b/list.yaml": "[1]\n",
    "s3://b/alias.yaml": "a: &x 1\nb: *x\n",
    "s3://b/bad.json": "{",
    "s3://b/nested.yaml": "A: {'Fn::Transform': {Name: 'AWS::Include'}}\n",
    "s3://b/date.yaml": "Version: 2012-10-17\n",
}


def test_a_snippet_joins_what_stands_beside_it():
    document = {"Resources": {"A": {"One": 1, "Fn::Transform": include("s3://b/one.yaml")}}}
    assert run(document, files=_FILES)["Resources"]["A"] == {
        "One": 1,
        "Two": 2,
        "Three": {"Ref": "P"},
    }


def test_a_snippet_takes_the_place_of_what_has_its_name():
    document = {
        "Metadata": {"A": {"One": 1, "Two": 0, "Fn::Transform": include("s3://b/one.yaml")}}
    }
    assert run(document, files=_FILES)["Metadata"]["A"] == {
        "One": 1,
        "Two": 2,
        "Three": {"Ref": "P"},
    }


def test_dates_stay_text():
    document = {"Metadata": {"Fn::Transform": include("s3://b/date.yaml")}}
    assert run(document, files=_FILES)["Metadata"] == {"Version": "2012-10-17"}


def test_a_snippet_at_the_top_joins_the_sections():
    document = {
        "Transform": include("s3://b/top.json"),
        "Resources": {"Q": {"Type": "AWS::SQS::Queue"}},
    }
    result = run(document, files=_FILES)
    assert set(result["Resources"]) == {"Q", "B"}
    assert result["Metadata"] == {"m": 1}
    assert "Transform" not in result


def test_the_location_may_come_from_a_parameter():
    document = {
        "Parameters": {"P": {"Type": "String", "Default": "one"}},
        "Metadata": {"Fn::Transform": include({"Fn::Sub": "s3://b/${P}.yaml"})},
    }
    assert run(document, files=_FILES)["Metadata"]["Two"] == 2


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("s3://nowhere/x", "S3 bucket [nowhere] does not exist."),
        ("s3://b/short.yaml", "The specified S3 object's content should be valid Yaml/JSON"),
        ("s3://b/list.yaml", "The specified S3 object's content should be valid Yaml/JSON"),
        ("s3://b/alias.yaml", "The specified S3 object's content should be valid Yaml/JSON"),
        ("s3://b/bad.json", "The specified S3 object's content should be valid Yaml/JSON"),
        ("s3://b/nested.yaml", "A template snippet that is included cannot include another one"),
        ("https://x/y", "The Location parameter must be an Amazon S3 URI, like s3://bucket/key"),
        (
            {"Ref": "Missing"},
            "The Location parameter must be an Amazon S3 URI, like s3://bucket/key",
        ),
    ],
)
def test_snippets_that_cannot_be_had(location, expected):
    document = {"Resources": {"A": {"Fn::Transform": include(location)}}}
    assert refusal(document, files=_FILES) == f"Transform AWS::Include failed with: {expected}"


# Hostile input

_WORDS = """
Resources Transform Fn::Transform Name Parameters Location Type Properties Fn::ForEach::L Outputs
Conditions Globals Function Events Ref Fn::Sub Fn::Length Fn::FindInMap Mappings Condition
DeletionPolicy Policies CodeUri Q${I} Default Fn::If Fn::ToJsonString Fn::GetAtt
"""
_KEYS = st.sampled_from(_WORDS.split())
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**20)
    | st.sampled_from(
        ["", "I", "Q", "AWS::Include", "s3://b/one.yaml", "${I}", "CommaDelimitedList"]
    )
    | st.sampled_from(
        ["AWS::Serverless::Function", "AWS::Serverless::Api", "AWS::SQS::Queue", "Api"]
    )
)
_NODES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=25,
)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([SAM, "AWS::LanguageExtensions", include("s3://b/one.yaml"), None, 5, {}]),
    st.dictionaries(_KEYS, _NODES, max_size=5),
    st.dictionaries(st.sampled_from("IQP"), _NODES, max_size=2),
)
def test_nothing_but_template_errors(transform, document, parameters):
    with contextlib.suppress(TemplateError):
        assert isinstance(run({**document, "Transform": transform}, parameters, files=_FILES), dict)


def test_deep_documents_are_refused():
    node = {}
    for _ in range(5000):
        node = {"A": node}
    for transform in (SAM, "AWS::LanguageExtensions", include("s3://b/one.yaml")):
        with pytest.raises(TemplateError):
            run({"Transform": transform, "Resources": node}, files=_FILES)
