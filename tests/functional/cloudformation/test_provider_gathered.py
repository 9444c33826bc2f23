"""AWS::APS, and what AWS::Config, AWS::Athena and AWS::ECR have once an account or by name."""

from __future__ import annotations

from typing import Any

import pytest
from trial import ACCOUNT, Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "a", "Value": "1"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]


def as_applied(trial: Trial) -> dict[str, Any]:
    found = trial.read()
    return {name: found.get(name) for name in trial.properties}


def test_aggregator() -> None:
    source = {"AccountIds": [ACCOUNT], "AwsRegions": ["us-east-1"]}
    given = {"AccountAggregationSources": [source], "Tags": TAGS}
    with Trial("AWS::Config::ConfigurationAggregator", given) as made:
        assert as_applied(made) == given
        assert made.read()["ConfigurationAggregatorArn"].startswith("arn:aws:config:")
        wider = {"AccountIds": [ACCOUNT], "AllAwsRegions": True}
        changed = {"AccountAggregationSources": [wider], "Tags": TAGS[:1]}
        found = made.update(changed)
        assert {name: found[name] for name in changed} == changed


def test_authorization_of_an_aggregator() -> None:
    given = {"AuthorizedAccountId": "210987654321", "AuthorizedAwsRegion": "eu-west-1"}
    with Trial("AWS::Config::AggregationAuthorization", {**given, "Tags": TAGS}) as made:
        assert made.physical_id == "210987654321|eu-west-1"
        assert as_applied(made) == made.properties
        assert made.update({**given, "Tags": TAGS[1:]})["Tags"] == TAGS[1:]


def test_data_catalog() -> None:
    given = {"Name": "lake", "Type": "GLUE", "Parameters": {"catalog-id": ACCOUNT}, "Tags": TAGS}
    with Trial("AWS::Athena::DataCatalog", given) as made:
        assert as_applied(made) == given
        with pytest.raises(ResourceError, match="already been created"):
            Trial("AWS::Athena::DataCatalog", given).create()
        changed = {"Name": "lake", "Type": "GLUE", "Description": "d", "Tags": TAGS[:1]}
        assert made.update(changed) == changed
        shown = client("athena").get_data_catalog(Name="lake")["DataCatalog"]
        assert shown["Description"] == "d"


def test_prepared_statement() -> None:
    given = {"StatementName": "one", "WorkGroup": "primary", "QueryStatement": "SELECT ?"}
    with Trial("AWS::Athena::PreparedStatement", given) as made:
        assert made.read() == given
        changed = {**given, "QueryStatement": "SELECT ?, 1", "Description": "d"}
        assert made.update(changed) == changed


def test_scanning_of_a_registry() -> None:
    rule = {
        "ScanFrequency": "SCAN_ON_PUSH",
        "RepositoryFilters": [{"Filter": "boats*", "FilterType": "WILDCARD"}],
    }
    given = {"ScanType": "BASIC", "Rules": [rule]}
    with Trial("AWS::ECR::RegistryScanningConfiguration", given) as made:
        assert made.read() == {**given, "RegistryId": ACCOUNT}
        assert made.update({"ScanType": "ENHANCED", "Rules": []})["ScanType"] == "ENHANCED"


def test_workspace_of_prometheus() -> None:
    with Trial("AWS::APS::Workspace", {"Alias": "boats", "Tags": TAGS}) as made:
        assert as_applied(made) == made.properties
        found = made.read()
        assert found["Arn"] == made.physical_id
        assert found["PrometheusEndpoint"].endswith(f"{found['WorkspaceId']}/")
        rules = {"Name": "r", "Workspace": made.physical_id, "Data": "groups: []\n", "Tags": TAGS}
        with Trial("AWS::APS::RuleGroupsNamespace", rules) as namespace:
            assert as_applied(namespace) == rules
            changed = {**rules, "Data": "groups:\n", "Tags": TAGS[1:]}
            found = namespace.update(changed)
            assert {name: found[name] for name in changed} == changed
        found = made.update({"Tags": TAGS[1:]})
        assert (found.get("Alias"), found["Tags"]) == (None, TAGS[1:])
