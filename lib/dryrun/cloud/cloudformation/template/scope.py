"""Where the names in a template lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class StackOutputs(Protocol):
    """What a scope may know besides: the outputs of other stacks, for Fn::GetStackOutput."""

    def stack_output(self, stack: str, output: str, region: str | None, role: str | None) -> Any:
        """Return an output of another stack."""


class Scope(Protocol):
    """What a stack knows while a template is evaluated."""

    shows_unknown: bool
    """Whether a text is shown around a value that is not known yet, as change sets show it."""

    @property
    def mappings(self) -> Mapping[str, Any]:
        """Return the Mappings section."""

    @property
    def conditions(self) -> Mapping[str, bool]:
        """Return the conditions, evaluated."""

    def ref(self, name: str) -> Any:
        """Return what Ref of a parameter, pseudo parameter or resource gives."""

    def get_att(self, logical_id: str, attribute: str) -> Any:
        """Return an attribute of a resource."""

    def import_value(self, name: str) -> Any:
        """Return what another stack exports under a name."""

    def azs(self, region: str) -> list[str]:
        """Return the Availability Zones of a region; an empty name means the stack's own."""

    def dynamic(self, service: str, reference: str) -> str:
        """Return what `{{resolve:service:reference}}` stands for."""
