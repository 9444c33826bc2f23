"""What Lambda refuses when a function is created or changed.

The messages are AWS's; where no record of one was at hand they are from memory of
"CreateFunction", AWS Lambda API Reference, and of what the console says.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import zipfile
from typing import Any

from botocore.loaders import Loader
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import lambda_backends

from dryrun.cloud.awslambda import journaling

RESERVED = frozenset({
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
})  # fmt: skip
"""Variables that are Lambda's own; "Defined runtime environment variables", Developer Guide."""

LARGEST_ENVIRONMENT = 4096
"""Bytes."""


class ForeignLayer(LambdaClientError):
    """The layer is one that AWS or somebody else shares, whose content is nowhere in a lab."""

    code = 501

    def __init__(self, arn: str) -> None:
        super().__init__(
            "NotSimulated",
            f"Dry Run does not simulate layers that other accounts share, as {arn}; real AWS would "
            "use it where it is public.",
        )


def check_new(spec: dict[str, Any]) -> None:
    """Refuse a function that cannot be created."""
    code = spec.get("Code") or {}
    if spec.get("PackageType", "Zip") == "Zip":
        if not any(code.get(name) for name in ("ZipFile", "S3Bucket")):
            raise InvalidParameterValueException("Please provide a source for function code.")
        if not spec.get("Runtime") or not spec.get("Handler"):
            raise InvalidParameterValueException(
                "Runtime and Handler are mandatory parameters for functions created with "
                "deployment packages."
            )
        check_code(code)
    check_configuration(spec)


def check_configuration(spec: dict[str, Any]) -> None:
    """Refuse a configuration that no function can have."""
    _check_variables((spec.get("Environment") or {}).get("Variables") or {})
    for arn in spec.get("Layers") or []:
        _check_layer(str(arn))
    if spec.get("Role") and journaling.assumable(str(spec["Role"])) is None:
        raise InvalidParameterValueException(
            "The role defined for the function cannot be assumed by Lambda."
        )


def _check_layer(arn: str) -> None:
    parts = arn.split(":")
    if len(parts) == 8 and parts[4] not in lambda_backends:
        raise ForeignLayer(arn)
    backend = lambda_backends[parts[4]][parts[3]] if len(parts) == 8 else None
    if backend is None or backend.layers_versions_by_arn(arn) is None:
        raise InvalidParameterValueException(f"Layer version {arn} does not exist.")


def check_code(code: dict[str, Any]) -> None:
    """Refuse what is no zip file."""
    if not code.get("ZipFile"):
        return
    data = code["ZipFile"]
    try:
        given = base64.b64decode(data) if isinstance(data, str) else data
        with zipfile.ZipFile(io.BytesIO(given)) as file:
            file.infolist()
    except (ValueError, zipfile.BadZipFile):
        raise InvalidParameterValueException(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None


def check_runtime(name: str) -> None:
    """Refuse a runtime that AWS has never had."""
    known = runtimes()
    if name and name not in known:
        raise InvalidParameterValueException(
            f"Value {name} at 'runtime' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(known)}] or be a valid ARN"
        )


@functools.cache
def runtimes() -> tuple[str, ...]:
    """Return every runtime's name that the API knows."""
    model = Loader().load_service_model("lambda", "service-2")
    return tuple(model["shapes"]["Runtime"]["enum"])


def _check_variables(variables: dict[str, str]) -> None:
    reserved = [name for name in variables if name in RESERVED]
    if reserved:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(variables, separators=(",", ":"))
    if len(measured.encode()) > LARGEST_ENVIRONMENT:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. String measured: {measured}"
        )
