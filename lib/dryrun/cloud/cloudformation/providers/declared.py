"""Providers that are declared rather than written: one API's create, describe, update and delete.

Property names are matched with the API's parameters by name, whatever their case, as botocore's
models and the official resource schemas have them.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    tag_changes,
    tag_list,
    tag_map,
)

_ABSENT = re.compile(r"NotFound|NoSuch|NotExist|Nonexist|UnknownResource", re.IGNORECASE)
_ABSENT_TEXT = re.compile(
    r"not ?found|not exist|could not find|Invalid Request Validator Id|not owned by", re.I
)


def is_absent(error: ClientError) -> bool:
    """Tell whether the error says that there is no such thing."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    told = error.response["Error"]
    text = _ABSENT_TEXT.search(told.get("Message", ""))
    return status == 404 or bool(_ABSENT.search(told["Code"]) or text)


@functools.cache
def schema(type_name: str) -> dict[str, Any]:
    """Return the official schema of a resource type."""
    found = find_spec("cfnlint")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "data" / "schemas"
    index = _json(folder / "providers" / "us-east-1.json")
    loaded: dict[str, Any] = _json(folder / "resources" / f"{index[type_name]}.json")
    return loaded


@functools.cache
def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@functools.cache
def _names(type_name: str) -> dict[str, str]:
    """Return every property name of a type, nested ones too, by itself and in lower case."""
    loaded = schema(type_name)
    found: dict[str, str] = {}
    for part in (*loaded.get("definitions", {}).values(), loaded):
        _collect(part, found)
    return found


def _collect(part: Any, found: dict[str, str]) -> None:
    if not isinstance(part, dict):
        return
    for name, inner in part.get("properties", {}).items():
        # Parts of one type spell a name differently: a user pool has SmsMessage and SMSMessage.
        found[name] = found[name.lower()] = name
        _collect(inner, found)
    _collect(part.get("items"), found)


def to_api(shape: Any, value: Any) -> Any:
    """Return a property's value as the botocore shape has it; members it has not are left out."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        members = {name.lower(): name for name in shape.members}
        pairs = ((members.get(key.lower()), inner) for key, inner in value.items())
        return {name: to_api(shape.members[name], inner) for name, inner in pairs if name}
    if kind == "list" and isinstance(value, list):
        return [to_api(shape.member, inner) for inner in value]
    if kind == "map" and isinstance(value, list):
        return tag_map(value)
    if kind == "map" and isinstance(value, Mapping):
        return {key: to_api(shape.value, inner) for key, inner in value.items()}
    return _scalar(kind, value)


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string" and isinstance(value, dict | list):
        return json.dumps(value)
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind == "string" and not isinstance(value, str):
        return str(value)
    if kind in ("integer", "long") and isinstance(value, str | float):
        return int(value)
    if kind in ("float", "double") and isinstance(value, str | int):
        return float(value)
    return value


def from_api(type_name: str, shape: Any, value: Any) -> Any:
    """Return what an API answered with the names of the type's schema."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return {
            _spelled(type_name, key): from_api(type_name, shape.members[key], inner)
            for key, inner in value.items()
            if key in shape.members
        }
    if kind == "list" and isinstance(value, list):
        return [from_api(type_name, shape.member, inner) for inner in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: from_api(type_name, shape.value, inner) for key, inner in value.items()}
    return value.isoformat() if kind == "timestamp" and hasattr(value, "isoformat") else value


def _spelled(type_name: str, key: str) -> str:
    names, proper = _names(type_name), key[:1].upper() + key[1:]
    return names.get(proper) or names.get(key.lower(), proper)


def in_order(found: list[str], known: Any) -> list[str]:
    """Return what is found in the order the template has it; APIs answer sets in any order."""
    wanted = known if isinstance(known, list) else []
    same = [one for one in wanted if one in found]
    return same + [one for one in found if one not in same]


def dig(value: Any, path: str) -> Any:
    """Return what stands at a dotted path, numbers being places in lists; None where nothing is."""
    for part in path.split(".") if path else ():
        if part.isdigit():
            value = value[int(part)] if value and len(value) > int(part) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def put(target: Properties, path: str, value: Any) -> None:
    """Set what stands at a dotted path."""
    *parents, last = path.split(".")
    for part in parents:
        target = target.setdefault(part, {})
    target[last] = value


@dataclass(frozen=True)
class Tagging:
    """How an API tags: its calls, the parameter for the resource, and where that is in `read`."""

    at: str
    """A dotted path in what `reads` answers, `=` for the physical id, or an ARN with {region}."""
    key: str = "ResourceArn"
    add: str = "tag_resource"
    remove: str = "untag_resource"
    listed: str = "list_tags_for_resource"
    tags: str = "Tags"
    keys: str = "TagKeys"
    answer: str = "Tags"
    plain: bool = False
    """Moto refuses tags whose keys begin with aws:, or answers no list."""


