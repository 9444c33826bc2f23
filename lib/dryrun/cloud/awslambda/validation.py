"""What Lambda refuses when a function is created or changed.

The messages are AWS's; where no record of one was at hand they are from memory of
"CreateFunction", AWS Lambda API Reference, and of what the console says.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import re
import zipfile
from typing import Any

from botocore.loaders import Loader
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import lambda_backends

from dryrun.cloud import calling
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

LARGEST_CODE = 262_144_000
"""Bytes of code that is unzipped; "Lambda quotas", AWS Lambda Developer Guide."""


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
    check_snap_start(spec.get("SnapStart") or {}, str(spec.get("Runtime") or ""))


def check_package(kind: str, code: dict[str, Any]) -> None:
    """Refuse code of another kind than the function has."""
    if kind == "Image" and not code.get("ImageUri"):
        raise InvalidParameterValueException(
            "Please provide ImageUri when updating a function with packageType Image."
        )
    if kind != "Image" and code.get("ImageUri"):
        raise InvalidParameterValueException(
            "Please don't provide ImageUri when updating a function with packageType Zip."
        )


_SNAPPED = re.compile(r"(java|python|dotnet)(\d+)(?:\.(\d+))?")
_SNAPPED_SINCE = {"java": (11, 0), "python": (3, 12), "dotnet": (8, 0)}
"""The first of each; "Improving startup performance with Lambda SnapStart", Developer Guide."""


def check_snap_start(settings: dict[str, Any], runtime: str) -> None:
    """Refuse to take snapshots of a runtime that cannot go on from one."""
    if settings.get("ApplyOn", "None") == "None" or not runtime:
        return
    found = _SNAPPED.fullmatch(runtime.partition(".al")[0])
    version = (int(found[2]), int(found[3] or 0)) if found else (0, 0)
    if found is None or version < _SNAPPED_SINCE[found[1]]:
        raise InvalidParameterValueException(
            f"{runtime} is not supported for SnapStart enabled functions."
        )


MOST_LAYERS = 5


def _check_layers(arns: list[str]) -> None:
    if len(arns) > MOST_LAYERS:
        raise InvalidParameterValueException(f"Cannot reference more than {MOST_LAYERS} layers.")
    seen: dict[str, str] = {}
    for arn in arns:
        _check_layer(arn)
        layer = arn.rpartition(":")[0]
        if layer in seen:
            raise InvalidParameterValueException(
                "Two different versions of the same layer are not allowed to be referenced in the "
                f"same function. {seen[layer]} and {arn} are versions of the same layer."
            )
        seen[layer] = arn


def check_configuration(spec: dict[str, Any]) -> None:
    """Refuse a configuration that no function can have."""
    _check_variables((spec.get("Environment") or {}).get("Variables") or {})
    _check_layers([str(arn) for arn in spec.get("Layers") or []])
    if spec.get("Role") and journaling.assumable(str(spec["Role"])) is None:
        raise InvalidParameterValueException(
            "The role defined for the function cannot be assumed by Lambda."
        )


def _check_layer(arn: str) -> None:
    parts = arn.split(":")
    region = calling.current_call().signature.region
    if len(parts) == 8 and parts[3] != region:
        raise InvalidParameterValueException(
            "Layers are not in the same region as the function. Layers are expected to be in "
            f"region {region}."
        )
    if len(parts) == 8 and parts[4] not in lambda_backends:
        raise ForeignLayer(arn)
    backend = lambda_backends[parts[4]][parts[3]] if len(parts) == 8 else None
    if backend is None or backend.layers_versions_by_arn(arn) is None:
        raise InvalidParameterValueException(f"Layer version {arn} does not exist.")


def check_code(code: dict[str, Any]) -> None:
    """Refuse what is given as a zip file and is none."""
    if not code.get("ZipFile"):
        return
    data = code["ZipFile"]
    try:
        given = base64.b64decode(data) if isinstance(data, str) else data
    except ValueError:
        given = b""
    check_archive(given)


def check_archive(data: bytes) -> None:
    """Refuse code, or a layer's content, that is no zip file or too large a one.

    The words for what is too large are from memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            size = sum(one.file_size for one in file.infolist())
    except zipfile.BadZipFile:
        raise InvalidParameterValueException(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    if size > LARGEST_CODE:
        raise InvalidParameterValueException(
            f"Unzipped size must be smaller than {LARGEST_CODE} bytes"
        )


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
