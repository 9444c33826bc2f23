"""Whether a bucket lets CloudTrail write: "Amazon S3 bucket policy for CloudTrail"."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.iam.policy import (
    AccessRequest,
    MalformedPolicy,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)

SERVICE = "cloudtrail.amazonaws.com"


def allows(bucket: Any, account: str, trail_arn: str, key: str) -> bool:
    """Tell whether the policy of a bucket of moto's lets a trail write an object there."""
    if not bucket.policy:
        return False
    try:
        policy = parse(bucket.policy.decode(), PolicyKind.RESOURCE)
    except MalformedPolicy:
        return False
    context = {
        "aws:SourceAccount": account,
        "aws:SourceArn": trail_arn,
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": SERVICE,
        "aws:SecureTransport": "true",
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    arn = f"arn:aws:s3:::{bucket.name}"
    policies = PolicySet(resource=policy)
    for action, resource in (("s3:GetBucketAcl", arn), ("s3:PutObject", f"{arn}/{key}")):
        request = AccessRequest(
            Principal(service=SERVICE), action, resource, context, bucket.account_id
        )
        if not evaluate(request, policies).allowed:
            return False
    return True
