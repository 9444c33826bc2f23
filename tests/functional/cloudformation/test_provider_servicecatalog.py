"""AWS::ServiceCatalog, type by type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

IN = "AWS::ServiceCatalog::"
TAGS = [{"Key": "a", "Value": "1"}]
ROLE = "arn:aws:iam::123456789012:role/"
FIRST = {"Name": "v1", "Info": {"LoadTemplateFromURL": "https://s3.amazonaws.com/boats/v1.yaml"}}
NEXT = {"Name": "v2", "Info": {"LoadTemplateFromURL": "https://s3.amazonaws.com/boats/v2.yaml"}}
PORTFOLIO = {"DisplayName": "Boats", "ProviderName": "Yard", "Tags": TAGS}
PRODUCT = {
    "Name": "Boat",
    "Owner": "Yard",
    "Description": "Floats",
    "SupportEmail": "yard@example.com",
    "ProvisioningArtifactParameters": [FIRST],
    "Tags": TAGS,
}


def check(type_name: str, given: dict[str, Any], logical_id: str = "Thing") -> Trial:
    made = Trial(IN + type_name, given, logical_id).create()
    found = made.read()
    assert {name: found.get(name) for name in given} == given
    return made


def test_portfolio_and_product() -> None:
    portfolio = check("Portfolio", PORTFOLIO)
    assert portfolio.physical_id.startswith("port-")
    assert portfolio.read()["PortfolioName"] == "Boats"
    changed = {**PORTFOLIO, "Description": "All of them", "Tags": [{"Key": "b", "Value": "2"}]}
    assert portfolio.update(changed).items() >= changed.items()
    product = check("CloudFormationProduct", PRODUCT)
    found = product.read()
    assert found["ProvisioningArtifactNames"] == "v1"
    assert found["ProvisioningArtifactIds"].startswith("pa-")
    changed = {**PRODUCT, "Owner": "Dock", "ProvisioningArtifactParameters": [FIRST, NEXT]}
    del changed["Description"]
    found = product.update(changed)
    assert (found["Owner"], found["ProvisioningArtifactNames"]) == ("Dock", "v1,v2")
    product.delete()
    portfolio.delete()


def test_what_joins_them() -> None:
    portfolio, product = check("Portfolio", PORTFOLIO), check("CloudFormationProduct", PRODUCT)
    pair = {"PortfolioId": portfolio.physical_id, "ProductId": product.physical_id}
    launch = {**pair, "RoleArn": f"{ROLE}launch"}
    with pytest.raises(ClientError, match="is not in portfolio"):
        Trial(IN + "LaunchRoleConstraint", launch).create()
    offer = check("PortfolioProductAssociation", pair)
    other = {"AccountId": "210987654321", "PortfolioId": portfolio.physical_id}
    check("PortfolioShare", other).delete()
    seen = {"PrincipalARN": f"{ROLE}sailor", "PrincipalType": "IAM"}
    sailor = check("PortfolioPrincipalAssociation", {"PortfolioId": portfolio.physical_id, **seen})
    with pytest.raises(ClientError, match="in use by product"):
        portfolio.delete()
    role = check("LaunchRoleConstraint", launch)
    assert role.physical_id.startswith("cons-")
    with pytest.raises(ClientError, match="in use by constraint"):
        offer.delete()
    rules = json.dumps({"Size": {"Assertions": []}})
    template = check("LaunchTemplateConstraint", {**pair, "Rules": rules})
    changed = {**pair, "Rules": rules, "Description": "Small ones"}
    assert template.update(changed)["Description"] == "Small ones"
    for one in (template, role, sailor, offer, product, portfolio):
        one.delete()


def test_tag_options() -> None:
    portfolio = check("Portfolio", PORTFOLIO)
    option = check("TagOption", {"Key": "env", "Value": "dev", "Active": False})
    assert option.update({"Key": "env", "Value": "dev"})["Active"] is True
    on = {"ResourceId": portfolio.physical_id, "TagOptionId": option.physical_id}
    label = check("TagOptionAssociation", on)
    shown = client("servicecatalog").describe_portfolio(Id=portfolio.physical_id)["TagOptions"]
    assert [one["Key"] for one in shown] == ["env"]
    with pytest.raises(ClientError, match="in use by"):
        option.delete()
    for one in (label, option, portfolio):
        one.delete()
