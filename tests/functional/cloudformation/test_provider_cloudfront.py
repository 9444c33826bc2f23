"""AWS::CloudFront and AWS::AppSync, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def kept(trial: Trial) -> dict[str, Any]:
    found = trial.read()
    return {name: found.get(name) for name in trial.properties}


def test_distribution() -> None:
    control = {
        "Name": "c",
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    with Trial(
        "AWS::CloudFront::OriginAccessControl", {"OriginAccessControlConfig": control}
    ) as access:
        found = access.read()["OriginAccessControlConfig"]
        assert {name: found[name] for name in control} == control
        config = {
            "Enabled": True,
            "Comment": "boats",
            "Aliases": ["boats.example.com"],
            "DefaultRootObject": "index.html",
            "IPV6Enabled": False,
            "PriceClass": "PriceClass_100",
            "Origins": [
                {
                    "Id": "s3",
                    "DomainName": "boats.s3.us-east-1.amazonaws.com",
                    "OriginAccessControlId": access.physical_id,
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                },
                {
                    "Id": "web",
                    "DomainName": "example.com",
                    "CustomOriginConfig": {
                        "OriginProtocolPolicy": "https-only",
                        "OriginSSLProtocols": ["TLSv1.2"],
                        "HTTPSPort": 443,
                        "HTTPPort": 80,
                    },
                },
            ],
            "DefaultCacheBehavior": {
                "TargetOriginId": "s3",
                "ViewerProtocolPolicy": "redirect-to-https",
                "AllowedMethods": ["GET", "HEAD", "OPTIONS"],
                "CachedMethods": ["GET", "HEAD"],
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                "Compress": True,
                "FunctionAssociations": [
                    {"EventType": "viewer-request", "FunctionARN": "arn:aws:cloudfront::1:f/x"}
                ],
            },
            "CacheBehaviors": [
                {
                    "PathPattern": "/api/*",
                    "TargetOriginId": "web",
                    "ViewerProtocolPolicy": "https-only",
                    "ForwardedValues": {
                        "QueryString": True,
                        "Cookies": {"Forward": "whitelist", "WhitelistedNames": ["sid"]},
                        "Headers": ["Origin"],
                    },
                }
            ],
            "Restrictions": {
                "GeoRestriction": {"RestrictionType": "whitelist", "Locations": ["DE"]}
            },
            "CustomErrorResponses": [{"ErrorCode": 404, "ResponsePagePath": "/404.html"}],
        }
        config["CustomErrorResponses"][0]["ResponseCode"] = 200
        given = {"DistributionConfig": config, "Tags": TAGS}
        with Trial("AWS::CloudFront::Distribution", given) as made:
            assert kept(made) == given
            found = made.read()
            assert found["Id"] == made.physical_id
            assert found["DomainName"].endswith(".cloudfront.net")
            changed = {**config, "Comment": "ferries", "Aliases": []}
            found = made.update({"DistributionConfig": changed, "Tags": TAGS[:1]})
            assert found["DistributionConfig"] == changed
            assert found["Tags"] == TAGS[:1]
            real = client("cloudfront").get_distribution(Id=made.physical_id)["Distribution"]
            assert real["DistributionConfig"]["Comment"] == "ferries"
        changed_control = {**control, "SigningBehavior": "never"}
        found = access.update({"OriginAccessControlConfig": changed_control})
        assert found["OriginAccessControlConfig"]["SigningBehavior"] == "never"


def test_function() -> None:
    given = {
        "Name": "hello",
        "FunctionCode": "function handler(event) { return event.request; }",
        "FunctionConfig": {"Comment": "c", "Runtime": "cloudfront-js-2.0"},
    }
    with Trial("AWS::CloudFront::Function", {**given, "AutoPublish": True}) as function:
        found = function.read()
        assert {name: found[name] for name in given} == given
        assert found["FunctionARN"] == function.physical_id
        assert found["FunctionMetadata"]["FunctionARN"] == function.physical_id
        function.update({**given, "FunctionCode": "function handler(e) {}"})
        code = client("cloudfront").get_function(Name="hello")["FunctionCode"].read()
        assert code == b"function handler(e) {}"


def test_key_group() -> None:
    keys = [{"CallerReference": n, "Name": n, "EncodedKey": "-----BEGIN"} for n in ("k", "l")]
    with (
        Trial("AWS::CloudFront::PublicKey", {"PublicKeyConfig": keys[0]}) as one,
        Trial("AWS::CloudFront::PublicKey", {"PublicKeyConfig": keys[1]}) as two,
    ):
        config = {"Name": "crew", "Items": [one.physical_id], "Comment": "signs"}
        with Trial("AWS::CloudFront::KeyGroup", {"KeyGroupConfig": config}) as group:
            assert (group.read()["Id"], group.read()["KeyGroupConfig"]) == (
                group.physical_id,
                config,
            )
            changed = {"Name": "crew", "Items": [one.physical_id, two.physical_id]}
            assert group.update({"KeyGroupConfig": changed})["KeyGroupConfig"] == changed
            real = client("cloudfront").get_key_group(Id=group.physical_id)["KeyGroup"]
            assert real["KeyGroupConfig"]["Items"] == changed["Items"]
            with pytest.raises(ResourceError, match="already exists"):
                Trial("AWS::CloudFront::KeyGroup", {"KeyGroupConfig": config}).create()
            with pytest.raises(ResourceError, match="does not exist"):
                group.update({"KeyGroupConfig": {"Name": "crew", "Items": ["K0"]}})
            trusting = {
                "Enabled": True,
                "Origins": [
                    {"Id": "o", "DomainName": "a.example.com", "CustomOriginConfig": ORIGIN}
                ],
                "DefaultCacheBehavior": {
                    "TargetOriginId": "o",
                    "ViewerProtocolPolicy": "allow-all",
                    "TrustedKeyGroups": [group.physical_id],
                },
            }
            with (
                Trial("AWS::CloudFront::Distribution", {"DistributionConfig": trusting}),
                pytest.raises(ResourceError, match="in use"),
            ):
                group.delete()


ORIGIN = {"OriginProtocolPolicy": "https-only"}


def test_public_key_and_store() -> None:
    config = {"CallerReference": "r", "Name": "k", "EncodedKey": "-----BEGIN PUBLIC KEY-----"}
    with Trial("AWS::CloudFront::PublicKey", {"PublicKeyConfig": config}) as key:
        found = key.read()["PublicKeyConfig"]
        assert {name: found[name] for name in config} == config
    with Trial("AWS::CloudFront::KeyValueStore", {"Name": "kv", "Comment": "c"}) as store:
        assert kept(store) == store.properties
        assert store.update({"Name": "kv", "Comment": "d"})["Comment"] == "d"


def test_graphql_api() -> None:
    given = {
        "Name": "boats",
        "AuthenticationType": "API_KEY",
        "XrayEnabled": True,
        "Tags": TAGS,
    }
    with Trial("AWS::AppSync::GraphQLApi", given) as api:
        assert kept(api) == given
        found = api.read()
        assert found["Arn"] == api.physical_id
        real = client("appsync").get_graphql_api(apiId=found["ApiId"])["graphqlApi"]
        assert found["GraphQLUrl"] == real["uris"]["GRAPHQL"]
        found = api.update({**given, "Name": "ferries", "Tags": TAGS[:1]})
        assert (found["Name"], found["Tags"]) == ("ferries", TAGS[:1])
        api_id = {"ApiId": found["ApiId"]}
        schema = Trial(
            "AWS::AppSync::GraphQLSchema", {**api_id, "Definition": "type Query { a: String }"}
        ).create()
        assert schema.physical_id == f"{found['ApiId']}GraphQLSchema"
        assert schema.read()["Id"] == schema.physical_id
        with pytest.raises(ResourceError, match="Schema Creation Status is FAILED"):
            schema.update({**api_id, "Definition": "type Query {"})
        with Trial("AWS::AppSync::ApiKey", {**api_id, "Description": "d"}) as key:
            found = key.read()
            assert (found["Description"], found["Arn"]) == ("d", key.physical_id)
            assert found["ApiKey"] == found["ApiKeyId"]
            assert key.update({**api_id, "Description": "e"})["Description"] == "e"
        cache = {**api_id, "Type": "SMALL", "ApiCachingBehavior": "FULL_REQUEST_CACHING", "Ttl": 60}
        with Trial("AWS::AppSync::ApiCache", cache) as made:
            assert kept(made) == cache
            assert made.update({**cache, "Ttl": 90})["Ttl"] == 90
