import pytest

from dryrun.cloud.cloudformation.template import ParameterValue, TemplateError
from dryrun.cloud.cloudformation.transforms import apply

_PARAMETERS = {
    "Names": {"Type": "CommaDelimitedList", "Default": "a, b"},
    "Env": {"Type": "String", "Default": "prod"},
    "Empty": {"Type": "CommaDelimitedList", "Default": ""},
    "Secret": {"Type": "String", "Default": "hidden", "NoEcho": True},
}
_MAPPINGS = {"M": {"a": {"Size": "1"}, "prod": {"Size": "9", "Names": ["x", "y"]}}}
_CONDITIONS = {
    "IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
    "NotProd": {"Fn::Not": [{"Condition": "IsProd"}]},
}


def extend(parameters=None, **sections):
    document = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": _PARAMETERS,
        "Mappings": _MAPPINGS,
        "Conditions": _CONDITIONS,
        **sections,
    }
    return apply(
        document,
        parameters or {},
        region="us-east-1",
        account="123456789012",
        partition="aws",
        stack_name="ferry",
        read_s3=lambda location: location,
    )


def value_of(node, parameters=None):
    resources = {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"P": node}}}
    return extend(parameters, Resources=resources)["Resources"]["Q"]["Properties"]["P"]


def loop(*arguments, key="Fn::ForEach::Loop"):
    return {key: list(arguments)}


QUEUE = {"Type": "AWS::SQS::Queue"}


# Loops


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        (["x", "y"], ["Qx", "Qy"]),
        ([1, 2], ["Q1", "Q2"]),
        ({"Ref": "Names"}, ["Qa", "Qb"]),
        ([{"Ref": "Env"}, "z"], ["Qprod", "Qz"]),
        ({"Fn::FindInMap": ["M", {"Ref": "Env"}, "Names"]}, ["Qx", "Qy"]),
        ({"Fn::Split": ["-", "m-n"]}, ["Qm", "Qn"]),
        ([{"Fn::Sub": "${Env}1"}], ["Qprod1"]),
        ([], []),
    ],
)
def test_a_loop_over(collection, expected):
    resources = loop("Name", collection, {"Q${Name}": QUEUE})
    assert list(extend(Resources=resources)["Resources"]) == expected


def test_a_given_value_is_looped_over():
    given = ParameterValue("Names", "c,d", None, ["c", "d"], no_echo=False)
    result = extend({"Names": given}, Resources=loop("N", {"Ref": "Names"}, {"Q${N}": QUEUE}))
    assert list(result["Resources"]) == ["Qc", "Qd"]


def test_where_the_item_is_put():
    fragment = {
        "Q&{Cidr}": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "Ref": {"Ref": "Cidr"},
                "Sub": {"Fn::Sub": "${Cidr}-${AWS::Region}-${!Cidr}-&{Cidr}"},
                "Map": {"Fn::Sub": ["${x}${Cidr}", {"x": {"Ref": "Cidr"}}]},
                "Later": {"Fn::Sub": "${Cidr}-${AWS::Region}-${Q.Arn}"},
                "Plain": "${Cidr}",
                "Key${Cidr}": 1,
            },
        }
    }
    resources = extend(Resources=loop("Cidr", ["10.0"], fragment))["Resources"]
    assert resources["Q100"]["Properties"] == {
        "Ref": "10.0",
        "Sub": "10.0-us-east-1-${Cidr}-&{Cidr}",
        "Map": "10.010.0",
        "Later": {"Fn::Sub": "10.0-${AWS::Region}-${Q.Arn}"},
        "Plain": "${Cidr}",
        "Key${Cidr}": 1,
    }


def test_loops_in_loops_conditions_properties_and_outputs():
    inner = loop("Kind", ["Arn", "QueueName"], {"${Name}${Kind}": {"Value": _att()}})
    result = extend(
        Conditions={
            **_CONDITIONS,
            **loop("Name", ["a"], {"Is${Name}": {"Fn::Equals": [{"Ref": "Name"}, "a"]}}),
        },
        Resources={
            "Qa": {
                **QUEUE,
                "Properties": loop(
                    "P", ["X", "Y"], {"Set${P}": {"Ref": "P"}}, key="Fn::ForEach::P"
                ),
            }
        },
        Outputs=loop(
            "Name", ["a"], {"Fn::ForEach::Inner": inner["Fn::ForEach::Loop"]}, key="Fn::ForEach::O"
        ),
    )
    assert result["Conditions"]["Isa"] == {"Fn::Equals": ["a", "a"]}
    assert result["Resources"]["Qa"]["Properties"] == {"SetX": "X", "SetY": "Y"}
    assert result["Outputs"] == {
        "aArn": {"Value": {"Fn::GetAtt": ["Qa", "Arn"]}},
        "aQueueName": {"Value": {"Fn::GetAtt": ["Qa", "QueueName"]}},
    }


