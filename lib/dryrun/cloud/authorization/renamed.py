"""Operations whose action in IAM has another name than the operation.

Follows the tables of the Service Authorization Reference and, for Amazon S3, "Required permissions
for Amazon S3 API operations".
"""

from __future__ import annotations

NONE: tuple[str, ...] = ()

_EMPTY: dict[str, tuple[str, ...]] = {}


def _each(action: str, *operations: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(operations, (action,))


ACTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "apigatewaymanagementapi": _each(
        "execute-api:ManageConnections", "DeleteConnection", "GetConnection", "PostToConnection"
    ),
    "budgets": {
        **_each(
            "budgets:ModifyBudget",
            "CreateBudget",
            "CreateNotification",
            "CreateSubscriber",
            "DeleteBudget",
            "DeleteNotification",
            "DeleteSubscriber",
            "UpdateBudget",
            "UpdateNotification",
            "UpdateSubscriber",
        ),
        **_each(
            "budgets:ViewBudget",
            "DescribeBudget",
            "DescribeBudgets",
            "DescribeBudgetPerformanceHistory",
            "DescribeNotificationsForBudget",
            "DescribeSubscribersForNotification",
        ),
    },
    "cloudfront": {
        "CreateDistributionWithTags": ("cloudfront:CreateDistribution", "cloudfront:TagResource")
    },
    "kms": {"ReEncrypt": ("kms:ReEncryptFrom", "kms:ReEncryptTo")},
    "lambda": {
        **_each("lambda:InvokeFunction", "Invoke", "InvokeAsync", "InvokeWithResponseStream"),
        **_each("lambda:GetLayerVersion", "GetLayerVersionByArn"),
    },
    "s3": {
        **_each(
            "s3:PutObject",
            "CompleteMultipartUpload",
            "CreateMultipartUpload",
            "UploadPart",
            "PostObject",
        ),
        **_each("s3:ListBucket", "HeadBucket", "ListObjects", "ListObjectsV2"),
        **_each("s3:GetObject", "SelectObjectContent", "GetObject", "HeadObject"),
        **_each("s3:ListAllMyBuckets", "ListBuckets", "ListDirectoryBuckets"),
        **_each("s3:PutBucketPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock"),
        **_each("s3:PutBucketCORS", "PutBucketCors", "DeleteBucketCors"),
        **_each("s3:PutBucketTagging", "PutBucketTagging", "DeleteBucketTagging"),
        **_each("s3:PutEncryptionConfiguration", "PutBucketEncryption", "DeleteBucketEncryption"),
        **_each(
            "s3:PutLifecycleConfiguration",
            "PutBucketLifecycle",
            "PutBucketLifecycleConfiguration",
            "DeleteBucketLifecycle",
        ),
        **_each(
            "s3:GetLifecycleConfiguration", "GetBucketLifecycle", "GetBucketLifecycleConfiguration"
        ),
        **_each(
            "s3:PutReplicationConfiguration", "PutBucketReplication", "DeleteBucketReplication"
        ),
        **_each(
            "s3:PutBucketOwnershipControls",
            "PutBucketOwnershipControls",
            "DeleteBucketOwnershipControls",
        ),
        **_each(
            "s3:PutInventoryConfiguration",
            "PutBucketInventoryConfiguration",
            "DeleteBucketInventoryConfiguration",
        ),
        **_each(
            "s3:GetInventoryConfiguration",
            "GetBucketInventoryConfiguration",
            "ListBucketInventoryConfigurations",
        ),
        **_each(
            "s3:PutAnalyticsConfiguration",
            "PutBucketAnalyticsConfiguration",
            "DeleteBucketAnalyticsConfiguration",
        ),
        **_each(
            "s3:GetAnalyticsConfiguration",
            "GetBucketAnalyticsConfiguration",
            "ListBucketAnalyticsConfigurations",
        ),
        **_each(
            "s3:PutMetricsConfiguration",
            "PutBucketMetricsConfiguration",
            "DeleteBucketMetricsConfiguration",
        ),
        **_each(
            "s3:GetMetricsConfiguration",
            "GetBucketMetricsConfiguration",
            "ListBucketMetricsConfigurations",
        ),
        **_each(
            "s3:PutIntelligentTieringConfiguration",
            "PutBucketIntelligentTieringConfiguration",
            "DeleteBucketIntelligentTieringConfiguration",
        ),
        **_each(
            "s3:GetIntelligentTieringConfiguration",
            "GetBucketIntelligentTieringConfiguration",
            "ListBucketIntelligentTieringConfigurations",
        ),
        **_each(
            "s3:PutBucketNotification",
            "PutBucketNotification",
            "PutBucketNotificationConfiguration",
        ),
        **_each(
            "s3:GetBucketNotification",
            "GetBucketNotification",
            "GetBucketNotificationConfiguration",
        ),
        "GetBucketCors": ("s3:GetBucketCORS",),
        "GetBucketAccelerateConfiguration": ("s3:GetAccelerateConfiguration",),
        "PutBucketAccelerateConfiguration": ("s3:PutAccelerateConfiguration",),
        "GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
        "GetBucketReplication": ("s3:GetReplicationConfiguration",),
        "GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
        "PutObjectLockConfiguration": ("s3:PutBucketObjectLockConfiguration",),
        "GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
        "ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
        "ListObjectVersions": ("s3:ListBucketVersions",),
        "ListParts": ("s3:ListMultipartUploadParts",),
    },
    "s3control": {
        **_each(
            "s3:PutAccountPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock"
        ),
        "GetPublicAccessBlock": ("s3:GetAccountPublicAccessBlock",),
    },
    "sns": {"PublishBatch": ("sns:Publish",)},
    "sqs": {
        "ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility",),
        "DeleteMessageBatch": ("sqs:DeleteMessage",),
        "SendMessageBatch": ("sqs:SendMessage",),
    },
    "sts": {
        # "No permissions are required": GetCallerIdentity and GetSessionToken, AWS STS API
        # Reference. A role's trust policy decides on assuming it, where the role is known.
        "GetCallerIdentity": NONE,
        "GetSessionToken": NONE,
        "AssumeRole": NONE,
        "AssumeRoleWithSAML": NONE,
        "AssumeRoleWithWebIdentity": NONE,
    },
    "timestream-query": {"Query": ("timestream:Select",)},
}
"""The actions of an operation, by botocore's names of service and operation."""


def actions(service: str, operation: str) -> tuple[str, ...] | None:
    """Return the actions of an operation that differ from its name; None when they do not."""
    return ACTIONS.get(service, _EMPTY).get(operation)
