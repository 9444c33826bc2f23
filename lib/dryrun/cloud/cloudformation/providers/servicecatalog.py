"""AWS::ServiceCatalog: portfolios, products and what joins them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import without

_QUICK = Seconds(create=3, update=3, delete=3)
_LANGUAGE: Mapping[str, str] = {"AcceptLanguage": "all languages are answered in English"}
_TEXTS = ("Description", "Distributor", "SupportDescription", "SupportEmail", "SupportUrl")


class _InCatalog(Provider):
    """What they share."""

    seconds = _QUICK
    harmless: ClassVar[Mapping[str, str]] = _LANGUAGE

    def catalog(self, at: Context) -> Any:
        """Return a client."""
        return at.client("servicecatalog")

    @contextmanager
    def gone(self, physical_id: str) -> Iterator[None]:
        """Turn what the service says of a thing that is not there."""
        try:
            yield
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                raise GoneError(self.type, physical_id) from error
            raise


def _retagged(old: Properties, new: Properties) -> dict[str, Any]:
    tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
    return {"AddTags": tag_list(tags), "RemoveTags": gone}


class Portfolio(_InCatalog):
    """A portfolio; its physical id is its id."""

    type = "AWS::ServiceCatalog::Portfolio"
    handled = frozenset({"Description", "DisplayName", "ProviderName", "Tags"})

    def create(self, at: Context, properties: Properties) -> str:
        """Create the portfolio."""
        made = self.catalog(at).create_portfolio(
            **pick(properties, "Description", "DisplayName", "ProviderName"),
            Tags=tag_list(properties.get("Tags")),
            IdempotencyToken=at.name(64),
        )
        return str(made["PortfolioDetail"]["Id"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the portfolio."""
        with self.gone(physical_id):
            found = self.catalog(at).describe_portfolio(Id=physical_id)
        shown = pick(found["PortfolioDetail"], "Description", "DisplayName", "ProviderName")
        return {
            "Id": physical_id,
            "PortfolioName": shown["DisplayName"],
            "Tags": tag_list(found["Tags"]),
            **without(shown, ""),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the portfolio."""
        self.catalog(at).update_portfolio(
            Id=physical_id,
            Description=new.get("Description", ""),
            **pick(new, "DisplayName", "ProviderName"),
            **_retagged(old, new),
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the portfolio."""
        self.catalog(at).delete_portfolio(Id=physical_id)


class CloudFormationProduct(_InCatalog):
    """A product that is a template; its physical id is its id."""

    type = "AWS::ServiceCatalog::CloudFormationProduct"
    handled = frozenset(
        {"Name", "Owner", "ProductType", "ProvisioningArtifactParameters", "Tags", *_TEXTS}
    )
    harmless: ClassVar[Mapping[str, str]] = {
        **_LANGUAGE,
        "ReplaceProvisioningArtifacts": "versions that differ are always made anew",
    }

    def create(self, at: Context, properties: Properties) -> str:
        """Create the product with its versions."""
        first, *others = properties.get("ProvisioningArtifactParameters") or [None]
        kind = properties.get("ProductType", "CLOUD_FORMATION_TEMPLATE")
        made = self.catalog(at).create_product(
            **pick(properties, "Name", "Owner", *_TEXTS),
            **({"ProvisioningArtifactParameters": _version(first)} if first else {}),
            ProductType=kind,
            Tags=tag_list(properties.get("Tags")),
            IdempotencyToken=at.name(64),
        )
        product_id = str(made["ProductViewDetail"]["ProductViewSummary"]["ProductId"])
        for one in others:
            self._add(at, product_id, one)
        return product_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the product."""
        with self.gone(physical_id):
            found = self.catalog(at).describe_product_as_admin(Id=physical_id)
        view = found["ProductViewDetail"]["ProductViewSummary"]
        versions = found["ProvisioningArtifactSummaries"]
        shown = {
            "Description": view.get("ShortDescription"),
            "Id": physical_id,
            "ProductName": view["Name"],
            "ProvisioningArtifactIds": ",".join(one["Id"] for one in versions),
            "ProvisioningArtifactNames": ",".join(one["Name"] for one in versions),
            "Tags": tag_list(found["Tags"]),
            **pick(view, "Name", "Owner", *_TEXTS[1:], ProductType="Type"),
        }
        if "ProductType" not in at.known:
            del shown["ProductType"]
        # No call tells of a version's template, which nobody changes once it is there.
        return without({**shown, **pick(at.known, "ProvisioningArtifactParameters")})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the product; versions that differ take the place of those before."""
        catalog = self.catalog(at)
        texts = {name: new.get(name, "") for name in _TEXTS if new.get(name) != old.get(name)}
        catalog.update_product(
            Id=physical_id, **pick(new, "Name", "Owner"), **texts, **_retagged(old, new)
        )
        name = "ProvisioningArtifactParameters"
        if new.get(name) == old.get(name):
            return
        former = catalog.list_provisioning_artifacts(ProductId=physical_id)
        for one in new.get(name) or ():
            self._add(at, physical_id, one)
        for one in former["ProvisioningArtifactDetails"]:
            catalog.delete_provisioning_artifact(
                ProductId=physical_id, ProvisioningArtifactId=one["Id"]
            )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the product."""
        self.catalog(at).delete_product(Id=physical_id)

    def _add(self, at: Context, product_id: str, one: Properties) -> None:
        self.catalog(at).create_provisioning_artifact(
            ProductId=product_id, Parameters=_version(one), IdempotencyToken=at.name(64)
        )


def _version(one: Properties) -> dict[str, Any]:
    info = {key: str(value) for key, value in one["Info"].items()}
    kind = one.get("Type", "CLOUD_FORMATION_TEMPLATE")
    return {**pick(one, "Description", "Name"), "Info": info, "Type": kind}


class PortfolioProductAssociation(_InCatalog):
    """A product in a portfolio; its physical id names both."""

    type = "AWS::ServiceCatalog::PortfolioProductAssociation"
    handled = frozenset({"PortfolioId", "ProductId"})

    def create(self, at: Context, properties: Properties) -> str:
        """Put the product there."""
        asked = pick(properties, "PortfolioId", "ProductId")
        self.catalog(at).associate_product_with_portfolio(**asked)
        return f"{asked['PortfolioId']}|{asked['ProductId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """See whether the product is there."""
        portfolio, product = physical_id.split("|")
        with self.gone(physical_id):
            found = self.catalog(at).list_portfolios_for_product(ProductId=product)
        if all(one["Id"] != portfolio for one in found["PortfolioDetails"]):
            raise GoneError(self.type, physical_id)
        return {"PortfolioId": portfolio, "ProductId": product}

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the product out."""
        asked = self.read(at, physical_id)
        self.catalog(at).disassociate_product_from_portfolio(**asked)


class PortfolioPrincipalAssociation(_InCatalog):
    """Somebody who sees a portfolio; its physical id names both."""

    type = "AWS::ServiceCatalog::PortfolioPrincipalAssociation"
    handled = frozenset({"PortfolioId", "PrincipalARN", "PrincipalType"})

    def create(self, at: Context, properties: Properties) -> str:
        """Let the principal see it."""
        asked = pick(properties, "PortfolioId", "PrincipalARN", "PrincipalType")
        self.catalog(at).associate_principal_with_portfolio(**asked)
        return f"{asked['PortfolioId']}|{asked['PrincipalARN']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """See whether the principal does."""
        portfolio, _, arn = physical_id.partition("|")
        with self.gone(physical_id):
            found = self.catalog(at).list_principals_for_portfolio(PortfolioId=portfolio)
        for one in found["Principals"]:
            if one["PrincipalARN"] == arn:
                return {"PortfolioId": portfolio, **pick(one, "PrincipalARN", "PrincipalType")}
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Let the principal no longer see it."""
        asked = pick(self.read(at, physical_id), "PortfolioId", "PrincipalARN")
        self.catalog(at).disassociate_principal_from_portfolio(**asked)


class PortfolioShare(_InCatalog):
    """Another account that may take a portfolio over; its physical id names both."""

    type = "AWS::ServiceCatalog::PortfolioShare"
    handled = frozenset({"AccountId", "PortfolioId"})

    def create(self, at: Context, properties: Properties) -> str:
        """Share the portfolio."""
        asked = pick(properties, "AccountId", "PortfolioId")
        with self.gone(asked["PortfolioId"]):
            self.catalog(at).describe_portfolio(Id=asked["PortfolioId"])
        self.catalog(at).create_portfolio_share(**asked)
        return f"{asked['PortfolioId']}|{asked['AccountId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """See whether it is shared."""
        portfolio, account = physical_id.split("|")
        with self.gone(physical_id):
            found = self.catalog(at).list_portfolio_access(PortfolioId=portfolio)
        if account not in found["AccountIds"]:
            raise GoneError(self.type, physical_id)
        return {"AccountId": account, "PortfolioId": portfolio}

    def delete(self, at: Context, physical_id: str) -> None:
        """Share it no longer."""
        self.catalog(at).delete_portfolio_share(**self.read(at, physical_id))


class TagOption(_InCatalog):
    """A tag that products may have; its physical id is its id."""

    type = "AWS::ServiceCatalog::TagOption"
    handled = frozenset({"Active", "Key", "Value"})
    harmless: ClassVar[Mapping[str, str]] = {}

    def create(self, at: Context, properties: Properties) -> str:
        """Create the tag option."""
        made = self.catalog(at).create_tag_option(**pick(properties, "Key", "Value"))
        option_id = str(made["TagOptionDetail"]["Id"])
        if not properties.get("Active", True):
            self.catalog(at).update_tag_option(Id=option_id, Active=False)
        return option_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the tag option."""
        with self.gone(physical_id):
            found = self.catalog(at).describe_tag_option(Id=physical_id)["TagOptionDetail"]
        return {"Id": physical_id, **pick(found, "Active", "Key", "Value")}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Switch it on or off."""
        self.catalog(at).update_tag_option(Id=physical_id, Active=new.get("Active", True))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the tag option."""
        self.catalog(at).delete_tag_option(Id=physical_id)


class TagOptionAssociation(_InCatalog):
    """A tag option on a portfolio or a product; its physical id names both."""

    type = "AWS::ServiceCatalog::TagOptionAssociation"
    handled = frozenset({"ResourceId", "TagOptionId"})
    harmless: ClassVar[Mapping[str, str]] = {}

    def create(self, at: Context, properties: Properties) -> str:
        """Put it on."""
        asked = pick(properties, "ResourceId", "TagOptionId")
        self.catalog(at).associate_tag_option_with_resource(**asked)
        return f"{asked['TagOptionId']}|{asked['ResourceId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """See whether it is on."""
        option, resource = physical_id.split("|")
        is_portfolio = resource.startswith("port-")
        name = "describe_portfolio" if is_portfolio else "describe_product_as_admin"
        with self.gone(physical_id):
            found = getattr(self.catalog(at), name)(Id=resource)
        if all(one["Id"] != option for one in found["TagOptions"]):
            raise GoneError(self.type, physical_id)
        return {"ResourceId": resource, "TagOptionId": option}

    def delete(self, at: Context, physical_id: str) -> None:
        """Take it off."""
        asked = self.read(at, physical_id)
        self.catalog(at).disassociate_tag_option_from_resource(**asked)


class _Constraint(_InCatalog):
    """How a product of a portfolio is launched; its physical id is its id."""

    kind: ClassVar[str]
    members: ClassVar[tuple[str, ...]]

    def create(self, at: Context, properties: Properties) -> str:
        """Create the constraint."""
        made = self.catalog(at).create_constraint(
            **pick(properties, "Description", "PortfolioId", "ProductId"),
            Parameters=self._parameters(properties),
            Type=self.kind,
            IdempotencyToken=at.name(64),
        )
        return str(made["ConstraintDetail"]["ConstraintId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the constraint."""
        with self.gone(physical_id):
            found = self.catalog(at).describe_constraint(Id=physical_id)
        given = pick(json.loads(found["ConstraintParameters"]), *self.members)
        rules = at.known.get("Rules")
        if isinstance(rules, str) and json.loads(rules) == given.get("Rules"):
            given["Rules"] = rules
        detail = pick(found["ConstraintDetail"], "Description", "PortfolioId", "ProductId")
        return {"Id": physical_id, **without(detail, ""), **given}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the constraint."""
        self.catalog(at).update_constraint(
            Id=physical_id,
            Description=new.get("Description", ""),
            Parameters=self._parameters(new),
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the constraint."""
        self.catalog(at).delete_constraint(Id=physical_id)

    def _parameters(self, properties: Properties) -> str:
        given = pick(properties, *self.members)
        if "Rules" in given:
            given["Rules"] = json.loads(given["Rules"])
        return json.dumps(given)


class LaunchRoleConstraint(_Constraint):
    """The role a product is launched with."""

    type = "AWS::ServiceCatalog::LaunchRoleConstraint"
    kind, members = "LAUNCH", ("LocalRoleName", "RoleArn")
    handled = frozenset({"Description", "PortfolioId", "ProductId", *members})


class LaunchTemplateConstraint(_Constraint):
    """The rules a launch's parameters keep."""

    type = "AWS::ServiceCatalog::LaunchTemplateConstraint"
    kind, members = "TEMPLATE", ("Rules",)
    handled = frozenset({"Description", "PortfolioId", "ProductId", *members})
