"""What a Task's Resource names; "Integrating services with Step Functions", Developer Guide."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.model import ServiceModel

PATTERNS = {"sync", "sync:2", "waitForTaskToken"}

_SERVICE = re.compile(
    r"arn:[\w-]+:states:(?P<region>[\w-]*):\d{0,12}:(?P<sdk>aws-sdk:)?(?P<service>[\w-]+):"
    r"(?P<action>\w+)(\.(?P<pattern>sync(?::2)?|waitForTaskToken))?"
)
_ACTIVITY = re.compile(r"arn:[\w-]+:states:[\w-]+:\d{12}:activity:.+")
_FUNCTION = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[^\s]+")

OPTIMIZED: dict[str, dict[str, frozenset[str]]] = {
    "lambda": {"invoke": frozenset({"", "waitForTaskToken"})},
    "sqs": {"sendMessage": frozenset({"", "waitForTaskToken"})},
    "sns": {"publish": frozenset({"", "waitForTaskToken"})},
    "events": {"putEvents": frozenset({"", "waitForTaskToken"})},
    "dynamodb": dict.fromkeys(("getItem", "putItem", "updateItem", "deleteItem"), frozenset({""})),
    "states": {"startExecution": frozenset({"", "sync", "sync:2", "waitForTaskToken"})},
}
"""The optimized integrations that run here, with their patterns."""

NOT_SIMULATED = frozenset(
    {"apigateway", "athena", "batch", "bedrock", "codebuild", "databrew", "ecs", "eks",
     "elasticmapreduce", "emr-containers", "emr-serverless", "glue", "http", "mediaconvert",
     "sagemaker"}
)  # fmt: skip
"""Optimized integrations that AWS has and that do not run here."""

# Java's names of packages, by which aws-sdk resources go, where no rule gives them.
_PACKAGES = {"config": "config", "configservice": "config", "sfn": "stepfunctions"}


@dataclass(frozen=True)
class Resource:
    """A resource: a function, an activity, or an operation of a service."""

    arn: str
    kind: str  # "function", "activity" or "service"
    service: str = ""
    action: str = ""
    pattern: str = ""
    sdk: bool = False

    @property
    def type(self) -> str:
        """Return the resource type, as events of the history have it."""
        return f"aws-sdk:{self.service}" if self.sdk else self.service

    @property
    def name(self) -> str:
        """Return the resource, as events of the history have it."""
        return f"{self.action}.{self.pattern}" if self.pattern else self.action

    @property
    def waits_for_token(self) -> bool:
        """Whether the task ends when somebody sends its token."""
        return self.pattern == "waitForTaskToken"


@functools.lru_cache(1024)
def read(arn: str) -> Resource | None:
    """Return what a Resource names, or None."""
    if _ACTIVITY.fullmatch(arn):
        return Resource(arn, "activity")
    if _FUNCTION.fullmatch(arn):
        return Resource(arn, "function")
    found = _SERVICE.fullmatch(arn)
    if found is None:
        return None
    pattern = found["pattern"] or ""
    return Resource(
        arn, "service", found["service"], found["action"], pattern, found["sdk"] is not None
    )


def known(resource: Resource) -> bool:
    """Tell whether AWS has an integration, as far as it is known here."""
    if resource.kind != "service":
        return True
    if resource.sdk:
        return client_name(resource) is not None
    if resource.service in NOT_SIMULATED:
        return True
    patterns = OPTIMIZED.get(resource.service, {}).get(resource.action)
    return patterns is not None and resource.pattern in patterns


def client_name(resource: Resource) -> str | None:
    """Return boto3's name of a resource's service."""
    if not resource.sdk:
        return {"states": "stepfunctions"}.get(resource.service, resource.service)
    return _sdk_names().get(resource.service.lower())


@functools.cache
def _sdk_names() -> dict[str, str]:
    from dryrun.cloud.services import heads  # noqa: PLC0415 - read when first needed

    made = dict(_PACKAGES)
    for name, head in heads().items():
        for prefix in ("AWS ", "Amazon "):
            full = head.full_name.removeprefix(prefix)
            made.setdefault(re.sub(r"[^a-z0-9]", "", full.lower()), name)
        made.setdefault(name.replace("-", ""), name)
    made.update(
        {"cloudwatchlogs": "logs", "eventbridge": "events", "costexplorer": "ce",
         "elasticloadbalancingv2": "elbv2", "elasticloadbalancing": "elb", "sfn": "stepfunctions",
         "cognitoidentityprovider": "cognito-idp", "cognitoidentity": "cognito-identity",
         "cloudwatch": "cloudwatch", "dynamodbstreams": "dynamodbstreams", "ses": "ses",
         "databasemigration": "dms", "directory": "ds", "applicationautoscaling":
         "application-autoscaling", "resourcegroupstaggingapi": "resourcegroupstaggingapi",
         "config": "config", "sso": "sso", "ssoadmin": "sso-admin", "acm": "acm"}
    )  # fmt: skip
    return made


def operation(model: ServiceModel, action: str) -> str | None:
    """Return the operation an action is, by its name in the service's model."""
    wanted = action.lower()
    return next((name for name in model.operation_names if name.lower() == wanted), None)


@functools.cache
def model(service: str) -> ServiceModel:
    """Return botocore's model of a service."""
    return botocore.session.get_session().get_service_model(service)


def java_name(found: ServiceModel) -> str:
    """Return a service's name as its Java client's exceptions begin: DynamoDb, Sqs, S3."""
    words = re.sub(r"[^A-Za-z0-9 ]", " ", str(found.metadata["serviceId"])).split()
    made = "".join(word[:1].upper() + word[1:] for word in words)
    return re.sub(r"[A-Z]{2,}(?=[A-Z][a-z]|$|\d)", lambda run: run[0].capitalize(), made)


def fitted(shape: Any, value: Any) -> Any:
    """Return parameters as boto3 takes them: names in its case, texts where it wants texts."""
    from dryrun.cloud.stepfunctions.history import text  # noqa: PLC0415 - beside its only use

    kind = getattr(shape, "type_name", "")
    if kind == "structure" and isinstance(value, dict):
        names = {name.lower(): name for name in shape.members}
        return {
            names.get(key.lower(), key): fitted(
                shape.members.get(names.get(key.lower(), key)), item
            )
            for key, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [fitted(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: fitted(shape.value, item) for key, item in value.items()}
    if kind == "string" and value is not None and not isinstance(value, str):
        return text(value)
    if kind == "blob" and value is not None and not isinstance(value, bytes):
        return (value if isinstance(value, str) else text(value)).encode()
    return value


def shown(shape: Any, value: Any) -> Any:
    """Return an answer as Step Functions gives it: names begin large, dates are texts."""
    kind = getattr(shape, "type_name", "")
    if kind == "structure" and isinstance(value, dict):
        return {
            f"{key[:1].upper()}{key[1:]}": shown(shape.members.get(key), item)
            for key, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [shown(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: shown(shape.value, item) for key, item in value.items()}
    if hasattr(value, "isoformat"):
        moment = value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return moment.replace(".000Z", "Z")
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value
