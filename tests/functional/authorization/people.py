"""Principals for tests: users and roles with just the policies a test gives them."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.session
import in_process
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
_NUMBERS = itertools.count(1)


def statement(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> Any:
    """Return one statement of a policy."""
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: Any) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def admin(service: str, **more: Any) -> Any:
    """Return a client of the administrator."""
    return in_process.client(service, **more)


@dataclass
class Person:
    """Somebody with keys."""

    arn: str
    name: str
    keys: tuple[str, str, str | None]

    def client(self, service: str, region: str = "us-east-1", **config: Any) -> Any:
        """Return a client that signs with this person's keys."""
        core = botocore.session.Session()
        core.register_component("data_loader", in_process.session()._loader)
        core.get_component("credential_provider").providers[:] = []
        made = boto3.Session(*self.keys, region_name=region, botocore_session=core)
        made.events.register("before-send", in_process.lab().before_send)
        return made.client(
            service,
            endpoint_url=in_process.ENDPOINT,
            config=Config(retries={"max_attempts": 1}, **config),
        )


def user(*statements: Any, name: str = "", boundary: str = "", **more: Any) -> Person:
    """Return a new user with an inline policy of these statements."""
    iam = admin("iam")
    name = name or f"user-{next(_NUMBERS)}"
    more = {**more, "PermissionsBoundary": boundary} if boundary else more
    arn = iam.create_user(UserName=name, **more)["User"]["Arn"]
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Person(arn, name, (key["AccessKeyId"], key["SecretAccessKey"], None))


def role(*statements: Any, trusts: Any = None, name: str = "", **more: Any) -> str:
    """Return the ARN of a new role with an inline policy of these statements."""
    iam = admin("iam")
    name = name or f"role-{next(_NUMBERS)}"
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": trusts or {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        },
    }
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), **more)
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    return str(made["Role"]["Arn"])


def session(role_arn: str, **more: Any) -> Person:
    """Return a session of a role, assumed by the administrator."""
    found = admin("sts").assume_role(RoleArn=role_arn, RoleSessionName="at-work", **more)
    return person_of(found["Credentials"], found["AssumedRoleUser"]["Arn"])


def person_of(credentials: Any, arn: str) -> Person:
    """Return whoever has temporary credentials."""
    keys = (
        credentials["AccessKeyId"],
        credentials["SecretAccessKey"],
        credentials["SessionToken"],
    )
    return Person(arn, arn.rpartition("/")[2], keys)


def refused(call: Any, code: str = "AccessDenied", **parameters: Any) -> str:
    """Return the message of a refusal; fail where the call is allowed."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    return str(error["Message"])


def new_account(name: str) -> str:
    """Return the id of a new member account."""
    organizations = admin("organizations")
    with contextlib.suppress(organizations.exceptions.AlreadyInOrganizationException):
        organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
    return str(made["CreateAccountStatus"]["AccountId"])
