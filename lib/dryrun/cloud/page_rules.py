"""How AWS pages each list: read off botocore's paginators, and the prose of its models."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import DataNotFoundError
from moto.core.model import OperationModel, Shape
from moto.core.utils import get_pagination_model

Path = tuple[str, ...]

# Documented page sizes that a model's prose does not state in a sentence one can read, from the
# pages of these operations in the services' API references.
_DEFAULTS = {
    ("lambda", "ListAliases"): 50,
    ("lambda", "ListVersionsByFunction"): 50,
    ("lambda", "ListLayers"): 50,
    ("sqs", "ListQueues"): 1000,
    ("route53", "ListHostedZones"): 100,
    ("sns", "ListTopics"): 100,
    ("sns", "ListSubscriptions"): 100,
    ("sns", "ListSubscriptionsByTopic"): 100,
    ("sns", "ListPlatformApplications"): 100,
    ("sns", "ListEndpointsByPlatformApplication"): 100,
    ("cloudformation", "ListStacks"): 100,
    ("cloudformation", "ListStackResources"): 100,
    ("cloudformation", "ListExports"): 100,
    ("cloudwatch", "ListMetrics"): 500,
    ("codebuild", "ListProjects"): 100,
    ("codebuild", "ListBuilds"): 100,
    ("codebuild", "ListBuildsForProject"): 100,
    ("emr", "ListClusters"): 50,
    ("emr", "ListSteps"): 50,
}
# The same things listed twice, by name and in full.
_PARALLEL = {
    ("kinesis", "ListStreams"),
    ("resource-groups", "ListGroups"),
    ("ec2", "DescribeVpcEndpointServices"),
}
# Services whose lists AWS pages although botocore has no paginator for some of them.
_PAGED_THROUGHOUT = {"events"}
# Services of ours that cut their pages themselves.
_OWN_PAGES = {("cloudtrail", "LookupEvents")}
# Services whose markers are names of things, which anyone may make up.
_NAMES_AS_MARKERS = {"s3", "route53", "cloudfront", "dynamodb", "kinesis"}

_DEFAULT = re.compile(
    r"default(?: value)?(?: is|s to|:)?(?: up to)?\s+(\d+)|number of items defaults to (\d+)"
    r"|returns up to (\d+) results|not specified, the limit is (\d+)",
    re.I,
)
_CAP = re.compile(r"returns a maximum of (\d+) items|greater than \d+, at most (\d+) results", re.I)
_ALL = re.compile(r"all available .{1,40} (?:are|is) retrieved in a single response", re.I)
_SILENT = re.compile(r"must set \w+ to receive a value for", re.I)


@dataclass(frozen=True)
class PageRule:
    """How one operation is paged.

    `limit` and `token` are input members, the paths lead to output members; `token` is None where
    clients make up their own place to go on from.
    """

    limit: str | None
    token: str | None
    next_token: Path
    items: tuple[Path, ...]
    more: Path | None
    parallel: bool
    opaque: bool
    default: int | None
    cap: int | None
    minimum: int | None
    maximum: int | None
    silent: bool
    """Without a limit AWS gives a first page only, and no token."""

    gathered: bool
    """moto is asked for all items; otherwise it pages by itself."""

    by_name: bool
    """The token is the name of the last item of the page before."""

    def size(self, asked: int | None) -> int | None:
        """Return how many items a page holds at most, or None when it holds all."""
        wanted = asked or self.default
        return min(wanted, self.cap) if wanted and self.cap else wanted


@functools.cache
def rule_for(operation: OperationModel) -> PageRule | None:
    """Return how an operation is paged, or None when it is not."""
    service, name = str(operation.service_model.service_name), str(operation.name)
    page = _paginator(operation, service, name)
    items = tuple(_lists(operation, _several((page or {}).get("result_key", []))))
    if page is None or not items:
        return None
    tokens, outputs = _several(page["input_token"]), _several(page["output_token"])
    members = operation.input_shape.members if operation.input_shape is not None else {}
    simple = len(tokens) == len(outputs) == 1 and re.fullmatch(r"[\w.]+", outputs[0]) is not None
    token = tokens[0] if simple and _is_string(members.get(tokens[0])) else None
    limit = page.get("limit_key") if page.get("limit_key") in members else None
    prose = re.sub(r"</?\w+>", "", members[limit].documentation or "") if limit else ""
    bounds = members[limit].metadata if limit else {}
    own = (service, name) in _OWN_PAGES
    documented = _DEFAULTS.get((service, name)) or _number(_DEFAULT, prose)
    return PageRule(
        limit=limit,
        token=token,
        next_token=tuple(outputs[0].split(".")) if simple else (),
        items=items,
        more=tuple(page["more_results"].split(".")) if "more_results" in page else None,
        parallel=(service, name) in _PARALLEL,
        opaque=token is not None and _is_opaque(service, token) and not own,
        default=documented or (None if _ALL.search(prose) else bounds.get("max")),
        cap=_number(_CAP, prose),
        minimum=bounds.get("min"),
        maximum=bounds.get("max"),
        silent=_SILENT.search(prose) is not None,
        gathered=token is not None and (service != "s3" or name == "ListBuckets") and not own,
        by_name=(service, name) == ("dynamodb", "ListTables"),
    )


def _paginator(operation: OperationModel, service: str, name: str) -> dict[str, Any] | None:
    """Return what botocore says of an operation's pages, or would say, or None."""
    try:
        page = get_pagination_model(service).get(name)
    except (DataNotFoundError, KeyError):
        return None
    return page or (_modelled(operation) if service in _PAGED_THROUGHOUT else None)


def _modelled(operation: OperationModel) -> dict[str, Any] | None:
    """Return the pages of an operation that has a token, a limit and one list."""
    asked = operation.input_shape.members if operation.input_shape is not None else {}
    told = operation.output_shape.members if operation.output_shape is not None else {}
    limits = [name for name in ("Limit", "MaxResults") if name in asked]
    lists = [name for name, shape in told.items() if shape.type_name == "list"]
    if "NextToken" not in asked or "NextToken" not in told or not limits or len(lists) != 1:
        return None
    return {
        "input_token": "NextToken",
        "output_token": "NextToken",
        "limit_key": limits[0],
        "result_key": lists[0],
    }


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _lists(operation: OperationModel, paths: list[str]) -> list[Path]:
    """Return the paths among `paths` that lead to lists; others are counts and the like."""
    found = []
    for path in paths:
        shape: Any = operation.output_shape
        for name in path.split("."):
            shape = getattr(shape, "members", {}).get(name)
        if shape is not None and shape.type_name == "list":
            found.append(tuple(path.split(".")))
    return found


def _is_string(shape: Shape | None) -> bool:
    return shape is not None and shape.type_name == "string"


def _is_opaque(service: str, token: str) -> bool:
    name = token.lower()
    return (
        "token" in name
        or name == "position"
        or (name == "marker" and service not in _NAMES_AS_MARKERS)
    )


def _number(pattern: re.Pattern[str], prose: str) -> int | None:
    found = pattern.search(prose)
    return int(next(group for group in found.groups() if group)) if found else None
