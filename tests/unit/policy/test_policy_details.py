"""What a decision tells besides yes and no, and how long policies may be."""

from __future__ import annotations

import json

import pytest

from dryrun.cloud.iam.policy import (
    AccessRequest,
    Policy,
    PolicyKind,
    PolicySet,
    PolicyTooLarge,
    Principal,
    Verdict,
    evaluate,
    parse,
    quotas,
)
from dryrun.cloud.iam.policy.positions import Position

BOB = Principal("arn:aws:iam::123456789012:user/bob", "123456789012", "AIDABOB")


def policy(*statements: dict[str, object], kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return parse(json.dumps(document, indent=2), kind, name="p")


def statement(effect: str = "Allow", action: str = "s3:*", **more: object) -> dict[str, object]:
    return {"Effect": effect, "Action": action, "Resource": "*", **more}


READ = AccessRequest(BOB, "s3:GetObject", "arn:aws:s3:::b/k", {"AWS:SourceIp": "10.0.0.1"})


def test_a_denial_names_its_policy_and_its_statement_alone() -> None:
    denying = policy(statement(), statement("Deny", "s3:GetObject", Sid="No"))
    decision = evaluate(READ, PolicySet(identity=(policy(statement()), denying)))
    assert decision.policy is denying
    assert [one.statement.sid for one in decision.statements] == ["No"]
    assert [one.verdict for one in decision.results] == [Verdict.ALLOWED, Verdict.EXPLICIT_DENY]


def test_an_allowance_names_every_statement_that_grants() -> None:
    policies = (policy(statement(Sid="A"), statement(Sid="B")), policy(statement(Sid="C")))
    decision = evaluate(READ, PolicySet(identity=policies))
    assert [one.statement.sid for one in decision.statements] == ["A", "B", "C"]
    assert [one.statement.sid for one in decision.matched] == ["A"]


def test_what_boundary_and_organization_say() -> None:
    boundary = policy(statement(action="ec2:*"), kind=PolicyKind.BOUNDARY)
    scp = policy(statement(action="*"), kind=PolicyKind.SCP)
    decision = evaluate(
        READ, PolicySet(identity=(policy(statement()),), boundary=boundary, scps=((scp,),))
    )
    assert decision.allowed_by_boundary is False
    assert decision.allowed_by_organizations is True
    assert decision.policy is boundary
    plain = evaluate(READ, PolicySet())
    assert plain.allowed_by_boundary is None
    assert plain.allowed_by_organizations is None


def test_keys_that_the_policies_read_and_the_request_lacks() -> None:
    found = policy(
        statement(
            Resource="arn:aws:s3:::${aws:username}",
            Condition={
                "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                "StringLike": {"s3:prefix": "${aws:PrincipalTag/Team}/*"},
            },
        )
    )
    decision = evaluate(READ, PolicySet(identity=(found,)))
    assert decision.missing_context == ("aws:PrincipalTag/Team", "aws:username", "s3:prefix")


def test_statements_know_their_place_in_the_text() -> None:
    text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
    (only,) = parse(text, PolicyKind.IDENTITY).statements
    assert (only.start.line, only.start.column) == (1, 38)
    assert (only.end.line, only.end.column) == (1, len(text))
    spread = policy(statement(), statement("Deny"))
    places = [(one.start, one.end) for one in spread.statements]
    assert places == [
        (Position(3, 17), Position(8, 6)),
        (Position(8, 6), Position(13, 6)),
    ]


def test_values_that_json_writes_without_quotation_marks() -> None:
    found = policy(
        statement(
            Condition={"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"a:n": [10]}}
        )
    )
    request = AccessRequest(BOB, "s3:X", "*", {"aws:SecureTransport": "true", "a:n": "9"})
    assert evaluate(request, PolicySet(identity=(found,))).allowed


def test_parsing_is_done_once() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": statement()})
    assert parse(text, PolicyKind.IDENTITY) is parse(text, PolicyKind.IDENTITY)
    assert parse(text, PolicyKind.SCP) is not parse(text, PolicyKind.IDENTITY)


def test_white_space_does_not_count() -> None:
    assert quotas.size('{ "a" :\n\t"b" }') == len('{"a":"b"}')
    quotas.check_managed("x" * 6144 + " \n" * 1000)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (
            lambda: quotas.check_inline("user", "bob", ["x" * 1025] * 2),
            "Maximum policy size of 2048 bytes exceeded for user bob",
        ),
        (
            lambda: quotas.check_inline("group", "g", ["x" * 5121]),
            "Maximum policy size of 5120 bytes exceeded for group g",
        ),
        (
            lambda: quotas.check_inline("role", "r", ["x" * 10241]),
            "Maximum policy size of 10240 bytes exceeded for role r",
        ),
        (lambda: quotas.check_managed("x" * 6145), "Cannot exceed quota for PolicySize: 6144"),
        (lambda: quotas.check_trust("x" * 2049), "Cannot exceed quota for ACLSizePerRole: 2048"),
        (
            lambda: quotas.check_session(" " * 2049),
            f"1 validation error detected: Value '{' ' * 2049}' at 'policy' failed to satisfy "
            "constraint: Member must have length less than or equal to 2048",
        ),
    ],
)
def test_policies_that_are_too_long(check: object, message: str) -> None:
    with pytest.raises(PolicyTooLarge) as refused:
        check()  # type: ignore[operator]
    assert refused.value.message == message


@pytest.mark.parametrize("pattern", ["a*" * 200 + "b", "*" * 5000, "?*" * 300, "*a" * 200 + "?c"])
def test_no_pattern_is_slow(pattern: str) -> None:
    found = policy(statement(Resource=f"arn:aws:s3:::{pattern}"))
    request = AccessRequest(BOB, "s3:GetObject", "arn:aws:s3:::" + "a" * 2000)
    evaluate(request, PolicySet(identity=(found,)))
