"""AWS::EMR."""

from __future__ import annotations

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError


def test_security_configuration() -> None:
    inner = {"EncryptionConfiguration": {"EnableAtRestEncryption": False}}
    asked = {"Name": "safe", "SecurityConfiguration": inner}
    with Trial("AWS::EMR::SecurityConfiguration", asked) as it:
        assert it.physical_id == "safe"
        assert it.read() == asked


def test_cluster_with_step_and_group() -> None:
    instances = {
        "MasterInstanceGroup": {"InstanceCount": 1, "InstanceType": "m5.xlarge"},
        "CoreInstanceGroup": {"InstanceCount": 2, "InstanceType": "m5.xlarge"},
        "TerminationProtected": False,
    }
    asked = {
        "Name": "boats",
        "ReleaseLabel": "emr-6.15.0",
        "Applications": [{"Name": "Spark"}],
        "Instances": instances,
        "JobFlowRole": "EMR_EC2_DefaultRole",
        "ServiceRole": "EMR_DefaultRole",
        "VisibleToAllUsers": True,
        "Tags": [{"Key": "team", "Value": "blue"}],
    }
    emr = client("emr")
    with Trial("AWS::EMR::Cluster", asked, "Cluster") as it:
        found = it.read()
        assert {name: found[name] for name in asked} == asked
        assert found["Id"] == it.physical_id
        groups = emr.list_instance_groups(ClusterId=it.physical_id)["InstanceGroups"]
        assert sorted(one["InstanceGroupType"] for one in groups) == ["CORE", "MASTER"]
        step = {
            "JobFlowId": it.physical_id,
            "Name": "count",
            "ActionOnFailure": "CONTINUE",
            "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["ls"]},
        }
        added = Trial("AWS::EMR::Step", step, "Step").create()
        assert added.read() == {**step, "Id": added.physical_id}
        more = {
            "JobFlowId": it.physical_id,
            "InstanceRole": "TASK",
            "InstanceType": "m5.xlarge",
            "InstanceCount": 1,
        }
        group = Trial("AWS::EMR::InstanceGroupConfig", more, "Group").create()
        assert group.read()["InstanceCount"] == 1
        assert group.update({**more, "InstanceCount": 3})["InstanceCount"] == 3
        changed = {**asked, "Tags": [], "Instances": {**instances, "TerminationProtected": True}}
        shown = it.update(changed)
        assert shown["Instances"]["TerminationProtected"] is True
        assert shown["Tags"] == []
        it.update(asked)
        with pytest.raises(NotSimulatedError):
            it.update({**asked, "Instances": {**instances, "Ec2KeyName": "x"}})
