"""AWS::CloudWatch::AnomalyDetector."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_anomaly_detector() -> None:
    asked = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Invocations",
        "Stat": "Sum",
        "Dimensions": [{"Name": "FunctionName", "Value": "ferry"}],
    }
    watch = client("cloudwatch")
    with Trial("AWS::CloudWatch::AnomalyDetector", asked) as it:
        assert it.read() == {**asked, "Id": it.physical_id}
        found = watch.describe_anomaly_detectors(Namespace="AWS/Lambda")["AnomalyDetectors"]
        assert [one["AnomalyDetectorId"] for one in found] == [it.physical_id]
        assert found[0]["StateValue"] == "TRAINED_INSUFFICIENT_DATA"
        assert found[0]["Configuration"] == {"ExcludedTimeRanges": []}
        assert not watch.describe_anomaly_detectors(Namespace="Boats")["AnomalyDetectors"]
        config = {"MetricTimeZone": "Europe/Berlin"}
        assert it.update({**asked, "Configuration": config})["Configuration"] == config
        found = watch.describe_anomaly_detectors()["AnomalyDetectors"]
        assert [one["Configuration"]["MetricTimezone"] for one in found] == ["Europe/Berlin"]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        watch.delete_anomaly_detector(Namespace="AWS/Lambda", MetricName="Invocations", Stat="Sum")


def test_a_detector_of_nothing() -> None:
    with pytest.raises(ClientError, match="Stat is required"):
        client("cloudwatch").put_anomaly_detector(Namespace="Boats", MetricName="sold")
