"""Data sources, functions and resolvers of AppSync, and the operations behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import create, delete, template
from trial import Trial, client

SCHEMA = "type Query { boat(id: ID!): Boat } type Boat { id: ID! name: String }"


@pytest.fixture
def api() -> Iterator[str]:
    sync = client("appsync")
    made = sync.create_graphql_api(name="boats", authenticationType="API_KEY")["graphqlApi"]
    sync.start_schema_creation(apiId=made["apiId"], definition=SCHEMA.encode())
    yield made["apiId"]
    sync.delete_graphql_api(apiId=made["apiId"])


def resolver(api: str, **more: Any) -> dict[str, Any]:
    return {"ApiId": api, "TypeName": "Query", "FieldName": "boat", **more}


def test_data_source(api: str) -> None:
    asked = {"ApiId": api, "Name": "Nothing", "Type": "NONE", "Description": "none"}
    with Trial("AWS::AppSync::DataSource", asked) as it:
        assert it.physical_id.endswith(f"apis/{api}/datasources/Nothing")
        assert it.read() == {**asked, "DataSourceArn": it.physical_id, "MetricsConfig": "DISABLED"}
        http = {"Endpoint": "https://ferry.example"}
        changed = {"ApiId": api, "Name": "Nothing", "Type": "HTTP", "HttpConfig": http}
        found = it.update(changed)
        assert found["HttpConfig"] == http
        assert "Description" not in found
        listed = client("appsync").list_data_sources(apiId=api)["dataSources"]
        assert [one["type"] for one in listed] == ["HTTP"]


def test_function_and_pipeline(api: str) -> None:
    source = {"ApiId": api, "Name": "Nothing", "Type": "NONE"}
    runtime = {"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"}
    asked = {
        "ApiId": api,
        "Name": "step",
        "DataSourceName": "Nothing",
        "Code": "export function request() {}",
        "Runtime": runtime,
    }
    sync = client("appsync")
    with (
        Trial("AWS::AppSync::DataSource", source) as below,
        Trial("AWS::AppSync::FunctionConfiguration", asked) as it,
    ):
        found = it.read()
        assert found["FunctionArn"] == it.physical_id
        assert {key: found[key] for key in asked} == asked
        pipeline = resolver(
            api,
            Kind="PIPELINE",
            PipelineConfig={"Functions": [found["FunctionId"]]},
            Code="export function request() {}",
            Runtime=runtime,
        )
        with Trial("AWS::AppSync::Resolver", pipeline) as above:
            shown = above.read()
            assert shown == {**pipeline, "ResolverArn": above.physical_id}
            through = sync.list_resolvers_by_function(apiId=api, functionId=found["FunctionId"])
            assert [one["fieldName"] for one in through["resolvers"]] == ["boat"]
            with pytest.raises(ClientError, match="currently used by a resolver"):
                it.delete()
        assert it.update({**asked, "Name": "other"})["Name"] == "other"
        with pytest.raises(ClientError, match="in use"):
            below.delete()


def test_unit_resolver(api: str) -> None:
    source = {"ApiId": api, "Name": "Nothing", "Type": "NONE"}
    asked = resolver(api, DataSourceName="Nothing", RequestMappingTemplate="{}")
    with (
        Trial("AWS::AppSync::DataSource", source),
        Trial("AWS::AppSync::Resolver", asked) as it,
    ):
        assert it.read() == {**asked, "ResolverArn": it.physical_id}
        with pytest.raises(ClientError, match="Only one resolver is allowed per field"):
            Trial("AWS::AppSync::Resolver", asked).create()
        changed = {**asked, "ResponseMappingTemplate": "$ctx.result"}
        assert it.update(changed)["ResponseMappingTemplate"] == "$ctx.result"
        assert len(client("appsync").list_resolvers(apiId=api, typeName="Query")["resolvers"]) == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"FieldName": "ship"}, "No field named ship found on type Query"),
        ({"TypeName": "Mutation"}, "Type Mutation not found"),
        ({}, "DataSourceName is required for UNIT resolver"),
        ({"DataSourceName": "Gone"}, "No data source found named Gone"),
    ],
)
def test_what_no_resolver_can_be(api: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        Trial("AWS::AppSync::Resolver", resolver(api, **more)).create()


def test_a_stack_of_an_api() -> None:
    api = {"ApiId": {"Fn::GetAtt": "Api.ApiId"}}
    body = template(
        None,
        Api={
            "Type": "AWS::AppSync::GraphQLApi",
            "Properties": {"Name": "ferry", "AuthenticationType": "API_KEY"},
        },
        Schema={"Type": "AWS::AppSync::GraphQLSchema", "Properties": {**api, "Definition": SCHEMA}},
        Source={
            "Type": "AWS::AppSync::DataSource",
            "Properties": {**api, "Name": "Nothing", "Type": "NONE"},
        },
        Boat={
            "Type": "AWS::AppSync::Resolver",
            "DependsOn": "Schema",
            "Properties": {
                **api,
                "TypeName": "Query",
                "FieldName": "boat",
                "DataSourceName": {"Fn::GetAtt": "Source.Name"},
            },
        },
    )
    assert create("graph", body)["StackStatus"] == "CREATE_COMPLETE"
    assert delete("graph")["StackStatus"] == "DELETE_COMPLETE"


def test_every_api_has_addresses_of_its_own() -> None:
    asked = {"Name": "one", "AuthenticationType": "API_KEY"}
    kind = "AWS::AppSync::GraphQLApi"
    with Trial(kind, asked, "One") as one, Trial(kind, {**asked, "Name": "two"}, "Two") as two:
        first, second = one.read(), two.read()
        assert first["GraphQLUrl"].endswith(".appsync-api.us-east-1.amazonaws.com/graphql")
        assert first["RealtimeUrl"].startswith("wss://")
        assert first["GraphQLUrl"] != second["GraphQLUrl"]
        assert first["GraphQLDns"] == first["GraphQLUrl"].split("/")[2]
