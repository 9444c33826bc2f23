"""Code bindings: classes for the events of a schema, as a package that a handler imports.

The package has the names and the interface of what EventBridge generates for Python
("Generating code bindings for event schemas", EventBridge User Guide): `AWSEvent` and a class for
each object in it, `_types` and `_attribute_map`, `to_dict`, and a `Marshaller` with `marshall` and
`unmarshall`. The text of the code is ours, and needs nothing but Python.
"""

from __future__ import annotations

import io
import json
import keyword
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.schemas import inference
from dryrun.cloud.schemas.contents import DRAFT4
from dryrun.cloud.schemas.models import Schema, Version

Thing = dict[str, Any]

LANGUAGES = ("Java8", "Python36", "TypeScript3", "Go1")
PYTHON = "Python36"

_PRIMITIVES = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}
_REFERENCE = re.compile(r"#/(components/schemas|definitions)/")
_TAKEN = frozenset({"self", "discriminator", "to_dict", "to_str"})
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Files of the archive have one date, so that it is the same each time."""


@dataclass(frozen=True)
class _Class:
    """One class to be written: its members by attribute, with their name in JSON and type."""

    name: str
    members: tuple[tuple[str, str, str], ...]

    def uses(self, known: Iterable[str]) -> list[str]:
        """Return the other classes it speaks of."""
        found = [re.sub(r"^(list\[)*(.*?)\]*$", r"\2", kind) for _, _, kind in self.members]
        return [one for one in dict.fromkeys(found) if one in known and one != self.name]


def archive(schema: Schema, version: Version) -> bytes:
    """Return the ZIP archive of a version's code."""
    package = package_of(schema)
    classes = _classes(version)
    folder = package.replace(".", "/")
    files = {
        f"{'/'.join(folder.split('/')[:depth])}/__init__.py": ""
        for depth in range(1, folder.count("/") + 1)
    }
    files[f"{folder}/__init__.py"] = _exports(package, classes)
    files[f"{folder}/marshaller.py"] = _MARSHALLER.replace("PACKAGE", package)
    names = [one.name for one in classes]
    files |= {f"{folder}/{one.name}.py": _source(package, one, names) for one in classes}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, text)
    return made.getvalue()


def package_of(schema: Schema) -> str:
    """Return the name of a schema's package: schema.aws.s3.objectcreated."""
    source, _, detail_type = schema.name.rpartition("@")
    parts = source.split(".") if source.startswith("aws.") else [source] if source else []
    return ".".join(
        ["schema", *(_identifier(_plain(one).lower()) for one in (*parts, detail_type))]
    )


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", name)


def _classes(version: Version) -> list[_Class]:
    document = json.loads(version.content)
    if version.type == DRAFT4:
        top = inference.title(str(document.get("title") or "Event"))
        shapes: Thing = {top: document, **document.get("definitions", {})}
    else:
        shapes = document.get("components", {}).get("schemas", {})
    names: dict[str, str] = {}
    for name in shapes:
        names[name] = _unlike(names.values(), _class_name(name))
    return [
        _Class(names[name], tuple(_members(shape, names)))
        for name, shape in shapes.items()
        if shape.get("type", "object") == "object"
    ]


def _class_name(name: str) -> str:
    cleaned = _plain(name)
    return _identifier(cleaned[:1].upper() + cleaned[1:])


