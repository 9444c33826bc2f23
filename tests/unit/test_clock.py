"""The lab clock."""

from __future__ import annotations

import threading
import time

import pytest

from dryrun.cloud.clock import MAX_ADVANCE, MAX_FACTOR, Clock, ClockMode

START = 1_767_600_000.0


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def paused(clock: Clock) -> Clock:
    clock.set_mode(ClockMode.PAUSED)
    return clock


def test_it_begins_at_the_real_time() -> None:
    assert abs(Clock().time() - time.time()) < 1


def test_fast_time_passes_as_it_really_does(clock: Clock) -> None:
    before = clock.time()
    time.sleep(0.02)
    assert 0.015 < clock.time() - before < 1


def test_paused_time_stands_still(paused: Clock) -> None:
    before = paused.time()
    time.sleep(0.01)
    assert paused.time() == before


def test_live_time_passes_by_its_factor(clock: Clock) -> None:
    clock.set_mode(ClockMode.LIVE, 1000)
    before = clock.time()
    time.sleep(0.02)
    assert clock.time() - before >= 20
    assert clock.factor == 1000


def test_leaving_live_time_goes_on_from_there(clock: Clock) -> None:
    clock.set_mode(ClockMode.LIVE, 50_000)
    time.sleep(0.01)
    clock.set_mode(ClockMode.PAUSED)
    there = clock.time()
    assert there >= START + 500
    clock.set_mode(ClockMode.FAST)
    assert 0 <= clock.time() - there < 1
    assert clock.factor == 1.0


@pytest.mark.parametrize("factor", [0, -1, MAX_FACTOR + 1, float("nan"), float("inf")])
def test_a_factor_has_limits(clock: Clock, factor: float) -> None:
    with pytest.raises(ValueError, match="factor"):
        clock.set_mode(ClockMode.LIVE, factor)
    assert clock.mode is ClockMode.FAST


@pytest.mark.parametrize("seconds", [-0.001, -1, MAX_ADVANCE + 1, float("nan"), float("inf")])
def test_it_only_goes_forward_and_not_for_ever(paused: Clock, seconds: float) -> None:
    before = paused.time()
    with pytest.raises(ValueError, match="forward"):
        paused.advance(seconds)
    assert paused.time() == before


def test_advancing_by_nothing_is_allowed(paused: Clock) -> None:
    before = paused.time()
    paused.advance(0)
    assert paused.time() == before


def test_fast_does_work_at_once_and_jumps_to_its_end(clock: Clock) -> None:
    seen: list[float] = []
    clock.call_later(300, lambda: seen.append(clock.time()), what="stack")
    clock.settle()
    assert seen == [pytest.approx(START + 300, abs=1)]
    assert clock.time() >= START + 300


def test_fast_leaves_the_calendar_alone(clock: Clock) -> None:
    seen: list[str] = []
    clock.call_later(300, lambda: seen.append("rule"), what="rule", work=False)
    clock.settle()
    assert seen == []
    clock.advance(301)
    assert seen == ["rule"]


def test_paused_does_nothing_by_itself(paused: Clock) -> None:
    seen: list[str] = []
    paused.call_later(5, lambda: seen.append("work"), what="work")
    paused.settle()
    assert seen == []
    assert [event.what for event in paused.pending()] == ["work"]


def test_advancing_does_all_that_falls_due_in_order_of_time(paused: Clock) -> None:
    seen: list[tuple[str, float]] = []
    for name, after in (("late", 30.0), ("soon", 10.0), ("never", 99.0), ("middle", 20.0)):
        paused.call_later(
            after, lambda name=name: seen.append((name, paused.time() - START)), what=name
        )
    paused.advance(50)
    assert [name for name, _ in seen] == ["soon", "middle", "late"]
    assert [round(at) for _, at in seen] == [10, 20, 30]
    assert round(paused.time() - START) == 50


def test_ties_break_by_the_order_of_insertion(paused: Clock) -> None:
    seen: list[int] = []
    when = paused.time() + 5
    for number in range(50):
        paused.call_at(when, lambda number=number: seen.append(number), what=str(number))
    paused.advance(5)
    assert seen == list(range(50))


def test_the_same_events_give_the_same_order_every_time() -> None:
    def run() -> list[str]:
        clock = Clock(START)
        clock.set_mode(ClockMode.PAUSED)
        seen: list[str] = []
        for number in range(200):
            after = (number * 7919) % 13
            clock.call_at(START + after, lambda n=number: seen.append(str(n)), what="x")
        clock.advance(20)
        return seen

    assert run() == run()


def test_an_event_may_schedule_events(paused: Clock) -> None:
    seen: list[float] = []

    def again() -> None:
        seen.append(round(paused.time() - START))
        paused.call_later(10, again, what="again")

    paused.call_later(10, again, what="again")
    paused.advance(35)
    assert seen == [10, 20, 30]
    assert [round(event.when - START) for event in paused.pending()] == [40]


def test_work_that_makes_work_is_done_to_the_end_in_fast_mode(clock: Clock) -> None:
    seen: list[int] = []

    def stage(number: int) -> None:
        seen.append(number)
        if number < 5:
            clock.call_later(60, lambda: stage(number + 1), what="stage")

    stage(0)
    clock.settle()
    assert seen == [0, 1, 2, 3, 4, 5]
    assert clock.time() >= START + 300


