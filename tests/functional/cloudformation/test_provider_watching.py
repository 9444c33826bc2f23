"""AWS::GuardDuty, AWS::Macie and AWS::SecurityHub; and AWS::IVS."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import GoneError, ResourceError

BLUE, RED = {"Key": "team", "Value": "blue"}, {"Key": "team", "Value": "red"}


def test_detector_tags() -> None:
    with Trial("AWS::GuardDuty::Detector", {"Enable": True, "Tags": [BLUE]}) as it:
        assert it.read()["Tags"] == [BLUE]
        assert it.update({"Enable": True, "Tags": [RED]})["Tags"] == [RED]
        found = client("guardduty").get_detector(DetectorId=it.physical_id)
        assert found["Tags"] == {"team": "red"}


def test_hub() -> None:
    with Trial("AWS::SecurityHub::Hub", {"Tags": {"team": "blue"}}) as it:
        read = it.read()
        assert it.physical_id == read["ARN"] == client("securityhub").describe_hub()["HubArn"]
        assert read["Tags"] == {"team": "blue"}
        assert read["SubscribedAt"]
        assert it.update({"Tags": {"team": "red"}})["Tags"] == {"team": "red"}
        with pytest.raises(ResourceError, match="already subscribed"):
            Trial("AWS::SecurityHub::Hub", {}).create()
        refused = it.provider.unsupported({"AutoEnableControls": False})
        assert refused is not None
        assert "AutoEnableControls false" in refused
    with pytest.raises(ClientError, match="not subscribed"):
        client("securityhub").describe_hub()
    with pytest.raises(GoneError):
        it.read()


def test_macie() -> None:
    asked = {"FindingPublishingFrequency": "ONE_HOUR"}
    with Trial("AWS::Macie::Session", asked) as it:
        read = it.read()
        assert it.physical_id == read["AwsAccountId"] == "123456789012"
        assert read["FindingPublishingFrequency"] == "ONE_HOUR"
        assert read["ServiceRole"].endswith("AWSServiceRoleForAmazonMacie")
        with pytest.raises(ClientError, match="Macie has already been enabled"):
            Trial("AWS::Macie::Session", {}).create()
        assert it.update({"Status": "PAUSED"})["FindingPublishingFrequency"] == "FIFTEEN_MINUTES"
        assert client("macie2").get_macie_session()["status"] == "PAUSED"
    for call in ("get_macie_session", "update_macie_session"):
        with pytest.raises(ClientError, match="ResourceNotFound"):
            getattr(client("macie2"), call)()


def test_channel() -> None:
    asked = {"Name": "boats", "LatencyMode": "NORMAL", "Tags": [BLUE]}
    with Trial("AWS::IVS::Channel", asked) as it:
        read = it.read()
        assert it.physical_id == read["Arn"]
        assert {name: read[name] for name in asked} == asked
        assert (read["Type"], read["Authorized"]) == ("STANDARD", False)
        assert read["PlaybackUrl"].startswith("https://")
        assert read["IngestEndpoint"]
        changed = it.update({"Name": "ships", "Authorized": True, "Tags": [RED]})
        assert changed["Tags"] == [RED]
        found = client("ivs").get_channel(arn=it.physical_id)["channel"]
        assert (found["name"], found["authorized"], found["latencyMode"]) == ("ships", True, "LOW")
