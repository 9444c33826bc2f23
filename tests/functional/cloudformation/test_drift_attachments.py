"""What a stack's resources attach to each other is no drift."""

import json

from in_process import client

ALLOWED = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
DOCUMENT = {"Version": "2012-10-17", "Statement": [ALLOWED]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
WEB = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}
TEMPLATE = {
    "Resources": {
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {"GroupDescription": "web", "SecurityGroupIngress": [WEB]},
        },
        "Rule": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": WEB
            | {"GroupId": {"Fn::GetAtt": "Group.GroupId"}, "FromPort": 443, "ToPort": 443},
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                "Policies": [{"PolicyName": "own", "PolicyDocument": DOCUMENT}],
            },
        },
        "Inline": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "other",
                "PolicyDocument": DOCUMENT,
                "Roles": [{"Ref": "Role"}],
            },
        },
        "Managed": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": DOCUMENT, "Roles": [{"Ref": "Role"}]},
        },
        "First": {"Type": "AWS::IAM::Group"},
        "Second": {"Type": "AWS::IAM::Group"},
        "User": {"Type": "AWS::IAM::User", "Properties": {"Groups": [{"Ref": "First"}]}},
        "Membership": {
            "Type": "AWS::IAM::UserToGroupAddition",
            "Properties": {"GroupName": {"Ref": "Second"}, "Users": [{"Ref": "User"}]},
        },
    }
}


def _drifted(name: str) -> dict[str, list[str]]:
    cfn = client("cloudformation")
    cfn.detect_stack_drift(StackName=name)
    found = cfn.describe_stack_resource_drifts(
        StackName=name, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"]
    )["StackResourceDrifts"]
    return {
        one["LogicalResourceId"]: [each["PropertyPath"] for each in one["PropertyDifferences"]]
        for one in found
    }


def test_only_what_others_attached_is_drift() -> None:
    cfn, ec2, iam = client("cloudformation"), client("ec2"), client("iam")
    made = cfn.create_stack(
        StackName="attached", TemplateBody=json.dumps(TEMPLATE), Capabilities=["CAPABILITY_IAM"]
    )
    listed = cfn.describe_stack_resources(StackName=made["StackId"])["StackResources"]
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed}
    assert _drifted("attached") == {}

    named = [{"Name": "group-name", "Values": [ids["Group"]]}]
    group = ec2.describe_security_groups(Filters=named)["SecurityGroups"][0]["GroupId"]
    extra = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}
    ec2.authorize_security_group_ingress(GroupId=group, **extra)
    document = json.dumps(DOCUMENT)
    iam.put_role_policy(RoleName=ids["Role"], PolicyName="by-hand", PolicyDocument=document)
    assert _drifted("attached") == {"Group": ["/SecurityGroupIngress/1"], "Role": ["/Policies/1"]}

    iam.delete_role_policy(RoleName=ids["Role"], PolicyName="by-hand")
    cfn.delete_stack(StackName="attached")
    assert cfn.describe_stacks(StackName=made["StackId"])["Stacks"][0]["StackStatus"] == (
        "DELETE_COMPLETE"
    )
