"""Requests signed by hand, to the cloud of this process."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import boto3
import in_process
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from in_process import KEYS, Reply

from dryrun.cloud.keys import ADMIN_KEY_ID

REGION = "us-east-1"
ADMIN = Credentials(ADMIN_KEY_ID, KEYS.admin_secret)
OTHER_SECRET = Credentials(ADMIN_KEY_ID, "dryrun/not/a/real/secret/key/0000000001x")
WHO = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
LIST_TABLES = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}


def send(
    request: AWSRequest, signer: SigV4Auth | None = None, body: bytes | None = None, **headers: str
) -> Reply:
    """Sign a request, change it, send it."""
    if signer is not None:
        signer.add_auth(request)
    prepared = request.prepare()
    names = {**dict(in_process.headers_of(prepared)), **headers}
    sent = in_process.body_of(prepared) if body is None else body
    names.pop("Content-Length", None)
    return in_process.lab().send(
        in_process.wsgi(prepared.method, prepared.url, list(names.items()), sent)
    )


def who() -> AWSRequest:
    return AWSRequest("POST", f"{in_process.ENDPOINT}/", headers=FORM, data=WHO)


def upload(body: bytes = b"high at nine", key: str = "tides", **headers: str) -> AWSRequest:
    return AWSRequest("PUT", f"{in_process.ENDPOINT}/harbour/{key}", headers=headers, data=body)


def code(reply: Reply) -> tuple[int, str]:
    root = ET.fromstring(reply.body)
    found = next(node for node in root.iter() if node.tag.rpartition("}")[2] == "Code")
    return reply.status, str(found.text)


def message(reply: Reply) -> str:
    root = ET.fromstring(reply.body)
    return str(next(node for node in root.iter() if node.tag.endswith("Message")).text)


CALLS = {
    "sts": "get_caller_identity",
    "iam": "list_users",
    "cloudformation": "list_stacks",
    "sqs": "list_queues",
    "cloudwatch": "list_metrics",
    "s3": "list_buckets",
    "ec2": "describe_vpcs",
    "ssm": "describe_parameters",
    "dynamodb": "list_tables",
    "lambda": "list_functions",
    "route53": "list_hosted_zones",
    "sdb": "list_domains",
}


def call(service: str, credentials: Credentials, **config: Any) -> Any:
    session = boto3.Session(
        credentials.access_key, credentials.secret_key, credentials.token, region_name=REGION
    )
    session.events.register("before-send", in_process.lab().before_send)
    once = Config(retries={"total_max_attempts": 1}, **config)
    client = session.client(service, endpoint_url=in_process.ENDPOINT, config=once)
    return getattr(client, CALLS[service])()
