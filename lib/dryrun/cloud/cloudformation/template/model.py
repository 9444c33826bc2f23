"""The parts of a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """An entry of the Parameters section."""

    name: str
    type: str
    default: str | None = None
    no_echo: bool = False
    allowed_values: tuple[str, ...] | None = None
    allowed_pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_value: float | None = None
    max_value: float | None = None
    description: str | None = None
    constraint_description: str | None = None


@dataclass(frozen=True)
class Resource:
    """An entry of the Resources section; its policies may still be functions."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    metadata: Any
    depends_on: tuple[str, ...]
    condition: str | None
    deletion_policy: Any
    update_replace_policy: Any
    creation_policy: Any
    update_policy: Any
    definition: dict[str, Any]


@dataclass(frozen=True)
class Output:
    """An entry of the Outputs section."""

    name: str
    value: Any
    description: str | None
    export_name: Any
    condition: str | None


@dataclass(frozen=True)
class Template:
    """A template whose shape is right."""

    document: dict[str, Any]
    description: str | None
    metadata: Any
    parameters: dict[str, Parameter]
    mappings: dict[str, Any]
    conditions: dict[str, Any]
    rules: dict[str, Any]
    transforms: tuple[str, ...]
    resources: dict[str, Resource]
    outputs: dict[str, Output]
