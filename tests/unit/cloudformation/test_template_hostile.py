"""No document, however wrong, gives anything but a template or an error of AWS's."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from template_scope import FakeAccount, FakeScope

from dryrun.cloud.cloudformation.template import (
    Template,
    TemplateError,
    check_existence,
    check_rules,
    check_secure,
    dependencies,
    evaluate,
    evaluate_conditions,
    parameter_values,
    parse,
    read,
    references,
)

FUNCTIONS = (
    "Ref", "Condition", "Fn::GetAtt", "Fn::Base64", "Fn::Cidr", "Fn::FindInMap", "Fn::GetAZs",
    "Fn::If", "Fn::ImportValue", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub",
    "Fn::ToJsonString", "Fn::Length", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::Contains",
    "Fn::EachMemberIn", "Fn::EachMemberEquals", "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll",
    "Fn::Transform", "Fn::ForEach::X", "Fn::GetStackOutput", "Fn::Nope", "Fn::",
)  # fmt: skip
KEYS = (
    "Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "Default",
    "NoEcho",
    "AllowedValues", "AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue", "Value",
    "Export", "Name", "Description", "Assertions", "Assert", "RuleCondition", "DefaultValue",
    "Q", "a",
)  # fmt: skip
TEXTS = (
    "", "a", "Q", "P", "C", "M", "Q.Arn", "${Q}", "${P}${!a}", "${", "${}", "${a b}", "AWS::Region",
    "AWS::NoValue", "AWS::SQS::Queue", "String", "Number", "CommaDelimitedList", "List<Number>",
    "AWS::SSM::Parameter::Value<String>", "AWS::EC2::VPC::Id", "{{resolve:ssm:/a:1}}",
    "{{resolve:ssm-secure:x y}}", "10.0.0.0/16", "::/0", "1e999", "-1", "0", "2010-09-09", "[",
    "(a+)+$",
    "AWS::LanguageExtensions", "\ud800", "\x00", "9" * 5000,
)  # fmt: skip
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 300),
    st.just(10**400),
    st.floats(),
    st.sampled_from(TEXTS),
)
keys = st.sampled_from((*KEYS, *FUNCTIONS))


def _wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(keys, inner, max_size=4),
        st.builds(lambda name, node: {name: node}, st.sampled_from(FUNCTIONS), inner),
    )


nodes = st.recursive(scalars, _wider, max_leaves=12)
names = st.sampled_from(("Q", "P", "C", "M", "a-b", "", "Fn::Transform", "Fn::ForEach::X"))
sections = st.dictionaries(names, nodes, max_size=3) | nodes
resources = st.dictionaries(
    names,
    st.fixed_dictionaries(
        {"Type": st.just("AWS::SQS::Queue") | nodes},
        optional={
            "Properties": st.dictionaries(keys, nodes, max_size=3) | nodes,
            "DependsOn": nodes,
            "Condition": nodes,
            "Metadata": nodes,
        },
    ),
    min_size=1,
    max_size=3,
)
documents = st.fixed_dictionaries(
    {"Resources": resources | sections},
    optional={
        "Parameters": st.dictionaries(
            names,
            st.fixed_dictionaries(
                {"Type": st.sampled_from(TEXTS)},
                optional={name: nodes for name in KEYS if name[0] in "DNAM"},
            ),
            max_size=2,
        )
        | sections,
        "Conditions": sections,
        "Mappings": sections,
        "Outputs": sections,
        "Rules": sections,
        "Transform": nodes,
        "Description": nodes,
        "AWSTemplateFormatVersion": nodes,
        "Metadata": nodes,
        "Extra": nodes,
    },
)


def _use(template: Template) -> None:
    scope = FakeScope()
    with suppress(TemplateError):
        dependencies(template)
    with suppress(TemplateError):
        dependencies(template, evaluate_conditions(template, scope))
    with suppress(TemplateError):
        check_rules(template, scope, FakeAccount())
    with suppress(TemplateError):
        check_secure(template)
    with suppress(TemplateError):
        given_values = [{"ParameterKey": "P", "ParameterValue": "a,b"}]
        values = parameter_values(template, given_values, None, FakeAccount())
        check_existence(template, values, FakeAccount())
    for resource in template.resources.values():
        with suppress(TemplateError):
            evaluate(resource.properties, scope)


@settings(max_examples=80, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(documents, st.booleans())
def test_wrong_documents_are_refused(document: dict[str, Any], transformed: bool) -> None:
    with suppress(TemplateError):
        _use(parse(document, transformed=transformed))


@settings(max_examples=100, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(nodes)
def test_wrong_functions_are_refused(node: Any) -> None:
    references(node)
    with suppress(TemplateError):
        evaluate(node, FakeScope())


@settings(max_examples=100, deadline=2000)
@given(st.text(alphabet="{}[]:-?!&*|>%@`'\"#,\\ \n\taA1~<.=\x00\ud800", max_size=60))
def test_wrong_texts_are_refused(body: str) -> None:
    with suppress(TemplateError):
        parse(read(body))


@settings(max_examples=100, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(documents)
def test_documents_written_as_json_are_read_or_refused(document: dict[str, Any]) -> None:
    with suppress(TemplateError):
        parse(read(json.dumps(document)))


def test_a_document_deeper_than_anybody_writes_is_refused() -> None:
    node: Any = "a"
    for _ in range(10_000):
        node = {"Fn::Base64": node}
    with suppress(TemplateError):
        parse({"Resources": {"Q": {"Type": "A", "Properties": {"A": node}}}})
        raise AssertionError("a document 10,000 levels deep was taken")
