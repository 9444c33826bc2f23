"""Certificates that API Gateway shows, those it asks for, and where its domain names lead."""

from __future__ import annotations

import json

import pytest
import stacks
from botocore.exceptions import ClientError
from cryptography import x509
from in_process import client, lab
from trial import Trial

STORE = "s3://truststores/callers.pem"


def api(**stage: object) -> str:
    """Return a template of an API that shows a certificate on its stage."""
    of_api = {"RestApiId": {"Ref": "Api"}}
    method = {
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "Integration": {"Type": "MOCK"},
        "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
        **of_api,
    }
    shown = {"StageName": "dock", "DeploymentId": {"Ref": "Deployed"}, **of_api, **stage}
    return json.dumps(
        {
            "Resources": {
                "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "ferries"}},
                "Get": {"Type": "AWS::ApiGateway::Method", "Properties": method},
                "Deployed": {
                    "Type": "AWS::ApiGateway::Deployment",
                    "DependsOn": "Get",
                    "Properties": of_api,
                },
                "Shown": {"Type": "AWS::ApiGateway::ClientCertificate"},
                "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": shown},
            },
            "Outputs": {
                "Api": {"Value": {"Ref": "Api"}},
                "Shown": {"Value": {"Ref": "Shown"}},
            },
        }
    )


def test_a_certificate() -> None:
    properties = {"Description": "for the quay", "Tags": [{"Key": "team", "Value": "blue"}]}
    with Trial("AWS::ApiGateway::ClientCertificate", properties) as made:
        found = made.read()
        assert found["ClientCertificateId"] == made.physical_id
        assert found["Description"] == "for the quay"
        assert found["Tags"] == [{"Key": "team", "Value": "blue"}]
        kept = client("apigateway").get_client_certificate(clientCertificateId=made.physical_id)
        pem = x509.load_pem_x509_certificate(kept["pemEncodedCertificate"].encode())
        assert pem.not_valid_after_utc - pem.not_valid_before_utc == (
            kept["expirationDate"] - kept["createdDate"]
        )
        made.update({"Description": "for the pier"})
        assert made.read()["Description"] == "for the pier"
        listed = client("apigateway").get_client_certificates()["items"]
        assert made.physical_id in [one["clientCertificateId"] for one in listed]
    with pytest.raises(ClientError, match="NotFoundException"):
        client("apigateway").get_client_certificate(clientCertificateId=made.physical_id)


def test_a_stage_shows_it() -> None:
    given = {"ClientCertificateId": {"Ref": "Shown"}}
    made = stacks.create("shown", api(**given))
    assert made["StackStatus"] == "CREATE_COMPLETE"
    told = stacks.outputs("shown")
    stage = client("apigateway").get_stage(restApiId=told["Api"], stageName="dock")
    assert stage["clientCertificateId"] == told["Shown"]
    assert stacks.update("shown", api())["StackStatus"] == "UPDATE_COMPLETE"
    stage = client("apigateway").get_stage(restApiId=told["Api"], stageName="dock")
    assert "clientCertificateId" not in stage
    stacks.delete("shown")


def test_a_stage_cannot_show_what_is_not_there() -> None:
    made = stacks.create("unshown", api(ClientCertificateId="nobody"))
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    stacks.delete("unshown")


def test_a_domain_name_trusts_callers() -> None:
    lab()
    client("s3").create_bucket(Bucket="truststores")
    client("s3").put_object(Bucket="truststores", Key="callers.pem", Body=b"-----BEGIN")
    certificate = client("acm").request_certificate(DomainName="api.example.com")["CertificateArn"]
    properties = {
        "DomainName": "api.example.com",
        "RegionalCertificateArn": certificate,
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "MutualTlsAuthentication": {"TruststoreUri": STORE},
    }
    with Trial("AWS::ApiGateway::DomainName", properties) as name:
        assert name.read()["MutualTlsAuthentication"] == {"TruststoreUri": STORE}
        found = client("apigateway").get_domain_name(domainName="api.example.com")
        assert found["mutualTlsAuthentication"]["truststoreUri"] == STORE
        asking = properties.pop("MutualTlsAuthentication")
        name.properties = {**properties, "MutualTlsAuthentication": asking}
        assert "MutualTlsAuthentication" not in name.update(properties)


def test_a_path_of_a_domain_name_leads_to_a_rest_api() -> None:
    document = json.loads(api())
    certificate = client("acm").request_certificate(DomainName="v2.example.com")["CertificateArn"]
    name = {
        "DomainName": "v2.example.com",
        "DomainNameConfigurations": [{"CertificateArn": certificate, "EndpointType": "REGIONAL"}],
    }
    mapping = {
        "ApiId": {"Ref": "Api"},
        "ApiMappingKey": "boats",
        "DomainName": {"Ref": "Name"},
        "Stage": {"Ref": "Stage"},
    }
    document["Resources"] |= {
        "Name": {"Type": "AWS::ApiGatewayV2::DomainName", "Properties": name},
        "Mapping": {"Type": "AWS::ApiGatewayV2::ApiMapping", "Properties": mapping},
    }
    made = stacks.create("mapped", json.dumps(document))
    assert made["StackStatus"] == "CREATE_COMPLETE"
    told = stacks.outputs("mapped")
    v2 = client("apigatewayv2")
    (found,) = v2.get_api_mappings(DomainName="v2.example.com")["Items"]
    assert (found["ApiId"], found["Stage"]) == (told["Api"], "dock")
    assert told["Api"] not in [one["ApiId"] for one in v2.get_apis()["Items"]]
    with pytest.raises(ClientError, match="Invalid stage identifier"):
        v2.create_api_mapping(DomainName="v2.example.com", ApiId=told["Api"], Stage="none")
    assert stacks.delete("mapped")["StackStatus"] == "DELETE_COMPLETE"


def test_a_truststore_must_be_there() -> None:
    lab()
    with pytest.raises(ClientError, match="BadRequestException"):
        client("apigateway").create_domain_name(
            domainName="nobody.example.com",
            mutualTlsAuthentication={"truststoreUri": "s3://no-such-bucket/callers.pem"},
        )


def test_a_mapping_may_say_that_it_has_no_path() -> None:
    document = json.loads(api())
    name = {"DomainName": "plain.example.com", "EndpointConfiguration": {"Types": ["REGIONAL"]}}
    mapping = {
        "BasePath": "",
        "DomainName": {"Ref": "Name"},
        "RestApiId": {"Ref": "Api"},
        "Stage": {"Ref": "Stage"},
    }
    document["Resources"] |= {
        "Name": {"Type": "AWS::ApiGateway::DomainName", "Properties": name},
        "Mapping": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": mapping},
    }
    made = stacks.create("no-path", json.dumps(document))
    assert made["StackStatus"] == "CREATE_COMPLETE"
    asked = stacks.cfn().detect_stack_drift(StackName="no-path")["StackDriftDetectionId"]
    found = stacks.cfn().describe_stack_drift_detection_status(StackDriftDetectionId=asked)
    assert found["StackDriftStatus"] == "IN_SYNC"
    stacks.delete("no-path")
