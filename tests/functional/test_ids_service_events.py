"""EV-SERVICE-EVENTS: the events that AWS services send, each heard by a rule and its queue."""

from __future__ import annotations

import json
from typing import Any

from delivering import ACCOUNT, REGION, messages, policy, queue
from in_process import client, lab, wsgi


def listen(name: str, pattern: dict[str, Any]) -> str:
    """Make a rule for a pattern with a queue behind it; return the queue's address."""
    events = client("events")
    arn = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    url, target = queue(name, open_to=arn)
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": target}])
    return url


def heard(url: str) -> list[dict[str, Any]]:
    return [json.loads(one["Body"]) for one in messages(url)]


def fixture(name: str, **arguments: Any) -> dict[str, Any]:
    asked = json.dumps({"name": name, "arguments": arguments}).encode()
    headers = [("X-Dryrun-Token", "in-process")]
    reply = lab().send(wsgi("POST", "http://localhost:4566/_dryrun/fixture", headers, asked))
    told: dict[str, Any] = json.loads(reply.body)
    return told


def test_ev_service_events_s3() -> None:
    s3, url = client("s3"), listen("s3", {"source": ["aws.s3"]})
    s3.create_bucket(Bucket="ferry-events")
    s3.put_object(Bucket="ferry-events", Key="unheard", Body=b"1")
    s3.put_bucket_notification_configuration(
        Bucket="ferry-events", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.put_object(Bucket="ferry-events", Key="a b", Body=b"12345")
    [event] = heard(url)
    assert (event["detail-type"], event["account"]) == ("Object Created", ACCOUNT)
    assert event["resources"] == ["arn:aws:s3:::ferry-events"]
    detail = event["detail"]
    assert detail["bucket"] == {"name": "ferry-events"}
    assert (detail["object"]["key"], detail["object"]["size"]) == ("a b", 5)
    assert (detail["reason"], detail["requester"]) == ("PutObject", ACCOUNT)
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    s3.put_object_tagging(Bucket="ferry-events", Key="a b", Tagging=tags)
    s3.delete_object(Bucket="ferry-events", Key="a b")
    added, deleted = heard(url)
    assert added["detail-type"] == "Object Tags Added"
    assert deleted["detail-type"] == "Object Deleted"
    assert deleted["detail"]["deletion-type"] == "Permanently Deleted"
    assert "size" not in deleted["detail"]["object"]


def test_ev_service_events_ec2_states() -> None:
    ec2, url = client("ec2"), listen("ec2", {"source": ["aws.ec2"]})
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    one = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[one])
    ec2.stop_instances(InstanceIds=[one])
    ec2.start_instances(InstanceIds=[one])
    ec2.terminate_instances(InstanceIds=[one])
    events = heard(url)
    assert [event["detail"]["state"] for event in events] == [
        "pending", "running", "stopping", "stopped", "pending", "running", "shutting-down",
        "terminated",
    ]  # fmt: skip
    assert {event["detail"]["instance-id"] for event in events} == {one}
    assert events[0]["detail-type"] == "EC2 Instance State-change Notification"
    assert events[0]["resources"] == [f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{one}"]


def test_ev_service_events_parameter_store() -> None:
    ssm, url = client("ssm"), listen("ssm", {"detail-type": ["Parameter Store Change"]})
    ssm.put_parameter(Name="/fare", Value="1", Type="String", Description="what it costs")
    ssm.put_parameter(Name="/fare", Value="2", Type="String", Overwrite=True)
    ssm.delete_parameter(Name="/fare")
    events = heard(url)
    assert [event["detail"]["operation"] for event in events] == ["Create", "Update", "Delete"]
    assert events[0]["detail"]["name"] == "/fare"
    assert events[0]["resources"] == [f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/fare"]


def test_ev_service_events_auto_scaling() -> None:
    url = listen("scaling", {"source": ["aws.autoscaling"]})
    ec2, scaling = client("ec2"), client("autoscaling")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    scaling.create_launch_configuration(
        LaunchConfigurationName="c", ImageId=image, InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="crew",
        LaunchConfigurationName="c",
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=1,
        AvailabilityZones=[f"{REGION}a"],
    )
    [launched] = heard(url)
    assert launched["detail-type"] == "EC2 Instance Launch Successful"
    assert launched["detail"]["AutoScalingGroupName"] == "crew"
    scaling.set_desired_capacity(AutoScalingGroupName="crew", DesiredCapacity=0)
    [ended] = heard(url)
    assert ended["detail-type"] == "EC2 Instance Terminate Successful"
    assert ended["detail"]["EC2InstanceId"] == launched["detail"]["EC2InstanceId"]


def test_ev_service_events_cloudformation() -> None:
    url = listen("stacks", {"detail-type": ["CloudFormation Stack Status Change"]})
    body = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    made = client("cloudformation").create_stack(StackName="ferry", TemplateBody=body)
    statuses = [event["detail"]["status-details"]["status"] for event in heard(url)]
    assert statuses == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert made["StackId"]


def test_ev_service_events_ecr_push() -> None:
    ecr, url = client("ecr"), listen("images", {"source": ["aws.ecr"]})
    ecr.create_repository(repositoryName="shop")
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": "x", "size": 1, "digest": "sha256:1"},
            "layers": [],
        }
    )
    ecr.put_image(repositoryName="shop", imageManifest=manifest, imageTag="v1")
    [event] = heard(url)
    assert event["detail-type"] == "ECR Image Action"
    assert event["detail"]["action-type"] == "PUSH"
    assert (event["detail"]["repository-name"], event["detail"]["image-tag"]) == ("shop", "v1")


