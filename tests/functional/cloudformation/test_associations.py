"""Associations of State Manager are kept as they are asked for."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_association() -> None:
    properties = {
        "Name": "AWS-RunShellScript",
        "AssociationName": "patches",
        "Parameters": {"commands": ["uptime"]},
        "ScheduleExpression": "rate(1 day)",
        "Targets": [{"Key": "tag:team", "Values": ["a"]}],
        "Tags": [{"Key": "team", "Value": "a"}],
    }
    with Trial("AWS::SSM::Association", properties) as trial:
        read = trial.read()
        assert {name: read[name] for name in properties} == properties
        changed = {key: value for key, value in properties.items() if key != "AssociationName"}
        read = trial.update(changed | {"ScheduleExpression": "rate(2 days)"})
        assert read["ScheduleExpression"] == "rate(2 days)"
        assert "AssociationName" not in read
        tags = [{"Key": "team", "Value": "b"}]
        kept = changed | {"ScheduleExpression": "rate(2 days)"}
        assert trial.update(kept | {"Tags": tags})["Tags"] == tags
        assert trial.update({key: kept[key] for key in kept if key != "Tags"})["Tags"] == []
        ssm = client("ssm")
        (listed,) = ssm.list_associations()["Associations"]
        assert listed["AssociationVersion"] == "2"
        found = ssm.describe_association(AssociationId=trial.physical_id)
        assert found["AssociationDescription"]["Overview"]["Status"] == "Pending"
    with pytest.raises(ClientError, match="InvalidDocument"):
        ssm.create_association(Name="no-such-document")
