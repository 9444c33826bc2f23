"""AWS::Backup: plans, and what they select."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    changed,
    tag_changes,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.cloudfront import as_known
from dryrun.cloud.cloudformation.providers.found import lookup

_QUICK = Seconds(create=5, update=5, delete=5)


class BackupPlan(Provider):
    """A plan; its physical id is its id."""

    type = "AWS::Backup::BackupPlan"
    handled = frozenset({"BackupPlan", "BackupPlanTags"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the plan."""
        made = at.client("backup").create_backup_plan(
            BackupPlan=_sent(properties["BackupPlan"]),
            BackupPlanTags=tag_map(properties.get("BackupPlanTags")),
        )
        return str(made["BackupPlanId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the plan."""
        backup = at.client("backup")
        with lookup(self.type, physical_id):
            found = backup.get_backup_plan(BackupPlanId=physical_id)
        if found.get("DeletionDate"):
            raise GoneError(self.type, physical_id)
        tags = backup.list_tags(ResourceArn=found["BackupPlanArn"])["Tags"]
        plan = _shown(found["BackupPlan"])
        known = at.known.get("BackupPlan")
        return {
            "BackupPlanId": physical_id,
            "BackupPlanArn": found["BackupPlanArn"],
            "VersionId": found["VersionId"],
            "BackupPlan": as_known(plan, known) if known else plan,
            "BackupPlanTags": tags,
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set the plan anew, and its tags."""
        backup = at.client("backup")
        if changed(old, new, "BackupPlan"):
            plan = _sent(new["BackupPlan"])
            backup.update_backup_plan(BackupPlanId=physical_id, BackupPlan=plan)
        tags, gone = tag_changes(old.get("BackupPlanTags"), new.get("BackupPlanTags"))
        arn = at.arn("backup", f"backup-plan:{physical_id}")
        if tags:
            backup.tag_resource(ResourceArn=arn, Tags=tags)
        if gone:
            backup.untag_resource(ResourceArn=arn, TagKeyList=gone)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the plan."""
        at.client("backup").delete_backup_plan(BackupPlanId=physical_id)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse what is not kept of a plan."""
        return (
            "the property BackupPlan.ScanSettings"
            if "ScanSettings" in properties["BackupPlan"]
            else None
        )


def _sent(plan: Properties) -> dict[str, Any]:
    """Return a plan as the API has it."""
    rules = [dict(rule) for rule in plan["BackupPlanRule"]]
    for rule in rules:
        rule["TargetBackupVaultName"] = rule.pop("TargetBackupVault")
    rest = {name: value for name, value in plan.items() if name != "BackupPlanRule"}
    return {**rest, "Rules": rules}


def _shown(plan: dict[str, Any]) -> Properties:
    """Return a plan as the schema has it."""
    rules = [{**rule, "TargetBackupVault": rule["TargetBackupVaultName"]} for rule in plan["Rules"]]
    for rule in rules:
        for name in ("RuleId", "TargetBackupVaultName"):
            rule.pop(name, None)
    rest = {name: value for name, value in plan.items() if name != "Rules"}
    return {**rest, "BackupPlanRule": rules}


class BackupSelection(Provider):
    """What a plan selects; its physical id is the selection's id and the plan's."""

    type = "AWS::Backup::BackupSelection"
    handled = frozenset({"BackupPlanId", "BackupSelection"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the selection."""
        made = at.client("backup").create_backup_selection(
            BackupPlanId=properties["BackupPlanId"],
            BackupSelection=properties["BackupSelection"],
        )
        return f"{made['SelectionId']}_{made['BackupPlanId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the selection."""
        selection, _, plan = physical_id.partition("_")
        with lookup(self.type, physical_id):
            found = at.client("backup").get_backup_selection(
                BackupPlanId=plan, SelectionId=selection
            )
        return {
            "Id": physical_id,
            "SelectionId": selection,
            "BackupPlanId": plan,
            "BackupSelection": found["BackupSelection"],
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the selection."""
        selection, _, plan = physical_id.partition("_")
        at.client("backup").delete_backup_selection(BackupPlanId=plan, SelectionId=selection)