class Declared(Provider):
    """A type made of one call each; the class attributes say which and how."""

    service: ClassVar[str]
    creates: ClassVar[str]
    reads: ClassVar[str]
    updates: ClassVar[str] = ""
    deletes: ClassVar[str]
    key: ClassVar[str]
    """The API's parameter for the physical id."""
    read_key: ClassVar[str] = ""
    """The same where the call that reads has another name for it."""
    made: ClassVar[str] = ""
    """Where the physical id is in the answer to `creates`; empty: it is the name given."""
    item: ClassVar[str] = ""
    """Where the resource is in the answer to `reads`."""
    renamed: ClassVar[Mapping[str, str]] = {}
    """Properties the API calls otherwise, in requests and answers."""
    answered: ClassVar[Mapping[str, str]] = {}
    """Properties and attributes by their path, and the path in `item` where they are."""
    parents: ClassVar[Mapping[str, str]] = {}
    """API parameters of every call, and the properties that give them."""
    fixed: ClassVar[Mapping[str, Any]] = {}
    """API parameters that are always sent to create."""
    ending: ClassVar[Mapping[str, Any]] = {}
    """API parameters that are always sent to delete."""
    named: ClassVar[int] = 0
    """The longest name CloudFormation generates for `name_property`; 0: it generates none."""
    lower: ClassVar[bool] = False
    whole: ClassVar[bool] = False
    """The update takes everything, not what differs."""
    defaults: ClassVar[Mapping[str, Any]] = {}
    tagging: ClassVar[Tagging | None] = None
    tags_in_create: ClassVar[bool] = True
    ended: ClassVar[tuple[str, ...]] = ()
    """What the member status says of a resource that is no more, where the API still shows it."""
    written: ClassVar[frozenset[str]] = frozenset()
    """Handled properties no call gives back: passwords and the like."""

    # The four calls

    def create(self, at: Context, properties: Properties) -> str:
        """Create the resource by one call."""
        properties = self.prepared(at, dict(properties))
        answer = self.call(at, self.creates, self.request(at, self.creates, properties))
        name = str(dig(answer, self.made) if self.made else properties[self.name_property or ""])
        if not self.tags_in_create and properties.get("Tags"):
            at.known = at.known or properties
            self._retag(at, name, {}, properties)
        self.after_create(at, name, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the resource by one call, and its tags by another where the API has it so."""
        item, shape = self.fetch(at, physical_id)
        shown = from_api(self.type, shape, item)
        for name, api in self.renamed.items():
            if api in item:
                shown[name] = from_api(self.type, shape.members[api], item[api])
        for path, where in self.answered.items():
            put(shown, path, physical_id if where == "=" else dig(item, where))
        for api, name in self.parents.items():
            if api != self.key:
                shown[name] = at.known.get(name)
        if "Tags" in self.handled:
            shown["Tags"] = self.tags(at, physical_id, item, shown.get("Tags"))
        for name in self.written & at.known.keys():
            shown[name] = at.known[name]
        return self.finished(at, physical_id, {k: v for k, v in shown.items() if v is not None})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; what is no longer named goes back to its default."""
        old, new = self.prepared(at, dict(old)), self.prepared(at, dict(new))
        self._retag(at, physical_id, old, new)
        differing = [
            name
            for name in dict.fromkeys((*old, *new))
            if name != "Tags" and name not in self.harmless and old.get(name) != new.get(name)
        ]
        differing = self.change(at, physical_id, old, new, differing)
        if differing:
            wanted = self._wanted(differing, new)
            self.call(
                at,
                self.updates,
                {
                    **self.request(at, self.updates, wanted, tags=False),
                    **self._keys(at, self.updates, physical_id),
                },
            )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the resource by one call."""
        self.call(
            at, self.deletes, {**self._keys(at, self.deletes, physical_id), **dict(self.ending)}
        )

    # What a type may have otherwise

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties as the API is given them."""
        return properties

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Do what the call that creates does not do."""

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what is read, with what the answer has otherwise."""
        return shown

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Change what has calls of its own; return the names that are left."""
        return names

    def fetch(self, at: Context, physical_id: str) -> tuple[Any, Any]:
        """Return the resource as the API answers it, and its botocore shape."""
        keys = self._keys(at, self.reads, physical_id, self.read_key)
        try:
            answer = self.call(at, self.reads, keys)
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        item = dig(answer, self.item)
        if item is None or str(item.get("status")) in self.ended:
            raise GoneError(self.type, physical_id)
        return item, self._shape(at, self.reads, self.item)

    def tags(self, at: Context, physical_id: str, item: Any, shown: Any) -> Any:
        """Return the tags in the schema's shape."""
        tagging = self.tagging
        found: Any = shown
        if tagging and tagging.listed:
            asked = self._who(at, tagging.listed, physical_id, item)
            found = dig(self.call(at, tagging.listed, asked), tagging.answer)
        pairs = tag_map(_proper(found))
        if "array" not in _kinds(self.type):
            return pairs
        return tag_list(pairs)

    # What all of them do

    def call(self, at: Context, name: str, parameters: Mapping[str, Any]) -> Any:
        """Call an operation of the service."""
        return getattr(at.client(self.service), name)(**parameters)

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Return the parameters of an operation that the properties give."""
        shape = self._operation(at, name).input_shape
        given = {
            self.renamed.get(key, key): value
            for key, value in properties.items()
            if key not in self.harmless and (key != "Tags" or (tags and self.tags_in_create))
        }
        if "Tags" in given and self.tagging:
            tagged = self._plain(given.pop("Tags"))
            if tagged:  # some APIs refuse an empty list
                given[self.tagging.tags] = tagged
        for api, key in self.parents.items():
            given[api] = properties.get(key, at.known.get(key))
            if given[api] is None:
                del given[api]
        if name == self.creates:
            given.update(self.fixed)
            if self.name_property and self.named and not properties.get(self.name_property):
                generated = at.name(self.named, lower=self.lower)
                properties[self.name_property] = generated
                given[self.renamed.get(self.name_property, self.name_property)] = generated
        made: dict[str, Any] = to_api(shape, given)
        return made

    def _plain(self, tags: Any) -> Any:
        if self.tagging and self.tagging.plain:
            return tag_list({k: v for k, v in tag_map(tags).items() if not k.startswith("aws:")})
        return tag_list(tags)

    def _wanted(self, differing: list[str], new: Properties) -> Properties:
        wanted: Properties = {}
        for name in new if self.whole else differing:
            if name in new:
                wanted[name] = new[name]
            elif name in self.defaults:
                wanted[name] = self.defaults[name]
            else:
                raise NotSimulatedError(
                    f"Dry Run does not simulate the removal of the property {name} of "
                    f"{self.type}; real AWS would carry it out."
                )
        return wanted

    def _accepts(self, at: Context, names: list[str]) -> None:
        members = self._operation(at, self.updates).input_shape.members if self.updates else {}
        known = {name.lower() for name in members}
        for name in names:
            if self.renamed.get(name, name).lower() not in known:
                raise NotSimulatedError(
                    f"Dry Run does not simulate updates of the property {name} of {self.type}; "
                    f"real AWS would carry it out."
                )

    def _retag(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        tagging = self.tagging
        if not tags and not gone:
            return
        if tagging is None:
            raise NotSimulatedError(
                f"Dry Run does not simulate changes of tags of {self.type}; "
                f"real AWS would carry it out."
            )
        item, _ = self.fetch(at, physical_id)
        if tags:
            shape = self._operation(at, tagging.add).input_shape
            who = self._who(at, tagging.add, physical_id, item)
            sent = to_api(shape, {tagging.tags: self._plain(tags)})
            if sent[tagging.tags]:
                self.call(at, tagging.add, {**who, **sent})
        if gone:
            shape = self._operation(at, tagging.remove).input_shape
            who = self._who(at, tagging.remove, physical_id, item)
            named = gone if tagging.keys != tagging.tags else [{"Key": key} for key in gone]
            self.call(at, tagging.remove, {**who, **to_api(shape, {tagging.keys: named})})

    def _operation(self, at: Context, name: str) -> Any:
        client = at.client(self.service)
        return client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name])

    def _who(self, at: Context, name: str, physical_id: str, item: Any) -> dict[str, Any]:
        """Return the parameter that tells an operation of tags whose tags."""
        assert self.tagging is not None
        key, place = self.tagging.key, self.tagging.at
        value = physical_id if place == "=" else None
        if value is None and "{" in place:
            value = place.format(
                partition=at.partition, region=at.region, account=at.account, id=physical_id
            )
        value = dig(item, place) if value is None else value
        listed = self._operation(at, name).input_shape.members[key].type_name == "list"
        return {key: [value] if listed else value}

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        members = self._operation(at, name).input_shape.members
        keys = {api: at.known.get(given) for api, given in self.parents.items()}
        keys = {api: value for api, value in keys.items() if value is not None and api in members}
        key = key or self.key
        if key:
            listed = members[key].type_name == "list"
            keys[key] = [physical_id] if listed else physical_id
        return keys

    def _shape(self, at: Context, name: str, path: str) -> Any:
        shape = self._operation(at, name).output_shape
        for part in path.split(".") if path else ():
            shape = shape.member if part.isdigit() else shape.members[part]
        return shape


def _proper(tags: Any) -> Any:
    """Return tags with Key and Value, however the API spells them."""
    if not isinstance(tags, list):
        return tags or {}
    pairs = []
    for tag in tags:
        lowered = {name.lower().removeprefix("tag"): value for name, value in tag.items()}
        pairs.append({"Key": lowered["key"], "Value": lowered.get("value", "")})
    return pairs


def _kinds(type_name: str) -> tuple[str, ...]:
    """Return the JSON types the schema gives the property Tags."""
    loaded = schema(type_name)
    part = loaded["properties"].get("Tags", {})
    while "$ref" in part:
        part = loaded["definitions"][part["$ref"].rpartition("/")[2]]
    kind = part.get("type", "array")
    return (kind,) if isinstance(kind, str) else tuple(kind)