def _members(shape: Thing, names: dict[str, str]) -> list[tuple[str, str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for name, member in shape.get("properties", {}).items():
        attribute = _unlike(found, _attribute(name))
        found[attribute] = name, _type(member, names)
    return [(attribute, name, kind) for attribute, (name, kind) in found.items()]


def _attribute(name: str) -> str:
    """Return the attribute of a member: order-id becomes order_id."""
    cleaned = _identifier(re.sub(r"\W", "_", name))
    return f"_{cleaned}" if cleaned in _TAKEN else cleaned


def _identifier(name: str) -> str:
    """Return a name that Python takes."""
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"_{name}"


def _unlike(taken: Iterable[str], name: str) -> str:
    """Return a name that is not taken."""
    while name in taken:
        name += "_"
    return name


def _type(member: Thing, names: dict[str, str]) -> str:
    if "$ref" in member:
        return names.get(_REFERENCE.sub("", member["$ref"]), "object")
    kind = member.get("type")
    if kind == "array":
        return f"list[{_type(member.get('items', {}), names)}]"
    if kind == "string" and member.get("format") == "date-time":
        return "datetime"
    return _PRIMITIVES.get(str(kind), "object")


def _exports(package: str, classes: list[_Class]) -> str:
    lines = ["# coding: utf-8", "", f"from {package}.marshaller import Marshaller"]
    lines += [f"from {package}.{one.name} import {one.name}" for one in classes]
    return "\n".join(lines) + "\n"


def _source(package: str, one: _Class, names: list[str]) -> str:
    lines = ["# coding: utf-8", "import pprint", "from datetime import datetime", ""]
    for other in one.uses(names):
        lines.append(f"from {package}.{other} import {other}")
    lines += ["", "", f"class {one.name}(object):", "", "    _types = {"]
    lines += [f"        {attribute!r}: {kind!r}," for attribute, _, kind in one.members]
    lines += ["    }", "", "    _attribute_map = {"]
    lines += [f"        {attribute!r}: {name!r}," for attribute, name, _ in one.members]
    given = "".join(f", {attribute}=None" for attribute, _, _ in one.members)
    lines += ["    }", "", f"    def __init__(self{given}):"]
    lines += [f"        self._{attribute} = {attribute}" for attribute, _, _ in one.members]
    lines += ["        self.discriminator = None", ""]
    for attribute, _, _ in one.members:
        lines += _property(attribute)
    return "\n".join(lines) + _COMMON.replace("CLASS", one.name)


def _property(attribute: str) -> list[str]:
    return [
        "    @property",
        f"    def {attribute}(self):",
        f"        return self._{attribute}",
        "",
        f"    @{attribute}.setter",
        f"    def {attribute}(self, {attribute}):",
        f"        self._{attribute} = {attribute}",
        "",
    ]


_COMMON = """
    def to_dict(self):
        result = {}
        for attr in self._types:
            result[attr] = _plain(getattr(self, attr))
        return result

    def to_str(self):
        return pprint.pformat(self.to_dict())

    def __repr__(self):
        return self.to_str()

    def __eq__(self, other):
        return isinstance(other, CLASS) and self.__dict__ == other.__dict__

    def __ne__(self, other):
        return not self == other


def _plain(value):
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value.to_dict() if hasattr(value, "to_dict") else value
"""

_MARSHALLER = '''# coding: utf-8
import datetime
import importlib
import re

import PACKAGE


class Marshaller:
    PRIMITIVES = {"str": str, "int": int, "float": float, "bool": bool, "object": object}

    @classmethod
    def marshall(cls, obj):
        """Return what an object is as JSON, with the names of the event."""
        if obj is None or isinstance(obj, (str, int, float, bool)):
            return obj
        if isinstance(obj, (list, tuple)):
            return [cls.marshall(item) for item in obj]
        if isinstance(obj, (datetime.datetime, datetime.date)):
            return obj.isoformat()
        if isinstance(obj, dict):
            return {name: cls.marshall(item) for name, item in obj.items()}
        return {
            name: cls.marshall(getattr(obj, attribute))
            for attribute, name in obj._attribute_map.items()
            if getattr(obj, attribute) is not None
        }

    @classmethod
    def unmarshall(cls, data, typeName):
        """Return an object of a class, given the event as JSON has it."""
        if data is None:
            return None
        if isinstance(typeName, str):
            listed = re.match(r"list\\[(.*)\\]$", typeName)
            if listed:
                return [cls.unmarshall(item, listed.group(1)) for item in data]
            if typeName == "datetime":
                return cls._moment(data)
            if typeName in cls.PRIMITIVES:
                return cls._primitive(data, cls.PRIMITIVES[typeName])
            module = importlib.import_module("PACKAGE." + typeName)
            typeName = getattr(module, typeName)
        if not hasattr(typeName, "_attribute_map"):
            return cls._primitive(data, typeName)
        given = {
            attribute: cls.unmarshall(data[name], typeName._types[attribute])
            for attribute, name in typeName._attribute_map.items()
            if name in data
        }
        return typeName(**given)

    @staticmethod
    def _primitive(data, kind):
        if kind is object or isinstance(data, bool):
            return data
        if kind is float and isinstance(data, int):
            return data
        try:
            return kind(data)
        except (TypeError, ValueError):
            return data

    @staticmethod
    def _moment(text):
        try:
            return datetime.datetime.fromisoformat(str(text).replace("Z", "+00:00"))
        except ValueError:
            return text
'''
