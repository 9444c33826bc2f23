"""Which calls CloudTrail records as management events, and by which name, source and region."""

from __future__ import annotations

import re

from moto.core.utils import get_service_model

from dryrun.cloud.services import heads

# "Logging data events", AWS CloudTrail User Guide, and the page "Logging … API calls with AWS
# CloudTrail" of each service. Event history never shows data events.
_DATA_EVENTS: dict[str, frozenset[str]] = {
    "appconfigdata": frozenset({"GetLatestConfiguration", "StartConfigurationSession"}),
    "cloudwatch": frozenset(
        {"GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage", "ListMetrics",
         "PutMetricData"}
    ),
    "cognito-identity": frozenset(
        {"GetCredentialsForIdentity", "GetId", "GetOpenIdToken",
         "GetOpenIdTokenForDeveloperIdentity", "UnlinkIdentity"}
    ),
    "dynamodb": frozenset(
        {"BatchExecuteStatement", "BatchGetItem", "BatchWriteItem", "DeleteItem",
         "ExecuteStatement", "ExecuteTransaction", "GetItem", "PutItem", "Query", "Scan",
         "TransactGetItems", "TransactWriteItems", "UpdateItem"}
    ),
    "dynamodbstreams": frozenset({"GetRecords", "GetShardIterator"}),
    "events": frozenset({"PutEvents"}),
    "firehose": frozenset({"PutRecord", "PutRecordBatch"}),
    "kinesis": frozenset(
        {"GetRecords", "GetShardIterator", "PutRecord", "PutRecords", "SubscribeToShard"}
    ),
    "lambda": frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
    "logs": frozenset(
        {"FilterLogEvents", "GetLogEvents", "GetLogGroupFields", "GetLogObject", "GetLogRecord",
         "GetQueryResults", "PutLogEvents", "StartLiveTail", "StartQuery"}
    ),
    "rds-data": frozenset(
        {"BatchExecuteStatement", "BeginTransaction", "CommitTransaction", "ExecuteStatement",
         "RollbackTransaction"}
    ),
    "s3": frozenset(
        {"AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload",
         "DeleteObject", "DeleteObjectTagging", "DeleteObjects", "GetObject", "GetObjectAcl",
         "GetObjectAttributes", "GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging",
         "GetObjectTorrent", "HeadBucket", "HeadObject", "ListMultipartUploads",
         "ListObjectVersions", "ListObjects", "ListObjectsV2", "ListParts", "PutObject",
         "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging",
         "RenameObject", "RestoreObject", "SelectObjectContent", "UploadPart", "UploadPartCopy"}
    ),
    "sns": frozenset({"Publish", "PublishBatch"}),
    "sqs": frozenset(
        {"ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage",
         "DeleteMessageBatch", "GetQueueAttributes", "GetQueueUrl", "ListDeadLetterSourceQueues",
         "ListQueueTags", "ListQueues", "ReceiveMessage", "SendMessage", "SendMessageBatch"}
    ),
    "xray": frozenset({"BatchGetTraces", "GetTraceSummaries", "PutTelemetryRecords",
                       "PutTraceSegments"}),
}  # fmt: skip
_DATA_SERVICES = frozenset(
    {"cloudtrail-data", "dax", "ebs", "iot-data", "kinesis-video-archived-media",
     "kinesis-video-media", "lexv2-runtime", "sagemaker-runtime", "timestream-query"}
)  # fmt: skip

# "Global service events", CloudTrail concepts, and the pages of the services it names.
GLOBAL_SERVICES = frozenset({"cloudfront", "iam", "sts"})
"""Services whose events a trail takes with `IncludeGlobalServiceEvents`."""
_IN_US_EAST_1 = frozenset({"account", "cloudfront", "iam", "organizations", "route53"})

_READS = re.compile(
    r"(Assume|BatchCheck|BatchDescribe|BatchGet|Check|Describe|Detect|Download|Estimate|Filter|Get|"
    r"Head|List|Lookup|Poll|Preview|Query|Scan|Search|Select|Simulate|Test|Validate|Verify|View)"
    r"(?![a-z])"
)
# "Logging AWS KMS API calls with AWS CloudTrail" shows these as read-only.
_KMS_READS = frozenset(
    {"Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
     "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac",
     "GenerateRandom", "ReEncrypt", "Sign"}
)  # fmt: skip

# S3 records its operations by their older names: "Amazon S3 CloudTrail events".
_S3_NAMES = {
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_S3_CONTROL_NAMES = {
    "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
    "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
}
# From memory of such logs; the Lambda Developer Guide says only that there "might" be a date.
_LAMBDA_SECOND = frozenset(
    {"AddPermission", "GetFunction", "GetFunctionConfiguration", "GetPolicy", "RemovePermission",
     "TagResource", "UntagResource", "UpdateFunctionCode", "UpdateFunctionConfiguration"}
)  # fmt: skip
_LAMBDA_LAST_DATED = 2018
_DATE_IN_PATH = re.compile(r"^/(\d{4})-(\d\d)-(\d\d)/")


def is_data_event(service: str, operation: str) -> bool:
    """Tell whether an operation works on what a resource holds, not on the resource."""
    return service in _DATA_SERVICES or operation in _DATA_EVENTS.get(service, ())


def is_read_only(service: str, operation: str) -> bool:
    """Tell whether an operation changes nothing."""
    if service == "kms" and operation in _KMS_READS:
        return True
    return _READS.match(operation) is not None


def event_source(service: str) -> str:
    """Return the name of a service as its principal has it, as `monitoring.amazonaws.com`."""
    head = heads().get(service)
    return f"{head.signing_name if head else service}.amazonaws.com"


def event_name(service: str, operation: str) -> str:
    """Return the name CloudTrail has for an operation, as `CreateFunction20150331`."""
    if service in ("s3", "s3control"):
        names = _S3_NAMES if service == "s3" else _S3_CONTROL_NAMES
        return names.get(operation, operation)
    if service != "lambda" or operation not in get_service_model("lambda").operation_names:
        return operation
    path = get_service_model("lambda").operation_model(operation).http["requestUri"]
    date = _DATE_IN_PATH.match(path)
    if date is None or int(date[1]) > _LAMBDA_LAST_DATED:
        return operation
    return operation + "".join(date.groups()) + ("v2" if operation in _LAMBDA_SECOND else "")


def event_region(service: str, region: str) -> str:
    """Return the region whose log has the calls of a service made in `region`."""
    return "us-east-1" if service in _IN_US_EAST_1 else region
