"""AWS::CodeDeploy, Glue and ServiceDiscovery, type by type."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import ACCOUNT, Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

ROLE = f"arn:aws:iam::{ACCOUNT}:role/works"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def test_deployments() -> None:
    properties = {"ApplicationName": "shop", "ComputePlatform": "Lambda", "Tags": TAGS}
    with Trial("AWS::CodeDeploy::Application", properties) as application:
        assert application.read() == properties
        changed = {**properties, "Tags": TAGS[1:]}
        assert application.update(changed)["Tags"] == TAGS[1:]
        group = {
            "AlarmConfiguration": {"Alarms": [{"Name": "smoke"}], "Enabled": True},
            "ApplicationName": "shop",
            "AutoScalingGroups": ["crew"],
            "AutoRollbackConfiguration": {"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]},
            "DeploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
            "DeploymentGroupName": "live",
            "DeploymentStyle": {
                "DeploymentOption": "WITH_TRAFFIC_CONTROL",
                "DeploymentType": "BLUE_GREEN",
            },
            "ServiceRoleArn": ROLE,
            "Tags": TAGS,
        }
        with Trial("AWS::CodeDeploy::DeploymentGroup", group) as it:
            found = it.read()
            assert {name: found[name] for name in group} == group
            changed = {**group, "DeploymentConfigName": "Other", "Tags": TAGS[1:]}
            found = it.update(changed)
            assert {name: found[name] for name in changed} == changed


def test_deployment_config() -> None:
    canary = {"CanaryInterval": 1, "CanaryPercentage": 20}
    given = {
        "ComputePlatform": "ECS",
        "TrafficRoutingConfig": {"TimeBasedCanary": canary, "Type": "TimeBasedCanary"},
    }
    deploy = client("codedeploy")
    with Trial("AWS::CodeDeploy::DeploymentConfig", given) as config:
        name = config.physical_id
        assert config.read() == {**given, "DeploymentConfigName": name}
        assert name in deploy.list_deployment_configs()["deploymentConfigsList"]
        with pytest.raises(deploy.exceptions.DeploymentConfigAlreadyExistsException):
            deploy.create_deployment_config(deploymentConfigName=name)
        of_ecs = {"ApplicationName": "ferries", "ComputePlatform": "ECS"}
        group = {
            "ApplicationName": "ferries",
            "DeploymentConfigName": name,
            "ServiceRoleArn": ROLE,
        }
        with (
            Trial("AWS::CodeDeploy::Application", of_ecs),
            Trial("AWS::CodeDeploy::DeploymentGroup", group),
            pytest.raises(ClientError, match="DeploymentConfigInUseException"),
        ):
            config.delete()
    hosts = {"MinimumHealthyHosts": {"Type": "HOST_COUNT", "Value": 2}}
    with Trial("AWS::CodeDeploy::DeploymentConfig", {"ComputePlatform": "Server", **hosts}) as it:
        assert it.read()["MinimumHealthyHosts"] == hosts["MinimumHealthyHosts"]
    own = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
    found = deploy.get_deployment_config(deploymentConfigName=own)["deploymentConfigInfo"]
    assert found["trafficRoutingConfig"]["timeBasedLinear"]["linearInterval"] == 1
    with pytest.raises(deploy.exceptions.InvalidOperationException):
        deploy.delete_deployment_config(deploymentConfigName=own)


def test_catalog() -> None:
    given = {"Description": "lake", "LocationUri": "s3://lake/", "Name": "lake"}
    properties = {"CatalogId": ACCOUNT, "DatabaseInput": given}
    with Trial("AWS::Glue::Database", properties) as database:
        assert database.physical_id == "lake"
        assert database.read() == {**properties, "DatabaseName": "lake"}
        changed = {"CatalogId": ACCOUNT, "DatabaseInput": {**given, "Description": "other"}}
        assert database.update(changed)["DatabaseInput"]["Description"] == "other"
        table = {
            "Name": "sales",
            "Parameters": {"classification": "json"},
            "PartitionKeys": [{"Name": "day", "Type": "string"}],
            "StorageDescriptor": {
                "Columns": [{"Name": "price", "Type": "int"}],
                "Location": "s3://lake/sales/",
            },
            "TableType": "EXTERNAL_TABLE",
        }
        properties = {"CatalogId": ACCOUNT, "DatabaseName": "lake", "TableInput": table}
        with Trial("AWS::Glue::Table", properties) as it:
            found = it.read()["TableInput"]
            assert {name: found[name] for name in table} == table
            changed = {**properties, "TableInput": {**table, "Parameters": {"a": "1"}}}
            assert it.update(changed)["TableInput"]["Parameters"] == {"a": "1"}


def test_jobs() -> None:
    properties = {
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://lake/a.py", "PythonVersion": "3"},
        "DefaultArguments": {"--a": "1"},
        "GlueVersion": "4.0",
        "Name": "load",
        "NumberOfWorkers": 2,
        "Role": ROLE,
        "Tags": {"a": "1"},
        "WorkerType": "G.1X",
    }
    with Trial("AWS::Glue::Job", properties) as job:
        found = job.read()
        assert {name: found[name] for name in properties} == properties
        found = job.update({**properties, "NumberOfWorkers": 4, "Tags": {"b": "2"}})
        assert (found["NumberOfWorkers"], found["Tags"]) == (4, {"b": "2"})
        properties = {
            "Actions": [{"JobName": "load"}],
            "Name": "nightly",
            "Schedule": "cron(0 1 * * ? *)",
            "StartOnCreation": True,
            "Tags": {"a": "1"},
            "Type": "SCHEDULED",
        }
        with Trial("AWS::Glue::Trigger", properties) as trigger:
            found = trigger.read()
            assert {name: found[name] for name in properties} == properties
    properties = {
        "DatabaseName": "lake",
        "Name": "look",
        "Role": ROLE,
        "Schedule": {"ScheduleExpression": "cron(0 1 * * ? *)"},
        "Tags": {"a": "1"},
        "Targets": {"S3Targets": [{"Path": "s3://lake/"}]},
    }
    with Trial("AWS::Glue::Crawler", properties) as crawler:
        found = crawler.read()
        assert {name: found[name] for name in properties} == properties
        del properties["Schedule"]
        assert "Schedule" not in crawler.update({**properties, "DatabaseName": "other"})


def test_glue_connection() -> None:
    given = {
        "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:mysql://db/a"},
        "ConnectionType": "JDBC",
        "Name": "db",
    }
    properties = {"CatalogId": ACCOUNT, "ConnectionInput": given, "Tags": {"a": "1"}}
    with Trial("AWS::Glue::Connection", properties) as connection:
        assert connection.read() == {**properties, "Name": "db"}
        assert connection.update({**properties, "Tags": {}})["Tags"] == {}
        with pytest.raises(NotSimulatedError, match="ConnectionInput"):
            connection.update({**properties, "ConnectionInput": {**given, "Description": "d"}})


def test_namespaces_and_services() -> None:
    vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    properties = {"Description": "d", "Name": "ferry.local", "Tags": TAGS, "Vpc": vpc}
    with Trial("AWS::ServiceDiscovery::PrivateDnsNamespace", properties) as namespace:
        found = namespace.read()
        assert {name: found[name] for name in properties} == properties
        assert found["Id"] == namespace.physical_id
        assert found["HostedZoneId"]
        assert namespace.update({**properties, "Tags": TAGS[1:]})["Tags"] == TAGS[1:]
        given = {
            "DnsConfig": {"DnsRecords": [{"TTL": 60, "Type": "A"}]},
            "HealthCheckCustomConfig": {"FailureThreshold": 1},
            "Name": "shop",
            "NamespaceId": namespace.physical_id,
            "Tags": TAGS,
        }
        with Trial("AWS::ServiceDiscovery::Service", given) as service:
            found = service.read()
            assert {name: found[name] for name in given} == given
            changed = {**given, "DnsConfig": {"DnsRecords": [{"TTL": 10, "Type": "A"}]}}
            found = service.update(changed)
            assert found["DnsConfig"]["DnsRecords"][0]["TTL"] == 10
            with pytest.raises(ResourceError, match="associated services"):
                namespace.delete()
    with pytest.raises(ClientError, match="NamespaceNotFound"):
        Trial("AWS::ServiceDiscovery::Service", given).create()
    with Trial("AWS::ServiceDiscovery::HttpNamespace", {"Name": "calls"}) as http:
        assert http.read()["Name"] == "calls"
