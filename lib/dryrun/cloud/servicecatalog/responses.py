"""The operations of an administrator of Service Catalog."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.servicecatalog.exceptions import ResourceNotFoundException
from moto.servicecatalog.models import Portfolio, Product, ServiceCatalogBackend
from moto.servicecatalog.responses import ServiceCatalogResponse as MotoResponse

from dryrun.cloud.servicecatalog import shelves

_OF_PRODUCT = {
    "Name": "name",
    "Owner": "owner",
    "Description": "description",
    "Distributor": "distributor",
    "SupportDescription": "support_description",
    "SupportEmail": "support_email",
    "SupportUrl": "support_url",
}
_OF_PORTFOLIO = {
    "DisplayName": "display_name",
    "Description": "description",
    "ProviderName": "provider_name",
}


class ServiceCatalogResponse(MotoResponse):
    """Answer the operations of Service Catalog."""

    @property
    def asked(self) -> dict[str, Any]:
        """Return the parameters."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def backend(self) -> ServiceCatalogBackend:
        """Return the backend of the account and region."""
        return self.servicecatalog_backend

    # Portfolios

    def create_portfolio(self) -> ActionResult:
        """Create a portfolio, with an id as AWS gives it."""
        known = set(self.backend.portfolios)
        super().create_portfolio()
        made = next((one for key, one in self.backend.portfolios.items() if key not in known), None)
        if made is None:
            return super().create_portfolio()
        former = made.id
        self.backend.tagger.delete_all_tags_for_resource(made.arn)
        made.id = shelves.new_id("port")
        for kept in (self.backend.portfolios, self.backend.portfolio_access):
            held: dict[str, Any] = kept
            held[made.id] = held.pop(former)
        tokens = self.backend.idempotency_tokens
        tokens.update({token: made.id for token, one in tokens.items() if one == former})
        self._retag(made, made.tags, [])
        return ActionResult({"PortfolioDetail": made.to_dict(), "Tags": made.tags})

    def describe_portfolio(self) -> ActionResult:
        """Describe a portfolio."""
        found = shelves.portfolio(self.backend, self.asked["Id"])
        options = shelves.options_of(self.backend, found.id)
        return ActionResult(
            {"PortfolioDetail": found.to_dict(), "Tags": found.tags, "TagOptions": options}
        )

    def update_portfolio(self) -> ActionResult:
        """Change a portfolio."""
        found = shelves.portfolio(self.backend, self.asked["Id"])
        self._set(found, _OF_PORTFOLIO)
        return ActionResult({"PortfolioDetail": found.to_dict(), "Tags": found.tags})

    def delete_portfolio(self) -> ActionResult:
        """Delete a portfolio that has nothing."""
        found = shelves.portfolio(self.backend, self.asked["Id"])
        self._refuse_use(found.id, list(shelves.uses_of_portfolio(self.backend, found.id)))
        return super().delete_portfolio()

    # Products

    def create_product(self) -> ActionResult:
        """Create a product with its first version."""
        known = set(self.backend.products)
        super().create_product()
        made = next((one for key, one in self.backend.products.items() if key not in known), None)
        if made is None:
            return super().create_product()
        former = made.id
        self.backend.tagger.delete_all_tags_for_resource(made.arn)
        made.id = shelves.new_id("prod")
        self.backend.products[made.id] = self.backend.products.pop(former)
        tokens = self.backend.idempotency_tokens
        tokens.update({token: made.id for token, one in tokens.items() if one == former})
        self._retag(made, made.tags, [])
        given = self.asked.get("ProvisioningArtifactParameters")
        first = shelves.add_artifact(self.backend, made.id, given) if given else {}
        return ActionResult(
            {**self._view(made), "ProvisioningArtifactDetail": shelves.shown(first)}
        )

    def describe_product_as_admin(self) -> ActionResult:
        """Describe a product with its versions."""
        found = self.backend.describe_product(None, self.asked.get("Id"), self.asked.get("Name"))
        kept = shelves.of(self.backend).artifacts.get(found.id, [])
        return ActionResult(
            {
                **self._view(found),
                "ProvisioningArtifactSummaries": [shelves.shown(one) for one in kept],
                "TagOptions": shelves.options_of(self.backend, found.id),
            }
        )

    def update_product(self) -> ActionResult:
        """Change a product."""
        found = shelves.product(self.backend, self.asked["Id"])
        self._set(found, _OF_PRODUCT)
        return ActionResult(self._view(found))

    def delete_product(self) -> ActionResult:
        """Delete a product that is in no portfolio."""
        found = shelves.product(self.backend, self.asked["Id"])
        self._refuse_use(found.id, list(shelves.uses_of_product(self.backend, found.id)))
        shelves.of(self.backend).artifacts.pop(found.id, None)
        return super().delete_product()

    def create_provisioning_artifact(self) -> ActionResult:
        """Add a version to a product."""
        found = shelves.product(self.backend, self.asked["ProductId"])
        made = shelves.add_artifact(self.backend, found.id, self.asked["Parameters"])
        return ActionResult(
            {
                "ProvisioningArtifactDetail": shelves.shown(made),
                "Info": made["Info"],
                "Status": "AVAILABLE",
            }
        )

    def delete_provisioning_artifact(self) -> ActionResult:
        """Take a version from a product."""
        found = shelves.product(self.backend, self.asked["ProductId"])
        kept = shelves.of(self.backend).artifacts
        wanted = self.asked["ProvisioningArtifactId"]
        kept[found.id] = [one for one in kept.get(found.id, []) if one["Id"] != wanted]
        return EmptyResult()

    def list_provisioning_artifacts(self) -> ActionResult:
        """List the versions of a product."""
        found = shelves.product(self.backend, self.asked["ProductId"])
        kept = shelves.of(self.backend).artifacts.get(found.id, [])
        return ActionResult({"ProvisioningArtifactDetails": [shelves.shown(one) for one in kept]})

    # What belongs together

    def associate_product_with_portfolio(self) -> ActionResult:
        """Put a product into a portfolio."""
        pair = self._pair()
        offers = shelves.of(self.backend).offers
        if pair not in offers:
            offers.append(pair)
        return EmptyResult()

    def disassociate_product_from_portfolio(self) -> ActionResult:
        """Take a product out of a portfolio, unless a constraint needs it there."""
        pair, kept = self._pair(), shelves.of(self.backend)
        needing = [
            key
            for key, one in kept.constraints.items()
            if (one["PortfolioId"], one["ProductId"]) == pair
        ]
        self._refuse_use(pair[1], [f"constraint {key}" for key in needing])
        if pair in kept.offers:
            kept.offers.remove(pair)
        return EmptyResult()

    def list_portfolios_for_product(self) -> ActionResult:
        """List the portfolios that have a product."""
        found = shelves.product(self.backend, self.asked["ProductId"])
        ids = [one for one, other in shelves.of(self.backend).offers if other == found.id]
        return ActionResult(
            {"PortfolioDetails": [self.backend.portfolios[one].to_dict() for one in ids]}
        )

    def associate_principal_with_portfolio(self) -> ActionResult:
        """Let a principal see a portfolio."""
        found = shelves.portfolio(self.backend, self.asked["PortfolioId"])
        pair = (found.id, str(self.asked["PrincipalARN"]))
        shelves.of(self.backend).principals[pair] = self.asked["PrincipalType"]
        return EmptyResult()

    def disassociate_principal_from_portfolio(self) -> ActionResult:
        """Let a principal no longer see a portfolio."""
        found = shelves.portfolio(self.backend, self.asked["PortfolioId"])
        shelves.of(self.backend).principals.pop((found.id, self.asked["PrincipalARN"]), None)
        return EmptyResult()

    def list_principals_for_portfolio(self) -> ActionResult:
        """List who sees a portfolio."""
        found = shelves.portfolio(self.backend, self.asked["PortfolioId"])
        return ActionResult(
            {
                "Principals": [
                    {"PrincipalARN": arn, "PrincipalType": kind}
                    for (one, arn), kind in shelves.of(self.backend).principals.items()
                    if one == found.id
                ]
            }
        )

    # Tag options

    def create_tag_option(self) -> ActionResult:
        """Create a tag option."""
        kept = shelves.of(self.backend).tag_options
        given = {name: self.asked[name] for name in ("Key", "Value")}
        if any(given.items() <= one.items() for one in kept.values()):
            raise shelves.Duplicate("A TagOption with this key and value exists already.")
        made = {**given, "Active": True, "Id": shelves.new_id("tag"), "Owner": self.current_account}
        kept[made["Id"]] = made
        return ActionResult({"TagOptionDetail": made})

    def describe_tag_option(self) -> ActionResult:
        """Describe a tag option."""
        found = shelves.tag_option(self.backend, self.asked["Id"])
        return ActionResult({"TagOptionDetail": found})

    def list_tag_options(self) -> ActionResult:
        """List the tag options that fit what is asked for."""
        wanted = (self.asked.get("Filters") or {}).items()
        found = [
            one for one in shelves.of(self.backend).tag_options.values() if wanted <= one.items()
        ]
        return ActionResult({"TagOptionDetails": found})

    def update_tag_option(self) -> ActionResult:
        """Change a tag option."""
        found = shelves.tag_option(self.backend, self.asked["Id"])
        found.update({name: self.asked[name] for name in ("Value", "Active") if name in self.asked})
        return ActionResult({"TagOptionDetail": found})

    def delete_tag_option(self) -> ActionResult:
        """Delete a tag option that is on nothing."""
        found, kept = shelves.tag_option(self.backend, self.asked["Id"]), shelves.of(self.backend)
        self._refuse_use(found["Id"], [two for one, two in kept.tagged if one == found["Id"]])
        del kept.tag_options[found["Id"]]
        return EmptyResult()

    def associate_tag_option_with_resource(self) -> ActionResult:
        """Put a tag option on a portfolio or a product."""
        pair, kept = self._labels(), shelves.of(self.backend)
        if pair in kept.tagged:
            raise shelves.Duplicate(f"TagOption {pair[0]} is on {pair[1]} already.")
        kept.tagged.append(pair)
        return EmptyResult()

    def disassociate_tag_option_from_resource(self) -> ActionResult:
        """Take a tag option off a portfolio or a product."""
        pair, kept = self._labels(), shelves.of(self.backend)
        if pair not in kept.tagged:
            raise ResourceNotFoundException(f"TagOption {pair[0]} is not on {pair[1]}.")
        kept.tagged.remove(pair)
        return EmptyResult()

    # Constraints

    def create_constraint(self) -> ActionResult:
        """Constrain how a product of a portfolio is launched."""
        pair, kept = self._pair(), shelves.of(self.backend)
        if pair not in kept.offers:
            raise ResourceNotFoundException(f"Product {pair[1]} is not in portfolio {pair[0]}.")
        made = {
            **{name: self.asked[name] for name in ("PortfolioId", "ProductId", "Type")},
            "ConstraintId": shelves.new_id("cons"),
            "Description": self.asked.get("Description") or "",
            "Owner": self.current_account,
            "Parameters": self.asked["Parameters"],
        }
        same = ("PortfolioId", "ProductId", "Type")
        if made["Type"] == "LAUNCH" and any(
            all(one[name] == made[name] for name in same) for one in kept.constraints.values()
        ):
            raise shelves.Duplicate(
                "The product has a launch constraint in this portfolio already."
            )
        kept.constraints[made["ConstraintId"]] = made
        return self._constraint(made)

    def describe_constraint(self) -> ActionResult:
        """Describe a constraint."""
        return self._constraint(shelves.constraint(self.backend, self.asked["Id"]))

    def update_constraint(self) -> ActionResult:
        """Change a constraint."""
        found = shelves.constraint(self.backend, self.asked["Id"])
        names = ("Description", "Parameters")
        found.update({name: self.asked[name] for name in names if name in self.asked})
        return self._constraint(found)

    def delete_constraint(self) -> ActionResult:
        """Delete a constraint."""
        found = shelves.constraint(self.backend, self.asked["Id"])
        del shelves.of(self.backend).constraints[found["ConstraintId"]]
        return EmptyResult()

    # What they share

    def _pair(self) -> shelves.Pair:
        found = shelves.portfolio(self.backend, self.asked["PortfolioId"])
        return found.id, shelves.product(self.backend, self.asked["ProductId"]).id

    def _labels(self) -> shelves.Pair:
        found = shelves.resource(self.backend, self.asked["ResourceId"])
        return shelves.tag_option(self.backend, self.asked["TagOptionId"])["Id"], found.id

    def _set(self, found: Portfolio | Product, names: dict[str, str]) -> None:
        for name, kept in names.items():
            if name in self.asked:
                setattr(found, kept, self.asked[name])
        self._retag(found, self.asked.get("AddTags") or [], self.asked.get("RemoveTags") or [])

    def _retag(
        self, found: Portfolio | Product, added: list[dict[str, str]], gone: list[str]
    ) -> None:
        tags = {one["Key"]: one["Value"] for one in found.tags if one["Key"] not in gone}
        tags |= {one["Key"]: one["Value"] for one in added}
        found.tags = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.backend.tagger.delete_all_tags_for_resource(found.arn)
        self.backend.tagger.tag_resource(found.arn, found.tags)

    def _view(self, found: Product) -> dict[str, Any]:
        summary = {**found.to_dict(), "Id": found.id.replace("prod-", "prodview-")}
        detail = {
            "ProductViewSummary": {k: v for k, v in summary.items() if v is not None},
            "Status": "AVAILABLE",
            "ProductARN": found.arn,
            "CreatedTime": found.created_time,
        }
        return {"ProductViewDetail": detail, "Tags": found.tags}

    def _constraint(self, made: dict[str, Any]) -> ActionResult:
        detail = {name: value for name, value in made.items() if name != "Parameters"}
        return ActionResult(
            {
                "ConstraintDetail": detail,
                "ConstraintParameters": made["Parameters"],
                "Status": "AVAILABLE",
            }
        )

    def _refuse_use(self, name: str, uses: list[str]) -> None:
        if uses:
            raise shelves.ResourceInUse(f"{name} is in use by {', '.join(uses)}.")
