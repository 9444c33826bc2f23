"""AWS::Config: what gathers the findings of several accounts and regions."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_QUICK = Seconds(create=5, update=5, delete=5)


class ConfigurationAggregator(Declared):
    """An aggregator; its physical id is its name."""

    type = "AWS::Config::ConfigurationAggregator"
    handled = frozenset(
        {
            "AccountAggregationSources",
            "ConfigurationAggregatorName",
            "OrganizationAggregationSource",
            "Tags",
        }
    )
    service = "config"
    seconds = _QUICK
    name_property, named = "ConfigurationAggregatorName", 100
    creates = "put_configuration_aggregator"
    reads, item = "describe_configuration_aggregators", "ConfigurationAggregators.0"
    deletes = "delete_configuration_aggregator"
    key, read_key = "ConfigurationAggregatorName", "ConfigurationAggregatorNames"
    tagging = Tagging("ConfigurationAggregatorArn")

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the aggregator anew, with its tags, which moto takes from the request."""
        if names:
            given = {**new, "ConfigurationAggregatorName": physical_id}
            self.call(at, self.creates, self.request(at, self.creates, given))
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the sources without what the template leaves to its default."""
        for source in shown.get("AccountAggregationSources") or ():
            given = (at.known.get("AccountAggregationSources") or [{}])[0]
            if "AllAwsRegions" not in given and not source.get("AllAwsRegions"):
                source.pop("AllAwsRegions", None)
        return shown


class AggregationAuthorization(Provider):
    """Who may gather from here; its physical id is `ACCOUNT|REGION`."""

    type = "AWS::Config::AggregationAuthorization"
    handled = frozenset({"AuthorizedAccountId", "AuthorizedAwsRegion", "Tags"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Authorize the account in the region."""
        account, region = properties["AuthorizedAccountId"], properties["AuthorizedAwsRegion"]
        at.client("config").put_aggregation_authorization(
            AuthorizedAccountId=account,
            AuthorizedAwsRegion=region,
            Tags=tag_list(properties.get("Tags")),
        )
        return f"{account}|{region}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the authorization."""
        config = at.client("config")
        account, _, region = physical_id.partition("|")
        wanted = {"AuthorizedAccountId": account, "AuthorizedAwsRegion": region}
        pages = config.get_paginator("describe_aggregation_authorizations").paginate()
        for one in (one for page in pages for one in page["AggregationAuthorizations"]):
            if wanted.items() <= one.items():
                arn = one["AggregationAuthorizationArn"]
                tags = config.list_tags_for_resource(ResourceArn=arn)["Tags"]
                return {**wanted, "AggregationAuthorizationArn": arn, "Tags": tag_list(tags)}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags, all that can change in place."""
        config: Any = at.client("config")
        arn = self.read(at, physical_id)["AggregationAuthorizationArn"]
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            config.tag_resource(ResourceArn=arn, Tags=tag_list(tags))
        if gone:
            config.untag_resource(ResourceArn=arn, TagKeys=gone)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the authorization back."""
        account, _, region = physical_id.partition("|")
        at.client("config").delete_aggregation_authorization(
            AuthorizedAccountId=account, AuthorizedAwsRegion=region
        )
