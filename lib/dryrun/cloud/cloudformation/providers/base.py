"""What knows how to create, read, update and delete the resources of one type."""

from __future__ import annotations

import string
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from moto.moto_api._internal import mock_random

from dryrun.cloud import inside

Properties = dict[str, Any]


class ResourceError(Exception):
    """A resource cannot be had as asked; `message` is AWS's, `code` its HandlerErrorCode.

    The codes are those of "Handler error codes", CloudFormation CLI User Guide: AlreadyExists,
    NotFound, InvalidRequest, AccessDenied, GeneralServiceException, NotUpdatable, ...
    """

    def __init__(self, message: str, code: str = "InvalidRequest") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class NotSimulatedError(ResourceError):
    """Dry Run does not simulate what was asked; the whole sentence is the reason shown."""


class PlainError(ResourceError):
    """A resource without a handler cannot be had; the whole sentence is the reason shown."""


class GoneError(ResourceError):
    """There is no such resource (any more)."""

    def __init__(self, type_name: str, physical_id: str) -> None:
        super().__init__(
            f"Resource of type '{type_name}' with identifier '{physical_id}' was not found.",
            "NotFound",
        )


class TakenError(ResourceError):
    """There is such a resource already."""

    def __init__(self, type_name: str, identifier: str) -> None:
        super().__init__(
            f"Resource of type '{type_name}' with identifier '{identifier}' already exists.",
            "AlreadyExists",
        )


CERTIFICATE = "no certificate is looked for; AWS wants one of ACM that covers the name"
"""What is lenient about the properties that name a certificate."""


@dataclass(frozen=True)
class Seconds:
    """How long AWS takes for each kind of work, roughly, in seconds of lab time."""

    create: float = 15.0
    update: float = 10.0
    delete: float = 10.0


@dataclass
class Context:
    """Where and for whom a provider works; `known` are the properties the stack applied last.

    All properties a provider is given are evaluated, have the schema's types, and hold the tags
    of the stack beside their own.
    """

    region: str
    account: str
    stack_name: str
    stack_id: str
    logical_id: str
    known: Properties = field(default_factory=dict)
    partition: str = "aws"
    token: str = ""
    """The client request token of the operation."""

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a boto3 client that calls this cloud as the stack's operation does."""
        return inside.client(service, region or self.region)

    def name(self, most: int = 64, *, lower: bool = False, upper: bool = False) -> str:
        """Return a generated name, `STACK-LOGICALID-RANDOM`, at most `most` characters long.

        Follows "Name type", CloudFormation Template Reference: what is too long is cut.
        """
        letters = string.ascii_uppercase if upper else string.ascii_letters
        letters = string.ascii_lowercase if lower else letters
        ending = "".join(mock_random.choices(letters + string.digits, k=12))
        room = most - len(ending) - 2
        stack, logical = self.stack_name, self.logical_id
        if len(stack) + len(logical) > room:
            # Both keep about half of the room; who needs less leaves the rest to the other.
            half = room // 2
            stack_room = max(half, room - len(logical))
            stack = stack[:stack_room]
            logical = logical[: room - len(stack)]
        name = f"{stack}-{logical}-{ending}"
        return name.lower() if lower else name

    def arn(self, service: str, resource: str, *, region: bool = True, account: bool = True) -> str:
        """Return an ARN in the stack's partition, region and account."""
        where = self.region if region else ""
        who = self.account if account else ""
        return f"arn:{self.partition}:{service}:{where}:{who}:{resource}"


