"""Which capabilities a template needs: what the caller must acknowledge before a stack is made.

Follows "CreateStack" (Capabilities) in the API Reference and "Acknowledging IAM resources in
CloudFormation templates" in the User Guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

IAM = "CAPABILITY_IAM"
NAMED_IAM = "CAPABILITY_NAMED_IAM"
AUTO_EXPAND = "CAPABILITY_AUTO_EXPAND"

_IAM_TYPES: Mapping[str, tuple[str, ...]] = {
    "AWS::IAM::AccessKey": (),
    "AWS::IAM::Group": ("GroupName",),
    "AWS::IAM::InstanceProfile": ("InstanceProfileName",),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName",),
    "AWS::IAM::Policy": (),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::IAM::User": ("UserName",),
    "AWS::IAM::UserToGroupAddition": (),
}
"""The documented types, each with the properties that give it a custom name."""

_NESTED = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class Needed:
    """The capabilities a template needs, and the types of the resources that need them."""

    capabilities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def reason(self) -> str | None:
        """Return the CapabilitiesReason of ValidateTemplate and GetTemplateSummary."""
        if not self.types:
            return None
        return f"The following resource(s) require capabilities: [{', '.join(self.types)}]"


def needed(document: Mapping[str, Any]) -> Needed:
    """Return what the resources of a template need, its transforms applied."""
    types, named = _iam(document)
    if not types:
        return Needed()
    return Needed((NAMED_IAM if named else IAM,), types)


def summarized(document: Mapping[str, Any]) -> Needed:
    """Return what ValidateTemplate and GetTemplateSummary say that a template needs.

    They look at no nested template, so that a nested stack may need everything. Macros count where
    the section Transform names them, not where Fn::Transform does.
    """
    types, named = _iam(document)
    nested = any(resource.get("Type") == _NESTED for resource in _resources(document))
    capabilities = [NAMED_IAM if named or nested else IAM] if types or nested else []
    if nested or declared(document):
        capabilities.append(AUTO_EXPAND)
    return Needed(tuple(capabilities), (*types, *([_NESTED] if nested else [])))


def missing(
    processed: Mapping[str, Any],
    given: Iterable[str],
    *,
    original: Mapping[str, Any] | None = None,
    by_change_set: bool = False,
) -> str | None:
    """Return the message of InsufficientCapabilitiesException, or None when nothing is missing.

    `original` is the template as it was sent. A change set shows what macros made of it, so that
    it needs no CAPABILITY_AUTO_EXPAND.
    """
    acknowledged = set(given)
    if not by_change_set and AUTO_EXPAND not in acknowledged and expands(original or processed):
        return _message(AUTO_EXPAND)
    for capability in needed(processed).capabilities:
        enough = {NAMED_IAM} if capability == NAMED_IAM else {IAM, NAMED_IAM}
        if not enough & acknowledged:
            return _message(capability)
    return None


def expands(document: Mapping[str, Any]) -> bool:
    """Tell whether macros process the template, which CAPABILITY_AUTO_EXPAND acknowledges.

    Those that CloudFormation hosts count like any other.
    """
    return bool(transforms(document))


def transforms(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the macros a template names, those of its section Transform first, each once."""
    return tuple(dict.fromkeys([*declared(document), *_inner(document)]))


def declared(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the macros of the section Transform, in order."""
    return tuple(_names(document.get("Transform")))


def _message(capability: str) -> str:
    return f"Requires capabilities : [{capability}]"


def _iam(document: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    types: list[str] = []
    named = False
    for resource in _resources(document):
        kind = resource.get("Type")
        if not isinstance(kind, str) or kind not in _IAM_TYPES:
            continue
        types.append(kind)
        properties = resource.get("Properties")
        named = named or (
            isinstance(properties, Mapping) and any(name in properties for name in _IAM_TYPES[kind])
        )
    return tuple(dict.fromkeys(types)), named


def _resources(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    section = document.get("Resources")
    found = section.values() if isinstance(section, Mapping) else ()
    return [resource for resource in found if isinstance(resource, Mapping)]


def _names(calls: Any) -> list[str]:
    """Return the macros that Transform or Fn::Transform calls: one, or several in a list."""
    entries = calls if isinstance(calls, list) else [calls]
    names = [entry.get("Name") if isinstance(entry, Mapping) else entry for entry in entries]
    return [name for name in names if isinstance(name, str)]


def _inner(node: Any) -> list[str]:
    """Return the macros named by Fn::Transform anywhere, in the order of the template."""
    found: list[str] = []
    if isinstance(node, Mapping):
        found.extend(_names(node.get("Fn::Transform")))
        for value in node.values():
            found.extend(_inner(value))
    elif isinstance(node, list | tuple):
        for value in node:
            found.extend(_inner(value))
    return found
