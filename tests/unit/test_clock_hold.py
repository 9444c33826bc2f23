"""Standing still for a request, so that a replay sees the same moments."""

from __future__ import annotations

import threading
import time

from dryrun.cloud.clock import Clock, ClockMode

START = 1_767_600_000.0


def test_time_stands_still_while_a_request_is_answered() -> None:
    clock = Clock(START)
    with clock.hold() as at:
        time.sleep(0.01)
        assert clock.time() == at
    assert clock.time() > at


def test_requests_are_answered_one_after_the_other() -> None:
    clock, order = Clock(START), []

    def request(name: str) -> None:
        with clock.hold():
            order.append(name)
            time.sleep(0.02)
            order.append(name)

    threads = [threading.Thread(target=request, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order[0::2] == order[1::2]


def test_what_is_due_happens_before_a_request_at_its_own_moment() -> None:
    clock, seen = Clock(START), []
    clock.set_mode(ClockMode.PAUSED)
    clock.call_at(START + 5, lambda: seen.append(clock.time()), what="bell", work=False)
    with clock.hold(START + 9) as at:
        assert seen == [START + 5]
        assert at == START + 9


def test_a_late_event_has_its_own_moment_and_time_goes_on_where_it_was() -> None:
    clock, seen = Clock(START), []
    clock.call_at(START + 0.001, lambda: seen.append(clock.time()), what="bell", work=False)
    time.sleep(0.05)
    clock.settle()
    assert seen == [START + 0.001]
    assert clock.time() >= START + 0.05


def test_the_calendar_on_the_way_to_the_end_of_work_happens_first() -> None:
    clock, seen = Clock(START), []
    clock.call_at(START + 60, lambda: seen.append("work"), what="a stack")
    clock.call_at(START + 30, lambda: seen.append("bell"), what="bell", work=False)
    clock.call_at(START + 90, lambda: seen.append("late"), what="late", work=False)
    clock.settle()
    assert seen == ["bell", "work"]
    assert clock.time() >= START + 60


def test_work_a_request_sets_going_is_done_before_it_lets_go() -> None:
    clock, seen = Clock(START), []
    with clock.hold() as at:
        clock.call_later(10, lambda: seen.append(clock.time() - at), what="work")
    assert seen == [10]
    with clock.hold() as after:
        assert after >= at + 10


def test_the_same_moments_come_again() -> None:
    seen, requests = moments([None] * 6)
    assert moments([*requests]) == (seen, requests)


def moments(requests: list[float | None]) -> tuple[list[float], list[float | None]]:
    """Return the moments of events, and of requests that set work going while a bell rings."""
    clock, seen, answered = Clock(START), list[float](), list[float | None]()

    def bell() -> None:
        seen.append(clock.time())
        if len(seen) < 12:
            clock.call_later(7, bell, what="bell", work=False)

    clock.call_at(START, bell, what="bell", work=False)
    for at in requests:
        with clock.hold(at) as moment:
            answered.append(moment)
            clock.call_later(20, lambda: seen.append(clock.time()), what="work")
    return seen, answered


def test_after_a_replay_time_is_real_again_unless_it_was_further() -> None:
    clock = Clock(START)
    clock.resume(START + 100)
    assert START + 100 <= clock.time() < START + 101
    clock.resume(START)
    assert clock.time() >= START + 100
    clock.set_mode(ClockMode.PAUSED)
    moment = clock.time()
    clock.resume(moment + 1000)
    assert clock.time() == moment