class Provider(ABC):
    """One resource type: `type` is its name, `handled` the top-level properties it really applies.

    `harmless` are properties that change nothing a lab could see, each with the reason why leaving
    them out misleads nobody. Any other property makes the resource fail honestly. `lenient` are
    those of `handled` that take what AWS would refuse, each with what that is.

    A provider calls the AWS APIs of this cloud through `at.client(...)`. It lets botocore's
    ClientError through: the engine turns it into the reason AWS would show. It raises
    ResourceError for what AWS refuses and the API here does not, NotSimulatedError for what is not
    simulated, GoneError from `read` when the resource is not there.
    """

    type: ClassVar[str]
    handled: ClassVar[frozenset[str]] = frozenset()
    harmless: ClassVar[Mapping[str, str]] = {}
    lenient: ClassVar[Mapping[str, str]] = {}
    seconds: ClassVar[Seconds] = Seconds()
    name_property: ClassVar[str | None] = None
    """The property that names the resource, which keeps a replacement from being made beside it."""
    patience: ClassVar[float] = 7200.0
    """How long the resource may take to become stable, in seconds of lab time."""
    answers: ClassVar[bool] = False
    """Whether somebody else does the work, and answers: see `custom_resources`."""

    @abstractmethod
    def create(self, at: Context, properties: Properties) -> str:
        """Create the resource, and return its physical id, which `Ref` gives."""

    @abstractmethod
    def read(self, at: Context, physical_id: str) -> Properties:
        """Return the resource as it is: its properties and its attributes for `Fn::GetAtt`.

        Names and shapes are the schema's, read-only properties included. Attributes with a dot
        in their name are nested, as the schema has them. Raises GoneError.
        """

    def told(self, at: Context, physical_id: str) -> Properties:
        """Return the attributes that the physical id tells of itself; nobody is asked for them."""
        return {}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Bring the resource from `old` to `new`; what needs a replacement never gets here."""
        raise NotSimulatedError(
            f"Dry Run does not simulate updates of {self.type}; real AWS would carry it out."
        )

    @abstractmethod
    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the resource; may raise GoneError, or let a NotFound error of the API through."""

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Tell whether what was created is ready; raises ResourceError when it never will be.

        Asked every few seconds of lab time. For what goes on by itself after its creation.
        """
        return True

    def overdue(self, at: Context, physical_id: str) -> None:  # noqa: B027 - most know nothing
        """Raise why the resource did not become stable in time, where the provider knows it."""

    def deleted(self, at: Context, physical_id: str) -> bool:
        """Tell whether what was deleted is really gone; asked every few seconds of lab time."""
        return True

    def refuse(self, properties: Properties) -> str | None:
        """Return what in `properties` is not simulated, as "the property A.B", or None."""
        return None

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Return whether a change at `path` replaces the resource; None leaves it to the schema."""
        return None

    def snapshot(self, at: Context, physical_id: str) -> None:
        """Take the snapshot of DeletionPolicy Snapshot; only types that AWS lists have it."""
        raise NotSimulatedError(f"Dry Run does not simulate snapshots of {self.type}.")

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the physical id for a resource import, from its identifiers by name."""
        return "|".join(identifiers.values())

    def unsupported(self, properties: Properties) -> str | None:
        """Return the sentence for the first property that is not simulated, or None."""
        for name in properties:
            if name not in self.handled and name not in self.harmless:
                return _SENTENCE.format(what=f"the property {name}", type=self.type)
        refused = self.refuse(properties)
        return _SENTENCE.format(what=refused, type=self.type) if refused else None


_SENTENCE = "Dry Run does not simulate {what} of {type}; real AWS would carry it out."


# Small helpers that most providers need


def pick(properties: Mapping[str, Any], *names: str, **renamed: str) -> dict[str, Any]:
    """Return the given properties that are there, by their own or by new names (NEW="Old")."""
    found = {name: properties[name] for name in names if name in properties}
    found.update({new: properties[old] for new, old in renamed.items() if old in properties})
    return found


def changed(old: Properties, new: Properties, *names: str) -> bool:
    """Tell whether any of the named properties differs."""
    return any(old.get(name) != new.get(name) for name in names)


def tag_map(tags: Any) -> dict[str, str]:
    """Return tags as a dict, from the list of Key and Value, or from a dict."""
    if isinstance(tags, Mapping):
        return {str(key): str(value) for key, value in tags.items()}
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in tags or ()}


def tag_list(tags: Any) -> list[dict[str, str]]:
    """Return tags as a list of Key and Value, from a dict or such a list."""
    return [{"Key": key, "Value": value} for key, value in tag_map(tags).items()]


def tag_changes(old: Any, new: Any) -> tuple[dict[str, str], list[str]]:
    """Return the tags to set and the keys to take away."""
    before, after = tag_map(old), tag_map(new)
    wanted = {key: value for key, value in after.items() if before.get(key) != value}
    return wanted, [key for key in before if key not in after]