def _att():
    return {"Fn::GetAtt": [{"Fn::Sub": "Q${Name}"}, {"Ref": "Kind"}]}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"Fn::ForEach::L": "x"}, "Fn::ForEach layout is incorrect"),
        (loop("N", ["a"]), "Fn::ForEach layout is incorrect"),
        (loop("N", "Names", {"Q${N}": QUEUE}), "Fn::ForEach layout is incorrect"),
        (loop({"Ref": "N"}, ["a"], {"Q${N}": QUEUE}), "Fn::ForEach layout is incorrect"),
        (loop("N", ["a"], {}), "Fn::ForEach layout is incorrect"),
        (
            loop("N", {"Fn::GetAtt": ["Q", "Arns"]}, {"Q${N}": QUEUE}),
            "Could not find a collection or could not be resolved for Fn::ForEach",
        ),
        (
            loop("N", {"Ref": "Env"}, {"Q${N}": QUEUE}),
            "Could not find a collection or could not be resolved for Fn::ForEach",
        ),
        (
            loop("N", ["a", "b"], {"Q": QUEUE}),
            "Duplicate key 'Q' when merging keys to parent object in Fn::ForEach",
        ),
        (
            {"Qa": QUEUE, **loop("N", ["a"], {"Q${N}": QUEUE})},
            "Duplicate key 'Qa' when merging keys to parent object in Fn::ForEach",
        ),
        (loop("N", ["a-b"], {"Q${N}": QUEUE}), "LogicalId 'Qa-b' should be alphanumeric"),
        (
            loop("N", [{"Fn::Select": ["7", ["a"]]}], {"Q${N}": QUEUE}),
            "Fn::Select cannot select nonexistent value at index 7",
        ),
        (
            loop("N", ["a"], {"Q${N}": {**QUEUE, "Condition": "Is${N}"}}),
            "Key Is${N} is missing in the map.",
        ),
        (
            {"Loop": QUEUE, **loop("N", ["a"], {"Q${N}": QUEUE})},
            "The loop name Loop of Fn::ForEach is not unique",
        ),
    ],
)
def test_loops_that_fail(resources, expected):
    with pytest.raises(TemplateError) as caught:
        extend(Resources=resources)
    assert caught.value.message == f"Transform AWS::LanguageExtensions failed with: {expected}"


def test_an_output_s_key_has_a_word_of_its_own():
    with pytest.raises(TemplateError, match=r"OutputKey 'O-' should be alphanumeric"):
        extend(Outputs=loop("N", ["-"], {"O${N}": {"Value": 1}}))


def test_a_variable_in_a_variable():
    fragment = {"Q${N}": {**QUEUE, "Properties": {"A": {"Fn::Sub": "${Param${M}}"}}}}
    with pytest.raises(TemplateError, match=r"^Template error: variable names in Fn::Sub"):
        extend(Resources=loop("N", ["a"], fragment))


def test_loops_cannot_grow_without_end():
    fragment = {"Q${A}x${B}x${C}": QUEUE}
    for name in "CBA":
        fragment = loop(name, list(range(100)), fragment, key=f"Fn::ForEach::{name}")
    with pytest.raises(TemplateError, match="greater than maximum allowed, 500"):
        extend(Resources=fragment)


