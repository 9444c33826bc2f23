"""How long it takes to judge one request by ten policies of twenty statements each."""

from __future__ import annotations

import json
import statistics
import time

from dryrun.cloud.iam.policy import (
    AccessRequest,
    Policy,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)

POLICIES = 10
STATEMENTS = 20
REPEATS = 2000
GOAL = 0.3  # milliseconds
USER = Principal("arn:aws:iam::123456789012:user/bob", "123456789012", "AIDABOBEXAMPLE12345")


def evaluation_milliseconds() -> dict[str, float]:
    """Return the median time of an evaluation, by how much of the policies is about the action."""
    return {
        "one statement in twenty is about the action": _median(_policies("mixed")),
        "every statement is about the action": _median(_policies("same")),
        "every statement has variables and conditions": _median(_policies("hard")),
    }


def rows() -> list[tuple[str, str, str, bool]]:
    """Return the rows of the table: name, figure, goal, whether it is met."""
    times = evaluation_milliseconds()
    slowest = max(times, key=lambda name: times[name])
    told = f"{times[slowest]:.3f} ({slowest}); median {statistics.median(times.values()):.3f}"
    return [("policy evaluation, 200 statements (ms)", told, f"< {GOAL} ms", times[slowest] < GOAL)]


def _median(policies: tuple[Policy, ...]) -> float:
    request = AccessRequest(
        USER,
        "s3:GetObject",
        "arn:aws:s3:::bucket-9-19/home/bob/report.csv",
        {
            "aws:username": "bob",
            "aws:SourceIp": "203.0.113.7",
            "aws:CurrentTime": "2026-01-05T10:00:00Z",
            "aws:SecureTransport": "true",
            **{f"aws:PrincipalTag/t{number}": "x" for number in range(16)},
        },
    )
    applied = PolicySet(identity=policies, boundary=policies[-1])
    assert evaluate(request, applied).allowed
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        evaluate(request, applied)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _policies(shape: str) -> tuple[Policy, ...]:
    return tuple(
        parse(
            json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [_statement(shape, one, each) for each in range(STATEMENTS)],
                }
            ),
            PolicyKind.IDENTITY,
        )
        for one in range(POLICIES)
    )


def _statement(shape: str, one: int, each: int) -> dict[str, object]:
    action = "s3:Get*" if shape != "mixed" or each == STATEMENTS - 1 else f"service{each}:*"
    home = "${aws:username}" if shape == "hard" else "*"
    condition = {
        "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
        "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"},
        "StringLike": {"aws:username": "${aws:username}*"},
    }
    return {
        "Effect": "Allow",
        "Action": [action, "sts:GetCallerIdentity"],
        "Resource": f"arn:aws:s3:::bucket-{one}-{each}/home/{home}/*",
        **({"Condition": condition} if shape == "hard" else {}),
    }
