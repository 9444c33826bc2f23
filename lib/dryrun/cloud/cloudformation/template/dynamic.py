"""Dynamic references: `{{resolve:service:reference}}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError, function_error
from dryrun.cloud.cloudformation.template.model import Template

DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager(?=:[^}])):([^{}]*)\}\}")
"""A reference to nothing is one, wrongly written; of Secrets Manager it is text."""
_SSM = re.compile(r"[A-Za-z0-9_./-]+(?::(?P<version>[0-9]+))?")
_ARN = re.compile(
    r"arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+(?::(?P<version>[0-9]+))?"
)
_SECURE = {
    "AWS::DirectoryService::MicrosoftAD": ("Password",),
    "AWS::DirectoryService::SimpleAD": ("Password",),
    "AWS::ElastiCache::ReplicationGroup": ("AuthToken",),
    "AWS::IAM::User": ("LoginProfile/Password",),
    "AWS::KinesisFirehose::DeliveryStream": ("RedshiftDestinationConfiguration/Password",),
    "AWS::OpsWorks::App": ("AppSource/Password",),
    "AWS::OpsWorks::Stack": ("CustomCookbooksSource/Password", "RdsDbInstances/DbPassword"),
    "AWS::RDS::DBCluster": ("MasterUserPassword",),
    "AWS::RDS::DBInstance": ("MasterUserPassword",),
    "AWS::Redshift::Cluster": ("MasterUserPassword",),
}
"""Where ssm-secure may stand; "Get a secure string value from Parameter Store", User Guide."""


def check_dynamic(template: Template) -> None:
    """Refuse references that AWS refuses as it takes the request."""
    for parameter in template.parameters.values():
        for service, reference in DYNAMIC.findall(parameter.default or ""):
            if service != "secretsmanager" and _version(service, reference) is None:
                raise function_error(
                    f"parameter {parameter.name} should not contain ssm versionless resolver"
                )
    for resource in template.resources.values():
        for _, text in _texts(resource.properties, ()):
            for service, reference in DYNAMIC.findall(text):
                if service != "secretsmanager":
                    _version(service, reference)
    check_secure(template, versioned=True)


def check_secure(template: Template, *, versioned: bool = False) -> None:
    """Refuse ssm-secure where AWS does not take it.

    Those with a version are refused with the request; those without, as the stack begins.
    """
    places = []
    for resource in template.resources.values():
        allowed = _SECURE.get(resource.type, ())
        for path, text in _texts(resource.properties, ()):
            place = "/".join(path)
            if place not in allowed and _has_secure(text, versioned=versioned):
                places.append(f"{resource.type}/Properties/{place}")
    if places:
        names = ", ".join(dict.fromkeys(places))
        raise TemplateError(f"SSM Secure reference is not supported in: [{names}]")


def _has_secure(text: str, *, versioned: bool) -> bool:
    return any(
        service == "ssm-secure" and (not versioned or _version(service, reference) is not None)
        for service, reference in DYNAMIC.findall(text)
    )


def _version(service: str, reference: str) -> str | None:
    if "$" in reference:
        return None
    found = _SSM.fullmatch(reference) or _ARN.fullmatch(reference)
    if found is None:
        raise TemplateError(
            "Incorrect format is used in the following SSM reference: "
            f"[{{{{resolve:{service}:{reference}}}}}]"
        )
    return found["version"]


def _texts(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, str):
        if "{{resolve:" in node:
            yield path, node
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from _texts(item, path if name.startswith("Fn::") else (*path, name))
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item, path)
