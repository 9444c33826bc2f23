"""Plans of AWS Backup, and what they select."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_plan_and_selection() -> None:
    rule = {
        "RuleName": "nightly",
        "TargetBackupVault": "boats",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "Lifecycle": {"DeleteAfterDays": 30},
    }
    asked = {
        "BackupPlan": {"BackupPlanName": "ferry", "BackupPlanRule": [rule]},
        "BackupPlanTags": {"team": "blue"},
    }
    role = "arn:aws:iam::123456789012:role/backup"
    backup = client("backup")
    with pytest.raises(ClientError, match="Could not find backup vault"):
        Trial("AWS::Backup::BackupPlan", asked).create()
    with (
        Trial("AWS::Backup::BackupVault", {"BackupVaultName": "boats"}),
        Trial("AWS::Backup::BackupPlan", asked, "Plan") as it,
    ):
        found = it.read()
        assert found["BackupPlanId"] == it.physical_id
        assert found["BackupPlanArn"].endswith(f":backup-plan:{it.physical_id}")
        assert {name: found[name] for name in asked} == asked
        chosen = {
            "BackupPlanId": it.physical_id,
            "BackupSelection": {
                "SelectionName": "all",
                "IamRoleArn": role,
                "ListOfTags": [
                    {
                        "ConditionType": "STRINGEQUALS",
                        "ConditionKey": "backup",
                        "ConditionValue": "yes",
                    }
                ],
            },
        }
        with Trial("AWS::Backup::BackupSelection", chosen, "Selection") as selection:
            shown = selection.read()
            assert {name: shown[name] for name in chosen} == chosen
            assert shown["Id"] == selection.physical_id
            listed = backup.list_backup_selections(BackupPlanId=it.physical_id)
            assert [one["SelectionName"] for one in listed["BackupSelectionsList"]] == ["all"]
            with pytest.raises(ClientError, match="must be deleted prior"):
                it.delete()
        later = {**rule, "ScheduleExpression": "cron(0 4 * * ? *)"}
        changed = it.update({"BackupPlan": {"BackupPlanName": "ferry", "BackupPlanRule": [later]}})
        assert changed["BackupPlan"]["BackupPlanRule"] == [later]
        assert changed["BackupPlanTags"] == {}
        assert changed["VersionId"] != found["VersionId"]
