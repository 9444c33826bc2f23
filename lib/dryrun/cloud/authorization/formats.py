"""Fill the format of an ARN from what a request says."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from moto.core.utils import get_service_model

from dryrun.cloud.authorization.reference import STANDARD, Action, ArnFormat, ResourceType
from dryrun.cloud.authorization.synonyms import GENERIC, SYNONYMS

_SUFFIXES = ("withoutleadingslash", "withpath")
_KINDS = ("name", "id", "identifier", "arn")


@dataclass(frozen=True)
class Place:
    """Where a call is made: it fills an ARN's partition, region and account."""

    region: str
    account: str

    @property
    def partition(self) -> str:
        """The partition of the region."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def arn(self, service: str, resource: str, *, region: bool = True, account: bool = True) -> str:
        """Return the ARN of a resource here."""
        where = self.region if region else ""
        return (
            f"arn:{self.partition}:{service}:{where}:{self.account if account else ''}:{resource}"
        )

    def value(self, variable: str) -> str:
        """Return what a standard variable stands for."""
        return {
            "Partition": self.partition, "Region": self.region, "Account": self.account
        }[variable]  # fmt: skip


class Said(Enum):
    """How much of a resource a request says."""

    NOTHING = auto()
    SOME = auto()
    ALL = auto()
    ARN = auto()


@dataclass(frozen=True)
class Plan:
    """How to fill one format for one operation: the parameters to try for each variable."""

    kind: ResourceType
    format: ArnFormat
    sources: tuple[tuple[str, ...], ...]
    required: bool

    def fill(self, parameters: Mapping[str, Any], place: Place) -> tuple[list[str], Said]:
        """Return the ARNs, "*" for what the request does not say, and how much it says."""
        given = self._given(parameters)
        if given:
            return given, Said.ARN
        told = 0
        columns: list[list[str]] = []
        for number, (variable, names) in enumerate(
            zip(self.format.variables, self.sources, strict=True)
        ):
            if variable in STANDARD:
                columns.append([place.value(variable)])
                continue
            values, named = _values(parameters, names, self.format.parts[number])
            if not named and number == len(self.format.variables) - 1:
                values = []  # the last part of another resource's ARN
            told += named
            columns.append(values or ["*"])
        said = Said.NOTHING if not told else Said.SOME
        if told and told == len(self.format.own_variables):
            said = Said.ALL
        return [self._joined(row) for row in itertools.product(*columns)], said

    def _given(self, parameters: Mapping[str, Any]) -> list[str]:
        pattern = self.format.pattern
        found = []
        for value in parameters.values():
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str) and text.startswith("arn:") and pattern.match(text):
                    found.append(text)
        return found

    def _joined(self, values: tuple[str, ...]) -> str:
        parts = self.format.parts
        return parts[0] + "".join(v + p for v, p in zip(values, parts[1:], strict=True))


def arns(
    service: str, operation: str, action: Action, parameters: Mapping[str, Any], place: Place
) -> tuple[str, ...]:
    """Return the ARNs of the resources an action touches, "*" when the request names none.

    All required types count, with "*" for what the request does not say; optional types count
    when the request names them. Follows "How to read the actions table", Service Authorization
    Reference.
    """
    filled = [(plan, *plan.fill(parameters, place)) for plan in plans(service, operation, action)]
    # Of alternatives, as the listeners of each kind of load balancer, an ARN names one.
    settled = any(plan.required and said is Said.ARN for plan, _, said in filled)
    found: list[str] = []
    partly: list[str] = []
    for plan, texts, said in filled:
        if said in (Said.ARN, Said.ALL) or (plan.required and (said is Said.SOME or not settled)):
            found += texts
        elif (said is Said.SOME or len(filled) == 1) and not partly:
            partly = texts
    return tuple(dict.fromkeys(found or partly)) or ("*",)


@functools.cache
def plans(service: str, operation: str, action: Action) -> tuple[Plan, ...]:
    """Return how to fill the formats of an action's resources from an operation's parameters."""
    shape = get_service_model(service).operation_model(operation).input_shape
    members = {} if shape is None else {_plain(name): name for name in shape.members}
    made = []
    for kind in sorted(action.required, key=_made_last) + list(action.optional):
        best = [_plan(action, kind, form, members) for form in kind.formats]
        made.append(max(best, key=lambda plan: sum(bool(names) for names in plan.sources)))
    return tuple(made)


def _made_last(kind: ResourceType) -> bool:
    """Sort what a launch makes before what it is made of, the order in which EC2 refuses."""
    return kind.key != "instance"


def _plan(action: Action, kind: ResourceType, form: ArnFormat, members: Mapping[str, str]) -> Plan:
    required = kind in action.required
    lone = len(action.required) == 1 and required
    lone = lone or len(action.required) + len(action.optional) == 1
    prefix = action.name.partition(":")[0]
    last = _main_variable(form, members)
    sources: list[tuple[str, ...]] = []
    for variable in form.variables:
        if variable in STANDARD:
            sources.append(())
            continue
        names = _names(prefix, kind.key, variable, lone and variable == last)
        found = dict.fromkeys(
            members[spelt] for name in names for spelt in (name, f"{name}s") if spelt in members
        )
        sources.append(tuple(found))
    return Plan(kind, form, tuple(sources), required)


def _main_variable(form: ArnFormat, members: Mapping[str, str]) -> str:
    """Return the variable that a parameter as "Name" or "Id" means: the last, or a name."""
    own = form.own_variables
    if not own:
        return ""
    names = [one for one in own if one.endswith("Name")]
    return names[-1] if names and "name" in members and "id" not in members else own[-1]


def _names(prefix: str, key: str, variable: str, lone: bool) -> list[str]:
    """Return the parameter names that may hold a variable, likeliest first."""
    plain = _plain(variable)
    for suffix in _SUFFIXES:
        plain = plain.removesuffix(suffix)
    names = [plain, *SYNONYMS.get((prefix, key, variable), ())]
    stems = [plain] if plain in ("name", "id") else [_stem(plain)]
    if lone:
        stems.append(_plain(key))
    kinds = ("id",) if prefix == "ec2" and plain.endswith("id") else _KINDS
    for stem in stems:
        names += [*(stem + kind for kind in kinds), stem]
    return names + list(GENERIC if lone else ())


def _stem(name: str) -> str:
    for kind in ("identifier", "name", "id"):
        if name.endswith(kind) and name != kind:
            return name.removesuffix(kind)
    return name


@functools.cache
def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _values(
    parameters: Mapping[str, Any], names: tuple[str, ...], before: str
) -> tuple[list[str], bool]:
    """Return what the first parameter that is there says, and whether by name, not by an ARN."""
    for name in names:
        value = parameters.get(name)
        if not value and value not in (0, False):
            continue
        listed = value if isinstance(value, list) else [value]
        if any(isinstance(one, (dict, bytes)) for one in listed):
            continue
        named = not any(str(one).startswith("arn:") for one in listed)
        return [_trimmed(str(one), before) for one in listed], named
    return [], False


def _trimmed(text: str, before: str) -> str:
    if text.startswith("arn:"):
        text = re.split(r"[:/]", text)[-1]
    if before.endswith(("/", ":")):
        text = text.lstrip("/") or text
    *_, word, tail = ["", *re.split(r"[:/]", before)]
    told = tail or f"{word}/"  # as "p-" of a policy, "hostedzone/" of a zone
    return text.removeprefix(told) or text
