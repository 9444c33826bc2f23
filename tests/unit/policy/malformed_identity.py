"""Identity-based policies that AWS refuses, each with its text."""

from __future__ import annotations

import json
from typing import Any

ANY_BUCKET = "arn:aws:s3:::example_bucket"
SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
VERSION = "Policy document must be version 2012-10-17 or greater."
ACTIONS = "Policy statement must contain actions."
RESOURCES = "Policy statement must contain resources."
UNIQUE = "Statement IDs (SID) in a single policy must be unique."
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
COLON = "Actions/Condition can contain only one colon."
QUALIFIED = "Resource vendor must be fully qualified and cannot contain regexes."
PATHS = (
    'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, '
    "group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, "
    "oidc-provider/, report/, access-report/."
)
ORGANIZATIONS = (
    "The provided policy document does not meet the requirements of the specified policy type."
)


def one(**elements: Any) -> dict[str, Any]:
    """Return a good statement with some elements changed; None takes one away."""
    good = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": ANY_BUCKET}
    return {key: value for key, value in {**good, **elements}.items() if value is not None}


def document(*statements: Any, **top: Any) -> dict[str, Any]:
    listed = statements[0] if len(statements) == 1 else list(statements)
    return {"Version": "2012-10-17", "Statement": listed, **top}


def text(found: Any) -> str:
    return found if isinstance(found, str) else json.dumps(found)


def condition(element: Any) -> dict[str, Any]:
    return document(one(Condition=element))


def resource(*names: Any, **elements: Any) -> dict[str, Any]:
    return document(one(Resource=names[0] if len(names) == 1 else list(names), **elements))


