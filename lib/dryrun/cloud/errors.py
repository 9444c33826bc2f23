"""Answer an error in the protocol of the service that was called."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationNotFoundError
from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel, ServiceModel
from moto.core.serialize import get_serializer_class

from dryrun.cloud import request_ids
from dryrun.cloud.routing import CBOR, ApiCall

NOT_SIMULATED = "NotSimulated"
NOT_SIMULATED_STATUS = 501
"""No AWS client retries a 501."""


class RefusalError(ServiceException):
    """An error of no service in particular, for moto's serializer."""


@dataclass
class Answer:
    """A complete HTTP answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str | None = None


def error(call: ApiCall, code: str, message: str, status: int | None = None) -> Answer:
    """Return an error as the called service would send it.

    `status` is the HTTP status; without it the status of the error's shape, or 400.
    """
    if call.protocol == CBOR:
        return _cbor_error(code, message, status or 400)
    model = call.model
    operation = call.operation or _no_operation(model)
    serializer_class = get_serializer_class(model.service_name, _protocol(call))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # moto warns about codes no model declares
        response = serializer_class(operation).serialize(RefusalError(code, message))
    body = response["body"]
    headers = {str(name): str(value) for name, value in response["headers"].items()}
    headers["x-amzn-RequestId"] = headers["x-amz-request-id"] = request_ids.new()
    data = body if isinstance(body, bytes) else body.encode()
    if call.request.method == "HEAD":
        data = b""
    return Answer(status or response["status_code"], headers, data, error=code)


def not_simulated(call: ApiCall, detail: str = "") -> Answer:
    """Say that Dry Run does not simulate what was asked."""
    what = f"{call.model.metadata['serviceId']} {call.name}".strip()
    ending = "real AWS would carry it out" if not detail else "real AWS may answer otherwise"
    message = f"Dry Run does not simulate {what}{detail}; {ending}."
    return error(call, NOT_SIMULATED, message, NOT_SIMULATED_STATUS)


def unknown_operation(call: ApiCall) -> Answer:
    """Refuse an operation that the service does not have, as AWS does."""
    if _protocol(call) in ("query", "ec2"):
        message = f"Could not find operation {call.name} for version {_version(call)}"
        return error(call, "InvalidAction", message, 400)
    if _protocol(call) == "rest-xml":
        message = "The specified method is not allowed against this resource."
        return error(call, "MethodNotAllowed", message, 405)
    return error(call, "UnknownOperationException", "", 404)


def _cbor_error(code: str, message: str, status: int) -> Answer:
    headers = {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
    words = ("__type", code, "message", message)
    body = b"\xa2" + b"".join(_cbor_text(word) for word in words)
    return Answer(status, headers, body, error=code)


def _cbor_text(text: str) -> bytes:
    """Encode a text string of up to 64 KiB (RFC 8949, major type 3)."""
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data


def _version(call: ApiCall) -> str:
    return str(call.request.values.get("Version") or call.model.api_version)


def _protocol(call: ApiCall) -> str:
    protocol = call.protocol
    if protocol == "query" and call.request.values.get("ContentType") == "JSON":
        return "query-json"
    return protocol


def _no_operation(model: ServiceModel) -> OperationModel:
    try:
        return model.operation_model(model.operation_names[0])
    except (IndexError, OperationNotFoundError):
        empty: dict[str, Any] = {}
        return OperationModel(empty, model)
