"""What was asked, what came of it, and how it failed, as CloudTrail shapes them.

Names begin with a small letter, times read as Java writes them, secrets are hidden. Follows the
examples in "CloudTrail log file examples" and "Logging IAM and AWS STS API calls with AWS
CloudTrail".
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from botocore.model import OperationModel
from moto.core.utils import get_service_model

from dryrun.cloud.cloudtrail import ec2, kinds, redaction, s3
from dryrun.cloud.journal import Call

# Both tell what was asked although it was refused, the others do not (from logs seen).
_SHOW_WHAT_WAS_DENIED = frozenset({"ec2", "s3"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


def request_parameters(call: Call) -> dict[str, Any] | None:
    """Return `requestParameters`, None when there are none."""
    if call.error in _DENIED and call.service not in _SHOW_WHAT_WAS_DENIED:
        return None
    operation = _operation(call)
    if call.service == "ec2":
        return ec2.request_parameters(call, operation) or None
    if call.service == "s3":
        return s3.request_parameters(call, operation) or None
    shape = operation.input_shape if operation is not None else None
    made = _members(call, call.parameters, shape)
    redaction.hide(call.service, call.operation, made)
    return made or None


def response_elements(call: Call) -> dict[str, Any] | None:
    """Return `responseElements`: null for what only reads, but for credentials of STS."""
    reads = kinds.is_read_only(call.service, call.operation) and call.service != "sts"
    if call.error is not None or reads or call.service == "s3":
        return None
    operation = _operation(call)
    if call.service == "ec2":
        return ec2.response_elements(call, operation)
    result = {name: value for name, value in call.result.items() if name != "ResponseMetadata"}
    if call.operation == "GetCallerIdentity" or not result:
        return None
    shape = operation.output_shape if operation is not None else None
    return _members(call, result, shape) or None


def failure(call: Call) -> dict[str, str]:
    """Return `errorCode` and `errorMessage`, nothing when the call succeeded."""
    if call.error is None:
        return {}
    made = {"errorCode": _error_code(call)}
    if call.error_message:
        made["errorMessage"] = call.error_message
    return made


def _error_code(call: Call) -> str:
    code = str(call.error)
    if call.service == "ec2":
        # "Error codes for the Amazon EC2 API" tells the client's errors from the server's.
        return f"{'Server' if call.status >= 500 else 'Client'}.{code}"
    if code in _DENIED:
        return "AccessDenied"
    return _exception_names().get(code, code) if call.service == "iam" else code


def _exception_names() -> dict[str, str]:
    """Return IAM's exceptions by code; its records have the names of the exceptions."""
    model = get_service_model("iam")
    return {
        str(shape.metadata["error"]["code"]): shape.name
        for shape in model.error_shapes
        if "error" in shape.metadata
    }


def _operation(call: Call) -> OperationModel | None:
    model = get_service_model(call.service)
    known = call.operation in model.operation_names
    return model.operation_model(call.operation) if known else None


def _members(call: Call, value: dict[str, Any], shape: Any) -> dict[str, Any]:
    members = getattr(shape, "members", {})
    made = {}
    for name, item in value.items():
        mark = redaction.instead(call.service, name)
        if mark is redaction.OMIT:
            continue
        key = name[:1].lower() + name[1:]
        made[key] = mark if mark is not None else _value(call, item, members.get(name))
    return made


def _value(call: Call, value: Any, shape: Any) -> Any:
    kind = getattr(shape, "type_name", "")
    if isinstance(value, dict):
        if kind == "string":  # boto3 reads policies that the answer holds as text
            return quote(json.dumps(value), safe="")
        if kind == "map":
            return {name: _value(call, item, shape.value) for name, item in value.items()}
        return _members(call, value, shape)
    if isinstance(value, list):
        return [_value(call, item, getattr(shape, "member", None)) for item in value]
    return java_time(value) if kind == "timestamp" else value


def java_time(value: Any) -> Any:
    """Return an ISO 8601 time as `Mar 24, 2014 9:11:59 PM`; other values as they are."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    hour = moment.hour % 12 or 12
    return f"{moment:%b} {moment.day}, {moment.year} {hour}:{moment:%M:%S %p}"
