"""AWS::Logs: saved queries."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
)


class QueryDefinition(Provider):
    """A saved query; its physical id is its id."""

    type = "AWS::Logs::QueryDefinition"
    handled = frozenset({"LogGroupNames", "Name", "QueryLanguage", "QueryString"})
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Save a query."""
        made = at.client("logs").put_query_definition(**_asked(properties))
        return str(made["queryDefinitionId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a saved query."""
        for one in at.client("logs").describe_query_definitions()["queryDefinitions"]:
            if one["queryDefinitionId"] == physical_id:
                read = {
                    "QueryDefinitionId": physical_id,
                    **pick(one, Name="name", QueryString="queryString"),
                    **pick(one, QueryLanguage="queryLanguage"),
                }
                if one.get("logGroupNames"):
                    read["LogGroupNames"] = one["logGroupNames"]
                return read
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Save it anew."""
        at.client("logs").put_query_definition(queryDefinitionId=physical_id, **_asked(new))

    def delete(self, at: Context, physical_id: str) -> None:
        """Forget a saved query."""
        at.client("logs").delete_query_definition(queryDefinitionId=physical_id)


def _asked(properties: Properties) -> Properties:
    return pick(
        properties,
        name="Name",
        queryString="QueryString",
        queryLanguage="QueryLanguage",
        logGroupNames="LogGroupNames",
    )
