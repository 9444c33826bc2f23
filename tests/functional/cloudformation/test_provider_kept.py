"""Types whose services moto has only in part: what they are given is kept, and given back."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_origin_access_identity() -> None:
    properties = {"CloudFrontOriginAccessIdentityConfig": {"Comment": "for the site"}}
    with Trial("AWS::CloudFront::CloudFrontOriginAccessIdentity", properties) as trial:
        read = trial.read()
        assert read["CloudFrontOriginAccessIdentityConfig"] == {"Comment": "for the site"}
        assert len(read["S3CanonicalUserId"]) == 96
        changed = {"CloudFrontOriginAccessIdentityConfig": {"Comment": "for another"}}
        assert trial.update(changed)["CloudFrontOriginAccessIdentityConfig"] == {
            "Comment": "for another"
        }
        listed = client("cloudfront").list_cloud_front_origin_access_identities()
        items = listed["CloudFrontOriginAccessIdentityList"]["Items"]
        assert trial.physical_id in [one["Id"] for one in items]
        with pytest.raises(ClientError, match="InvalidIfMatchVersion"):
            client("cloudfront").delete_cloud_front_origin_access_identity(
                Id=trial.physical_id, IfMatch="other"
            )


def test_identity_pool_roles() -> None:
    pool = {"AllowUnauthenticatedIdentities": False}
    with Trial("AWS::Cognito::IdentityPool", pool, "Pool") as made:
        role = "arn:aws:iam::123456789012:role/signed-in"
        mapping = {
            "IdentityProvider": "graph.facebook.com",
            "Type": "Token",
            "AmbiguousRoleResolution": "Deny",
        }
        properties = {
            "IdentityPoolId": made.physical_id,
            "Roles": {"authenticated": role},
            "RoleMappings": {"facebook": mapping},
        }
        with Trial("AWS::Cognito::IdentityPoolRoleAttachment", properties) as trial:
            assert trial.read()["RoleMappings"] == {"facebook": mapping}
            found = client("cognito-identity").get_identity_pool_roles(
                IdentityPoolId=made.physical_id
            )
            assert found["Roles"] == {"authenticated": role}
            assert list(found["RoleMappings"]) == ["graph.facebook.com"]
            other = {"authenticated": role, "unauthenticated": f"{role}-not"}
            wanted = {"IdentityPoolId": made.physical_id, "Roles": other}
            assert trial.update(wanted)["Roles"] == other


def test_query_definition() -> None:
    properties = {"Name": "errors/all", "QueryString": "fields @message", "LogGroupNames": ["a"]}
    with Trial("AWS::Logs::QueryDefinition", properties) as trial:
        assert trial.read()["LogGroupNames"] == ["a"]
        changed = {"Name": "errors/all", "QueryString": "fields @timestamp"}
        assert trial.update(changed)["QueryString"] == "fields @timestamp"
        found = client("logs").describe_query_definitions(queryDefinitionNamePrefix="errors/")
        assert [one["queryDefinitionId"] for one in found["queryDefinitions"]] == [
            trial.physical_id
        ]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client("logs").delete_query_definition(queryDefinitionId=trial.physical_id)


def test_a_distribution_shows_as_whom_it_reads_its_bucket() -> None:
    config = {"CloudFrontOriginAccessIdentityConfig": {"Comment": ""}}
    with Trial("AWS::CloudFront::CloudFrontOriginAccessIdentity", config, "Reader") as identity:
        path = f"origin-access-identity/cloudfront/{identity.physical_id}"
        origin = {
            "Id": "bucket",
            "DomainName": "site.s3.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": path},
        }
        behavior = {
            "TargetOriginId": "bucket",
            "ViewerProtocolPolicy": "https-only",
            "ForwardedValues": {"QueryString": False},
        }
        wanted = {"Enabled": True, "Origins": [origin], "DefaultCacheBehavior": behavior}
        with Trial("AWS::CloudFront::Distribution", {"DistributionConfig": wanted}) as trial:
            assert trial.read()["DistributionConfig"]["Origins"] == [origin]
            cloudfront = client("cloudfront")
            found = cloudfront.get_distribution_config(Id=trial.physical_id)["DistributionConfig"]
            (shown,) = found["Origins"]["Items"]
            assert shown["S3OriginConfig"] == {"OriginAccessIdentity": path}
            cookies = found["DefaultCacheBehavior"]["ForwardedValues"]["Cookies"]
            assert cookies["Forward"] == "none"
            one = {"Id": identity.physical_id}
            etag = cloudfront.get_cloud_front_origin_access_identity(**one)["ETag"]
            with pytest.raises(ClientError, match="still being used"):
                cloudfront.delete_cloud_front_origin_access_identity(**one, IfMatch=etag)


POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "es:*",
            "Resource": "*",
        }
    ],
}


@pytest.mark.parametrize(
    ("kind", "cluster", "version"),
    [
        ("OpenSearchService", "ClusterConfig", {"EngineVersion": "OpenSearch_2.11"}),
        ("Elasticsearch", "ElasticsearchClusterConfig", {"ElasticsearchVersion": "7.10"}),
    ],
)
def test_search_domain(kind: str, cluster: str, version: dict[str, str]) -> None:
    properties = {
        **version,
        "AccessPolicies": POLICY,
        "EBSOptions": {"EBSEnabled": True, "VolumeSize": 10},
        cluster: {"InstanceCount": 2},
        "Tags": [{"Key": "team", "Value": "a"}],
    }
    with Trial(f"AWS::{kind}::Domain", properties) as trial:
        read = trial.read()
        assert {name: read[name] for name in properties} == properties
        assert read["DomainEndpoint"].endswith("es.amazonaws.com")
        changed = {
            **properties,
            "EBSOptions": {"EBSEnabled": True, "VolumeSize": 20},
            "Tags": [{"Key": "team", "Value": "b"}],
        }
        read = trial.update(changed)
        assert read["EBSOptions"]["VolumeSize"] == 20
        assert read["Tags"] == changed["Tags"]
