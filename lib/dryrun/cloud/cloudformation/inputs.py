"""What a request asks for, turned into a deployment."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation import (
    capabilities_needed,
    limits_asked,
    macro_calls,
    schema,
    transforms,
)
from dryrun.cloud.cloudformation.exceptions import (
    InsufficientCapabilities,
    ValidationError,
)
from dryrun.cloud.cloudformation.models import CloudFormationBackend, Deployment, Stack
from dryrun.cloud.cloudformation.scope import StackScope
from dryrun.cloud.cloudformation.template import (
    AwsLookup,
    ParameterValue,
    Template,
    TemplateError,
    check_rules,
    evaluate_conditions,
    parameter_values,
    parse,
    read,
    references,
)
from dryrun.cloud.inside import client

LONGEST_BODY = 51_200
LONGEST_IN_S3 = 1_048_576
"""Bytes; "Understand CloudFormation quotas"."""

_SNAPSHOTTED = frozenset(
    {
        "AWS::DocDB::DBCluster",
        "AWS::EC2::Volume",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    }
)
"""The types of which a snapshot may be left; "DeletionPolicy attribute"."""

Asked = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """A template as it was sent, and as it was read."""

    body: str
    document: dict[str, Any]


def source(asked: Asked, region: str, previous: Stack | None = None) -> Source:
    """Return the template a request names; raises ValidationError."""
    body = body_of(asked, region, previous)
    try:
        return Source(body, read(body))
    except TemplateError as error:
        raise ValidationError(str(error)) from None


def body_of(asked: Asked, region: str, previous: Stack | None = None) -> str:
    """Return the text of the template a request names; raises ValidationError."""
    body, url = asked.get("TemplateBody"), asked.get("TemplateURL")
    if asked.get("UsePreviousTemplate"):
        if body or url:
            raise ValidationError(
                "You cannot specify both usePreviousTemplate and Template Body/Template URL."
            )
        if previous is None:
            raise ValidationError("Either Template URL or Template Body must be specified.")
        return previous.deployment.body
    if body and url:
        raise ValidationError("You cannot specify both templateBody and templateUrl")
    if body:
        if len(body.encode()) > LONGEST_BODY:
            raise ValidationError(
                f"1 validation error detected: Value '{body}' at 'templateBody' failed to satisfy "
                f"constraint: Member must have length less than or equal to {LONGEST_BODY}"
            )
        return str(body)
    if url:
        return fetch(str(url), region)
    raise ValidationError("Either Template URL or Template Body must be specified.")


def fetch(url: str, region: str) -> str:
    """Return the text of an object in S3 by its address; raises ValidationError."""
    bucket, key = _object(url)
    if not bucket or not key:
        raise ValidationError("TemplateURL must be a supported URL.")
    return _text(bucket, key, region)


def _text(bucket: str, key: str, region: str) -> str:
    try:
        body = client("s3", region).get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        said = error.response["Error"]
        raise ValidationError(f"S3 error: {said.get('Message', said['Code'])}") from None
    if len(body) > LONGEST_IN_S3:
        raise ValidationError("Template may not exceed 1000000 bytes in size.")
    return bytes(body).decode("utf-8", "replace")


def _object(url: str) -> tuple[str, str]:
    """Return bucket and key of virtual-hosted and path-style addresses; refuse `s3://`."""
    parts = urlsplit(url)
    path = unquote(parts.path).lstrip("/")
    if parts.scheme == "s3":
        raise ValidationError(
            f"S3 error: Domain name specified in {parts.netloc} is not a valid S3 domain"
        )
    if parts.scheme not in ("http", "https"):
        return "", ""
    host = parts.hostname or ""
    before, found, _ = host.partition(".s3")
    if found and (before and (host[len(before) + 3 :][:1] in (".", "-"))):
        return before, path
    bucket, _, key = path.partition("/")
    return bucket, key


def given_parameters(asked: Asked) -> list[dict[str, Any]]:
    """Return the parameters of a request, as boto3 has them."""
    return [dict(one) for one in asked.get("Parameters") or ()]


def tags_of(asked: Asked, previous: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the stack tags of a request; those of before where it names none."""
    if "Tags" not in asked:
        return dict(previous or {})
    found = {str(tag["Key"]): str(tag["Value"]) for tag in asked["Tags"] or ()}
    for key in found:
        if key.lower().startswith("aws:"):
            raise ValidationError("aws: prefixed tag key names are not allowed for external use.")
    if len(found) > 50:
        raise ValidationError(
            "1 validation error detected: Value at 'tags' failed to satisfy constraint: "
            "Member must have length less than or equal to 50"
        )
    return found


