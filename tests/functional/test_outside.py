"""What is done outside the account: in order, journaled, waited for."""

from typing import Any

import pytest
from in_process import client, lab

from dryrun.cloud import outside
from dryrun.cloud.clock import ClockMode


@pytest.fixture
def story() -> list[str]:
    told: list[str] = []

    def carry_out(order: dict[str, Any]) -> dict[str, Any]:
        told.append(f"did {order['name']}")
        client("sqs").list_queues()
        return {"name": order["name"]}

    outside.register("story", carry_out)
    return told


def begin(story: list[str], name: str, also: str = "") -> None:
    def done(outcome: dict[str, Any]) -> None:
        story.append(f"heard of {outcome['name']}")
        if also:
            begin(story, also)

    outside.run("story", {"name": name}, done, what=name)


def test_one_thing_leads_to_another(story: list[str]) -> None:
    clock = lab().clock
    with clock.hold():
        clock.call_later(0, lambda: begin(story, "one", "two"), what="test")
    outside.current().wait(lab().clock.order)
    assert story == ["did one", "heard of one", "did two", "heard of two"]
    assert not outside.pending()


def test_the_clock_does_not_jump_while_something_goes_on(story: list[str]) -> None:
    clock = lab().clock
    with clock.hold():
        begin(story, "one")
        clock.call_later(3600, lambda: story.append("an hour later"), what="test")
    outside.current().wait(lab().clock.order)
    assert story == ["did one", "heard of one", "an hour later"]


def test_winding_the_clock_stops_for_each(story: list[str]) -> None:
    clock = lab().clock
    heard: list[float] = []
    for minutes in (10, 20):
        clock.call_later(
            60 * minutes,
            lambda: outside.run(
                "story", {"name": "x"}, lambda _: heard.append(clock.time()), what="x"
            ),
            what="x",
            work=False,
        )
    began = clock.time()
    from in_process import TOKEN, wsgi

    body = b'{"action": "advance", "seconds": 3600}'
    headers = [("X-Dryrun-Token", TOKEN), ("Content-Length", str(len(body)))]
    reply = lab().send(wsgi("POST", "http://localhost:4566/_dryrun/clock", headers, body))
    assert reply.status == 200
    assert clock.mode is ClockMode.FAST
    assert [round((at - began) / 60) for at in heard] == [10, 20]
    assert clock.time() >= began + 3600


def test_a_mishap_is_an_outcome() -> None:
    outcomes: list[dict[str, Any]] = []
    with lab().clock.hold():
        outside.run("unheard of", {}, outcomes.append, what="test")
    outside.current().wait(lab().clock.order)
    assert outcomes == [{"mishap": "KeyError: 'unheard of'"}]


def test_what_cannot_be_told_holds_up_nothing(story: list[str], monkeypatch: Any) -> None:
    runs = outside.current()
    command = runs.command

    def broken(verb: str, payload: dict[str, Any]) -> Any:
        if payload["number"] == first:
            raise OSError("the disk is full")
        return command(verb, payload)

    monkeypatch.setattr(runs, "command", broken)
    with lab().clock.hold():
        first = runs.taken_up
        begin(story, "lost")
        begin(story, "next")
    runs.wait(lab().clock.order)
    assert story == ["did lost", "did next", "heard of next"]