def trail() -> None:
    s3, bucket = client("s3"), "ferry-trail"
    s3.create_bucket(Bucket=bucket)
    arn = f"arn:aws:s3:::{bucket}"
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": [arn, f"{arn}/*"],
        }
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    s3.put_bucket_policy(Bucket=bucket, Policy=document)
    cloudtrail = client("cloudtrail")
    cloudtrail.create_trail(Name="all", S3BucketName=bucket, IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name="all")


def test_ev_service_events_calls_need_a_trail() -> None:
    pattern = {"detail-type": ["AWS API Call via CloudTrail"], "source": ["aws.sqs"]}
    url = listen("calls", pattern)
    client("sqs").create_queue(QueueName="unseen")
    assert not heard(url)
    trail()
    client("sqs").create_queue(QueueName="seen")
    client("sqs").get_queue_url(QueueName="seen")
    events = [one for one in heard(url) if one["detail"]["eventName"] == "CreateQueue"]
    [event] = events
    assert event["source"] == "aws.sqs"
    assert event["detail"]["eventSource"] == "sqs.amazonaws.com"
    assert event["detail"]["requestParameters"]["queueName"] == "seen"
    assert fixture("root_sign_in")["made"] == 1


def test_ev_service_events_root_sign_in() -> None:
    pattern = {
        "detail-type": ["AWS Console Sign In via CloudTrail"],
        "detail": {"userIdentity": {"type": ["Root"]}},
    }
    url = listen("burglar", pattern)
    assert fixture("root_sign_in")["made"] == 1
    [event] = heard(url)
    assert event["source"] == "aws.signin"
    assert event["region"] == "us-east-1"
    assert event["detail"]["eventName"] == "ConsoleLogin"
    client("cloudtrail").stop_logging(Name="all")
    assert fixture("root_sign_in")["made"] == 0
    assert not heard(url)


def test_ev_service_events_health() -> None:
    url = listen("health", {"source": ["aws.health"]})
    assert fixture("health_event", entities=["i-0123456789abcdef0"])["made"] == 1
    [event] = heard(url)
    assert event["detail-type"] == "AWS Health Event"
    assert event["detail"]["service"] == "EC2"
    assert event["detail"]["affectedEntities"][0]["entityValue"] == "i-0123456789abcdef0"
    assert event["resources"] == ["i-0123456789abcdef0"]


def test_ev_target_sns_a_root_sign_in_mails_somebody() -> None:
    sns, events = client("sns"), client("events")
    topic = sns.create_topic(Name="burglars")["TopicArn"]
    client("cloudtrail").start_logging(Name="all")
    pattern = {"detail-type": ["AWS Console Sign In via CloudTrail"]}
    rule = events.put_rule(Name="to-mail", EventPattern=json.dumps(pattern))["RuleArn"]
    text = policy("sns:Publish", topic, source=rule)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)
    events.put_targets(Rule="to-mail", Targets=[{"Id": "mail", "Arn": topic}])
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="jane@example.com")
    headers = [("X-Dryrun-Token", "in-process")]
    asked = wsgi("POST", "http://localhost:4566/_dryrun/mailbox", headers, b"{}")
    token = json.loads(lab().send(asked).body)["mails"][-1]["token"]
    sns.confirm_subscription(TopicArn=topic, Token=token)
    fixture("root_sign_in")
    asked = wsgi("POST", "http://localhost:4566/_dryrun/mailbox", headers, b"{}")
    mail = json.loads(lab().send(asked).body)["mails"][-1]
    assert "ConsoleLogin" in mail["text"]
