"""Whether a resource lets CloudTrail write: "Amazon S3 bucket policy for CloudTrail"."""

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
    arn = f"arn:aws:s3:::{bucket.name}"
    asked = [("s3:GetBucketAcl", arn), ("s3:PutObject", f"{arn}/{key}")]
    text = bucket.policy.decode() if bucket.policy else ""
    return permits(text, account, trail_arn, asked, bucket.account_id)


def permits(
    text: str, account: str, trail_arn: str, asked: list[tuple[str, str]], owner: str
) -> bool:
    """Tell whether a resource's policy lets a trail do all of what is asked."""
    if not text:
        return False
    try:
        policy = parse(text, PolicyKind.RESOURCE)
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
    policies = PolicySet(resource=policy)
    for action, resource in asked:
        request = AccessRequest(Principal(service=SERVICE), action, resource, context, owner)
        if not evaluate(request, policies).allowed:
            return False
    return True
