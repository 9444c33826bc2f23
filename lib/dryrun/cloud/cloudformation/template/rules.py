"""The Rules section: what parameters must be together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from dryrun.cloud.cloudformation.template.errors import TemplateError, function_error
from dryrun.cloud.cloudformation.template.evaluation import as_text, functions_of
from dryrun.cloud.cloudformation.template.functions import function_of
from dryrun.cloud.cloudformation.template.model import Template
from dryrun.cloud.cloudformation.template.parameter_types import AWS_SPECIFIC, is_list, item_type
from dryrun.cloud.cloudformation.template.scope import Scope
from dryrun.cloud.cloudformation.template.unknown import holds_unknown


class Account(Protocol):
    """What an account holds of an AWS-specific parameter type."""

    def all_of(self, aws_type: str) -> list[str]:
        """Return the names of all there are."""

    def attribute(self, aws_type: str, value: str, name: str) -> str:
        """Return an attribute of one of them; nothing when it has none of that name."""


def check_rules(template: Template, scope: Scope, account: Account | None = None) -> None:
    """Refuse parameters that an assertion does not allow."""
    checker = _Rules(template, scope, account)
    failed = [
        str(assertion.get("AssertDescription", ""))
        for name, rule in template.rules.items()
        if checker.applies(rule)
        for assertion in rule["Assertions"]
        if not checker.holds(assertion["Assert"])
    ]
    if failed:
        # What AWS writes around the descriptions is in no page of its documentation.
        raise TemplateError(f"Template error: Rules failed: [{', '.join(failed)}]")


class _Rules:
    """Evaluates rules in a scope."""

    def __init__(self, template: Template, scope: Scope, account: Account | None) -> None:
        self._template = template
        self._scope = scope
        self._account = account
        self._functions: dict[str, Callable[[Any], bool]] = {
            "Fn::And": self._all,
            "Fn::Or": self._any,
            "Fn::Not": lambda given: not self.holds(_list(given, "Fn::Not", 1)[0]),
            "Fn::Equals": self._equals,
            "Fn::Contains": self._contains,
            "Fn::EachMemberIn": self._each_in,
            "Fn::EachMemberEquals": self._each_equals,
        }

    def applies(self, rule: dict[str, Any]) -> bool:
        """Tell whether a rule's condition holds."""
        return "RuleCondition" not in rule or self.holds(rule["RuleCondition"])

    def holds(self, node: Any) -> bool:
        """Tell what a rule function gives."""
        function = function_of(node)
        if function is None or function[0] not in self._functions:
            raise function_error("Rules can only be boolean operations on parameters")
        return self._functions[function[0]](function[1])

    def _all(self, given: Any) -> bool:
        return all(self.holds(item) for item in _list(given, "Fn::And"))

    def _any(self, given: Any) -> bool:
        return any(self.holds(item) for item in _list(given, "Fn::Or"))

    def _equals(self, given: Any) -> bool:
        first, second = _list(given, "Fn::Equals", 2)
        return bool(self._value(first) == self._value(second))

    def _contains(self, given: Any) -> bool:
        items, value = _list(given, "Fn::Contains", 2)
        return self._value(value) in _items(self._value(items))

    def _each_in(self, given: Any) -> bool:
        items, others = _list(given, "Fn::EachMemberIn", 2)
        allowed = _items(self._value(others))
        return all(item in allowed for item in _items(self._value(items)))

    def _each_equals(self, given: Any) -> bool:
        items, value = _list(given, "Fn::EachMemberEquals", 2)
        wanted = self._value(value)
        return all(item == wanted for item in _items(self._value(items)))

    def _value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._value(item) for item in node]
        function = function_of(node)
        if function is not None and function[0] in ("Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll"):
            return self._from_account(*function)
        value = functions_of(node, self._scope)
        return None if holds_unknown(value) else as_text(value)

    def _from_account(self, name: str, given: Any) -> Any:
        if self._account is None:
            raise TemplateError(
                f"Dry Run does not simulate {name} here; real AWS would carry it out."
            )
        if name == "Fn::RefAll":
            return self._account.all_of(_known(given))
        if not isinstance(given, list) or len(given) != 2 or not isinstance(given[1], str):
            raise function_error(f"{name} requires a list argument with two elements")
        subject, attribute = given
        if name == "Fn::ValueOfAll":
            kind = _known(subject)
            return [
                self._account.attribute(kind, item, attribute)
                for item in self._account.all_of(kind)
            ]
        parameter = self._template.parameters.get(subject) if isinstance(subject, str) else None
        if parameter is None:
            raise function_error(f"{name} references undefined parameter {subject}")
        kind = _known(item_type(parameter.type))
        values = [
            self._account.attribute(kind, item, attribute)
            for item in _items(self._scope.ref(parameter.name))
        ]
        return values if is_list(parameter.type) else values[0]


def _known(kind: Any) -> str:
    if kind not in AWS_SPECIFIC:
        raise function_error(f"{kind} is not an AWS-specific parameter type")
    return str(kind)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _list(given: Any, name: str, length: int | None = None) -> list[Any]:
    if not isinstance(given, list) or not given or (length is not None and len(given) != length):
        raise function_error(
            f"{name} requires a list argument with {length or 'two or more'} elements"
        )
    return given
