"""What AWS says of documents that are no policies (and which odd ones it takes)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from malformed_identity import (
    ANY_BUCKET,
    IDENTITY,
    ORGANIZATIONS,
    RESOURCES,
    SYNTAX,
    VERSION,
    condition,
    document,
    one,
    resource,
    text,
)
from moto.iam.aws_managed_policies import aws_managed_policies_data

from dryrun.cloud.iam.policy import MalformedPolicy, PolicyKind, parse


def trusting(**elements: Any) -> dict[str, Any]:
    good = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    changed = {**good, **elements}
    return document({key: value for key, value in changed.items() if value is not None})


TRUST = [
    ("no JSON", "{invalid", "This policy contains invalid Json"),
    ("a file name for its contents", "trust.json", "This policy contains invalid Json"),
    ("a list", "[]", "This policy contains invalid Json"),
    ("an unknown field", {"probe": "x"}, "Unknown field probe"),
    ("Statement in small letters", {"statement": []}, "Unknown field statement"),
    ("an unknown field of a statement", trusting(_comment="x"), "Unknown field _comment"),
    ("Principals in plural", trusting(Principals="x"), "Unknown field Principals"),
    (
        "a version that never was",
        trusting() | {"Version": "2020-01-01"},
        "The policy must contain a valid version string",
    ),
    ("no statement", {"Version": "2012-10-17"}, "Missing required field Statement"),
    (
        "no statements at all",
        {"Version": "2012-10-17", "Statement": []},
        "Could not parse the policy: Statement is empty!",
    ),
    ("a text as statement", document("x"), SYNTAX),
    ("no effect", trusting(Effect=None), "Missing required field Effect"),
    ("an effect that is none", trusting(Effect="allow"), "Invalid effect: allow"),
    ("no principal", trusting(Principal=None), "Missing required field Principal"),
    (
        "an empty principal",
        trusting(Principal={}),
        "Missing required field Principal cannot be empty!",
    ),
    (
        "the star as principal",
        trusting(Principal="*"),
        'AssumeRolepolicy contained an invalid principal: "STAR":"*".',
    ),
    ("a principal that is a list", trusting(Principal=["*"]), SYNTAX),
    (
        "an unknown kind of principal",
        trusting(Principal={"Group": "x"}),
        'Invalid principal in policy: "GROUP":"x"',
    ),
    (
        "a canonical user in a trust policy",
        trusting(Principal={"CanonicalUser": "79a59df9"}),
        'Invalid principal in policy: "CANONICALUSER":"79a59df9"',
    ),
    (
        "a name as principal",
        trusting(Principal={"AWS": "bob"}),
        'Invalid principal in policy: "AWS":"bob"',
    ),
    (
        "a group as principal",
        trusting(Principal={"AWS": "arn:aws:iam::123456789012:group/g"}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:group/g"',
    ),
    (
        "a wildcard in a principal",
        trusting(Principal={"AWS": "arn:aws:iam::123456789012:user/*"}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/*"',
    ),
    (
        "a session with a wildcard",
        trusting(Principal={"AWS": "arn:aws:sts::123456789012:assumed-role/R/*"}),
        'Invalid principal in policy: "AWS":"arn:aws:sts::123456789012:assumed-role/R/*"',
    ),
    (
        "an account of eleven digits",
        trusting(Principal={"AWS": "arn:aws:iam::12345678910:root"}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::12345678910:root"',
    ),
    ("a principal that is a number", trusting(Principal={"AWS": 123456789012}), SYNTAX),
    (
        "NotPrincipal that allows",
        trusting(Principal=None, NotPrincipal={"AWS": "*"}),
        "Allow with NotPrincipal is not allowed.",
    ),
    (
        "NotPrincipal that denies",
        trusting(Principal=None, NotPrincipal={"AWS": "*"}, Effect="Deny"),
        "AssumeRole policy must not contain NotPrincipal field.",
    ),
    ("no action", trusting(Action=None), "Missing required field Action"),
    ("an empty list of actions", trusting(Action=[]), "Missing required field Action"),
    (
        "every action",
        trusting(Action="*"),
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    (
        "an action of another service",
        trusting(Action=["sts:AssumeRole", "s3:GetObject"]),
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    ("a resource", trusting(Resource="*"), "Has prohibited field Resource"),
    ("a NotResource", trusting(NotResource="*"), "AssumeRole policy must not contain resources."),
    (
        "an unknown operator",
        trusting(Condition={"StringEqual": {"sts:ExternalId": "1"}}),
        "Invalid Condition type : StringEqual",
    ),
    ("a condition that is a list", trusting(Condition=[]), SYNTAX),
    (
        "a sid twice",
        {
            "Version": "2012-10-17",
            "Statement": [
                {**trusting()["Statement"], "Sid": "a"},
                {**trusting()["Statement"], "Sid": "a"},
            ],
        },
        "The Statement Ids in the policy are not unique",
    ),
]

OTHERS = [
    (PolicyKind.RESOURCE, "no principal", document(one()), "Missing required field Principal"),
    (
        PolicyKind.RESOURCE,
        "a name as principal",
        document(one(Principal="bob")),
        'Invalid principal in policy: "AWS":"bob"',
    ),
    (
        PolicyKind.RESOURCE,
        "an address that is none",
        document(one(Principal="*", Condition={"IpAddress": {"aws:SourceIp": "300.1.1.1"}})),
        "Invalid IP address in Conditions",
    ),
    (
        PolicyKind.RESOURCE,
        "a date that is none",
        document(one(Principal="*", Condition={"DateLessThan": {"aws:CurrentTime": "soon"}})),
        "Invalid date in Conditions",
    ),
    (
        PolicyKind.RESOURCE,
        "an unknown operator",
        document(one(Principal="*", Condition={"stringEquals": {"a": "b"}})),
        "Invalid Condition type : stringEquals",
    ),
    (
        PolicyKind.RESOURCE,
        "an empty list of resources",
        document(one(Principal="*", Resource=[])),
        "Missing required field Resource",
    ),
    (
        PolicyKind.RESOURCE,
        "Principal and NotPrincipal",
        document(one(Effect="Deny", Principal="*", NotPrincipal={"AWS": "*"})),
        SYNTAX,
    ),
    (PolicyKind.VPCE, "no JSON", "x", "This policy contains invalid Json"),
    (PolicyKind.BOUNDARY, "no version", {"Statement": one()}, VERSION),
    (PolicyKind.SESSION, "no resource", document(one(Resource=None)), RESOURCES),
    (PolicyKind.SCP, "no JSON", "x", ORGANIZATIONS),
    (PolicyKind.SCP, "a principal", document(one(Principal="*")), ORGANIZATIONS),
    (PolicyKind.SCP, "no action", document(one(Action=None)), ORGANIZATIONS),
    (PolicyKind.RCP, "no principal", document(one()), ORGANIZATIONS),
    (
        PolicyKind.RCP,
        "a named principal",
        document(one(Principal={"AWS": "123456789012"})),
        ORGANIZATIONS,
    ),
]

ALL = [
    *((PolicyKind.IDENTITY, *row) for row in IDENTITY),
    *((PolicyKind.TRUST, *row) for row in TRUST),
    *OTHERS,
]


@pytest.mark.parametrize(
    ("kind", "found", "message"),
    [(kind, found, message) for kind, _, found, message in ALL],
    ids=[f"{kind.name.lower()}: {why}" for kind, why, _, _ in ALL],
)
def test_refused_with_the_text_of_aws(kind: PolicyKind, found: Any, message: str) -> None:
    with pytest.raises(MalformedPolicy) as refused:
        parse(text(found), kind)
    assert refused.value.message == message


@pytest.mark.parametrize(
    "found",
    [
        document(one(Resource=[ANY_BUCKET, "*"])),
        document(one(Action="iam: asdf safdsf af ")),
        document(one(Action="*")),
        document(one(Action="*:*")),
        document([one()]),
        document(one(Resource="arn:aws:fdsasf")),
        document(one(Resource="arn:aws:iam:::user/example_bucket")),
        document(one(Resource="arn:aws:cloudwatch:us-east-1::example_bucket")),
        document(one(Resource="arn:*:s3:::b")),
        document(one(Resource="arn:aws-cn:s3:::b")),
        document(one(Resource="arn:aws:iam::*:user/${aws:username}")),
        document(one(Resource="arn:aws:ec2:region:account-id:instance/*")),
        document(one(Resource="arn:aws:s3:us-west-2:123456789012:accesspoint/a")),
        document(one(Action="s3-s:ListBucket")),
        document(one(Action=None, NotAction="s3:X", Resource=None, NotResource="*")),
        document(one(Sid=""), one(Sid="")),
        document(one(), Id="sdfsdfsdf"),
        condition({}),
        condition({"x": {}, "y": {}}),
        condition({"DateGreaterThan": {"a": []}}),
        condition({"DateGreaterThan": {"a": "01T"}}),
        condition({"DateLessThanEquals": {"a": "2016-12-13t2:00:00.593194+23"}}),
        condition({"DateLessThanEquals": {"a": "2016-12-13T21:20:37.593194+00:00"}}),
        condition({"DateLessThan": {"a": "-292275054"}}),
        condition({"ForAnyValue:StringEqualsIfExists": {"a": "asf"}}),
        condition({"Bool": {"aws:SecureTransport": False}}),
        condition({"NumericLessThan": {"s3:max-keys": 10}}),
    ],
    ids=lambda found: json.dumps(found["Statement"])[:90],
)
def test_odd_documents_that_aws_takes(found: Any) -> None:
    assert parse(text(found), PolicyKind.IDENTITY).statements


@pytest.mark.parametrize(
    "found",
    [
        trusting(),
        trusting() | {"Version": "2008-10-17"},
        {"Statement": trusting()["Statement"]},
        trusting(Principal={"AWS": "*"}),
        trusting(Principal={"AWS": ["123456789012", "AROAEXAMPLE1234567890"]}),
        trusting(Principal={"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
        trusting(Action=["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]),
        trusting(Sid="a sentence of words"),
        trusting(Condition={}),
    ],
    ids=lambda found: json.dumps(found["Statement"])[:90],
)
def test_trust_policies_that_aws_takes(found: Any) -> None:
    assert parse(text(found), PolicyKind.TRUST).statements


def test_policies_of_aws_itself_may_break_its_rules_for_resources() -> None:
    found = text(resource("arn:*:kms:*:${aws:PrincipalAccount}:key/*"))
    arn = "arn:aws:iam::aws:policy/AmazonTimestreamInfluxDBServiceRolePolicy"
    assert parse(found, PolicyKind.IDENTITY, arn=arn).statements


def test_every_managed_policy_of_aws_is_taken() -> None:
    for name, policy in json.loads(aws_managed_policies_data).items():
        arn = f"arn:aws:iam::aws:policy/{name}"
        assert parse(text(policy["Document"]), PolicyKind.IDENTITY, arn=arn).statements, name
