"""Time what enforcing permissions costs a request: `python -m tests.benchmarks.authorization`.

From the parsed request to the answer, by a user with three policies, for calls that need one
permission, several, conditions, tags and a policy of the resource.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dryrun.cloud import authorization
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.routing import ApiCall

FUNCTIONAL = Path(__file__).parents[1] / "functional"
sys.path[:0] = [str(FUNCTIONAL), str(FUNCTIONAL / "authorization")]

import in_process  # noqa: E402 - the tests are no package
from asking import call_of  # noqa: E402
from people import ACCOUNT, admin, document, statement, user  # noqa: E402

GOAL_MS = 1.0
UNCHECKED_GOAL_US = 1.0
ROUNDS = 400


def calls() -> list[ApiCall]:
    """Return calls of many services, each as it arrives."""
    return [
        call_of("s3", "get_object", Bucket="bench", Key="reports/2026.csv"),
        call_of("s3", "list_objects_v2", Bucket="bench", Prefix="reports/"),
        call_of("ssm", "get_parameter", Name="/ferry/prod/database"),
        call_of("dynamodb", "get_item", TableName="bench", Key={"id": {"S": "1"}}),
        call_of("sqs", "send_message", QueueUrl=f"http://x/{ACCOUNT}/bench", MessageBody="m"),
        call_of("ec2", "describe_instances"),
        call_of("ec2", "run_instances", ImageId="ami-12345678", MinCount=1, MaxCount=1),
        call_of("iam", "get_user", UserName="nobody"),
        call_of("lambda", "get_function", FunctionName="bench"),
        call_of("logs", "describe_log_groups"),
        call_of("cloudformation", "describe_stacks"),
        call_of("sns", "publish", TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:bench", Message="m"),
    ]


def caller() -> Caller:
    """Return a user with an inline policy, a managed one and one with conditions."""
    jane = user(
        statement(["s3:*", "dynamodb:*", "ec2:*", "logs:*", "iam:Get*"]),
        statement("sqs:*", f"arn:aws:sqs:*:{ACCOUNT}:*"),
        statement(
            "ssm:*",
            f"arn:aws:ssm:*:{ACCOUNT}:parameter/ferry/*",
            Condition={
                "StringEquals": {"aws:RequestedRegion": "us-east-1"},
                "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/*"},
            },
        ),
        statement(["s3:DeleteBucket", "sqs:DeleteQueue"], effect="Deny"),
    )
    iam = admin("iam")
    iam.attach_user_policy(
        UserName=jane.name, PolicyArn="arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"
    )
    tagged = statement("*", Condition={"StringEquals": {"aws:PrincipalTag/team": "ferry"}})
    iam.put_user_policy(UserName=jane.name, PolicyName="team", PolicyDocument=document(tagged))
    iam.tag_user(UserName=jane.name, Tags=[{"Key": "team", "Value": "ferry"}])
    return Caller(CallerKind.USER, jane.arn, "AIDAJANE", ACCOUNT, jane.keys[0])


def microseconds(action: Callable[[], Any], rounds: int) -> list[float]:
    """Return how long each of many runs took."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        taken.append((time.perf_counter() - began) * 1e6)
    return taken


def enforced() -> dict[str, float]:
    """Return the median time of a check in milliseconds, by call."""
    in_process.lab()
    admin("s3").create_bucket(Bucket="bench")
    who = caller()
    medians = {}
    for call in calls():
        _ = call.parameters  # read before anybody asks for permissions
        refusal = authorization.refuse(call, who)
        assert refusal is None or "lambda" in call.service, refusal
        taken = microseconds(lambda call=call: authorization.refuse(call, who), ROUNDS)  # type: ignore[misc]
        medians[f"{call.service} {call.name}"] = statistics.median(taken) / 1000
    return medians


def unenforced() -> float:
    """Return the median time that the administrator's calls pay, in microseconds."""
    call = call_of("s3", "list_buckets")
    who = Caller(CallerKind.USER, f"arn:aws:iam::{ACCOUNT}:user/x", "AIDA", ACCOUNT, unchecked=True)

    def thousand() -> None:
        for _ in range(1000):
            authorization.refuse(call, who)

    return statistics.median(microseconds(thousand, 50)) / 1000


def main() -> int:
    """Print every figure; return 1 when a goal is missed."""
    medians = enforced()
    for name, figure in sorted(medians.items(), key=lambda row: row[1]):
        print(f"{name:<36} {figure:.3f} ms")
    overall, free = statistics.median(medians.values()), unenforced()
    print(f"{'median of all calls':<36} {overall:.3f} ms, goal {GOAL_MS} ms")
    print(f"{'unenforced':<36} {free:.3f} us, goal {UNCHECKED_GOAL_US} us")
    return 0 if overall <= GOAL_MS and free <= UNCHECKED_GOAL_US else 1


if __name__ == "__main__":
    sys.exit(main())
