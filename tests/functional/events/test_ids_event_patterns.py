"""Event patterns through the API, id by id of the gap map: TestEventPattern and rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, forget
from listening import ACCOUNT, REGION, entry, put, rule

EVENT = {
    "version": "0",
    "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": "Ticket Sold",
    "source": "ferry.tickets",
    "account": ACCOUNT,
    "time": "2026-01-01T08:00:00Z",
    "region": REGION,
    "resources": [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/tickets"],
    "detail": {},
}


def answer(pattern: Any, **more: Any) -> bool:
    """Return what TestEventPattern says of a pattern and an event with these details."""
    event = {**EVENT, **more}
    found = client("events").test_event_pattern(
        EventPattern=json.dumps(pattern), Event=json.dumps(event)
    )
    assert set(found) == {"Result", "ResponseMetadata"}
    return bool(found["Result"])


def tells_apart(wanted: list[Any], yes: list[Any], no: list[Any]) -> None:
    """Assert which values of one field match."""
    for value in yes:
        assert answer({"detail": {"f": wanted}}, detail={"f": value}), value
    for value in no:
        assert not answer({"detail": {"f": wanted}}, detail={"f": value}), value


def test_ev_pat_exact() -> None:
    tells_apart(["a", None, "", 3, True], ["a", None, "", 3.0, True, ["x", "a"]], ["A", "3", False])
    assert answer(
        {"source": ["ferry.tickets"], "account": [ACCOUNT], "detail-type": ["Ticket Sold"]}
    )
    assert answer({"detail": {"a": {"b": {"c": ["x"]}}}}, detail={"a": {"b": {"c": "x"}}})


def test_ev_pat_prefix() -> None:
    tells_apart([{"prefix": "eu-"}], ["eu-west-1"], ["EU-west-1", "us", 3])
    tells_apart([{"prefix": {"equals-ignore-case": "eu-"}}], ["EU-west-1"], ["us"])
    assert answer({"resources": [{"prefix": "arn:aws:dynamodb:"}]})


def test_ev_pat_suffix() -> None:
    tells_apart([{"suffix": ".png"}], ["a.png"], ["a.PNG", "a.jpg"])
    tells_apart([{"suffix": {"equals-ignore-case": ".png"}}], ["a.PNG"], ["a.jpg"])


def test_ev_pat_anythingbut() -> None:
    tells_apart([{"anything-but": "a"}], ["b", None, 3], ["a"])
    tells_apart([{"anything-but": ["a", "b"]}], ["c"], ["a", "b"])
    tells_apart([{"anything-but": [1, 2]}], [3, "1"], [1, 2.0])
    tells_apart([{"anything-but": {"prefix": "a"}}], ["ba"], ["ab"])
    tells_apart([{"anything-but": {"suffix": [".txt", ".md"]}}], ["a.png"], ["a.md"])
    tells_apart([{"anything-but": {"equals-ignore-case": ["A", "B"]}}], ["c"], ["a", "b"])
    tells_apart([{"anything-but": {"wildcard": "*/lib/*"}}], ["/bin/a"], ["/lib/a"])
    assert not answer({"detail": {"gone": [{"anything-but": "a"}]}})


def test_ev_pat_numeric() -> None:
    tells_apart([{"numeric": [">", 0, "<=", 5]}], [1, 5, 0.5], [0, 5.1, "3"])
    tells_apart([{"numeric": ["=", 3.018e2]}], [301.8], [301])


def test_ev_pat_cidr() -> None:
    tells_apart([{"cidr": "10.0.0.0/24"}], ["10.0.0.9"], ["10.0.1.9", "ten"])
    tells_apart([{"cidr": "2001:db8::/32"}], ["2001:db8::9"], ["2001:db9::9"])


def test_ev_pat_exists() -> None:
    tells_apart([{"exists": True}], [None, "", 0], [[], {}])
    assert answer({"detail": {"gone": [{"exists": False}]}})


def test_ev_pat_wildcard() -> None:
    tells_apart([{"wildcard": "dir/*.png"}], ["dir/a/b.png"], ["dir/a.jpg", "a/dir/a.png"])
    tells_apart([{"wildcard": "a\\*b"}], ["a*b"], ["axb"])


def test_ev_pat_ignorecase() -> None:
    tells_apart([{"equals-ignore-case": "Alice"}], ["aLICE", "alice"], ["Alic"])


def test_ev_pat_or() -> None:
    pattern = {
        "source": ["ferry.tickets"],
        "detail": {"$or": [{"a": [1]}, {"b": [{"prefix": "x"}]}]},
    }
    assert answer(pattern, detail={"b": "xy"})
    assert answer(pattern, detail={"a": 1})
    assert not answer(pattern, detail={"a": 2, "b": "y"})


def test_ev_pat_arrayobj() -> None:
    items = {"items": [{"id": 1, "n": 1}, {"id": 2, "n": 2}]}
    assert answer({"detail": {"items": {"id": [1]}}}, detail=items)
    assert answer({"detail": {"items": {"id": [2], "n": [2]}}}, detail=items)
    assert not answer({"detail": {"items": {"id": [1], "n": [2]}}}, detail=items)
    forget("events")
    _, queue = rule({"detail": {"items": {"id": [2], "n": [2]}}})
    put("ferry", items)
    put("ferry", {"items": [{"id": 2, "n": 1}, {"id": 1, "n": 2}]})
    assert [one["detail"] for one in queue.events()] == [items]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("{", "Unexpected end-of-input: expected close marker for Object (start marker at "),
        ('{"source": "x"}', '"source" must be an object or an array\n at '),
        ('{"source": []}', "Empty arrays are not allowed\n at "),
        ("{}", "Empty objects are not allowed\n at "),
        ('{"a": [{"contains": "x"}]}', "Unrecognized match type contains\n at "),
        ('{"a": [{"numeric": ["!", 5]}]}', "Unrecognized numeric range operator: !\n at "),
        ('{"a": [{"cidr": "10.0.0.0/99"}]}', "IPv4 mask bits must be < 32"),
        ('{"a": [{"wildcard": "a**"}]}', "Consecutive wildcard characters at pos 2\n at "),
    ],
)
def test_ev_pat_validate(pattern: str, reason: str) -> None:
    events = client("events")
    calls = (
        (events.put_rule, {"Name": "r", "EventPattern": pattern}),
        (events.test_event_pattern, {"EventPattern": pattern, "Event": json.dumps(EVENT)}),
        (
            events.create_archive,
            {
                "ArchiveName": "a",
                "EventSourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default",
                "EventPattern": pattern,
            },
        ),
    )
    for call, parameters in calls:
        with pytest.raises(ClientError) as caught:
            call(**parameters)
        error = caught.value.response["Error"]
        assert error["Code"] == "InvalidEventPatternException"
        assert error["Message"].startswith(f"Event pattern is not valid. Reason: {reason}")


@pytest.mark.parametrize("event", ["words", "[1]", '"text"'])
def test_ev_pat_validate_the_event(event: str) -> None:
    with pytest.raises(ClientError, match=r"Parameter Event is not valid\.") as caught:
        client("events").test_event_pattern(EventPattern='{"a": ["b"]}', Event=event)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_ev_pat_a_rule_with_both_takes_events_and_the_clock() -> None:
    forget("events")
    _, queue = rule({"source": ["ferry"]}, ScheduleExpression="rate(1 hour)")
    client("events").put_events(Entries=[entry("ferry"), entry("other")])
    assert [one["source"] for one in queue.events()] == ["ferry"]
