"""Applications written for the Serverless transform, with what calls their functions."""

from __future__ import annotations

from typing import Any

import stacks
from in_process import client

TAKEN = {"Capabilities": ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"]}
APPLICATION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Gate:
    Type: AWS::Serverless::Api
    Properties:
      StageName: harbour
      Auth: {DefaultAuthorizer: AWS_IAM, InvokeRole: CALLER_CREDENTIALS}
  Photos:
    Type: AWS::S3::Bucket
  Sorter:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: "def handler(event, context): return 1"
      AutoPublishAlias: live
      Events:
        Upload:
          Type: S3
          Properties: {Bucket: !Ref Photos, Events: "s3:ObjectCreated:*"}
        Asked:
          Type: Api
          Properties: {RestApiId: !Ref Gate, Path: /boats, Method: get}
"""


def test_an_alias_is_called_by_a_bucket_and_by_an_api() -> None:
    made = stacks.create("serverless-events", APPLICATION, **TAKEN)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    resources = {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for one in client("cloudformation").describe_stack_resources(StackName=made["StackId"])[
            "StackResources"
        ]
    }
    alias = resources["SorterAliaslive"]
    told = client("s3").get_bucket_notification_configuration(Bucket=resources["Photos"])
    assert told["LambdaFunctionConfigurations"][0]["LambdaFunctionArn"] == alias
    integration = _integration(resources["Gate"])
    assert integration["credentials"] == "arn:aws:iam::*:user/*"
    assert alias in integration["uri"]
    client("cloudformation").delete_stack(StackName=made["StackId"])


WEB = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.13, Handler: index.handler}
Resources:
  Gate:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Guard:
            FunctionArn: !GetAtt Guard.Arn
            AuthorizerPayloadFormatVersion: 2.0
            EnableSimpleResponses: true
            Identity: {Headers: [Authorization]}
  Guard:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: "def handler(event, context): return {'isAuthorized': True}"}
  Desk:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: "def handler(event, context): return 1"
      AutoPublishAlias: live
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Asked:
          Type: HttpApi
          Properties: {ApiId: !Ref Gate, Path: /, Method: get, Auth: {Authorizer: Guard}}
Outputs:
  Url: {Value: !GetAtt DeskUrl.FunctionUrl}
"""


def test_an_alias_has_a_url_and_an_http_api_with_a_guard() -> None:
    made = stacks.create("serverless-web", WEB, **TAKEN)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    found = client("cloudformation").describe_stack_resources(StackName=made["StackId"])
    resources = {
        one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found["StackResources"]
    }
    alias = resources["DeskAliaslive"]
    url = client("lambda").get_function_url_config(FunctionName=alias)
    assert [one["OutputValue"] for one in made["Outputs"]] == [url["FunctionUrl"]]
    gateway = client("apigatewayv2")
    route = gateway.get_routes(ApiId=resources["Gate"])["Items"][0]
    guard = gateway.get_authorizer(ApiId=resources["Gate"], AuthorizerId=route["AuthorizerId"])
    assert guard["AuthorizerPayloadFormatVersion"] == "2.0"
    client("cloudformation").delete_stack(StackName=made["StackId"])


def _integration(api_id: str) -> Any:
    gateway = client("apigateway")
    resources = gateway.get_resources(restApiId=api_id)["items"]
    path = next(one for one in resources if one["path"] == "/boats")
    return gateway.get_integration(restApiId=api_id, resourceId=path["id"], httpMethod="GET")
