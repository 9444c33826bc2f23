"""What users with and without permissions get from each kind of service."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import in_process
import pytest
from botocore.exceptions import ClientError
from people import (
    ACCOUNT,
    admin,
    document,
    new_account,
    refused,
    role,
    session,
    statement,
    user,
)

HERE = f"us-east-1:{ACCOUNT}"
IAM = f"arn:aws:iam::{ACCOUNT}"


@pytest.fixture(scope="module")
def nobody() -> Any:
    """Return a user without any policy."""
    return user(name="nobody")


SENTENCE = (
    f"User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: {{action}}{{on}} "
    "because no identity-based policy allows the {action} action"
)

# service, operation, parameters, code, HTTP status, action as the service spells it, resource
DENIALS: list[tuple[str, str, dict[str, Any], str, int, str, str]] = [
    ("s3", "list_buckets", {}, "AccessDenied", 403, "s3:ListAllMyBuckets", ""),
    (
        "s3",
        "get_object",
        {"Bucket": "not-there", "Key": "k"},
        "AccessDenied",
        403,
        "s3:GetObject",
        '"arn:aws:s3:::not-there/k"',
    ),
    ("iam", "list_users", {}, "AccessDenied", 403, "iam:ListUsers", f"{IAM}:user/"),
    (
        "ssm",
        "get_parameter",
        {"Name": "/not/there"},
        "AccessDeniedException",
        400,
        "ssm:GetParameter",
        f"arn:aws:ssm:{HERE}:parameter/not/there",
    ),
    (
        "dynamodb",
        "get_item",
        {"TableName": "not-there", "Key": {"a": {"S": "b"}}},
        "AccessDeniedException",
        400,
        "dynamodb:GetItem",
        f"arn:aws:dynamodb:{HERE}:table/not-there",
    ),
    (
        "lambda",
        "get_function",
        {"FunctionName": "not-there"},
        "AccessDeniedException",
        403,
        "lambda:GetFunction",
        f"arn:aws:lambda:{HERE}:function:not-there",
    ),
    (
        "sqs",
        "send_message",
        {"QueueUrl": f"http://localhost:4566/{ACCOUNT}/not-there", "MessageBody": "m"},
        "AccessDenied",
        403,
        "sqs:sendmessage",
        f"arn:aws:sqs:{HERE}:not-there",
    ),
    (
        "sns",
        "publish",
        {"TopicArn": f"arn:aws:sns:{HERE}:not-there", "Message": "m"},
        "AuthorizationError",
        403,
        "SNS:Publish",
        f"arn:aws:sns:{HERE}:not-there",
    ),
    ("kms", "list_keys", {}, "AccessDeniedException", 400, "kms:ListKeys", "*"),
    (
        "cloudformation",
        "create_stack",
        {"StackName": "s", "TemplateBody": "{}"},
        "AccessDenied",
        403,
        "cloudformation:CreateStack",
        f"arn:aws:cloudformation:{HERE}:stack/s/*",
    ),
    ("cloudwatch", "list_metrics", {}, "AccessDenied", 403, "cloudwatch:ListMetrics", ""),
    (
        "logs",
        "describe_log_groups",
        {},
        "AccessDeniedException",
        400,
        "logs:DescribeLogGroups",
        f"arn:aws:logs:{HERE}:log-group::log-stream:",
    ),
    (
        "events",
        "put_rule",
        {"Name": "r", "ScheduleExpression": "rate(1 day)"},
        "AccessDeniedException",
        400,
        "events:PutRule",
        f"arn:aws:events:{HERE}:rule/r",
    ),
    (
        "apigateway",
        "get_rest_apis",
        {},
        "AccessDeniedException",
        403,
        "apigateway:GET",
        "arn:aws:apigateway:us-east-1::/restapis",
    ),
    (
        "secretsmanager",
        "get_secret_value",
        {"SecretId": "not-there"},
        "AccessDeniedException",
        400,
        "secretsmanager:GetSecretValue",
        f"arn:aws:secretsmanager:{HERE}:secret:not-there",
    ),
    ("route53", "list_hosted_zones", {}, "AccessDenied", 403, "route53:ListHostedZones", "*"),
    ("organizations", "list_accounts", {}, "AccessDeniedException", 400,
     "organizations:ListAccounts", "*"),
]  # fmt: skip


@pytest.mark.parametrize("case", DENIALS, ids=[f"{case[0]}-{case[1]}" for case in DENIALS])
def test_without_a_policy_everything_is_denied_in_the_words_of_the_service(
    nobody: Any, case: tuple[str, str, dict[str, Any], str, int, str, str]
) -> None:
    service, operation, parameters, code, status, action, resource = case
    with pytest.raises(ClientError) as caught:
        getattr(nobody.client(service), operation)(**parameters)
    response = caught.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    on = f" on resource: {resource}" if resource else ""
    assert response["Error"]["Message"] == SENTENCE.format(action=action, on=on)


def test_some_calls_need_no_permission(nobody: Any) -> None:
    assert nobody.client("sts").get_caller_identity()["Arn"] == nobody.arn
    assert nobody.client("sts").get_session_token()["Credentials"]


def test_ec2_says_so_in_its_own_way(nobody: Any) -> None:
    ec2 = nobody.client("ec2")
    reading = refused(ec2.describe_instances, "UnauthorizedOperation")
    assert reading == (
        "You are not authorized to perform this operation. User: "
        f"{nobody.arn} is not authorized to perform: ec2:DescribeInstances because no "
        "identity-based policy allows the ec2:DescribeInstances action"
    )
    launch = refused(
        ec2.run_instances, "UnauthorizedOperation", ImageId="ami-1", MinCount=1, MaxCount=1
    )
    assert f"ec2:RunInstances on resource: arn:aws:ec2:{HERE}:instance/*" in launch
    assert ". Encoded authorization failure message: " in launch


def test_ec2_by_instance_type_and_tag() -> None:
    ec2 = admin("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    launched = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "ferry"}]}
        ],
    )["Instances"][0]["InstanceId"]
    other = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    small = {"StringEquals": {"ec2:InstanceType": "t3.micro"}}
    someone = user(
        statement("ec2:RunInstances", f"arn:aws:ec2:*:{ACCOUNT}:instance/*", Condition=small),
        statement(
            "ec2:RunInstances",
            [
                "arn:aws:ec2:*::image/*",
                *(
                    f"arn:aws:ec2:*:{ACCOUNT}:{kind}/*"
                    for kind in ("network-interface", "security-group", "subnet", "volume")
                ),
            ],
        ),
        statement(
            "ec2:StopInstances", Condition={"StringEquals": {"ec2:ResourceTag/team": "ferry"}}
        ),
    ).client("ec2")
    size = {"ImageId": image, "MinCount": 1, "MaxCount": 1}
    assert someone.run_instances(InstanceType="t3.micro", **size)["Instances"]
    refused(someone.run_instances, "UnauthorizedOperation", InstanceType="m5.large", **size)
    assert someone.stop_instances(InstanceIds=[launched])
    refused(someone.stop_instances, "UnauthorizedOperation", InstanceIds=[other])
    refused(someone.stop_instances, "UnauthorizedOperation", InstanceIds=[launched, other])


def test_ec2_tags_on_creation() -> None:
    making = {"StringEquals": {"ec2:CreateAction": "CreateVolume", "aws:RequestTag/team": "ferry"}}
    volumes = f"arn:aws:ec2:*:{ACCOUNT}:volume/*"
    ec2 = user(
        statement("ec2:CreateVolume", volumes),
        statement("ec2:CreateTags", volumes, Condition=making),
    ).client("ec2")
    volume = {"AvailabilityZone": "us-east-1a", "Size": 1}
    assert ec2.create_volume(**volume, TagSpecifications=[tagged("ferry")])["VolumeId"]
    refusing = {**volume, "TagSpecifications": [tagged("harbour")]}
    assert "ec2:CreateTags" in refused(ec2.create_volume, "UnauthorizedOperation", **refusing)
    made = ec2.create_volume(**volume)["VolumeId"]
    tags = {"Resources": [made], "Tags": [{"Key": "team", "Value": "ferry"}]}
    refused(ec2.create_tags, "UnauthorizedOperation", **tags)


def tagged(team: str) -> Any:
    """Return the tags of a new volume."""
    return {"ResourceType": "volume", "Tags": [{"Key": "team", "Value": team}]}


def test_s3_by_bucket_key_and_prefix() -> None:
    s3 = admin("s3")
    for name in ("enf-a", "enf-b"):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="home/jane/a.txt", Body=b"x")
    jane = user(
        statement(
            "s3:ListBucket",
            "arn:aws:s3:::enf-a",
            Condition={"StringLike": {"s3:prefix": "home/${aws:username}/*"}},
        ),
        statement(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::enf-a/home/${aws:username}/*"),
        name="jane",
    ).client("s3")
    assert jane.get_object(Bucket="enf-a", Key="home/jane/a.txt")["Body"].read() == b"x"
    assert jane.list_objects_v2(Bucket="enf-a", Prefix="home/jane/")["KeyCount"] == 1
    assert "s3:ListBucket" in refused(jane.list_objects_v2, Bucket="enf-a", Prefix="home/bob/")
    assert "s3:ListBucket" in refused(jane.list_objects_v2, Bucket="enf-a")
    assert "s3:GetObject" in refused(jane.get_object, Bucket="enf-b", Key="home/jane/a.txt")
    # Who may not list the bucket does not learn that a key is missing.
    assert "s3:ListBucket" in refused(jane.get_object, Bucket="enf-a", Key="home/jane/none")
    assert "s3:DeleteObject" in refused(jane.delete_object, Bucket="enf-a", Key="home/jane/a.txt")
    source = {"Bucket": "enf-b", "Key": "home/jane/a.txt"}
    assert "enf-b" in refused(
        jane.copy_object, Bucket="enf-a", Key="home/jane/copy", CopySource=source
    )
    with pytest.raises(ClientError) as caught:
        jane.head_object(Bucket="enf-b", Key="home/jane/a.txt")
    assert caught.value.response["Error"]["Code"] == "403"


def test_s3_encryption_and_acl_headers() -> None:
    admin("s3").create_bucket(Bucket="sealed")
    someone = user(
        statement("s3:*"),
        statement(
            "s3:PutObject",
            effect="Deny",
            Condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
        ),
    ).client("s3")
    refused(someone.put_object, Bucket="sealed", Key="k", Body=b"x")
    assert someone.put_object(Bucket="sealed", Key="k", Body=b"x", ServerSideEncryption="aws:kms")


def test_s3_bucket_policy_alone_opens_a_bucket_to_a_user_and_to_everybody() -> None:
    s3 = admin("s3")
    s3.create_bucket(Bucket="opened")
    s3.put_object(Bucket="opened", Key="k", Body=b"hello")
    someone = user()
    refused(someone.client("s3").get_object, Bucket="opened", Key="k")
    opening = statement("s3:GetObject", "arn:aws:s3:::opened/*", Principal={"AWS": someone.arn})
    s3.put_bucket_policy(Bucket="opened", Policy=document(opening))
    assert someone.client("s3").get_object(Bucket="opened", Key="k")["Body"].read() == b"hello"
    assert anonymous("/opened/k") == 403
    s3.put_bucket_policy(Bucket="opened", Policy=document({**opening, "Principal": "*"}))
    assert anonymous("/opened/k") == 200
    s3.put_public_access_block(
        Bucket="opened", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert anonymous("/opened/k") == 403


def anonymous(path: str) -> int:
    """Return the status of an unsigned GET."""
    sent = in_process.wsgi("GET", f"{in_process.ENDPOINT}{path}", [])
    return in_process.lab().send(sent).status


def test_s3_explicit_deny_in_a_bucket_policy() -> None:
    s3 = admin("s3")
    s3.create_bucket(Bucket="closed")
    someone = user(statement("s3:*"))
    closing = statement(
        "s3:ListBucket", "arn:aws:s3:::closed", "Deny", Principal={"AWS": someone.arn}
    )
    s3.put_bucket_policy(Bucket="closed", Policy=document(closing))
    assert refused(someone.client("s3").list_objects_v2, Bucket="closed") == (
        f"User: {someone.arn} is not authorized to perform: s3:ListBucket on resource: "
        '"arn:aws:s3:::closed" with an explicit deny in a resource-based policy'
    )


def test_ssm_by_path() -> None:
    ssm = admin("ssm")
    for name in ("/enf/a", "/enf/deep/b", "/other/c", "plain"):
        ssm.put_parameter(Name=name, Value="v", Type="String", Overwrite=True)
    someone = user(
        statement("ssm:GetParameter*", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/enf/*")
    )
    mine = someone.client("ssm")
    assert mine.get_parameter(Name="/enf/a")["Parameter"]["Value"] == "v"
    assert len(mine.get_parameters(Names=["/enf/a", "/enf/deep/b"])["Parameters"]) == 2
    assert len(mine.get_parameters_by_path(Path="/enf/deep")["Parameters"]) == 1
    code = "AccessDeniedException"
    refused(mine.get_parameter, code, Name="/other/c")
    refused(mine.get_parameter, code, Name="plain")
    refused(mine.get_parameters, code, Names=["/enf/a", "plain"])
    refused(mine.put_parameter, code, Name="/enf/a", Value="x", Type="String", Overwrite=True)
    refused(someone.client("ssm", "eu-west-1").get_parameter, code, Name="/enf/a")


def test_dynamodb_leading_keys() -> None:
    dynamodb = admin("dynamodb")
    dynamodb.create_table(
        TableName="scores",
        AttributeDefinitions=[{"AttributeName": "who", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "who", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    bob = user(
        statement(
            ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
            f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/scores",
            Condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}},
        ),
        name="bob",
    ).client("dynamodb")
    bob.put_item(TableName="scores", Item={"who": {"S": "bob"}})
    assert bob.get_item(TableName="scores", Key={"who": {"S": "bob"}})["Item"]
    query = {
        "TableName": "scores",
        "KeyConditionExpression": "#w = :w",
        "ExpressionAttributeNames": {"#w": "who"},
    }
    assert bob.query(**query, ExpressionAttributeValues={":w": {"S": "bob"}})["Count"] == 1
    code = "AccessDeniedException"
    refused(bob.query, code, **query, ExpressionAttributeValues={":w": {"S": "eve"}})
    refused(bob.put_item, code, TableName="scores", Item={"who": {"S": "eve"}})
    refused(bob.scan, code, TableName="scores")


def test_kms_needs_the_key_policy() -> None:
    kms = admin("kms")
    delegating = kms.create_key()["KeyMetadata"]["KeyId"]
    someone = user(statement("kms:*"))
    closed = kms.create_key(
        Policy=document(
            statement("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/ferry-admin"})
        )
    )["KeyMetadata"]["KeyId"]
    assert someone.client("kms").encrypt(KeyId=delegating, Plaintext=b"x")["CiphertextBlob"]
    message = refused(
        someone.client("kms").encrypt, "AccessDeniedException", KeyId=closed, Plaintext=b"x"
    )
    assert message.endswith("because no resource-based policy allows the kms:Encrypt action")
    kms.create_alias(AliasName="alias/enf", TargetKeyId=delegating)
    by_alias = user(statement("kms:Encrypt", f"arn:aws:kms:{HERE}:key/{delegating}")).client("kms")
    assert by_alias.encrypt(KeyId="alias/enf", Plaintext=b"x")["CiphertextBlob"]


def test_lambda_function_policy() -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("a.py", "def h(event, context): return 1\n")
    client = admin("lambda")
    executes = role(trusts={"Service": "lambda.amazonaws.com"})
    client.create_function(
        FunctionName="guarded",
        Runtime="python3.12",
        Role=executes,
        Handler="a.h",
        Code={"ZipFile": code.getvalue()},
    )
    someone = user()
    refused(someone.client("lambda").get_function, "AccessDeniedException", FunctionName="guarded")
    client.add_permission(
        FunctionName="guarded",
        StatementId="s",
        Action="lambda:GetFunction",
        Principal=someone.arn,
    )
    assert someone.client("lambda").get_function(FunctionName="guarded")["Configuration"]


def test_secret_by_its_full_arn() -> None:
    admin("secretsmanager").create_secret(Name="enf/db", SecretString="s")
    one = user(
        statement(
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:enf/db-??????",
        )
    )
    client = one.client("secretsmanager")
    assert client.get_secret_value(SecretId="enf/db")["SecretString"] == "s"


def test_secret_of_another_account_needs_a_key_of_ones_own() -> None:
    member = new_account("secrets-member")
    secrets = admin("secretsmanager")
    other = session(f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole")
    principal = {"AWS": f"arn:aws:iam::{member}:root"}
    arn = secrets.create_secret(Name="far/db", SecretString="s")["ARN"]
    opened = statement("secretsmanager:*", "*", Principal=principal)
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(opened))
    theirs = other.client("secretsmanager")
    assert theirs.describe_secret(SecretId=arn)["ARN"] == arn
    said = (
        "You can't access a secret from a different AWS account if you encrypt the secret with "
        "the default KMS service key."
    )
    code = "InvalidRequestException"
    assert refused(theirs.get_secret_value, code, SecretId=arn) == said
    assert refused(theirs.put_secret_value, code, SecretId=arn, SecretString="t") == said
    key = admin("kms").create_key()["KeyMetadata"]["Arn"]
    secrets.update_secret(SecretId=arn, KmsKeyId=key)
    assert theirs.get_secret_value(SecretId=arn)["SecretString"] == "s"


def test_sqs_across_accounts_needs_both_sides() -> None:
    member = new_account("sqs-member")
    sqs = admin("sqs")
    url = sqs.create_queue(QueueName="shared")["QueueUrl"]
    other = session(f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole").client("sqs")
    sending = {"QueueUrl": url, "MessageBody": "from afar"}
    assert refused(other.send_message, **sending).endswith(
        "because no resource-based policy allows the sqs:sendmessage action"
    )
    opened = statement(
        "sqs:SendMessage",
        f"arn:aws:sqs:{HERE}:shared",
        Principal={"AWS": f"arn:aws:iam::{member}:root"},
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(opened)})
    assert other.send_message(**sending)["MessageId"]
    received = sqs.receive_message(QueueUrl=url)["Messages"]
    assert [message["Body"] for message in received] == ["from afar"]


def test_s3_keeps_reasons_from_strangers() -> None:
    member = new_account("s3-member")
    stranger = session(f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole").client("s3")
    admin("s3").create_bucket(Bucket="near")
    organizations = admin("organizations")
    assert "because no resource-based policy" in refused(stranger.list_objects_v2, Bucket="near")
    organizations.remove_account_from_organization(AccountId=member)
    assert refused(stranger.list_objects_v2, Bucket="near") == "Access Denied"


def test_the_administrator_is_not_asked() -> None:
    iam = admin("iam")
    iam.put_user_policy(
        UserName="ferry-admin",
        PolicyName="nothing",
        PolicyDocument=document(statement("*", effect="Deny")),
    )
    assert "Buckets" in admin("s3").list_buckets()
    iam.delete_user_policy(UserName="ferry-admin", PolicyName="nothing")
    assert json.loads(document())["Version"]
