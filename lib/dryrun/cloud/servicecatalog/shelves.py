"""What a catalog keeps beside moto's portfolios and products.

Follows the operations of the Service Catalog API Reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.servicecatalog.exceptions import ResourceNotFoundException
from moto.servicecatalog.models import Portfolio, Product, ServiceCatalogBackend

Pair = tuple[str, str]


class ResourceInUse(JsonRESTError):
    """Something depends on what is to be deleted."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("ResourceInUseException", message)


class Duplicate(JsonRESTError):
    """There is such a thing already."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("DuplicateResourceException", message)


@dataclass
class Shelves:
    """Everything of one account and region."""

    artifacts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The versions of each product."""
    offers: list[Pair] = field(default_factory=list)
    """Which portfolio has which product."""
    principals: dict[Pair, str] = field(default_factory=dict)
    """The kind of each principal, by its portfolio and its ARN."""
    tag_options: dict[str, dict[str, Any]] = field(default_factory=dict)
    tagged: list[Pair] = field(default_factory=list)
    """Which tag option is on which portfolio or product."""
    constraints: dict[str, dict[str, Any]] = field(default_factory=dict)


def of(backend: ServiceCatalogBackend) -> Shelves:
    """Return what a backend keeps."""
    found: Shelves = backend.__dict__.setdefault("shelves", Shelves())
    return found


def new_id(kind: str) -> str:
    """Return an id such as `port-` and 13 letters and digits, as AWS's are."""
    return f"{kind}-{mock_random.get_random_string(13, lower_case=True)}"


def portfolio(backend: ServiceCatalogBackend, portfolio_id: str) -> Portfolio:
    """Return a portfolio; raises where there is none."""
    found = backend.portfolios.get(portfolio_id)
    if found is None:
        raise ResourceNotFoundException(f"Portfolio {portfolio_id} not found.")
    return found


def product(backend: ServiceCatalogBackend, product_id: str) -> Product:
    """Return a product; raises where there is none."""
    found = backend.products.get(product_id)
    if found is None:
        raise ResourceNotFoundException(f"Product {product_id} not found.")
    return found


def tag_option(backend: ServiceCatalogBackend, option_id: str) -> dict[str, Any]:
    """Return a tag option; raises where there is none."""
    found = of(backend).tag_options.get(option_id)
    if found is None:
        raise ResourceNotFoundException(f"TagOption {option_id} not found.")
    return found


def constraint(backend: ServiceCatalogBackend, constraint_id: str) -> dict[str, Any]:
    """Return a constraint; raises where there is none."""
    found = of(backend).constraints.get(constraint_id)
    if found is None:
        raise ResourceNotFoundException(f"Constraint {constraint_id} not found.")
    return found


def add_artifact(
    backend: ServiceCatalogBackend, product_id: str, given: dict[str, Any]
) -> dict[str, Any]:
    """Add a version to a product."""
    made = {
        "Id": new_id("pa"),
        "Name": given.get("Name") or "v1",
        "Description": given.get("Description") or "",
        "Type": given.get("Type") or "CLOUD_FORMATION_TEMPLATE",
        "CreatedTime": utcnow(),
        "Active": True,
        "Guidance": "DEFAULT",
        "Info": given.get("Info") or {},
    }
    of(backend).artifacts.setdefault(product_id, []).append(made)
    return made


def shown(made: dict[str, Any]) -> dict[str, Any]:
    """Return a version without where its template is."""
    return {name: value for name, value in made.items() if name != "Info"}


def resource(backend: ServiceCatalogBackend, resource_id: str) -> Portfolio | Product:
    """Return a portfolio or a product."""
    if resource_id in backend.portfolios:
        return backend.portfolios[resource_id]
    return product(backend, resource_id)


def options_of(backend: ServiceCatalogBackend, resource_id: str) -> list[dict[str, Any]]:
    """Return the tag options of a portfolio or a product."""
    shelves = of(backend)
    return [shelves.tag_options[one] for one, other in shelves.tagged if other == resource_id]


def uses_of_portfolio(backend: ServiceCatalogBackend, portfolio_id: str) -> Iterator[str]:
    """Yield what keeps a portfolio from being deleted."""
    shelves = of(backend)
    yield from (f"product {one}" for other, one in shelves.offers if other == portfolio_id)
    yield from (f"principal {arn}" for other, arn in shelves.principals if other == portfolio_id)
    yield from (f"TagOption {one}" for one, other in shelves.tagged if other == portfolio_id)


def uses_of_product(backend: ServiceCatalogBackend, product_id: str) -> Iterator[str]:
    """Yield what keeps a product from being deleted."""
    shelves = of(backend)
    yield from (f"portfolio {other}" for other, one in shelves.offers if one == product_id)
    yield from (f"TagOption {one}" for one, other in shelves.tagged if other == product_id)
