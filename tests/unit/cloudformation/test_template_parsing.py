"""What is refused of a template's shape, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from dryrun.cloud.cloudformation.template import (
    TemplateError,
    check_export_name,
    check_secure,
    dependencies,
    parse,
    read,
)

Q = "Resources: {Q: {Type: AWS::SQS::Queue}}\n"
FULL = """
AWSTemplateFormatVersion: 2010-09-09
Description: A queue
Metadata: {Note: ~}
Transform: [AWS::LanguageExtensions, {Name: Mine, Parameters: {}}]
Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod], NoEcho: true, MinLength: '1'}
  Count: {Type: Number, Default: 2, MinValue: 1, MaxValue: 3.5}
Mappings: {M: {eu-west-1: {Ami: [a, b]}}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Q:
    Type: AWS::SQS::Queue
    Condition: IsProd
    DependsOn: [R]
    DeletionPolicy: Retain
    UpdateReplacePolicy: Delete
    Metadata: {A: !Ref R}
    Properties: {QueueName: !Sub '${Env}-${R.QueueName}'}
  R: {Type: AWS::SQS::Queue, CreationPolicy: {}, UpdatePolicy: {}}
Outputs:
  Url: {Value: !Ref Q, Description: d, Condition: IsProd, Export: {Name: !Sub '${Env}-url'}}
"""


def refused(body: str, **options: Any) -> str:
    with pytest.raises(TemplateError) as caught:
        parse(read(body), **options)
    return caught.value.message


def test_a_template_is_taken_apart() -> None:
    template = parse(read(FULL), transformed=True)
    assert template.description == "A queue"
    assert template.transforms == ("AWS::LanguageExtensions", "Mine")
    env, count = template.parameters["Env"], template.parameters["Count"]
    assert (env.default, env.allowed_values, env.no_echo) == ("dev", ("dev", "prod"), True)
    assert (env.min_length, count.default, count.max_value) == (1, "2", 3.5)
    queue, output = template.resources["Q"], template.outputs["Url"]
    assert (queue.condition, queue.depends_on) == ("IsProd", ("R",))
    assert (queue.deletion_policy, queue.update_replace_policy) == ("Retain", "Delete")
    assert queue.metadata == {"A": {"Ref": "R"}}
    assert output.export_name == {"Fn::Sub": "${Env}-url"}
    assert dependencies(template) == {"Q": ("R",), "R": ()}


def test_dependencies_follow_only_what_is_made_and_taken() -> None:
    template = parse(
        read(
            "Conditions: {C: !Equals [a, b]}\n"
            "Resources:\n"
            "  A: {Type: AWS::SQS::Queue, Properties: {X: !If [C, !Ref B, !GetAtt D.Arn]}}\n"
            "  B: {Type: AWS::SQS::Queue, Condition: C}\n"
            "  D: {Type: AWS::SQS::Queue}\n"
        )
    )
    assert dependencies(template) == {"A": ("B", "D"), "B": (), "D": ()}
    assert dependencies(template, {"C": False}) == {"A": ("D",), "D": ()}


SECTIONS = [
    ("Description: a", "Template format error: At least one Resources member must be defined."),
    # aws/aws-cli issue 2858
    (f"WSTemplateFormatVersion: x\n{Q}",
     "Invalid template property or properties [WSTemplateFormatVersion]"),
    ("Resources: {}", "Template format error: At least one Resources member must be defined."),
    (f"Transform: [{{Name: {{Ref: P}}}}]\n{Q}",
     "Key Name of transform definition must be a string."),
    # getmoto/moto pull request 4221
    (f"{Q}Outputs:\n", "[/Outputs] 'null' values are not allowed in templates"),
    ("Resources: []", "Template format error: Any Resources member must be an object."),
    ('Resources: ""\nOutputs: ""',
     "Template format error: Any Resources member must be an object."),
    (f"AWSTemplateFormatVersion: 2011-01-01\n{Q}",
     "Template format error: unsupported value for AWSTemplateFormatVersion."),
    (f"Description: {'x' * 1025}\n{Q}",
     "Template format error: 'Description' length is greater than 1024"),
    ("Resources: {" + ", ".join(f"Q{n}: {{Type: A}}" for n in range(501)) + "}",
     "Template format error: Number of resources, 501, is greater than maximum allowed, 500"),
    (f"{Q}Outputs: {{" + ", ".join(f"O{n}: {{Value: a}}" for n in range(201)) + "}",
     "Template format error: Number of outputs, 201, is greater than maximum allowed, 200"),
    (f"{Q}Parameters: {{" + ", ".join(f"P{n}: {{Type: String}}" for n in range(201)) + "}",
     "Template format error: Number of parameters, 201, is greater than maximum allowed, 200"),
    (f"{Q}Mappings: {{" + ", ".join(f"M{n}: {{a: {{b: c}}}}" for n in range(201)) + "}",
     "Template format error: Number of mappings, 201, is greater than maximum allowed, 200"),
    (f"{Q}Mappings: {{M: {{a: b}}}}",
     "Template format error: Every Mappings member a must be a map"),
    (f"{Q}Mappings: {{M: {{a: {{x86-64: b}}}}}}",
     "Template format error: Mappings attribute name 'x86-64' must contain only alphanumeric "
     "characters."),
    (f"{Q}Mappings: {{M: {{a: {{b: {{c: d}}}}}}}}",
     "Template format error: Every Mappings attribute must be a String or a List."),
]  # fmt: skip
RESOURCES = [
    ("{X-Y: {Type: AWS::SQS::Queue}}",
     "Template format error: Resource name X-Y is non alphanumeric."),
    ("{X: a}", "Template format error: [/Resources/X] resource definition is malformed"),
    ("{X: }", "[/Resources/X] 'null' values are not allowed in templates"),
    ("{X: {Properties: {}}}",
     "Template format error: [/Resources/X] Every Resources object must contain a Type member."),
    # aws-samples/aws-iot-chat-example issue 1
    ("{X: {Type: A, name: b}}", "Invalid template resource property 'name'"),
    # aws-cloudformation/cfn-lint issue 38: a property is reached by way of "Type"
    ("{X: {Type: A, Properties: {EbsOptimized: }}}",
     "[/Resources/X/Type/EbsOptimized] 'null' values are not allowed in templates"),
    ("{X: {Type: A, DependsOn: [~]}}",
     "Template format error: Every DependsOn value must be a string."),
    ("{X: {Type: A, DependsOn: {}}}",
     "Template format error: DependsOn must be a string or list of strings."),
    ("{X: {Type: A, DependsOn: Y}}",
     "Template format error: Unresolved resource dependencies [Y] in the Resources block of the "
     "template"),
    ("{X: {Type: A, DependsOn: X}}", "Circular dependency between resources: [X]"),
    ("{X: {Type: A, Properties: {B: [!Ref Y, !Sub '${Z}${AWS::Resion}', !Ref Y]}}}",
     "Template format error: Unresolved resource dependencies [Y, Z, AWS::Resion] in the Resources "
     "block of the template"),
    ("{X: {Type: A, Properties: {B: !GetAtt Y.Arn}}}",
     "Template error: instance of Fn::GetAtt references undefined resource Y"),
    ("{X: {Type: A, Properties: {B: !Sub '${Y.Arn}'}}}",
     "Template error: instance of Fn::Sub references invalid resource attribute Y.Arn"),
    ("{X: {Type: A, Properties: {B: !Ref Y}}, Y: {Type: A, DependsOn: X}, "
     "Z: {Type: A, DependsOn: X}}",
     "Circular dependency between resources: [X, Y]"),
    ("{X: {Type: A, Condition: C}}",
     "Template format error: Unresolved condition dependency C in the Resources block of the "
     "template"),
    ("{X: {Type: A, Properties: {B: !If [C, a, b]}}}",
     "Template error: unresolved condition dependency C in Fn::If"),
    ("{X: {Type: A, DeletionPolicy: Keep}}",
     "Template format error: Unrecognized DeletionPolicy Keep for resource X"),
    ("{X: {Type: A, DeletionPolicy: !Ref AWS::Region}}",
     "Template format error: Every DeletionPolicy member must be a string."),
    ("{X: {Type: A, UpdateReplacePolicy: RetainExceptOnCreate}}",
     "Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource X"),
    ("{X: {Type: A, Properties: {B: !FindInMap [M, a, b]}}}",
     "Template error: Mapping named 'M' is not present in the 'Mappings' section of template."),
    # aws-samples/ecs-refarch-cloudformation issue 55
    ("{X: {Type: A, Properties: {B: !GetAtt X}}}",
     "Template error: if specifying one argument to Fn::GetAtt, that argument must be a non-empty "
     "string in format <LogicalId>.<Attribute>"),
    # smoketurner/serverless-vpc-plugin pull request 705
    ("{X: {Type: A, Properties: {B: {'Fn::GetAtt': [X]}}}}",
     "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name "
     "and the resource attribute"),
    ("{X: {Type: A, Properties: {B: !Equals [a, b]}}}",
     "Template Error: Fn::Equals cannot be partially collapsed"),
    ("{X: {Type: A, Properties: {B: !ImportValue {'Fn::Sub': '${X}-a'}}}}",
     "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported "
     "values, or Fn::GetAZs"),
    # cfncompat's tests against real AWS: T6d, T8b
    ("{X: {Type: A, Properties: {B: '{{resolve:ssm:/a:prod}}'}}}",
     "Incorrect format is used in the following SSM reference: [{{resolve:ssm:/a:prod}}]"),
    ("{X: {Type: A, Properties: {B: 'a{{resolve:ssm:}}'}}}",
     "Incorrect format is used in the following SSM reference: [{{resolve:ssm:}}]"),
    ("{X: {Type: 'AWS::SSM::Parameter', Properties: {Value: '{{resolve:ssm-secure:/a:1}}'}}}",
     "SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Value]"),
]  # fmt: skip
OUTPUTS = [
    ("{O-P: {Value: a}}", "Template format error: Outputs name 'O-P' is non alphanumeric."),
    ("{O: {Description: a}}",
     "Template format error: Every Outputs member must contain a Value object"),
    ("{O: {Value: }}", "[/Outputs/O/Value] 'null' values are not allowed in templates"),
    ("{O: {Value: a, Extra: b}}", "Invalid output property or properties [Extra]"),
    ("{O: {Value: {a: b}}}", "Template format error: The Value field of every Outputs member must "
     "evaluate to a String and not a Map."),
    ("{O: {Value: [a]}}", "Template format error: The Value field of every Outputs member must "
     "evaluate to a String and not a List."),
    ("{O: {Value: !Equals [a, b]}}", "Template format error: The Value field of every Outputs "
     "member must evaluate to a String."),
    ("{O: {Value: !Ref X}}",
     "Unresolved resource dependencies [X] in the Outputs block of the template"),
    ("{O: {Value: a, Condition: C}}", "Template format error: Unresolved condition dependency C in "
     "the Outputs block of the template"),
    ("{O: {Value: a, Export: b}}",
     "Template format error: Output O is malformed. The Name field of "
     "every Export member must be specified and consist only of alphanumeric characters, colons, "
     "or hyphens."),
    ("{O: {Value: a, Export: {Name: !Ref Q}}}", "Template format error: Output O is malformed. The "
     "Name field of Export must not depend on any resources, imported values, or Fn::GetAZs."),
]  # fmt: skip
CONDITIONS = [
    ("{C: a}", "Template format error: Conditions can only be boolean operations on parameters and "
     "other conditions"),
    ("{C: !Equals [!Ref Q, a]}", "Template format error: Unresolved dependencies [Q]. Cannot "
     "reference resources in the Conditions block of the template"),
    ("{C: !Equals [!GetAtt Q.Arn, a]}",
     "Template format error: Unresolved dependencies [Q]. Cannot "
     "reference resources in the Conditions block of the template"),
    ("{C: !Not [!Condition D]}", "Template format error: Unresolved condition dependency D in the "
     "Conditions block of the template"),
    ("{C: !Not [!Condition D], D: !Not [!Condition C]}",
     "Template error: Found circular condition dependency between D and C"),
    ("{C: !Equals [!ImportValue a, b]}",
     "Template error: Cannot use Fn::ImportValue in Conditions."),
    ("{C: !And [!Equals [a, a]]}", "Template error: every Fn::And object requires a list of at "
     "least 2 and at most 10 boolean parameters."),
    ("{C: !Equals [[a], b]}", "Template error: every Fn::Equals object requires a list of 2 string "
     "parameters."),
    ("{C: !Or [a, b]}", "Template error: every Fn::Or object requires a list of at least 2 and at "
     "most 10 boolean parameters."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message"), SECTIONS)
def test_sections(body: str, message: str) -> None:
    assert refused(body) == message


@pytest.mark.parametrize(("section", "message"), RESOURCES)
def test_resources(section: str, message: str) -> None:
    assert refused(f"Resources: {section}\n") == message


@pytest.mark.parametrize(("section", "message"), OUTPUTS)
def test_outputs(section: str, message: str) -> None:
    assert refused(f"{Q}Outputs: {section}\n") == message


@pytest.mark.parametrize(("section", "message"), CONDITIONS)
def test_conditions(section: str, message: str) -> None:
    assert refused(f"{Q}Conditions: {section}\n") == message


def test_a_literal_look_up_that_fails_is_refused_before_anything_is_made() -> None:
    body = (
        "Mappings: {M: {a: {b: c}}}\n"
        "Resources: {X: {Type: A, Properties: {B: !FindInMap [M, a, z]}}}\n"
    )
    assert refused(body) == "Template error: Unable to get mapping for M::a::z"


@pytest.mark.parametrize("use", ["Properties: {B: !Ref Y}", "DependsOn: Y"])
def test_what_a_condition_leaves_out_cannot_be_used(use: str) -> None:
    template = parse(
        read(
            "Conditions: {C: !Equals [a, b]}\n"
            f"Resources: {{X: {{Type: A, {use}}}, Y: {{Type: A, Condition: C}}}}\n"
        )
    )
    with pytest.raises(TemplateError) as caught:
        dependencies(template, {"C": False})
    assert caught.value.message == (
        "Template format error: Unresolved resource dependencies [Y] in the Resources block of "
        "the template"
    )


def test_a_circle_through_a_branch_counts_only_when_it_is_taken() -> None:
    template = parse(
        read(
            "Conditions: {C: !Equals [a, b]}\n"
            "Resources:\n"
            "  X: {Type: A, Properties: {B: !If [C, !Ref Y, a]}}\n"
            "  Y: {Type: A, Properties: {B: !Ref X}}\n"
        )
    )
    assert dependencies(template, {"C": False}) == {"X": (), "Y": ("X",)}
    with pytest.raises(TemplateError, match="Circular dependency between resources"):
        dependencies(template, {"C": True})


def test_what_a_transform_may_cure_is_let_through_until_it_was_applied() -> None:
    body = (
        "Transform: AWS::Serverless-2016-10-31\n"
        "Globals: {Function: {Timeout: 3}}\n"
        "Resources:\n"
        "  Fn::ForEach::Queues: [N, [a, b], {'Queue${N}': {Type: AWS::SQS::Queue}}]\n"
        "  F: {Type: AWS::Serverless::Function, Connectors: {}, "
        "Properties: {Role: !GetAtt G.Arn}}\n"
        "Outputs: {O: {Value: !Ref FRole}}\n"
    )
    assert list(parse(read(body)).resources) == ["F"]
    assert refused(body, transformed=True).startswith("Invalid template property or properties")


def test_functions_of_the_language_extensions_need_the_transform() -> None:
    body = "Resources: {X: {Type: A, Properties: {B: !Length [a]}}}\n"
    assert refused(body).startswith("Template Error: Encountered unsupported function: Fn::Length")
    assert parse(read(body), transformed=True).resources


def test_secure_references_without_a_version_are_refused_as_the_stack_begins() -> None:
    template = parse(
        read("Resources: {X: {Type: A, Properties: {B: '{{resolve:ssm-secure:/a}}'}}}\n")
    )
    with pytest.raises(TemplateError) as caught:
        check_secure(template)
    assert caught.value.message == "SSM Secure reference is not supported in: [A/Properties/B]"
    allowed = (
        "Resources: {U: {Type: AWS::IAM::User, "
        "Properties: {LoginProfile: {Password: '{{resolve:ssm-secure:/a:1}}'}}}}\n"
    )
    check_secure(parse(read(allowed)))


@pytest.mark.parametrize("name", ["a.b", "", "a b", "x" * 256])
def test_an_evaluated_name_of_an_export_is_checked(name: str) -> None:
    check_export_name("O", "a-b:C1")
    with pytest.raises(TemplateError, match="Output O is malformed"):
        check_export_name("O", name)
