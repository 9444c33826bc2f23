"""The resource types Dry Run can create, each with its provider.

A module of this package is loaded when a type of its service is first asked for.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from typing import Any

from dryrun.cloud import warm
from dryrun.cloud.cloudformation.providers.base import Provider


@functools.cache
def provider(type_name: str) -> Provider | None:
    """Return the provider of a resource type, or None where Dry Run cannot create it."""
    warm.note("provider", type_name)
    if type_name.startswith("Custom::"):
        return provider("AWS::CloudFormation::CustomResource")
    module = _modules().get(_service(type_name))
    return None if module is None else _of_module(module).get(type_name)


warm.loads("provider", provider)


def types() -> tuple[str, ...]:
    """Return every resource type with a provider, sorted; this loads all of them."""
    return tuple(sorted(name for module in _modules().values() for name in _of_module(module)))


def _service(type_name: str) -> str:
    """Return the module's name for `AWS::SQS::Queue`: `sqs`, or the longer `sqs_...`."""
    parts = type_name.split("::")
    return parts[1].lower() if len(parts) == 3 and parts[0] == "AWS" else ""


@functools.cache
def _modules() -> dict[str, tuple[str, ...]]:
    """Return the modules by service; `ec2_network` and `ec2_instances` both belong to `ec2`."""
    found: dict[str, tuple[str, ...]] = {}
    for module in pkgutil.iter_modules(__path__):
        service = module.name.partition("_")[0]
        found[service] = (*found.get(service, ()), module.name)
    found.pop("base", None)
    return found


@functools.cache
def _of_module(names: tuple[str, ...]) -> dict[str, Provider]:
    found: dict[str, Provider] = {}
    for name in names:
        module = importlib.import_module(f"{__name__}.{name}")
        for _, cls in inspect.getmembers(module, inspect.isclass):
            concrete = issubclass(cls, Provider) and not inspect.isabstract(cls)
            if concrete and cls.__module__ == module.__name__ and hasattr(cls, "type"):
                made: Any = cls()
                found[made.type] = made
    return found
