"""The policies of CloudFront's cache behaviors."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

CACHE = {
    "Name": "ferry-cache",
    "MinTTL": 1,
    "MaxTTL": 600,
    "DefaultTTL": 60,
    "ParametersInCacheKeyAndForwardedToOrigin": {
        "EnableAcceptEncodingGzip": True,
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ["Accept", "Origin"]},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "whitelist", "QueryStrings": ["page"]},
    },
}
REQUEST = {
    "Name": "ferry-request",
    "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ["Accept"]},
    "CookiesConfig": {"CookieBehavior": "all"},
    "QueryStringsConfig": {"QueryStringBehavior": "all"},
}
HEADERS = {
    "Name": "ferry-headers",
    "CorsConfig": {
        "AccessControlAllowCredentials": False,
        "AccessControlAllowHeaders": {"Items": ["*"]},
        "AccessControlAllowMethods": {"Items": ["GET"]},
        "AccessControlAllowOrigins": {"Items": ["https://ferry.example"]},
        "AccessControlMaxAgeSec": 600,
        "OriginOverride": True,
    },
    "SecurityHeadersConfig": {
        "FrameOptions": {"FrameOption": "DENY", "Override": True},
        "StrictTransportSecurity": {"AccessControlMaxAgeSec": 60, "Override": True},
    },
    "CustomHeadersConfig": {"Items": [{"Header": "X-A", "Value": "b", "Override": False}]},
}


@pytest.mark.parametrize(
    ("kind", "config", "listing"),
    [
        ("CachePolicy", CACHE, "list_cache_policies"),
        ("OriginRequestPolicy", REQUEST, "list_origin_request_policies"),
        ("ResponseHeadersPolicy", HEADERS, "list_response_headers_policies"),
    ],
)
def test_policies(kind: str, config: dict[str, Any], listing: str) -> None:
    with Trial(f"AWS::CloudFront::{kind}", {f"{kind}Config": config}) as it:
        found = it.read()
        assert found["Id"] == it.physical_id
        assert found["LastModifiedTime"]
        assert found[f"{kind}Config"] == config
        changed = {**config, "Comment": "for boats"}
        assert it.update({f"{kind}Config": changed})[f"{kind}Config"] == changed
        listed = getattr(client("cloudfront"), listing)(Type="custom")[f"{kind}List"]
        assert listed["Quantity"] == 1
        assert listed["Items"][0][kind][f"{kind}Config"]["Comment"] == "for boats"
        with pytest.raises(ClientError, match="AlreadyExists"):
            Trial(f"AWS::CloudFront::{kind}", {f"{kind}Config": config}).create()
        with pytest.raises(ClientError, match="NotSimulated"):
            getattr(client("cloudfront"), listing)()


def test_a_policy_in_use() -> None:
    with Trial("AWS::CloudFront::CachePolicy", {"CachePolicyConfig": CACHE}) as it:
        config = {
            "Enabled": True,
            "Origins": [
                {
                    "Id": "web",
                    "DomainName": "ferry.example",
                    "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
                }
            ],
            "DefaultCacheBehavior": {
                "TargetOriginId": "web",
                "ViewerProtocolPolicy": "https-only",
                "CachePolicyId": it.physical_id,
            },
        }
        with Trial("AWS::CloudFront::Distribution", {"DistributionConfig": config}) as user:
            behavior = user.read()["DistributionConfig"]["DefaultCacheBehavior"]
            assert behavior["CachePolicyId"] == it.physical_id
            with pytest.raises(ClientError, match="CachePolicyInUse"):
                it.delete()