def deployment(
    backend: CloudFormationBackend,
    stack: Stack,
    asked: Asked,
    *,
    previous: Deployment | None = None,
    at_once: bool = True,
) -> Deployment:
    """Return what a request wants a stack to be.

    `at_once` is for requests that create or update without a change set: those need
    CAPABILITY_AUTO_EXPAND for transforms. Raises ValidationError and InsufficientCapabilities.
    """
    found = source(asked, stack.region, stack if previous is not None else None)
    try:
        return _deployment(backend, stack, asked, found, previous, at_once=at_once)
    except TemplateError as error:
        raise ValidationError(str(error)) from None


def _deployment(
    backend: CloudFormationBackend,
    stack: Stack,
    asked: Asked,
    found: Source,
    previous: Deployment | None,
    *,
    at_once: bool,
) -> Deployment:
    raw = parse(found.document)
    values = parameter_values(
        raw,
        given_parameters(asked),
        previous.parameters if previous is not None else None,
        AwsLookup(stack.region),
    )
    capabilities = tuple(asked.get("Capabilities") or ())
    document, template, failure = _transformed(found.document, raw, values, stack)
    if document is not found.document:
        values = {
            **values,
            **{
                name: value
                for name, value in parameter_values(
                    template, _again(values, template), None, AwsLookup(stack.region)
                ).items()
                if name not in values
            },
        }
    check_types(template)
    limits_asked.check_types(asked, template.resources.values())
    limits_asked.check_rollback(asked)
    missing = capabilities_needed.missing(
        document, capabilities, original=found.document, by_change_set=not at_once
    )
    if missing:
        raise InsufficientCapabilities(missing)
    made = Deployment(
        body=found.body,
        document=document,
        template=template,
        parameters=values,
        conditions={},
        tags=tags_of(asked, previous.tags if previous is not None else None),
        capabilities=capabilities,
        notification_arns=tuple(
            asked["NotificationARNs"]
            if asked.get("NotificationARNs") is not None
            else previous.notification_arns
            if previous is not None
            else ()
        ),
        role_arn=asked.get("RoleARN") or (previous.role_arn if previous is not None else None),
        rollback_configuration=dict(
            asked.get("RollbackConfiguration")
            or (previous.rollback_configuration if previous is not None else {})
        ),
        failure=failure,
    )
    scope = StackScope(backend, stack, made, {})
    check_rules(template, scope, AwsLookup(stack.region))
    return replace(made, conditions=evaluate_conditions(template, scope))


def _transformed(
    document: dict[str, Any], raw: Template, values: Mapping[str, ParameterValue], stack: Stack
) -> tuple[dict[str, Any], Template, str | None]:
    """Return document and template after transforms; where they fail, as they were, and why.

    AWS takes the request all the same, and fails the stack or the change set that comes of it.
    """
    try:
        made = expanded(document, values, stack)
        return made, raw if made is document else parse(made, transformed=True), None
    except TemplateError as error:
        return document, replace(raw, resources={}, outputs={}), str(error)


def expanded(
    document: dict[str, Any], values: Mapping[str, ParameterValue], stack: Stack
) -> dict[str, Any]:
    """Return the template after its transforms."""
    return transforms.apply(
        document,
        values,
        region=stack.region,
        account=stack.account,
        partition=stack.partition,
        stack_name=stack.name,
        read_s3=functools.partial(_piece, region=stack.region),
        call=functools.partial(macro_calls.call, account=stack.account, region=stack.region),
    )


def _piece(location: str, region: str) -> str:
    """Return what lies at an s3:// location, for AWS::Include; raises UnreadableError."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    try:
        return _text(bucket, key, region)
    except ValidationError as error:
        raise transforms.UnreadableError(str(error.message)) from None


def check_types(template: Template) -> None:
    """Refuse resource types AWS does not have, and attributes that an older type does not have."""
    unknown = schema.unknown_types(one.type for one in template.resources.values())
    if unknown:
        raise ValidationError(
            f"Template format error: Unrecognized resource types: [{', '.join(sorted(unknown))}]"
        )
    for one in template.resources.values():
        if one.deletion_policy == "Snapshot" and one.type not in _SNAPSHOTTED:
            raise ValidationError(
                f"Template error: resource type {one.type} does not support deletion policy "
                "Snapshot"
            )
    for node in (
        *(one.properties for one in template.resources.values()),
        *(one.value for one in template.outputs.values()),
    ):
        for reference in references(node):
            resource = template.resources.get(reference.logical_id)
            if resource is None or reference.attribute is None:
                continue
            known = schema.schema(resource.type)
            # Of a type of the registry AWS finds out once it reads the attribute.
            if known is None or known.is_registered:
                continue
            if not known.has_attribute(reference.attribute):
                raise ValidationError(
                    f"Template error: resource {reference.logical_id} does not support attribute "
                    f"type {reference.attribute} in Fn::GetAtt"
                )


def _again(values: Mapping[str, ParameterValue], template: Template) -> list[dict[str, Any]]:
    return [
        {"ParameterKey": name, "ParameterValue": value.value}
        for name, value in values.items()
        if name in template.parameters
    ]
