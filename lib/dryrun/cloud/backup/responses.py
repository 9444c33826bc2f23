"""The operations of AWS Backup that moto has not: selections, and changes of plans.

Follows "CreateBackupSelection" and its kin, and "UpdateBackupPlan", AWS Backup API Reference.
"""

from __future__ import annotations

import time

from moto.backup.exceptions import (
    AlreadyExistsException,
    InvalidParameterValueException,
    ResourceNotFoundException,
)
from moto.backup.models import Plan
from moto.backup.responses import BackupResponse as MotoResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from dryrun.cloud.shelves import Asking, Thing, shelf


class BackupResponse(Asking, MotoResponse):
    """Answer the operations of AWS Backup."""

    def create_backup_plan(self) -> str:
        """Create a plan whose vaults are there."""
        self._check_vaults(self.asked()["BackupPlan"])
        return str(super().create_backup_plan())

    def update_backup_plan(self) -> ActionResult:
        """Set a plan anew; this makes another version of it."""
        asked = self.asked()
        plan = self._plan(asked["BackupPlanId"])
        self._check_vaults(asked["BackupPlan"])
        made = Plan(asked["BackupPlan"], plan.creator_request_id, self.backup_backend)
        plan.backup_plan, plan.version_id = made.backup_plan, made.version_id
        plan.advanced_backup_settings = made.advanced_backup_settings
        return ActionResult(
            {
                "BackupPlanId": plan.backup_plan_id,
                "BackupPlanArn": plan.backup_plan_arn,
                "CreationDate": plan.creation_date,
                "VersionId": plan.version_id,
                "AdvancedBackupSettings": plan.advanced_backup_settings,
            }
        )

    def delete_backup_plan(self) -> str:
        """Delete a plan that selects nothing."""
        plan = self._plan(self.asked()["BackupPlanId"])
        if shelf(plan, "selections"):
            # From memory: the API Reference names only the error.
            raise InvalidParameterValueException(
                "Related backup plan selections must be deleted prior to backup plan"
            )
        return str(super().delete_backup_plan())

    def create_backup_selection(self) -> ActionResult:
        """Let a plan select resources."""
        asked = self.asked()
        kept = shelf(self._plan(asked["BackupPlanId"]), "selections")
        selection = asked["BackupSelection"]
        if any(
            one["BackupSelection"]["SelectionName"] == selection["SelectionName"]
            for one in kept.values()
        ):
            raise AlreadyExistsException("Backup selection with the same name already exists")
        made = {
            "SelectionId": str(mock_random.uuid4()),
            "BackupPlanId": asked["BackupPlanId"],
            "CreationDate": time.time(),
            "BackupSelection": selection,
            **(
                {"CreatorRequestId": asked["CreatorRequestId"]}
                if "CreatorRequestId" in asked
                else {}
            ),
        }
        kept[made["SelectionId"]] = made
        return ActionResult(made)

    def get_backup_selection(self) -> ActionResult:
        """Return a selection."""
        return ActionResult(self._selection(self.asked()))

    def list_backup_selections(self) -> ActionResult:
        """Return the selections of a plan."""
        kept = shelf(self._plan(self.asked()["BackupPlanId"]), "selections")
        listed = [
            {
                **{name: value for name, value in one.items() if name != "BackupSelection"},
                "SelectionName": one["BackupSelection"]["SelectionName"],
                "IamRoleArn": one["BackupSelection"]["IamRoleArn"],
            }
            for one in kept.values()
        ]
        return ActionResult({"BackupSelectionsList": listed})

    def delete_backup_selection(self) -> ActionResult:
        """Delete a selection."""
        asked = self.asked()
        found = self._selection(asked)
        del shelf(self._plan(asked["BackupPlanId"]), "selections")[found["SelectionId"]]
        return EmptyResult()

    def _plan(self, plan_id: str) -> Plan:
        plan = self.backup_backend.plans.get(plan_id)
        if plan is None or plan.deletion_date:
            raise ResourceNotFoundException("Failed reading Backup plan with provided version")
        return plan

    def _selection(self, asked: Thing) -> Thing:
        kept = shelf(self._plan(asked["BackupPlanId"]), "selections")
        found = kept.get(asked["SelectionId"])
        if found is None:
            raise ResourceNotFoundException("Cannot find Backup selection with provided id")
        return found

    def _check_vaults(self, plan: Thing) -> None:
        for rule in plan["Rules"]:
            vault = rule["TargetBackupVaultName"]
            if vault not in self.backup_backend.vaults and vault != "Default":
                raise InvalidParameterValueException(
                    f"Could not find backup vault with name {vault}"
                )
