"""No document and no request crashes the module, and nothing is allowed where a denial matches."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dryrun.cloud.iam.policy import (
    AccessRequest,
    Effect,
    MalformedPolicy,
    Policy,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    operators,
    parse,
)

ELEMENTS = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
    "NotResource", "Condition", "Extra",
)  # fmt: skip
ARNS = (
    "arn:aws:iam::123456789012:user/bob",
    "arn:aws:iam::123456789012:root",
    "arn:aws:iam::123456789012:role/Dev",
    "arn:aws:sts::123456789012:assumed-role/Dev/carol",
    "arn:aws:sts::123456789012:federated-user/fred",
    "arn:aws:iam::999999999999:user/eve",
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from(["*", "s3:*", "s3:GetObject", "arn:aws:s3:::b/*", "2012-10-17", *ARNS]),
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["AWS", "StringEquals", "Bool", "a:k"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)
keys = st.sampled_from(["aws:username", "AWS:SourceIp", "aws:TagKeys", "s3:prefix", "a:date"])
values = st.one_of(
    st.text("ab*?${}:,' /", max_size=10),
    st.sampled_from(
        ["true", "10", "-1.5", "2026-01-01T00:00:00Z", "1700000000", "10.0.0.0/8", "::1", "YQ==",
         "${aws:username}", "${a:none, 'd'}", "${*}", "arn:aws:s3:::b*", "home/*", "2026-02-31"]
    ),
)  # fmt: skip
operator_names = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from(sorted(operators.ALL)),
    st.sampled_from(["", "IfExists"]),
) | st.just("Null")
conditions = st.dictionaries(
    operator_names,
    st.dictionaries(keys, st.lists(values, max_size=3) | values, max_size=2),
    max_size=2,
)
actions = st.sampled_from(
    ["*", "s3:*", "s3:Get*", "S3:getobject", "ec2:*", "s3:?etObject", "s3:P*"]
)
resources = st.one_of(
    st.sampled_from(["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}", "arn:*:s3:::?/k"]),
    st.text("ab*?:${}/", max_size=8).map("arn:aws:s3:::{}".format),
)
principals = st.one_of(
    st.just("*"),
    st.builds(lambda one: {"AWS": one}, st.lists(st.sampled_from(["*", *ARNS]), min_size=1)),
    st.just({"Service": "lambda.amazonaws.com"}),
)


@st.composite
def statements(draw: st.DrawFn, of_resource: bool) -> dict[str, Any]:
    effect = draw(st.sampled_from(["Allow", "Deny"]))
    found: dict[str, Any] = {
        "Effect": effect,
        draw(st.sampled_from(["Action", "NotAction"])): draw(st.lists(actions, min_size=1)),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(st.lists(resources, min_size=1)),
        "Condition": draw(conditions),
    }
    if of_resource:
        negated = effect == "Deny" and draw(st.booleans())
        found["NotPrincipal" if negated else "Principal"] = draw(
            principals if not negated else principals.filter(lambda one: one != "*")
        )
    return found


@st.composite
def policies(draw: st.DrawFn, kind: PolicyKind) -> Policy | None:
    listed = draw(st.lists(statements(kind is PolicyKind.RESOURCE), min_size=1, max_size=3))
    with suppress(MalformedPolicy):
        return parse(json.dumps({"Version": "2012-10-17", "Statement": listed}), kind)
    return None


@st.composite
def policy_sets(draw: st.DrawFn) -> PolicySet:
    def some(kind: PolicyKind) -> tuple[Policy, ...]:
        return tuple(filter(None, draw(st.lists(policies(kind), max_size=2))))

    def level(kind: PolicyKind) -> tuple[tuple[Policy, ...], ...]:
        return (some(kind),) if draw(st.booleans()) else ()

    return PolicySet(
        identity=some(PolicyKind.IDENTITY),
        boundary=draw(st.none() | policies(PolicyKind.BOUNDARY)),
        session=some(PolicyKind.SESSION) if draw(st.booleans()) else None,
        resource=draw(st.none() | policies(PolicyKind.RESOURCE)),
        scps=level(PolicyKind.SCP),
        resource_decides=draw(st.booleans()),
    )


callers = st.builds(
    Principal,
    arn=st.sampled_from(["", *ARNS]),
    account=st.sampled_from(["", "123456789012", "999999999999"]),
    user_id=st.sampled_from(["", "AIDAEXAMPLE1234567"]),
    role_arn=st.sampled_from(["", ARNS[2]]),
    service=st.sampled_from(["", "lambda.amazonaws.com"]),
    user_arn=st.sampled_from(["", ARNS[0], ARNS[1]]),
)
requests = st.builds(
    AccessRequest,
    principal=callers,
    action=st.sampled_from(["s3:GetObject", "S3:PUTOBJECT", "ec2:RunInstances", ""])
    | st.text(max_size=6),
    resource=st.sampled_from(["*", "arn:aws:s3:::b/k", "arn:aws:s3:::b/bob"]) | st.text(max_size=9),
    context=st.dictionaries(keys, values | st.lists(values, max_size=2).map(tuple), max_size=4),
    resource_account=st.sampled_from(["", "123456789012", "999999999999"]),
)


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(PolicyKind))
def test_no_text_crashes_the_parser(text: str, kind: PolicyKind) -> None:
    with suppress(MalformedPolicy):
        parse(text, kind)


@settings(max_examples=80, deadline=None)
@given(
    st.fixed_dictionaries(
        {"Version": st.sampled_from(["2012-10-17", "2008-10-17"]) | anything},
        optional={
            "Statement": st.lists(
                st.dictionaries(st.sampled_from(ELEMENTS), anything, max_size=5), max_size=2
            )
            | anything,
            "Id": anything,
        },
    ),
    st.sampled_from(PolicyKind),
    requests,
)
def test_no_json_crashes_parser_or_evaluator(
    document: dict[str, Any], kind: PolicyKind, request: AccessRequest
) -> None:
    with suppress(MalformedPolicy):
        found = parse(json.dumps(document), kind)
        decision = evaluate(request, PolicySet(identity=(found,), resource=found))
        assert decision.missing_context is not None


@settings(max_examples=150, deadline=None)
@given(requests, policy_sets())
def test_never_allowed_where_a_denial_matches(request: AccessRequest, applied: PolicySet) -> None:
    decision = evaluate(request, applied)
    context = request.lowered_context()
    denied = any(
        statement.grade(request, context)
        for policy in applied.everything()
        for statement in policy.statements
        if statement.effect is Effect.DENY and statement.actions.matches(request.action.lower())
    )
    assert decision.explicit_deny is denied
    assert not (denied and decision.allowed)
    assert decision.allowed or decision.by is not None


@settings(max_examples=80, deadline=None)
@given(requests, policy_sets())
def test_a_denial_of_everything_denies_everything(
    request: AccessRequest, applied: PolicySet
) -> None:
    everything = parse(
        '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
        PolicyKind.IDENTITY,
    )
    more = PolicySet(
        identity=(*applied.identity, everything),
        boundary=applied.boundary,
        session=applied.session,
        resource=applied.resource,
        scps=applied.scps,
    )
    decision = evaluate(request, more)
    assert decision.explicit_deny
    assert not decision.allowed


@settings(max_examples=80, deadline=None)
@given(requests, policy_sets())
def test_limits_only_take_away(request: AccessRequest, applied: PolicySet) -> None:
    assume(not request.principal.is_federated_user)  # has nothing without a session policy
    granting = PolicySet(
        identity=applied.identity,
        resource=applied.resource,
        resource_decides=applied.resource_decides,
    )
    if evaluate(request, applied).allowed:
        assert evaluate(request, granting).allowed
