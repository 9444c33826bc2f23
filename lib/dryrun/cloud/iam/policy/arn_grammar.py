"""Which resources a policy may name, and AWS's words for the others."""

from __future__ import annotations

import re

from dryrun.cloud.iam.policy.variables import VARIABLE

PARTITIONS = frozenset(
    {
        "aws",
        "aws-cn",
        "aws-us-gov",
        "aws-iso",
        "aws-iso-b",
        "aws-iso-e",
        "aws-iso-f",
        "aws-eusc",
        "*",
    }
)
IAM_PATHS = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
NEWER_IAM_PATHS = ("root", "role-template/")
NEWER_S3_PATHS = ("accesspoint/", "access-grants/")
COLONS = 5
STRAY = re.compile(r"[<>\x00\s]")


def is_parsable(resource: str) -> bool:
    """Tell whether AWS's older parser reads a resource, right or wrong as it may be."""
    if resource == "*" or not resource.startswith("arn:"):
        return True
    plain = VARIABLE.sub("\x00", resource)
    segments = plain.split(":", COLONS)
    if len(segments) <= COLONS:
        return "::" not in plain
    # A variable may stand only behind the fifth colon.
    return bool(segments[2]) and not STRAY.search(":".join(segments[:COLONS]))


def fault(resource: str) -> str:
    """Return what is wrong with a resource ("" where nothing is)."""
    if resource == "*":
        return ""
    _, colon, rest = resource.partition(":")
    if not colon:
        return f'Resource {resource} must be in ARN format or "*".'
    partition, colon, rest = rest.partition(":")
    if partition not in PARTITIONS:
        return _wrong_partition(partition, rest)
    if not colon:
        return "Resource vendor must be fully qualified and cannot contain regexes."
    return _wrong_service(resource, *_split(rest))


def _split(rest: str) -> tuple[str, str, str]:
    """Return service, region and the resource part behind the account."""
    service, region, _, part = [*rest.split(":", 3), "", "", ""][:4]
    return service, region, part


def _wrong_partition(partition: str, rest: str) -> str:
    found = rest.split(":", 3)
    if found == [""]:
        found = []
    parts = ":".join(found + ["*"] * (4 - len(found)))
    return f'Partition "{partition}" is not valid for resource "arn:{partition}:{parts}".'


def _wrong_service(resource: str, service: str, region: str, part: str) -> str:
    if "*" in service or "?" in service:
        return "Resource vendor must be fully qualified and cannot contain regexes."
    if service == "iam":
        if region:
            return f"IAM resource {resource} cannot contain region information."
        if part != "*" and not part.startswith(IAM_PATHS + NEWER_IAM_PATHS):
            return (
                f'IAM resource path must either be "*", root, or start with {", ".join(IAM_PATHS)}.'
            )
    if service == "s3" and region and not part.startswith(NEWER_S3_PATHS):
        return f"Resource {resource} can not contain region information."
    return ""