def test_a_step_runs_one_event_and_says_which(paused: Clock) -> None:
    seen: list[str] = []
    paused.call_later(60, lambda: seen.append("b"), what="second")
    paused.call_later(30, lambda: seen.append("a"), what="first")
    assert paused.step() == "first"
    assert (seen, round(paused.time() - START)) == (["a"], 30)
    assert paused.step() == "second"
    assert paused.step() is None


def test_a_cancelled_event_does_not_happen(paused: Clock) -> None:
    seen: list[str] = []
    event = paused.call_later(5, lambda: seen.append("x"), what="x")
    event.cancel()
    paused.advance(10)
    assert (seen, paused.pending()) == ([], [])


def test_an_event_in_the_past_is_due_now_and_never_turns_time_back(paused: Clock) -> None:
    paused.advance(100)
    before = paused.time()
    seen: list[float] = []
    paused.call_at(START, lambda: seen.append(paused.time()), what="late")
    paused.settle()
    assert seen == [before]
    assert paused.time() == before


def test_an_event_that_fails_stops_nothing(paused: Clock, capsys: pytest.CaptureFixture) -> None:
    seen: list[str] = []
    paused.call_later(1, lambda: 1 / 0, what="broken")
    paused.call_later(2, lambda: seen.append("whole"), what="whole")
    paused.advance(3)
    assert seen == ["whole"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_resuming_catches_up_with_work(paused: Clock) -> None:
    seen: list[str] = []
    paused.call_later(500, lambda: seen.append("work"), what="work")
    paused.set_mode(ClockMode.FAST)
    assert seen == ["work"]


def test_a_live_clock_waits_for_work(clock: Clock) -> None:
    clock.set_mode(ClockMode.LIVE, 1)
    clock.call_later(500, lambda: pytest.fail("too soon"), what="work")
    clock.settle()
    assert len(clock.pending()) == 1


def test_threads_may_schedule_and_settle_at_once(clock: Clock) -> None:
    seen: list[int] = []

    def work(base: int) -> None:
        for number in range(50):
            clock.call_later(1, lambda n=base + number: seen.append(n), what="x")
            clock.settle()

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.settle()
    assert len(seen) == len(set(seen)) == 200


def test_what_is_of_one_group_happens_in_one_go(clock: Clock) -> None:
    seen: list[str] = []
    group = object()
    began: list[str] = []
    clock.before_event = lambda event: began.append(event.what)
    with clock.hold():
        for name in "abc":
            clock.call_later(5, lambda name=name: seen.append(name), what=name, group=group)
        clock.call_later(5, lambda: seen.append("alone"), what="alone")
        assert [event.what for event in clock.pending()] == ["a", "b", "c", "alone"]
    assert seen == ["a", "b", "c", "alone"]
    assert began == ["a", "alone"]


def test_a_group_is_stepped_through_one_by_one(paused: Clock) -> None:
    group, seen = object(), list[str]()
    made = [
        paused.call_later(5, lambda name=name: seen.append(name), what=name, group=group)
        for name in "abcd"
    ]
    made[1].cancel()
    assert paused.step() == "a"
    assert seen == ["a"]
    paused.call_at(made[0].when, lambda: seen.append("late"), what="late", group=group)
    assert [paused.step() for _ in range(4)] == ["c", "d", "late", None]
    assert seen == ["a", "c", "d", "late"]


def test_the_first_of_a_group_can_be_cancelled(clock: Clock) -> None:
    group, seen = object(), list[str]()
    with clock.hold():
        first = clock.call_later(5, lambda: seen.append("a"), what="a", group=group)
        clock.call_later(5, lambda: seen.append("b"), what="b", group=group)
        first.cancel()
        assert [event.what for event in clock.pending()] == ["b"]
    assert seen == ["b"]
    with clock.hold():
        both = [
            clock.call_later(5, lambda: seen.append("x"), what="x", group=group) for _ in range(2)
        ]
        for one in both:
            one.cancel()
        clock.call_later(5, lambda: seen.append("c"), what="c", group=group)
    assert seen == ["b", "c"]


def test_one_of_a_group_that_fails_leaves_the_others(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    group, seen = object(), list[str]()

    def fail() -> None:
        raise ValueError("as it should")

    with clock.hold():
        clock.call_later(5, fail, what="fails", group=group)
        clock.call_later(5, lambda: seen.append("b"), what="b", group=group)
    assert seen == ["b"]
    assert "as it should" in capsys.readouterr().err


def test_what_is_left_for_afterwards_comes_before_all_else(clock: Clock) -> None:
    seen: list[str] = []
    with clock.hold() as moment:
        clock.afterwards(lambda: seen.append(f"rest {clock.time() == moment}"), what="rest")
        clock.call_later(0, lambda: seen.append("event"), what="event")
    assert seen == ["event"]
    assert clock.unfinished
    with clock.hold():
        seen.append("request")
    assert seen == ["event", "rest True", "request"]
    assert not clock.unfinished
    with clock.hold():
        clock.afterwards(lambda: seen.append("last"), what="last")
    clock.finish()
    assert seen[-1] == "last"


def test_whoever_waits_hears_of_what_was_added_while_time_stood(clock: Clock) -> None:
    clock.run()
    done = threading.Event()
    time.sleep(0.05)
    with clock.hold():
        clock.call_later(0.05, done.set, what="soon", work=False)
    assert done.wait(2)
