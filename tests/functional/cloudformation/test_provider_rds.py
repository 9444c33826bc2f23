"""AWS::RDS, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import create, reason, template
from trial import ADMIN, Trial, client, several

from dryrun.cloud import inside
from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
MYSQL = {
    "DBInstanceClass": "db.t3.micro",
    "Engine": "mysql",
    "EngineVersion": "8.0.35",
    "AllocatedStorage": "20",
    "MasterUsername": "admin",
    "MasterUserPassword": "not-a-secret-1",
}


def subnets() -> list[str]:
    found = client("ec2").describe_subnets()["Subnets"]
    return sorted(one["SubnetId"] for one in found)[:2]


def kept(trial: Trial) -> dict[str, Any]:
    found = trial.read()
    return {name: found.get(name) for name in trial.properties}


def test_instance() -> None:
    group = Trial(
        "AWS::RDS::DBSubnetGroup", {"DBSubnetGroupDescription": "d", "SubnetIds": subnets()}
    )
    parameters = Trial(
        "AWS::RDS::DBParameterGroup",
        {"Family": "mysql8.0", "Description": "d", "Parameters": {"max_connections": "10"}},
    )
    with several(group, parameters):
        guards = client("ec2").describe_security_groups()["SecurityGroups"][:1]
        wanted = {
            **MYSQL,
            "DBSubnetGroupName": group.physical_id,
            "DBParameterGroupName": parameters.physical_id,
            "VPCSecurityGroups": [guards[0]["GroupId"]],
            "DBName": "boats",
            "MultiAZ": True,
            "Port": "3307",
            "StorageEncrypted": True,
            "StorageType": "gp3",
            "BackupRetentionPeriod": 3,
            "EnableCloudwatchLogsExports": ["error"],
            "DeletionProtection": True,
            "EnableIAMDatabaseAuthentication": True,
            "Tags": TAGS,
        }
        with Trial("AWS::RDS::DBInstance", wanted, logical_id="Db") as db:
            found = db.read()
            assert kept(db) == wanted
            assert found["Endpoint"]["Port"] == "3307"
            assert found["Endpoint"]["Address"].startswith(db.physical_id + ".")
            assert found["DBInstanceArn"].endswith(f":db:{db.physical_id}")
            with pytest.raises(ClientError, match="Cannot delete protected DB Instance"):
                db.delete()
            changed = {
                **wanted,
                "AllocatedStorage": "30",
                "DBInstanceClass": "db.t3.small",
                "EnableCloudwatchLogsExports": ["slowquery"],
                "MasterUserPassword": "not-a-secret-2",
                "Tags": TAGS[1:],
            }
            del changed["DeletionProtection"]
            found = db.update(changed)
            assert {name: found[name] for name in changed} == changed
            assert found["DeletionProtection"] is False
            with pytest.raises(ResourceError, match="is still using it"):
                group.delete()
            with inside.calling_as(ADMIN):
                db.provider.snapshot(db.at, db.physical_id)
            shots = client("rds").describe_db_snapshots(DBInstanceIdentifier=db.physical_id)
            assert len(shots["DBSnapshots"]) >= 1


@pytest.mark.parametrize("text", ["{{resolve:ssm}}", "{{resolve:secretsmanager:}}"])
def test_what_only_looks_like_a_reference_is_no_number(text: str) -> None:
    instance = {"Type": "AWS::RDS::DBInstance", "Properties": {**MYSQL, "AllocatedStorage": text}}
    name = f"rds-reference-{len(text)}"
    assert create(name, template(A=instance))["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "#/AllocatedStorage: failed validation constraint for keyword [pattern]" in reason(
        name, "A"
    )


def test_replica_restore_and_managed_password() -> None:
    managed = {name: value for name, value in MYSQL.items() if name != "MasterUserPassword"}
    with Trial(
        "AWS::RDS::DBInstance", {**managed, "ManageMasterUserPassword": True}, logical_id="Main"
    ) as main:
        found = main.read()
        assert found["ManageMasterUserPassword"] is True
        assert ":secret:" in found["MasterUserSecret"]["SecretArn"]
        source = {"SourceDBInstanceIdentifier": main.physical_id}
        with Trial("AWS::RDS::DBInstance", {**source, "DBInstanceClass": "db.t3.micro"}) as copy:
            assert copy.read()["SourceDBInstanceIdentifier"] == main.physical_id
        client("rds").create_db_snapshot(
            DBInstanceIdentifier=main.physical_id, DBSnapshotIdentifier="of-main"
        )
        given = {"DBSnapshotIdentifier": "of-main", "DBInstanceClass": "db.t3.micro"}
        with Trial("AWS::RDS::DBInstance", given, logical_id="Back") as back:
            assert back.read()["Engine"] == "mysql"


def test_cluster() -> None:
    parameters = Trial(
        "AWS::RDS::DBClusterParameterGroup",
        {"Family": "aurora-mysql8.0", "Description": "d", "Parameters": {"time_zone": "UTC"}},
    )
    with several(parameters):
        wanted = {
            "Engine": "aurora-mysql",
            "EngineVersion": "8.0.mysql_aurora.3.04.0",
            "MasterUsername": "admin",
            "MasterUserPassword": "not-a-secret-1",
            "DatabaseName": "boats",
            "DBClusterParameterGroupName": parameters.physical_id,
            "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2.0},
            "StorageEncrypted": True,
            "BackupRetentionPeriod": 2,
            "Tags": TAGS,
        }
        with Trial("AWS::RDS::DBCluster", wanted, logical_id="Cluster") as cluster:
            assert kept(cluster) == wanted
            found = cluster.read()
            assert found["Endpoint"]["Port"] == "3306"
            assert ".cluster-" in found["Endpoint"]["Address"]
            assert found["ReadEndpoint"]["Address"]
            assert found["DBClusterArn"].endswith(f":cluster:{cluster.physical_id}")
            found = cluster.update(
                {**wanted, "BackupRetentionPeriod": 5, "EnableCloudwatchLogsExports": ["error"]}
            )
            assert found["BackupRetentionPeriod"] == 5
            assert found["EnableCloudwatchLogsExports"] == ["error"]
            one = {
                "DBClusterIdentifier": cluster.physical_id,
                "DBInstanceClass": "db.t3.medium",
                "Engine": "aurora-mysql",
            }
            with Trial("AWS::RDS::DBInstance", one, logical_id="One") as instance:
                assert kept(instance) == one
                with pytest.raises(ClientError, match="still contains DB instances"):
                    cluster.delete()
            with inside.calling_as(ADMIN):
                cluster.provider.snapshot(cluster.at, cluster.physical_id)
            shots = client("rds").describe_db_cluster_snapshots(
                DBClusterIdentifier=cluster.physical_id
            )["DBClusterSnapshots"]
            restored = {
                "SnapshotIdentifier": shots[-1]["DBClusterSnapshotIdentifier"],
                "Engine": "aurora-mysql",
            }
            with Trial("AWS::RDS::DBCluster", restored, logical_id="Back") as back:
                assert back.read()["DatabaseName"] == "boats"


def test_groups() -> None:
    with Trial(
        "AWS::RDS::DBSubnetGroup",
        {"DBSubnetGroupDescription": "d", "SubnetIds": subnets(), "Tags": TAGS},
    ) as group:
        found = kept(group)
        assert sorted(found["SubnetIds"]) == subnets()
        assert found["Tags"] == TAGS
        found = group.update({"DBSubnetGroupDescription": "e", "SubnetIds": subnets()[:1]})
        assert (found["DBSubnetGroupDescription"], found["SubnetIds"]) == ("e", subnets()[:1])
    with Trial(
        "AWS::RDS::DBParameterGroup",
        {"Family": "mysql8.0", "Description": "d", "Tags": TAGS},
    ) as parameters:
        assert kept(parameters) == parameters.properties
        parameters.update({**parameters.properties, "Parameters": {"max_connections": "12"}})
        kept_values = client("rds").describe_db_parameters(
            DBParameterGroupName=parameters.physical_id
        )["Parameters"]
        assert [one["ParameterValue"] for one in kept_values] == ["12"]
    options = {"EngineName": "mysql", "MajorEngineVersion": "8.0", "OptionGroupDescription": "d"}
    with Trial("AWS::RDS::OptionGroup", options) as group:
        assert kept(group) == options
    allowed = {
        "GroupDescription": "d",
        "DBSecurityGroupIngress": [{"CIDRIP": "10.0.0.0/8"}],
    }
    with Trial("AWS::RDS::DBSecurityGroup", allowed) as group:
        assert kept(group) == allowed
        found = client("rds").describe_db_security_groups(DBSecurityGroupName=group.physical_id)
        assert found["DBSecurityGroups"][0]["IPRanges"][0]["CIDRIP"] == "10.0.0.0/8"


def test_event_subscription() -> None:
    topic = client("sns").create_topic(Name="of-databases")["TopicArn"]
    given = {
        "SnsTopicArn": topic,
        "SourceType": "db-instance",
        "EventCategories": ["failure"],
        "Enabled": True,
        "Tags": TAGS,
    }
    with Trial("AWS::RDS::EventSubscription", given) as subscription:
        assert kept(subscription) == given


def test_proxy() -> None:
    auth = [
        {
            "AuthScheme": "SECRETS",
            "IAMAuth": "DISABLED",
            "SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x",
        }
    ]
    given = {
        "DBProxyName": "front",
        "EngineFamily": "MYSQL",
        "Auth": auth,
        "RoleArn": "arn:aws:iam::123456789012:role/proxy",
        "VpcSubnetIds": subnets(),
        "RequireTLS": True,
        "Tags": TAGS,
    }
    with (
        Trial("AWS::RDS::DBProxy", given) as proxy,
        Trial("AWS::RDS::DBInstance", MYSQL, logical_id="Behind") as db,
    ):
        assert kept(proxy) == given
        assert proxy.read()["DBProxyArn"]
        assert proxy.read()["Endpoint"]
        target = {
            "DBProxyName": "front",
            "TargetGroupName": "default",
            "DBInstanceIdentifiers": [db.physical_id],
            "ConnectionPoolConfigurationInfo": {"MaxConnectionsPercent": 50},
        }
        group = Trial("AWS::RDS::DBProxyTargetGroup", target).create()
        assert group.read()["TargetGroupArn"] == group.physical_id
        found = client("rds").describe_db_proxy_targets(DBProxyName="front")["Targets"]
        assert [one["RdsResourceId"] for one in found] == [db.physical_id]


@pytest.mark.parametrize("kind", ["DBCluster", "DBInstance"])
def test_roles_of_a_database(kind: str) -> None:
    role = "arn:aws:iam::123456789012:role/"
    aurora = {"Engine": "aurora-mysql", **{name: MYSQL[name] for name in list(MYSQL)[-2:]}}
    wanted = MYSQL if kind == "DBInstance" else aurora
    loads = {"FeatureName": "s3Import", "RoleArn": f"{role}loads"}
    calls = {"FeatureName": "Lambda", "RoleArn": f"{role}calls"}
    with Trial(f"AWS::RDS::{kind}", {**wanted, "AssociatedRoles": [loads]}) as database:
        assert database.read()["AssociatedRoles"] == [loads]
        found = database.update({**wanted, "AssociatedRoles": [calls, loads]})
        assert found["AssociatedRoles"] == [calls, loads]
        assert "AssociatedRoles" not in database.update(wanted)
