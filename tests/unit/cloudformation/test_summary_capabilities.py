import pytest

from dryrun.cloud.cloudformation.capabilities_needed import missing, needed, transforms

_IAM = "CAPABILITY_IAM"
_NAMED = "CAPABILITY_NAMED_IAM"
_EXPAND = "CAPABILITY_AUTO_EXPAND"


def template(*resources, **more):
    named = {f"R{number}": resource for number, resource in enumerate(resources)}
    return {"Resources": named, **more}


def iam(kind, **properties):
    return {"Type": f"AWS::IAM::{kind}", "Properties": properties}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"Type": "AWS::SQS::Queue"}, ()),
        (iam("Role"), (_IAM,)),
        (iam("Role", RoleName="r"), (_NAMED,)),
        (iam("User", UserName={"Ref": "P"}), (_NAMED,)),
        (iam("Group", GroupName="g"), (_NAMED,)),
        (iam("ManagedPolicy", ManagedPolicyName="m"), (_NAMED,)),
        (iam("InstanceProfile", InstanceProfileName="i"), (_NAMED,)),
        (iam("Policy", PolicyName="p"), (_IAM,)),
        (iam("AccessKey", UserName="u"), (_IAM,)),
        (iam("UserToGroupAddition", GroupName="g"), (_IAM,)),
    ],
)
def test_what_a_resource_needs(resource, expected):
    assert needed(template(resource)).capabilities == expected


@pytest.mark.parametrize(
    ("document", "given", "expected"),
    [
        (template(iam("Role")), [], _IAM),
        (template(iam("Role")), [_IAM], None),
        (template(iam("Role")), [_NAMED], None),
        (template(iam("Role", RoleName="r")), [_IAM], _NAMED),
        (template(iam("Role", RoleName="r")), [_NAMED], None),
        (template(Transform="AWS::Serverless-2016-10-31"), [], _EXPAND),
        (template(Transform="AWS::LanguageExtensions"), [], _EXPAND),
        (template(Transform="AWS::LanguageExtensions"), [_EXPAND], None),
        (template({"Fn::Transform": {"Name": "AWS::Include"}}), [_IAM], _EXPAND),
        (template({"Fn::Transform": "Macro"}), [_EXPAND], None),
        (template({"Type": "AWS::CloudFormation::Stack"}), [], None),
    ],
)
def test_what_is_missing(document, given, expected):
    message = expected and f"Requires capabilities : [{expected}]"
    assert missing(document, given) == message


def test_what_macros_made_counts_too():
    original = template(
        {"Type": "AWS::Serverless::Function"}, Transform="AWS::Serverless-2016-10-31"
    )
    processed = template(iam("Role"))
    text = "Requires capabilities : [{}]"
    assert missing(processed, [], original=original) == text.format(_EXPAND)
    assert missing(processed, [_EXPAND], original=original) == text.format(_IAM)
    assert missing(processed, [_EXPAND, _IAM], original=original) is None


def test_a_change_set_shows_what_macros_made():
    document = template(Transform="AWS::Include")
    assert missing(document, [], by_change_set=True) is None


def test_macros_are_found_everywhere():
    document = template(
        {"Properties": {"A": [{"Fn::Transform": [{"Name": "One"}, {"Name": "Two"}]}]}},
        Transform=["Top", {"Name": "Second"}],
    )
    assert transforms(document) == ("Top", "Second", "One", "Two")
