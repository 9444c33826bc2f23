"""Time events beside plain moto: `python -m tests.benchmarks.events`.

Putting events to a queue is measured over HTTP, the two in turns; of every figure the least counts,
for what else goes on in the computer only adds to it. The queue is a new one each time, for
moto counts all that is in it with every message.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.cloudformation import Clients, moto_clients, our_clients

FUNCTIONAL = Path(__file__).parents[1] / "functional"
sys.path[:0] = [str(FUNCTIONAL)]

from in_process import client, forget_everything  # noqa: E402 - the tests are no package

TIMES_MOTO = 1.5
CALLS = 40
RULES = 100
EVENTS = 10_000
ACCOUNT = "123456789012"
Row = tuple[str, str, str, bool]


def prepare(clients: Clients) -> str:
    """Make a rule with a queue behind it; return the queue's address."""
    sqs, events = clients("sqs"), clients("events")
    url = str(sqs.create_queue(QueueName="bench")["QueueUrl"])
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:bench"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    events.put_rule(Name="bench", EventPattern='{"source": ["ferry"]}')
    events.put_targets(Rule="bench", Targets=[{"Id": "queue", "Arn": arn}])
    return url


def calls(events: Any, size: int) -> float:
    """Return the median milliseconds of a call with `size` events."""
    entry = {"Source": "ferry", "DetailType": "Order", "Detail": '{"n": 1}'}
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        events.put_events(Entries=[entry] * size)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def against_moto(runs: int) -> list[Row]:
    """Return the rows that compare us with moto."""
    rows = []
    with our_clients() as ours, moto_clients() as plain:
        for size in (1, 10):
            least = [float("inf")] * 2
            for _ in range(runs):
                for number, clients in enumerate((ours, plain)):
                    url = prepare(clients)
                    calls(clients("events"), 1)
                    clients("sqs").delete_queue(QueueUrl=url)
                    prepare(clients)
                    least[number] = min(least[number], calls(clients("events"), size))
            ratio = least[0] / least[1]
            told = f"{least[0]:.2f} ms, moto {least[1]:.2f} ms; x{ratio:.2f}"
            name = f"put {size} to a queue"
            rows.append((name, told, f"<= x{TIMES_MOTO}", ratio <= TIMES_MOTO))
    return rows


def many_rules() -> Row:
    """Return the row of many events for many rules: each matches eleven, one has a target."""
    forget_everything()
    events = client("events")
    prepare(client)
    for number in range(RULES):
        pattern = {"source": ["ferry"], "detail": {"n": [number % 10]}}
        events.put_rule(Name=f"rule-{number}", EventPattern=json.dumps(pattern))
    entry = {"Source": "ferry", "DetailType": "Order"}
    began = time.perf_counter()
    for _ in range(0, EVENTS, 10):
        entries = [{**entry, "Detail": json.dumps({"n": one})} for one in range(10)]
        events.put_events(Entries=entries)
    seconds = time.perf_counter() - began
    told = f"{seconds:.1f} s, {seconds / EVENTS * 1000:.2f} ms each"
    return f"{EVENTS} to {RULES} rules", told, "<= 5 ms each", seconds / EVENTS <= 0.005


def main() -> int:
    """Print every figure; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.events")
    parser.add_argument("--runs", type=int, default=3)
    found = [*against_moto(parser.parse_args().runs), many_rules()]
    for name, figure, goal, met in found:
        print(f"{name:<22}  {figure:<44} {goal:<14} {'met' if met else 'MISSED'}")
    return 0 if all(met for *_, met in found) else 1


if __name__ == "__main__":
    sys.exit(main())