IDENTITY = [
    ("no JSON", "This is not a json document", SYNTAX),
    ("JSON broken off", '{"Version": "2012-10-17", "Statement": [', SYNTAX),
    ("a comma too many", '{"Version":"2012-10-17","Statement":[],}', SYNTAX),
    ("an empty text", "", SYNTAX),
    ("a list", "[]", SYNTAX),
    ("a number that JSON does not have", '{"Version":"2012-10-17","Statement":NaN}', SYNTAX),
    ("brackets without end", "[" * 100_000, SYNTAX),
    ("an empty object", {}, SYNTAX),
    ("no version", {"Statement": one()}, VERSION),
    ("the old version", document(one(), Version="2008-10-17"), VERSION),
    ("a version that never was", document(one(), Version="2013-10-17"), SYNTAX),
    ("a version that is a number", document(one(), Version=2012), SYNTAX),
    ("no statement", {"Version": "2012-10-17"}, SYNTAX),
    ("a null statement", document(None), SYNTAX),
    ("statements that are none", document("afd"), SYNTAX),
    ("a list of texts", {"Version": "2012-10-17", "Statement": ["afd"]}, SYNTAX),
    ("no statements at all", {"Version": "2012-10-17", "Statement": []}, SYNTAX),
    ("an unknown element", document(one(), **{"Extra field": "value"}), SYNTAX),
    ("an unknown element of a statement", document(one(**{"Extra field": "value"})), SYNTAX),
    ("an element in small letters", document(one(condition={})), SYNTAX),
    ("an id that is a list", document(one(), Id=["cd3a324d2343"]), SYNTAX),
    ("an id that is an object", document(one(), Id={}), SYNTAX),
    ("no effect", document(one(Effect=None)), SYNTAX),
    ("an effect that is none", document(one(Effect="invalid")), SYNTAX),
    ("an effect that is no text", document(one(Effect=True)), SYNTAX),
    ("an effect with other capitals", document(one(Effect="denY")), LEGACY),
    ("an effect with other capitals and no version", {"Statement": one(Effect="denY")}, VERSION),
    (
        "an effect in small letters and a region",
        resource("arn:aws:s3:us-east-1::b", Effect="allow", Action=None),
        LEGACY,
    ),
    (
        "the same key twice",
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow",'
        '"Effect":"Deny","Action":"s3:*","Resource":"*"}}',
        SYNTAX,
    ),
    ("an action without vendor", document(one(Action="invalid")), VENDOR),
    (
        "an action without vendor and no resource",
        document(one(Action="x", Resource=None)),
        RESOURCES,
    ),
    ("an empty action", document(one(Action="")), VENDOR),
    ("an empty NotAction", document(one(Action=None, NotAction="")), VENDOR),
    ("a NotAction without vendor", document(one(Action=None, NotAction="GetObject")), VENDOR),
    ("a vendor with a space", document(one(Action="a a:ListBucket")), "Vendor a a is not valid"),
    ("a vendor with a space behind", document(one(Action="iam :Get")), "Vendor iam  is not valid"),
    ("an empty vendor", document(one(Action=":GetObject")), "Vendor  is not valid"),
    ("a vendor with a wildcard", document(one(Action="s*:Get*")), "Vendor s* is not valid"),
    ("two colons", document(one(Action="s3:List:Bucket")), COLON),
    (
        "two colons in the second statement",
        document(one(Action="s3s:X"), one(Action="s:3s:X")),
        COLON,
    ),
    ("an action that is a number", document(one(Action=123)), SYNTAX),
    ("an action that is an object", document(one(Action={})), SYNTAX),
    ("an action that is a list in a list", document(one(Action=[[]])), SYNTAX),
    ("Action and NotAction", document(one(NotAction="s3:ListBucket", Action="iam:dsf")), SYNTAX),
    ("NotAction beside an empty Action", document(one(NotAction="s3:X", Action=[])), SYNTAX),
    ("no action", document(one(Action=None)), ACTIONS),
    ("no action and no resource", document(one(Action=None, Resource=None)), ACTIONS),
    ("an empty list of actions", document(one(Action=[])), ACTIONS),
    ("no action in the first of two", document({"Effect": "Deny"}, one()), ACTIONS),
    ("no resource", document(one(Resource=None)), RESOURCES),
    ("an empty list of resources", document(one(Resource=[])), RESOURCES),
    (
        "a resource that is no ARN",
        resource("invalid resource"),
        'Resource invalid resource must be in ARN format or "*".',
    ),
    (
        "a listed resource that is no ARN",
        document(one(Resource=["adf"])),
        'Resource adf must be in ARN format or "*".',
    ),
    ("an empty resource", resource(""), 'Resource  must be in ARN format or "*".'),
    (
        "a NotResource that is no ARN",
        document(one(Resource=None, NotResource="invalid")),
        'Resource invalid must be in ARN format or "*".',
    ),
    (
        "a resource before a wrong action",
        document(one(Resource="sdfsadf", Action="s:3:X")),
        'Resource sdfsadf must be in ARN format or "*".',
    ),
    (
        "a partition and nothing else",
        resource("a:bsdfdsafsad"),
        'Partition "bsdfdsafsad" is not valid for resource "arn:bsdfdsafsad:*:*:*:*".',
    ),
    (
        "a partition and a service",
        resource("a:b:cadfsdf"),
        'Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*".',
    ),
    (
        "a wrong partition in a long ARN",
        resource("a:b:c:d:e:f:g:h"),
        'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".',
    ),
    (
        "an ARN without its first part",
        resource("aws:s3:::example_bucket"),
        'Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".',
    ),
    (
        "an ARN without two parts",
        resource("s3::example-bucket/*"),
        'Partition "" is not valid for resource "arn::example-bucket/*:*:*:*".',
    ),
    (
        "a partition that is none",
        resource("arn:aws2:s3:::example-bucket/*"),
        'Partition "aws2" is not valid for resource "arn:aws2:s3:::example-bucket/*".',
    ),
    (
        "two wrong resources",
        resource("arn:error:s3:::example_bucket", "arn:error:s3::example_b"),
        'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
    ),
    ("an ARN with too few colons", resource("arn:aws:s3::example_bucket"), LEGACY),
    (
        "a NotResource with too few colons",
        document(one(Resource=None, NotResource="arn:aws:s3::example_bucket")),
        LEGACY,
    ),
    (
        "an ARN with too few colons and no action",
        resource("arn:aws:s3::example_bucket", Action=None),
        LEGACY,
    ),
    ("an ARN without service", resource("arn:aws::::example_bucket"), LEGACY),
    ("an ARN with two colons and a word", resource("arn:aws::fdsasf"), LEGACY),
    ("an ARN with too few fields", resource("arn:awss3::example-bucket/*"), LEGACY),
    ("a variable as the account", resource("arn:aws:iam::${aws:PrincipalAccount}:role/x"), LEGACY),
    ("a placeholder left in", resource("arn:aws:iam::<ACCOUNT_ID>:role/x"), LEGACY),
    ("an ARN of a partition", resource("arn:aws"), QUALIFIED),
    ("a service with a wildcard", resource("arn:aws:s*:::b"), QUALIFIED),
    ("a path of IAM that is none", resource("arn:aws:iam:::example_bucket"), PATHS),
    (
        "a Region in an IAM resource",
        resource("arn:aws:iam:us-east-1::user/x"),
        "IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.",
    ),
    (
        "a Region in an S3 resource",
        resource("arn:aws:s3:us-east-1::example_bucket"),
        "Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.",
    ),
    ("a resource that is an object", resource({"a": ANY_BUCKET}), SYNTAX),
    ("an object among the resources", resource("adfdf", {}), SYNTAX),
    ("Resource and NotResource", document(one(NotResource="*")), SYNTAX),
    ("Resource and an empty NotResource", document(one(NotResource=[])), SYNTAX),
    ("a condition that is a list", condition([]), SYNTAX),
    ("a condition that is a text", condition("a"), SYNTAX),
    ("an operator with a text", condition({"StringEquals": "b"}), SYNTAX),
    ("an operator with a list", condition({"DateGreaterThan": []}), SYNTAX),
    ("a key with an object", condition({"DateGreaterThan": {"a": {}}}), SYNTAX),
    ("a condition without operator", condition({"servicecatalog:accountLevel": "self"}), SYNTAX),
    ("an unknown operator", condition({"x": {"a": "1"}}), SYNTAX),
    ("an operator in small letters", condition({"stringequals": {"a": "1"}}), SYNTAX),
    (
        "two colons behind a set operator",
        condition({"ForAnyValue::StringEquals": {"a": "x"}}),
        SYNTAX,
    ),
    ("an unknown set operator", condition({"ForSomeValues:StringEquals": {"a": "x"}}), SYNTAX),
    ("Null with IfExists", condition({"NullIfExists": {"a": "true"}}), SYNTAX),
    ("an object among the values", condition({"StringEquals": {"a": ["x", {}]}}), SYNTAX),
    ("a list of conditions", condition([{"StringEquals": {"a": "b"}}]), SYNTAX),
    ("a date that is none", condition({"DateGreaterThan": {"a": "sdfdsf"}}), LEGACY),
    (
        "a date that is none and no action",
        document({"Effect": "Allow", "Condition": {"DateGreaterThan": {"a": "sdfdsf"}}}),
        LEGACY,
    ),
    (
        "a date that is none and no version",
        {"Statement": one(Condition={"DateGreaterThan": {"a": "x"}})},
        VERSION,
    ),
    (
        "a date that is none before a wrong partition",
        resource("arn:error:s3:::b", Condition={"DateGreaterThan": {"a": "x"}}),
        LEGACY,
    ),
    ("a month that is none", condition({"DateLessThanEquals": {"a": "234-13"}}), LEGACY),
    ("a day that is none", condition({"DateEquals": {"a": "2026-01-32"}}), LEGACY),
    ("an hour that is none", condition({"DateEquals": {"a": "2026-01-01T24:00:00Z"}}), LEGACY),
    (
        "a time zone that is none",
        condition({"DateLessThan": {"a": "2016-12-13t2:00:00.593194+1"}}),
        LEGACY,
    ),
    (
        "ten digits of a second",
        condition({"DateLessThan": {"a": "2016-12-13t2:00:00.1999999999+10:59"}}),
        LEGACY,
    ),
    (
        "seconds that are too many",
        condition({"DateLessThan": {"a": "9223372036854775808"}}),
        LEGACY,
    ),
    (
        "a wrong date among right ones",
        condition({"DateLessThanIfExists": {"a": ["2026-01-01", "x"]}}),
        LEGACY,
    ),
    ("a sid that is an object", document(one(Sid={})), SYNTAX),
    ("a sid that is a list", document(one(Sid=[])), SYNTAX),
    ("a sid twice", document(one(Sid="sdf"), one(Sid="sdf", Action=None)), UNIQUE),
    ("a sid twice and no version", {"Statement": [one(Sid="a"), one(Sid="a")]}, VERSION),
    (
        "a sid twice and an effect in small letters",
        document(one(Sid="a", Effect="aLLow"), one(Sid="a")),
        LEGACY,
    ),
    (
        "a sid with a dash",
        document(one(Sid="autogenerated-id")),
        "Statement IDs (SID) must be alpha-numeric. "
        "Check that your input satisfies the regular expression [0-9A-Za-z]*",
    ),
    (
        "a principal",
        document(one(Principal="*")),
        "Policy document should not specify a principal.",
    ),
    (
        "a NotPrincipal",
        document(one(NotPrincipal={"AWS": "*"})),
        "Policy document should not specify a principal.",
    ),
    ("a principal that is a list", document(one(Principal=["*"])), SYNTAX),
]
