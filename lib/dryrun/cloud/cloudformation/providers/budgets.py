"""AWS::Budgets."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared


class Budget(Declared):
    """A budget; its physical id is its name."""

    type = "AWS::Budgets::Budget"
    handled = frozenset({"Budget", "NotificationsWithSubscribers"})
    harmless = {"ResourceTags": "tags of budgets decide on nothing here"}
    service = "budgets"
    seconds = Seconds(create=5, delete=5)
    written = frozenset({"Budget", "NotificationsWithSubscribers"})
    creates, reads, deletes = "create_budget", "describe_budget", "delete_budget"
    key, item = "BudgetName", "Budget"

    def create(self, at: Context, properties: Properties) -> str:
        """Create a budget."""
        budget = dict(properties["Budget"])
        budget.setdefault("BudgetName", at.name(100))
        given = {**properties, "Budget": budget, "AccountId": at.account}
        self.call(at, self.creates, self.request(at, self.creates, given))
        return str(budget["BudgetName"])

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Send amounts as text, as the API has them."""
        budget = dict(properties["Budget"])
        limit = budget.get("BudgetLimit")
        if limit:
            budget["BudgetLimit"] = {**limit, "Amount": f"{float(limit['Amount']):g}"}
        return super().request(at, name, {**properties, "Budget": budget}, tags=tags)

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {"AccountId": at.account, "BudgetName": physical_id}
