"""What CloudTrail leaves out of a record, or puts a mark in the place of."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.journal import HIDDEN

SENSITIVE = "<sensitiveDataRemoved>"
"""What EC2 and RDS put in the place of a secret."""

OMIT = object()
"""The value of a member that does not appear at all."""

# By service (any, when empty) and lower-case name. "Logging Lambda API calls with CloudTrail",
# "Logging AWS Secrets Manager events with AWS CloudTrail", "Logging AWS CloudFormation API calls
# with AWS CloudTrail", "CloudTrail log file examples"; IAM and Systems Manager from logs seen.
_MARKS: dict[tuple[str, str], Any] = {
    ("", "secretaccesskey"): OMIT,
    ("", "plaintext"): OMIT,
    ("", "ciphertextblob"): OMIT,
    ("iam", "password"): OMIT,
    ("iam", "oldpassword"): OMIT,
    ("iam", "newpassword"): OMIT,
    ("iam", "base32stringseed"): OMIT,
    ("iam", "qrcodepng"): OMIT,
    ("lambda", "zipfile"): OMIT,
    ("lambda", "variables"): OMIT,
    ("secretsmanager", "secretstring"): OMIT,
    ("secretsmanager", "secretbinary"): OMIT,
    ("cloudformation", "templatebody"): OMIT,
    ("cloudformation", "parametervalue"): OMIT,
    ("rds", "masteruserpassword"): "****",
    ("ec2", "userdata"): SENSITIVE,
    ("ec2", "keymaterial"): SENSITIVE,
}
# By service and operation: names in a record's `requestParameters`.
_OF_REQUESTS: dict[tuple[str, str], dict[str, str]] = {
    ("ssm", "PutParameter"): {"value": HIDDEN},
    ("ssm", "SendCommand"): {"parameters": HIDDEN},
}


def instead(service: str, name: str) -> Any:
    """Return what stands in the place of a member: OMIT, a mark, or None for the value itself."""
    return _MARKS.get((service, name.lower())) or _MARKS.get(("", name.lower()))


def hide(service: str, operation: str, parameters: dict[str, Any]) -> None:
    """Hide in the parameters of a request what is a secret in this operation only."""
    for name, mark in _OF_REQUESTS.get((service, operation), {}).items():
        if name in parameters:
            parameters[name] = mark
