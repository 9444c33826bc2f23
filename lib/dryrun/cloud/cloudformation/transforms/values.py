"""What is known while a transform runs: parameters, mappings, conditions, but no resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from dryrun.cloud.cloudformation.template.conditions import condition_order
from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.evaluation import functions_of, truth
from dryrun.cloud.cloudformation.template.parameters import ParameterValue
from dryrun.cloud.cloudformation.template.pseudo import partition_of
from dryrun.cloud.cloudformation.template.unknown import NO_VALUE, UNKNOWN, holds_unknown

_LISTS = ("CommaDelimitedList", "List<")
_TEMPLATE_ERROR = "Template error: "


class TransformError(TemplateError):
    """A transform failed; the message names it, as AWS does."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Transform {name} failed with: {reason}")


def failed(name: str, error: TemplateError) -> TransformError:
    """Return the error of a function that a transform could not carry out."""
    return TransformError(name, error.message.removeprefix(_TEMPLATE_ERROR))


def plain_parameters(document: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of parameters, those of list types as lists; defaults fill in.

    A value is text, a list, or a ParameterValue.
    """
    section = document.get("Parameters")
    declared = section if isinstance(section, Mapping) else {}
    found: dict[str, Any] = {}
    for name, declaration in declared.items():
        value = given.get(name)
        if isinstance(declaration, Mapping):
            value = declaration.get("Default") if value is None else value
            value = _typed(str(declaration.get("Type", "")), _effective(value))
        if value is not None:
            found[name] = value
    return found


def _effective(value: Any) -> Any:
    return value.effective if isinstance(value, ParameterValue) else value


def _typed(kind: str, value: Any) -> Any:
    if value is None or not (kind.startswith(_LISTS) or "<List<" in kind or "<Comma" in kind):
        return value
    items = value if isinstance(value, list) else str(value).split(",")
    return [str(item).strip() for item in items]


class KnownValues:
    """A scope for evaluation; what only the stack will know is UNKNOWN.

    `bindings` are the identifiers of the loops around.
    """

    shows_unknown = False

    def __init__(
        self,
        document: Mapping[str, Any],
        parameters: Mapping[str, Any],
        pseudo: Mapping[str, Any],
        bindings: Mapping[str, str] | None = None,
    ) -> None:
        self.document = document
        self.parameters = parameters
        self.pseudo = pseudo
        self.bindings = dict(bindings or {})

    def within(self, identifier: str, item: str) -> KnownValues:
        """Return the scope inside one turn of a loop."""
        bindings = {**self.bindings, identifier: item}
        return KnownValues(self.document, self.parameters, self.pseudo, bindings)

    @property
    def mappings(self) -> Mapping[str, Any]:
        """Return the section Mappings."""
        found = self.document.get("Mappings")
        return found if isinstance(found, Mapping) else {}

    @property
    def conditions(self) -> Mapping[str, bool]:
        """Return the conditions; each is worked out when it is asked for."""
        found = self.document.get("Conditions")
        return _Conditions(found if isinstance(found, Mapping) else {}, self)

    def ref(self, name: str) -> Any:
        """Return what Ref gives, where the transform can know it."""
        if name == "AWS::NoValue":
            return NO_VALUE
        for known in (self.bindings, self.parameters, self.pseudo):
            if name in known:
                return known[name]
        return UNKNOWN

    def get_att(self, logical_id: str, attribute: str) -> Any:
        """Return UNKNOWN: resources come later."""
        del logical_id, attribute
        return UNKNOWN

    def import_value(self, name: str) -> Any:
        """Return UNKNOWN: exports are looked up when the stack is made."""
        del name
        return UNKNOWN

    def azs(self, region: str) -> NoReturn:
        """Give up: Availability Zones are looked up when the stack is made."""
        raise _LaterError(region)

    def dynamic(self, service: str, reference: str) -> str:
        """Return the reference itself: it is looked up when the resource is made."""
        return "{{resolve:" + service + ":" + reference + "}}"


class _LaterError(Exception):
    """What is asked for is known only later."""


class _Conditions(Mapping[str, bool]):
    """Conditions by name, evaluated one by one; one that depends on the stack is later."""

    def __init__(self, nodes: Mapping[str, Any], scope: KnownValues) -> None:
        self.nodes = nodes
        self.scope = scope
        self.results: dict[str, bool] = {}

    def __getitem__(self, name: str) -> bool:
        if name not in self.results:
            for needed in condition_order(self.nodes):
                self.results[needed] = False
                self.results[needed] = truth(self.nodes[needed], self._inner())
        return self.results[name]

    def _inner(self) -> KnownValues:
        inner = KnownValues(self.scope.document, self.scope.parameters, self.scope.pseudo)
        return _Evaluated(inner, self.results)

    def __contains__(self, name: object) -> bool:
        return name in self.nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


class _Evaluated(KnownValues):
    """The scope of one condition: those before it are known."""

    def __init__(self, scope: KnownValues, results: Mapping[str, bool]) -> None:
        super().__init__(scope.document, scope.parameters, scope.pseudo)
        self.results = results

    @property
    def conditions(self) -> Mapping[str, bool]:
        """Return the conditions worked out so far."""
        return self.results


def value_of(node: Any, scope: KnownValues) -> Any:
    """Return what a node gives; UNKNOWN when any of it is known only to the stack."""
    try:
        value = functions_of(node, scope)
    except _LaterError:
        return UNKNOWN
    return UNKNOWN if holds_unknown(value) else value


def pseudo_values(region: str, account: str, partition: str, stack_name: str) -> dict[str, str]:
    """Return the pseudo parameters known before the stack is."""
    return {
        "AWS::AccountId": account,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackName": stack_name,
        "AWS::URLSuffix": partition_of(region)[1],
    }
