"""What is simulated, per service and operation: computed from code, never written down."""

from __future__ import annotations

import dis
import functools
import inspect
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from moto import backend_index, backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.core.model import ServiceModel
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

from dryrun.cloud import registry
from dryrun.cloud.registry import SERVICES, WITHDRAWN
from dryrun.cloud.services import heads


class Source(StrEnum):
    """Who answers an operation."""

    OURS = "ours"
    MOTO = "moto"
    NOT_SIMULATED = "not simulated"


@dataclass(frozen=True)
class Capability:
    """Who answers one operation of one service (botocore's names)."""

    service: str
    operation: str
    source: Source


# botocore's service name, where moto's package is not that name without hyphens.
_PACKAGES = {
    "lambda": "awslambda",
    "application-autoscaling": "applicationautoscaling",
    "deepracer": "",
    "dynamodbstreams": "dynamodbstreams",
    "iot-data": "iotdata",
    # moto answers for both names of the service at one address.
    "opensearch": "es",
    "es": "es",
    "service-quotas": "servicequotas",
    "amp": "amp",
}


# moto reaches it through the addresses of apigateway, so its index has no entry for it.
_UNLISTED = frozenset({"apigatewayv2"})


# Services whose class in moto names its methods after a segment of the path.
_PATH_ACTIONS = {"batch": 2, "polly": 2, "xray": 1}


# What browsers send to S3; moto adds these to the model, no AWS client has them.
_MOTO_ONLY = frozenset({"BucketCORSPreflightCheck", "ObjectCORSPreflightCheck", "PostObject"})


def table() -> Iterator[Capability]:
    """Yield every operation of every service moto or Dry Run knows, in order of names."""
    for service in sorted(heads()):
        if package(service) is not None:
            yield from service_table(service)


def service_table(service: str) -> Iterator[Capability]:
    """Yield every operation of one service, in the order of its model."""
    for operation in get_service_model(service).operation_names:
        if operation not in _MOTO_ONLY:
            yield Capability(service, operation, source(service, operation))


@functools.lru_cache(4096)
def source(service: str, operation: str) -> Source:
    """Return who answers an operation; unknown names are not simulated."""
    if operation in WITHDRAWN.get(service, ()):
        return Source.NOT_SIMULATED
    method = camelcase_to_underscores(operation)
    if method in _own_methods(service):
        return Source.OURS
    if service == "s3":
        return Source.MOTO if operation in _s3_operations() else Source.NOT_SIMULATED
    if service in _PATH_ACTIONS:
        path = get_service_model(service).operation_model(operation).http_trait.path
        method = camelcase_to_underscores([*path.split("/"), "", ""][_PATH_ACTIONS[service]])
    return Source.MOTO if method in _moto_methods(service) else Source.NOT_SIMULATED


@functools.cache
def package(service: str) -> str | None:
    """Return the moto package that answers for a botocore service, or None."""
    name = _PACKAGES.get(service, service.replace("-", ""))
    known = {backend for backend, _ in backend_index.backend_url_patterns}
    return name if name in known or name in _UNLISTED else None


@functools.cache
def response_classes(service: str) -> tuple[type[Any], ...]:
    """Return the classes that answer for a service in moto."""
    name = package(service)
    if name is None:
        return ()
    registry.prepare(name)
    backend_dict: Any = backends.get_backend(name)  # type: ignore[arg-type,unused-ignore]
    if not isinstance(backend_dict, BackendDict):
        return ()
    regions = backend_dict[DEFAULT_ACCOUNT_ID]
    backend = regions["us-east-1"] if "us-east-1" in regions else regions["aws"]
    classes: dict[type[Any], None] = {}
    for handler in backend.flask_paths.values():
        owner = getattr(handler, "__self__", None)
        if owner is None:
            classes.update(dict.fromkeys(_module_classes(name)))
        else:
            classes[owner if isinstance(owner, type) else type(owner)] = None
    # A package that answers for two services, as elb does for elbv2, tells them apart itself.
    own = tuple(cls for cls in classes if name in cls.__module__.split(".")[1:3])
    return own or tuple(classes)


@functools.cache
def _own_methods(service: str) -> frozenset[str]:
    own: set[str] = set()
    for entry in SERVICES:
        if entry.boto_name == service:
            cls = entry.response_class()
            for level in cls.__mro__:
                if level.__module__.startswith("dryrun."):
                    own.update(name for name in vars(level) if not name.startswith("_"))
    return frozenset(own)


@functools.cache
def _moto_methods(service: str) -> frozenset[str]:
    inherited = set(dir(BaseResponse))
    methods: set[str] = set()
    for cls in response_classes(service):
        methods.update(
            name
            for name, method in inspect.getmembers(cls, inspect.isfunction)
            if not _only_raises(method)
        )
    return frozenset(methods - inherited)


def _only_raises(method: Any) -> bool:
    """Whether a method does nothing but say that it is not implemented."""
    code = getattr(method, "__code__", None)
    if code is None or "NotImplementedError" not in code.co_names:
        return False
    return not any(step.opname.startswith("RETURN") for step in dis.get_instructions(code))


@functools.cache
def _s3_operations() -> frozenset[str]:
    """Return what moto's S3 tells apart.

    moto routes S3 by the words of the query string and takes an unknown word for the plain
    operation of the path, so an operation counts only when its words occur in moto's code.
    """
    from moto.s3 import responses  # noqa: PLC0415 - only when S3 is asked about

    code = inspect.getsource(responses)
    model: ServiceModel = get_service_model("s3")
    found = set()
    for name in model.operation_names:
        operation = model.operation_model(name)
        words = set(operation.http_trait.query_args) - {"x-id", "select-type"}
        section = _s3_section(code, operation.http_trait.method, operation.http_trait.path)
        if all(f'"{word}"' in section for word in words):
            found.add(name)
    if "def is_delete_keys" in code:
        found.add("DeleteObjects")
    return frozenset(found - _S3_MISTAKEN)


# Told apart by headers or path that moto does not look at, so that it would do something else.
_S3_MISTAKEN = frozenset({"WriteGetObjectResponse", "CreateSession", "ListDirectoryBuckets"})


def _s3_section(code: str, method: str, path: str) -> str:
    level = "key" if "{Key" in path else "bucket"
    names = {
        "GET": f"_{level}_response_get",
        "PUT": f"_{level}_response_put",
        "DELETE": f"_{level}_response_delete",
        "POST": f"_{level}_response_post",
        "HEAD": "head_object" if level == "key" else "head_bucket",
    }
    if method not in names:
        return ""
    start = code.find(f"def {names[method]}(")
    end = code.find("\n    def ", start)
    return code[start:end]


def _module_classes(name: str) -> list[type[Any]]:
    import importlib  # noqa: PLC0415 - beside its only use

    found = []
    siblings = {"elb": ("elb", "elbv2"), "elbv2": ("elbv2",)}.get(name, (name,))
    for sibling in siblings:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(f"moto.{sibling}.responses")
        found += [
            cls
            for _, cls in inspect.getmembers(module, inspect.isclass)
            if issubclass(cls, BaseResponse) and cls.__module__ == module.__name__
        ]
    return found
