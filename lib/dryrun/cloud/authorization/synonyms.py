"""Parameters whose names do not resemble the variable of the ARN that they fill."""

from __future__ import annotations

GENERIC = ("name", "id", "identifier", "resourcename", "resourceid", "resource", "resourcearn")
"""Names that mean the resource when an action has only one."""

SYNONYMS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("appsync", "graphqlapi", "GraphQLAPIId"): ("apiid",),
    ("appsync", "datasource", "GraphQLAPIId"): ("apiid",),
    ("appsync", "function", "GraphQLAPIId"): ("apiid",),
    ("appsync", "type", "GraphQLAPIId"): ("apiid",),
    ("appsync", "field", "GraphQLAPIId"): ("apiid",),
    ("cloudwatch", "insight-rule", "InsightRuleName"): ("rulename",),
    ("dynamodb", "table", "TableName"): ("targettablename",),
    ("ec2", "dedicated-host", "DedicatedHostId"): ("hostid",),
    ("ec2", "elastic-ip", "AllocationId"): ("allocationid",),
    ("ec2", "image", "ImageId"): ("sourceimageid",),
    ("ec2", "key-pair", "KeyPairName"): ("keyname",),
    ("ec2", "network-acl", "NaclId"): ("networkaclid",),
    ("ec2", "security-group", "SecurityGroupId"): ("groupid",),
    ("ec2", "snapshot", "SnapshotId"): ("sourcesnapshotid",),
    ("ec2", "vpc-endpoint-service", "VpcEndpointServiceId"): ("serviceid",),
    ("ec2", "vpc-flow-log", "VpcFlowLogId"): ("flowlogid",),
    ("ecs", "task-definition", "TaskDefinitionFamilyName"): ("family",),
    ("events", "event-bus", "EventBusName"): ("name",),
    ("kms", "key", "KeyId"): ("targetkeyid", "keyid"),
    ("lambda", "layerVersion", "LayerVersion"): ("versionnumber",),
    ("rds", "cluster", "DbClusterInstanceName"): ("dbclusteridentifier",),
    ("rds", "cluster-pg", "ClusterParameterGroupName"): (
        "dbclusterparametergroupname",
        "sourcedbclusterparametergroupidentifier",
    ),
    ("rds", "cluster-snapshot", "ClusterSnapshotName"): (
        "dbclustersnapshotidentifier",
        "sourcedbclustersnapshotidentifier",
    ),
    ("rds", "db", "DbInstanceName"): ("targetdbinstanceidentifier",),
    ("rds", "pg", "ParameterGroupName"): (
        "dbparametergroupname",
        "sourcedbparametergroupidentifier",
    ),
    ("rds", "secgrp", "SecurityGroupName"): ("dbsecuritygroupname",),
    ("rds", "shardgrp", "DbShardGroupResourceId"): ("dbshardgroupidentifier",),
    ("rds", "snapshot", "SnapshotName"): ("dbsnapshotidentifier", "sourcedbsnapshotidentifier"),
    ("rds", "subgrp", "SubnetGroupName"): ("dbsubnetgroupname",),
    ("ses", "dedicated-ip-pool", "DedicatedIPPool"): ("poolname",),
    ("ses", "identity", "IdentityName"): ("emailidentity", "source", "fromemailaddress"),
    ("ssm", "document", "DocumentName"): ("name",),
    ("ssm", "instance", "InstanceId"): ("target",),
    ("ssm", "maintenancewindow", "ResourceId"): ("windowid",),
    ("ssm", "parameter", "ParameterNameWithoutLeadingSlash"): ("path",),
    ("ssm", "patchbaseline", "PatchBaselineIdResourceId"): ("baselineid",),
}
"""(prefix, resource type, variable) to parameter names, in lower case and letters only."""
