"""Types that are only declared: what is applied is read back, and changes take effect."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
TAG_MAP = {"aws:cloudformation:stack-name": "trial", "a": "1"}
ROLE = "arn:aws:iam::123456789012:role/service"
ALLOW: dict[str, Any] = {"Allow": {}}
SEEN = {"CloudWatchMetricsEnabled": True, "MetricName": "m", "SampledRequestsEnabled": True}


def subnets() -> list[str]:
    found = client("ec2").describe_subnets()["Subnets"]
    return sorted(one["SubnetId"] for one in found)[:2]


def check(
    type_name: str, given: dict[str, Any], changed: dict[str, Any] | None, *attributes: str
) -> None:
    """See that a resource is as applied, is changed as asked, has its attributes, and ends."""
    with Trial(type_name, given) as made:
        found = made.read()
        assert {name: found.get(name) for name in given} == given
        missing = [name for name in attributes if not found.get(name)]
        assert missing == []
        if changed is not None:
            found = made.update({**given, **changed})
            assert {name: found.get(name) for name in changed} == changed


def test_trail() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="trail-of-boats")
    statement = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    statements = [
        {**statement, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::trail-of-boats"},
        {**statement, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::trail-of-boats/*"},
    ]
    policy = {"Version": "2012-10-17", "Statement": statements}
    s3.put_bucket_policy(Bucket="trail-of-boats", Policy=json.dumps(policy))
    given = {
        "S3BucketName": "trail-of-boats",
        "IsLogging": True,
        "IsMultiRegionTrail": True,
        "Tags": TAGS,
    }
    changed = {"IsLogging": False, "IsMultiRegionTrail": False, "Tags": TAGS[:1]}
    check("AWS::CloudTrail::Trail", given, changed, "Arn", "TrailName")


def test_config() -> None:
    client("s3").create_bucket(Bucket="config-of-boats")
    group = {"AllSupported": True, "IncludeGlobalResourceTypes": True}
    with Trial(
        "AWS::Config::ConfigurationRecorder", {"RoleARN": ROLE, "RecordingGroup": group}
    ) as recorder:
        found = recorder.read()
        assert (found["RecordingGroup"], found["RoleARN"]) == (group, ROLE)
        check("AWS::Config::DeliveryChannel", {"S3BucketName": "config-of-boats"}, None, "Name")
        source = {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}
        check(
            "AWS::Config::ConfigRule",
            {"Source": source, "Description": "d"},
            {"Description": "e"},
            "Arn",
            "ConfigRuleId",
            "Compliance",
        )


def test_efs() -> None:
    given = {
        "Encrypted": True,
        "PerformanceMode": "generalPurpose",
        "LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}],
        "FileSystemTags": TAGS,
    }
    changed = {"LifecyclePolicies": [{"TransitionToIA": "AFTER_7_DAYS"}]}
    changed["FileSystemTags"] = TAGS[:1]
    check("AWS::EFS::FileSystem", given, changed, "Arn", "FileSystemId")
    groups = client("ec2").describe_security_groups()["SecurityGroups"]
    with Trial("AWS::EFS::FileSystem", {}, logical_id="Files") as files:
        of_files = {"FileSystemId": files.physical_id}
        with Trial(
            "AWS::EFS::MountTarget",
            {**of_files, "SubnetId": subnets()[0], "SecurityGroups": [groups[0]["GroupId"]]},
        ) as target:
            assert target.read()["SecurityGroups"] == [groups[0]["GroupId"]]
            with pytest.raises(ResourceError, match="with mount targets"):
                files.delete()
        with Trial("AWS::EFS::AccessPoint", {**of_files, "AccessPointTags": TAGS}) as point:
            found = point.read()
            assert (found["AccessPointTags"], found["AccessPointId"]) == (TAGS, point.physical_id)
            assert re.fullmatch("fsap-[0-9a-f]{17}", point.physical_id)
            assert found["Arn"].endswith(f":access-point/{point.physical_id}")


def test_waf() -> None:
    rule = {
        "Name": "r",
        "Priority": 0,
        "OverrideAction": {"None": {}},
        "Statement": {
            "ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommon"}
        },
        "VisibilityConfig": SEEN,
    }
    given = {
        "Scope": "REGIONAL",
        "DefaultAction": ALLOW,
        "VisibilityConfig": SEEN,
        "Rules": [rule],
        "Description": "d",
        "Tags": TAGS,
    }
    changed = {"DefaultAction": {"Block": {}}, "Description": "e", "Tags": TAGS[:1]}
    check("AWS::WAFv2::WebACL", given, changed, "Arn", "Id", "Name")
    check(
        "AWS::WAFv2::IPSet",
        {"Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["10.0.0.0/8"]},
        {"Addresses": ["10.1.0.0/16"]},
        "Arn",
        "Id",
    )
    check(
        "AWS::WAFv2::RegexPatternSet",
        {"Scope": "REGIONAL", "RegularExpressionList": ["^a"]},
        {"RegularExpressionList": ["^b"]},
        "Arn",
        "Id",
    )
    check(
        "AWS::WAFv2::RuleGroup",
        {"Scope": "REGIONAL", "Capacity": 10, "VisibilityConfig": SEEN},
        None,
        "Arn",
        "Id",
    )


def test_waf_before_an_api() -> None:
    api = client("apigateway").create_rest_api(name="guarded")["id"]
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api}/stages/prod"
    acl = Trial(
        "AWS::WAFv2::WebACL",
        {"Scope": "REGIONAL", "DefaultAction": ALLOW, "VisibilityConfig": SEEN},
    ).create()
    gateway = client("apigateway")
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    where = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**where, authorizationType="NONE")
    gateway.put_integration(**where, type="MOCK")
    gateway.create_deployment(restApiId=api, stageName="prod")
    check(
        "AWS::WAFv2::WebACLAssociation",
        {"ResourceArn": arn, "WebACLArn": acl.read()["Arn"]},
        None,
    )
    log = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-x"
    check(
        "AWS::WAFv2::LoggingConfiguration",
        {"ResourceArn": acl.read()["Arn"], "LogDestinationConfigs": [log]},
        None,
    )
    acl.delete()


def test_eks() -> None:
    cluster = {
        "Name": "boats",
        "RoleArn": ROLE,
        "ResourcesVpcConfig": {"SubnetIds": subnets()},
        "Version": "1.30",
        "Tags": TAGS,
    }
    with Trial("AWS::EKS::Cluster", cluster) as made:
        found = made.read()
        assert found["ResourcesVpcConfig"]["SubnetIds"] == subnets()
        assert (found["Version"], found["Tags"]) == ("1.30", TAGS)
        for name in ("Arn", "Endpoint", "CertificateAuthorityData", "OpenIdConnectIssuerUrl"):
            assert found[name]
        nodes = {
            "ClusterName": "boats",
            "NodegroupName": "nodes",
            "NodeRole": ROLE,
            "Subnets": subnets(),
            "ScalingConfig": {"MinSize": 1, "MaxSize": 3, "DesiredSize": 2},
            "InstanceTypes": ["t3.medium"],
            "Tags": TAG_MAP,
        }
        changed = {"ScalingConfig": {"MinSize": 1, "MaxSize": 4, "DesiredSize": 3}}
        changed["Tags"] = {"b": "2"}
        check("AWS::EKS::Nodegroup", nodes, changed, "Arn", "Id")
        profile = {
            "ClusterName": "boats",
            "FargateProfileName": "p",
            "PodExecutionRoleArn": ROLE,
            "Selectors": [{"Namespace": "default"}],
            "Subnets": subnets(),
        }
        tagged = {"Tags": TAGS[1:]}
        check("AWS::EKS::FargateProfile", profile, tagged, "Arn")


def test_elasticache() -> None:
    group = {"Description": "d", "SubnetIds": subnets(), "Tags": TAGS}
    check("AWS::ElastiCache::SubnetGroup", group, None, "CacheSubnetGroupName")
    cluster = {
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "NumCacheNodes": 1,
        "Tags": TAGS,
    }
    check("AWS::ElastiCache::CacheCluster", cluster, None)
    replicas = {
        "ReplicationGroupDescription": "d",
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "NumCacheClusters": 2,
        "AutomaticFailoverEnabled": True,
        "MultiAZEnabled": True,
        "AtRestEncryptionEnabled": True,
        "Tags": TAGS,
    }
    changed = {"ReplicationGroupDescription": "e", "CacheNodeType": "cache.t3.small"}
    check("AWS::ElastiCache::ReplicationGroup", replicas, changed, "PrimaryEndPoint")
    user = {
        "UserId": "u",
        "UserName": "u",
        "Engine": "redis",
        "AccessString": "on ~* +@all",
        "NoPasswordRequired": True,
    }
    check("AWS::ElastiCache::User", user, None, "Arn", "Status")


def test_backup_vault() -> None:
    given = {"BackupVaultName": "v", "BackupVaultTags": TAG_MAP}
    check("AWS::Backup::BackupVault", given, {"BackupVaultTags": {"b": "2"}}, "BackupVaultArn")


def test_detector() -> None:
    given = {"Enable": True, "FindingPublishingFrequency": "ONE_HOUR"}
    check("AWS::GuardDuty::Detector", given, {"FindingPublishingFrequency": "SIX_HOURS"}, "Id")


def test_budget() -> None:
    budget = {
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": 10.0, "Unit": "USD"},
        "BudgetName": "boats",
    }
    with Trial("AWS::Budgets::Budget", {"Budget": budget}) as made:
        found = client("budgets").describe_budget(AccountId="123456789012", BudgetName="boats")
        assert found["Budget"]["BudgetLimit"] == {"Amount": "10", "Unit": "USD"}
        assert made.physical_id == "boats"


def test_resource_group() -> None:
    wanted = {
        "ResourceTypeFilters": ["AWS::AllSupported"],
        "TagFilters": [{"Key": "a", "Values": ["1"]}],
    }
    query = {"Type": "TAG_FILTERS_1_0", "Query": wanted}
    given = {"Name": "boats", "Description": "d", "ResourceQuery": query, "Tags": TAGS[1:]}
    check("AWS::ResourceGroups::Group", given, {"Description": "e", "Tags": []}, "Arn")


def test_transfer() -> None:
    server = {"Domain": "S3", "Protocols": ["SFTP"], "EndpointType": "PUBLIC", "Tags": TAGS}
    check("AWS::Transfer::Server", server, None, "Arn", "ServerId")
    with Trial("AWS::Transfer::Server", server) as made:
        user = {
            "ServerId": made.read()["ServerId"],
            "UserName": "anna",
            "Role": ROLE,
            "HomeDirectory": "/boats",
        }
        check("AWS::Transfer::User", user, None, "Arn")


def test_redshift() -> None:
    with Trial(
        "AWS::Redshift::ClusterSubnetGroup", {"Description": "d", "SubnetIds": subnets()[:1]}
    ) as group:
        assert group.read()["SubnetIds"] == subnets()[:1]
        given = {
            "ClusterType": "single-node",
            "NodeType": "ra3.xlplus",
            "DBName": "boats",
            "MasterUsername": "admin",
            "MasterUserPassword": "Not-a-secret-1",
            "ClusterSubnetGroupName": group.physical_id,
            "Encrypted": True,
            "Tags": TAGS,
        }
        with Trial("AWS::Redshift::Cluster", given, logical_id="Cluster") as cluster:
            found = cluster.read()
            assert {name: found.get(name) for name in given} == given
            assert found["Endpoint"]["Port"] == "5439"
            found = cluster.update({**given, "NodeType": "ra3.4xlarge", "Tags": TAGS[:1]})
            assert (found["NodeType"], found["Tags"]) == ("ra3.4xlarge", TAGS[:1])
    parameters = {"Description": "d", "ParameterGroupFamily": "redshift-1.0"}
    check("AWS::Redshift::ClusterParameterGroup", parameters, None, "ParameterGroupName")