# Functions


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"Fn::Length": [1, 2, 3]}, 3),
        ({"Fn::Length": {"Ref": "Names"}}, 2),
        ({"Fn::Length": {"Fn::Split": ["|", "a|b|c"]}}, 3),
        ({"Fn::ToJsonString": {"a": [1, True, None]}}, '{"a":[1,true,null]}'),
        ({"Fn::ToJsonString": {"n": {"Ref": "Names"}}}, '{"n":["a","b"]}'),
        ({"Fn::ToJsonString": [{"Ref": "AWS::NoValue"}, "x"]}, '["x"]'),
        (
            {"Fn::ToJsonString": {"r": {"Ref": "AWS::Region"}, "e": {"Ref": "Env"}}},
            {"Fn::ToJsonString": {"r": "us-east-1", "e": "prod"}},
        ),
        (
            {"Fn::ToJsonString": {"q": {"Fn::GetAtt": ["Q", "Arn"]}}},
            {"Fn::ToJsonString": {"q": {"Fn::GetAtt": ["Q", "Arn"]}}},
        ),
        ({"Fn::FindInMap": ["M", "a", "Size"]}, "1"),
        ({"Fn::FindInMap": ["M", {"Ref": "Env"}, "Size"]}, "9"),
        ({"Fn::FindInMap": ["M", {"Fn::Select": [0, ["a"]]}, {"Fn::Sub": "Size"}]}, "1"),
        ({"Fn::FindInMap": ["M", "zz", "Size", {"DefaultValue": "0"}]}, "0"),
        (
            {"Fn::FindInMap": ["M", "zz", "Size", {"DefaultValue": {"Ref": "AWS::NoValue"}}]},
            {"Ref": "AWS::NoValue"},
        ),
        ({"Fn::FindInMap": ["M", "zz", "Size", {"DefaultValue": {"Ref": "Env"}}]}, "prod"),
        (
            {"Fn::FindInMap": ["M", {"Ref": "Bucket"}, "Size"]},
            {"Fn::FindInMap": ["M", {"Ref": "Bucket"}, "Size"]},
        ),
        ({"Ref": "Env"}, "prod"),
        ({"Ref": "Names"}, ["a", "b"]),
        ({"Ref": "Secret"}, {"Ref": "Secret"}),
        ({"Fn::Sub": "${Env}-${Secret}"}, {"Fn::Sub": "${Env}-${Secret}"}),
        ({"Fn::Select": [1, {"Ref": "Names"}]}, "b"),
        ({"Fn::Select": [9, {"Ref": "Names"}]}, {"Fn::Select": [9, ["a", "b"]]}),
        ({"Fn::If": ["IsProd", {"Ref": "Env"}, "x"]}, {"Fn::If": ["IsProd", "prod", "x"]}),
        ({"Ref": "AWS::NoValue"}, {"Ref": "AWS::NoValue"}),
        ({"Ref": "AWS::StackId"}, {"Ref": "AWS::StackId"}),
        ({"Ref": {"Fn::Sub": "Queue${Env}"}}, {"Ref": "Queueprod"}),
        ({"Fn::GetAtt": [{"Ref": "Env"}, "Arn"]}, {"Fn::GetAtt": ["prod", "Arn"]}),
        ({"Fn::GetAtt": "Q.Arn"}, {"Fn::GetAtt": "Q.Arn"}),
        ({"Fn::Join": ["-", [{"Fn::Length": [1]}]]}, "1"),
    ],
)
def test_functions(node, expected):
    assert value_of(node) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (
            {"Fn::Length": {"Fn::GetAtt": ["Q", "Arns"]}},
            "The Fn::Length value could not be resolved for properties",
        ),
        (
            {"Fn::FindInMap": ["M", "zz", "Size"]},
            "Unable to get mapping for M::zz::Size",
        ),
    ],
)
def test_functions_that_fail(node, expected):
    with pytest.raises(TemplateError) as caught:
        value_of(node)
    assert caught.value.message == f"Transform AWS::LanguageExtensions failed with: {expected}"


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("Delete", "Delete"),
        ({"Fn::If": ["IsProd", "Retain", "Delete"]}, "Retain"),
        ({"Fn::If": ["NotProd", "Retain", "Delete"]}, "Delete"),
        ({"Fn::FindInMap": ["M", "zz", "P", {"DefaultValue": "Retain"}]}, "Retain"),
    ],
)
def test_policies(node, expected):
    entry = {**QUEUE, "DeletionPolicy": node, "UpdateReplacePolicy": node}
    result = extend(Resources={"Q": entry})["Resources"]["Q"]
    assert (result["DeletionPolicy"], result["UpdateReplacePolicy"]) == (expected, expected)


def test_a_policy_may_be_left_out():
    node = {"Fn::If": ["NotProd", "Retain", {"Ref": "AWS::NoValue"}]}
    assert extend(Resources={"Q": {**QUEUE, "DeletionPolicy": node}})["Resources"]["Q"] == QUEUE


def test_the_name_of_a_condition_may_be_a_function():
    entry = {**QUEUE, "Condition": {"Fn::Sub": "Is${N}"}}
    result = extend(Resources=loop("N", ["Prod"], {"Q${N}": entry}))
    assert result["Resources"]["QProd"]["Condition"] == "IsProd"


def test_one_dependency_is_told_as_its_name():
    entry = {**QUEUE, "DependsOn": ["Q"]}
    result = extend(Resources={"Q": QUEUE, "R": entry, "S": {**QUEUE, "DependsOn": ["Q", "R"]}})
    assert [result["Resources"][name]["DependsOn"] for name in "RS"] == ["Q", ["Q", "R"]]


def test_a_condition_may_be_left_out():
    node = {"Fn::FindInMap": ["M", {"Ref": "N"}, "If", {"DefaultValue": {"Ref": "AWS::NoValue"}}]}
    result = extend(Resources=loop("N", ["a"], {"Q${N}": {**QUEUE, "Condition": node}}))
    assert result["Resources"] == {"Qa": QUEUE}


def test_it_works_before_the_serverless_transform():
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"Handler": "h", "Runtime": "python3.12", "CodeUri": "s3://ferry-code/k"},
    }
    result = extend(
        Transform=["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
        Resources=loop("N", ["a", "b"], {"F${N}": function}),
    )
    assert set(result["Resources"]) == {"Fa", "FaRole", "Fb", "FbRole"}
