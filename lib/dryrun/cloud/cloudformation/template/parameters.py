"""The values of parameters: as given, checked, and as Ref gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dryrun.cloud.cloudformation.template.constraints import check_value
from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.model import Parameter, Template
from dryrun.cloud.cloudformation.template.parameter_types import (
    AWS_SPECIFIC,
    SSM_NAME,
    is_list,
    is_ssm,
    item_type,
)

HIDDEN = "****"


class Lookup(Protocol):
    """What an account holds."""

    def ssm(self, name: str) -> tuple[str, str]:
        """Return the value and type of a parameter in Parameter Store; KeyError without one."""

    def exists(self, aws_type: str, value: str) -> bool:
        """Tell whether a resource of an AWS-specific parameter type exists."""


@dataclass(frozen=True)
class ParameterValue:
    """A parameter's value in a stack."""

    name: str
    value: str
    resolved: str | None
    effective: Any
    no_echo: bool

    def shown(self) -> dict[str, str]:
        """Return it as DescribeStacks does."""
        if self.no_echo:
            return {"ParameterKey": self.name, "ParameterValue": HIDDEN}
        shown = {"ParameterKey": self.name, "ParameterValue": self.value}
        if self.resolved is not None:
            shown["ResolvedValue"] = self.resolved
        return shown


def _refuse_missing(missing: Sequence[Parameter]) -> None:
    """Refuse parameters without values, those that Systems Manager keeps in words of their own."""
    plain = [one.name for one in missing if not is_ssm(one.type)]
    if plain:
        raise TemplateError(f"Parameters: [{', '.join(plain)}] must have values")
    for one in missing:
        raise TemplateError(f"Parameter {one.name} should either have input value or default value")


def parameter_values(
    template: Template,
    given: Sequence[Mapping[str, Any]],
    previous: Mapping[str, ParameterValue] | None,
    lookup: Lookup,
) -> dict[str, ParameterValue]:
    """Return the value of every parameter: given, the previous one, or the default."""
    texts = _texts(template, given, previous)
    missing = [name for name in template.parameters if name not in texts]
    _refuse_missing([template.parameters[name] for name in missing])
    for name, parameter in template.parameters.items():
        check_value(parameter, texts[name], is_default=texts[name] == parameter.default)
    resolved = _resolved(template, texts, lookup)
    values = {}
    for name, parameter in template.parameters.items():
        text = resolved.get(name, texts[name])
        effective = items_of(text) if is_list(parameter.type) else text
        values[name] = ParameterValue(
            name, texts[name], resolved.get(name), effective, parameter.no_echo
        )
    return values


def items_of(text: str) -> list[str]:
    """Return the items of a list given as text, without the blanks around them."""
    return [item.strip() for item in text.split(",")] if text else []


def _texts(
    template: Template,
    given: Sequence[Mapping[str, Any]],
    previous: Mapping[str, ParameterValue] | None,
) -> dict[str, str]:
    names = [str(item.get("ParameterKey", "")) for item in given]
    unknown = list(dict.fromkeys(name for name in names if name not in template.parameters))
    if unknown:
        raise TemplateError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    twice = list(dict.fromkeys(name for name in names if names.count(name) > 1))
    if twice:
        raise TemplateError(f"Duplicate parameter keys: [{', '.join(twice)}]")
    texts = {
        name: parameter.default
        for name, parameter in template.parameters.items()
        if parameter.default is not None
    }
    for name, item in zip(names, given, strict=True):
        text = _text(name, item, previous)
        if text is not None:
            texts[name] = text
    return texts


def _text(
    name: str, item: Mapping[str, Any], previous: Mapping[str, ParameterValue] | None
) -> str | None:
    if not item.get("UsePreviousValue"):
        value = item.get("ParameterValue")
        return None if value is None else str(value)
    if item.get("ParameterValue") is not None:
        raise TemplateError(
            f"Invalid input for parameter key {name}. "
            "Cannot specify usePreviousValue as true and non empty value for a parameter"
        )
    if previous is None or name not in previous:
        raise TemplateError(
            f"Invalid input for parameter key {name}. "
            "Cannot specify usePreviousValue as true for a parameter key not in the previous "
            "template"
        )
    return previous[name].value


def _resolved(template: Template, texts: Mapping[str, str], lookup: Lookup) -> dict[str, str]:
    values: dict[str, str] = {}
    missing: list[str] = []
    for name, parameter in template.parameters.items():
        if not is_ssm(parameter.type):
            continue
        try:
            value, kind = lookup.ssm(texts[name])
        except KeyError:
            missing.append(texts[name])
            continue
        _check_kind(parameter, texts[name], kind)
        values[name] = ",".join(items_of(value)) if is_list(parameter.type) else value
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise TemplateError(
            f"Unable to fetch parameters [{names}] from parameter store for this account."
        )
    return values


def _check_kind(parameter: Parameter, name: str, kind: str) -> None:
    if kind == "SecureString":
        raise TemplateError(
            f"Parameters [{name}] referenced by template have types not supported by "
            "CloudFormation."
        )
    if kind != ("StringList" if is_list(parameter.type) else "String"):
        raise TemplateError(
            f"Types for SSM parameters [{name}] defined in CFN template and SSM are incompatible"
        )


def check_existence(
    template: Template, values: Mapping[str, ParameterValue], lookup: Lookup
) -> None:
    """Refuse values that name what the account does not have.

    AWS takes the request; it is the stack that fails, before its first resource, with this text
    and "Rollback requested by user."
    """
    missing = [
        f"parameter value {value} for parameter name {name} does not exist"
        for name, parameter in template.parameters.items()
        for value in _checked(parameter, values[name].effective)
        if not _exists(item_type(parameter.type), value, lookup)
    ]
    if missing:
        raise TemplateError(f"Parameter validation failed: {', '.join(missing)}")


def _checked(parameter: Parameter, effective: Any) -> list[str]:
    kind = item_type(parameter.type)
    if kind not in AWS_SPECIFIC and kind != SSM_NAME:
        return []
    return effective if isinstance(effective, list) else [effective]


def _exists(kind: str, value: str, lookup: Lookup) -> bool:
    if kind != SSM_NAME:
        return lookup.exists(kind, value)
    try:
        lookup.ssm(value)
    except KeyError:
        return False
    return True
