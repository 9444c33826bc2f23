"""Mutants of Python: keyword arguments dropped, texts, numbers and regions changed."""

from __future__ import annotations

import ast

from dryrun.authoring.gate.mutants.change import Edit, other_number, other_value, shorten

# What is said to the reader, and which service is meant, are not the answer.
SPOKEN = frozenset({"print", "display", "Markdown"})
SERVICE_NAMED = frozenset({"client", "resource", "get_paginator", "get_waiter", "import_module"})


def edits(code: str) -> list[Edit]:
    """Return the edits of a Python cell; none when it cannot be parsed."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    finder = _Finder(code)
    finder.visit(tree)
    return finder.found


class _Finder(ast.NodeVisitor):
    """Walk a cell with the name under which each constant is used."""

    def __init__(self, code: str) -> None:
        self.found: list[Edit] = []
        self._code = code
        self._names = ["text"]
        # ast counts columns in bytes of UTF-8
        self._lines = [line.encode() for line in code.splitlines(keepends=True)]

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = _called(node)
        if called in SPOKEN or (node.keywords and called == "start"):
            return
        self.visit(node.func)
        arguments = node.args[1:] if called in SERVICE_NAMED else node.args
        for argument in arguments:
            self._under(called or "argument", argument)
        for keyword in node.keywords:
            if keyword.arg:
                self._drop(node, keyword)
            self._under(keyword.arg or "**", keyword.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.visit(target)
        self._under(_target(node.targets[0]), node.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            name = str(key.value) if isinstance(key, ast.Constant) else "item"
            self._under(name, value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave f-strings alone: a piece of one has no honest position."""

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        name = self._names[-1]
        if isinstance(value, str):
            changed = other_value(value)
            if changed:
                kind, new = changed
                self._replace(f"{kind} {name} {shorten(value)}→{shorten(new)}", node, repr(new))
        elif isinstance(value, bool):
            self._replace(f"value {name} {value}→{not value}", node, repr(not value))
        elif isinstance(value, int | float):
            number = other_number(value)
            self._replace(f"number {name} {value}→{number}", node, repr(number))

    def _under(self, name: str, node: ast.AST) -> None:
        self._names.append(name)
        self.visit(node)
        self._names.pop()

    def _drop(self, call: ast.Call, keyword: ast.keyword) -> None:
        start, end = self._span(keyword)
        rest = self._code[end : self._span(call)[1]]
        after = len(rest) - len(rest.lstrip())
        if rest.lstrip().startswith(","):
            end += after + 1
            end += len(self._code[end:]) - len(self._code[end:].lstrip(" "))
        else:
            before = self._code[:start].rstrip()
            start = len(before) - 1 if before.endswith(",") else start
        self.found.append(Edit(f"drop {keyword.arg}=", start, end, ""))

    def _replace(self, name: str, node: ast.AST, text: str) -> None:
        start, end = self._span(node)
        self.found.append(Edit(name, start, end, text))

    def _span(self, node: ast.AST) -> tuple[int, int]:
        located: ast.expr = node  # type: ignore[assignment]
        assert located.end_lineno is not None
        assert located.end_col_offset is not None
        return (
            self._offset(located.lineno, located.col_offset),
            self._offset(located.end_lineno, located.end_col_offset),
        )

    def _offset(self, line: int, column: int) -> int:
        before = sum(len(text.decode()) for text in self._lines[: line - 1])
        return before + len(self._lines[line - 1][:column].decode())


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _target(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return "value"
