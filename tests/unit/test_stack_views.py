"""`lab.graph`, `lab.timeline`, `lab.diff` as a learner meets them, and how they stay true."""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import IPython.display
import pytest
import stack_samples as samples
from demo_labs.support import Desk
from stack_samples import BEGUN, STACK_ID, FakeClient, change, change_set, events, resource

from dryrun import lab
from dryrun.exceptions import CloudError, LabError
from dryrun.notebook import facade, follow
from dryrun.notebook.clock import Clock, clock_card


class Cloud:
    """An account with one stack, whose clock moves as the learner says."""

    def __init__(self, root: Path) -> None:
        self.client = FakeClient()
        self.regions: list[str] = []
        self.second = 12.0
        self.mode = "paused"
        self.gone = False
        self.session = SimpleNamespace(
            account=SimpleNamespace(client=self._client),
            running=SimpleNamespace(control=self._control),
            workspace=SimpleNamespace(root=root),
        )
        self.settle()

    def _client(self, service: str, region: str) -> FakeClient:
        assert service == "cloudformation"
        self.regions.append(region)
        return self.client

    def _control(self, _path: str, payload: dict[str, Any]) -> dict[str, Any]:
        if payload["action"] == "advance":
            self.second += payload["seconds"]
        if payload["action"] == "live":
            self.mode = "live"
        self.settle()
        now = (BEGUN + timedelta(seconds=self.second)).isoformat()
        return {"now": now, "mode": self.mode, "factor": 1, "pending": []}

    def settle(self) -> None:
        """Let happen what has happened by now."""
        rows = [row for row in samples.CREATION if row[0] <= self.second]
        self.client.events = events(*rows)
        self.client.status = next(row[3] for row in rows[::-1] if row[1] is None)
        found = {row[1]: resource(row[1], row[2], row[3]) for row in rows if row[1]}
        self.client.resources = list(found.values())

    def current(self) -> Any:
        """Stand for the session of the lab."""
        if self.gone:
            raise CloudError("The lab cloud is not running.")
        return self.session


@pytest.fixture
def cloud(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    cloud = Cloud(desk.root)
    monkeypatch.setattr(facade, "_current", cloud.current)
    facade._stack_views.cache_clear()
    yield cloud
    facade._stack_views.cache_clear()


class Screen:
    """What a notebook shows: outputs in order, and what updates made of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.outputs: list[Any] = []
        self.shown: dict[str, Any] = {}
        self.updates = 0
        shell = SimpleNamespace(kernel=object())
        monkeypatch.setattr(follow, "ipython", lambda: shell)
        monkeypatch.setattr("dryrun.notebook.stacks.ipython", lambda: shell)
        monkeypatch.setattr("dryrun.notebook.display.ipython", lambda: shell)
        monkeypatch.setattr(IPython.display, "display", self._display)
        monkeypatch.setattr(IPython.display, "update_display", self._update)

    def _display(self, part: Any, display_id: str | None = None) -> None:
        self.outputs.append(part)
        if display_id is not None:
            assert display_id not in self.shown
            self.shown[display_id] = part

    def _update(self, part: Any, display_id: str) -> None:
        assert display_id in self.shown
        self.updates += 1
        self.shown[display_id] = part


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    return Screen(monkeypatch)


def test_the_three_views_in_a_terminal(cloud: Cloud, desk: Desk) -> None:
    lab.graph("ferry-tickets")
    assert "TicketQueue · AWS::SQS::Queue · create in progress" in desk.said()
    lab.timeline("ferry-tickets")
    assert "being created, 12 s so far" in desk.said()
    cloud.client.sets["faster"] = change_set(*[change("Add", f"Q{n}", "T") for n in range(5)])
    lab.diff("ferry-tickets", "faster")
    said = desk.said()
    assert "5 resources change: 5 added." in said
    assert "Q4" in said, "every page is read"
    assert cloud.regions[-1] == "us-east-1"
    lab.timeline("ferry-tickets", region="eu-west-1")
    assert cloud.regions[-1] == "eu-west-1"


def test_a_deleted_stack_is_found_by_its_id(cloud: Cloud, desk: Desk) -> None:
    lab.timeline(STACK_ID)
    lab.graph(STACK_ID)
    assert "There is no" not in desk.said()


@pytest.mark.parametrize("view", [lab.graph, lab.timeline, lambda name: lab.diff(name, "x")])
def test_no_such_stack_names_those_there_are(cloud: Cloud, desk: Desk, view: Any) -> None:
    view("fery")
    assert desk.said() == '! There is no stack "fery"; there are: ferry-tickets.'


def test_a_deleted_stack_tells_its_id(cloud: Cloud, desk: Desk) -> None:
    cloud.client.deleted = [
        {"StackName": name, "StackId": f"arn:{hour}", "DeletionTime": BEGUN + timedelta(hours=hour)}
        for hour, name in enumerate(["fery", "fery", "other"])
    ]
    lab.timeline("fery")
    said = desk.said()
    assert 'Stack "fery" was deleted' in said
    assert said.endswith("arn:1.")


def test_what_is_due_is_told_as_a_moment() -> None:
    card = clock_card({"now": "", "mode": "paused", "pending": [{"when": 1.7956e9, "what": "x"}]})
    assert "2026-11-25T09:46:40+00:00  x" in card.text


def test_no_such_change_set_names_those_there_are(cloud: Cloud, desk: Desk) -> None:
    lab.diff("ferry-tickets", "x")
    assert desk.said() == '! Stack ferry-tickets has no change set "x", and no other.'
    cloud.client.sets = {"one": change_set(), "two": change_set()}
    lab.diff("ferry-tickets", "x")
    assert desk.said() == '! Stack ferry-tickets has no change set "x"; it has: one, two.'


def test_a_refusal_is_one_sentence(cloud: Cloud, desk: Desk) -> None:
    cloud.client.refusal = "User purser is not authorized."
    lab.timeline("ferry-tickets")
    assert desk.said() == "! CloudFormation refuses to tell: User purser is not authorized."


def test_no_events_yet(cloud: Cloud, desk: Desk) -> None:
    cloud.client.events = []
    lab.timeline("ferry-tickets")
    assert desk.said() == "i Stack ferry-tickets has no events yet."


def test_a_stack_under_review_has_no_template(cloud: Cloud, desk: Desk) -> None:
    cloud.client.body, cloud.client.resources = None, []
    cloud.client.status = "REVIEW_IN_PROGRESS"
    lab.graph("ferry-tickets")
    assert "There are no resources to draw." in desk.said()


def test_a_template_needs_no_lab(desk: Desk, tmp_path: Path) -> None:
    lab.graph({"Resources": {"A": {"Type": "AWS::SQS::Queue"}}})
    assert "A · AWS::SQS::Queue" in desk.said()
    file = tmp_path / "x.json"
    file.write_text('{"Resources": {"B": {"Type": "AWS::SQS::Queue"}}}')
    lab.graph(str(file))
    said = desk.said()
    assert "Template x.json" in said
    assert "B · AWS::SQS::Queue" in said
    lab.graph(file)
    assert "B · AWS::SQS::Queue" in desk.said()
    lab.graph("nowhere.yaml")
    assert "There is no file nowhere.yaml" in desk.said()
    lab.graph("ferry-tickets")
    assert "No lab is started" in desk.said()


def test_templates_of_the_workspace_are_found_from_anywhere(cloud: Cloud, desk: Desk) -> None:
    (desk.root / "templates").mkdir()
    (desk.root / "templates" / "pier.yaml").write_text("Resources: {C: {Type: AWS::SQS::Queue}}")
    lab.graph("templates/pier.yaml")
    assert "C · AWS::SQS::Queue" in desk.said()


class TestInANotebook:
    """Views are drawn again in place, as long as they can change."""

    def test_the_clock_draws_them_again(self, cloud: Cloud, desk: Desk, screen: Screen) -> None:
        lab.graph("ferry-tickets")
        lab.timeline("ferry-tickets")
        assert len(screen.outputs) == 3
        lab.clock.advance(seconds=10)
        assert [("create complete" in repr(p)) for p in screen.shown.values()] == [
            True, False, False,
        ]  # fmt: skip
        _, picture, bars = screen.shown.values()
        assert "create complete" in picture.source, "the picture changes with the card"
        assert "created in 18 s" in bars.text
        assert screen.updates == 3
        lab.clock.advance(seconds=60)
        follower = facade._stack_views().follower
        assert follower.followed == 0, "what has come to rest is not followed"
        done = screen.updates
        cloud.client.status = "UPDATE_IN_PROGRESS"
        lab.clock.advance(seconds=1)
        assert screen.updates == done

    def test_what_did_not_change_is_not_sent_again(self, cloud: Cloud, screen: Screen) -> None:
        lab.graph("ferry-tickets")
        lab.clock.advance(seconds=0.01)
        assert screen.updates == 0

    def test_what_is_at_rest_is_shown_plainly(self, cloud: Cloud, screen: Screen) -> None:
        cloud.second = 60
        cloud.settle()
        lab.graph("ferry-tickets")
        lab.timeline("ferry-tickets")
        assert (len(screen.outputs), screen.shown) == (3, {})

    def test_shown_again_the_earlier_one_stays(self, cloud: Cloud, screen: Screen) -> None:
        lab.timeline("ferry-tickets")
        lab.timeline("ferry-tickets")
        lab.clock.advance(seconds=10)
        first, second = screen.shown.values()
        assert "12 s so far" in first.text
        assert "22 s so far" in second.text

    def test_reading_the_clock_draws_nothing(self, cloud: Cloud, screen: Screen) -> None:
        lab.timeline("ferry-tickets")
        cloud.second += 5
        assert lab.clock.mode == "paused"
        assert screen.updates == 0

    def test_an_account_that_is_gone_ends_it(self, cloud: Cloud, screen: Screen) -> None:
        lab.timeline("ferry-tickets")
        cloud.client.name = "another"
        lab.clock.advance(seconds=10)
        assert facade._stack_views().follower.followed == 0
        assert screen.updates == 0

    def test_in_strict_mode_it_is_shown_once(self, cloud: Cloud, screen: Screen) -> None:
        os.environ["DRYRUN_STRICT"] = "1"
        lab.graph("ferry-tickets")
        assert screen.shown == {}
        lab.clock.advance(seconds=10)
        assert screen.updates == 0
        with pytest.raises(LabError, match='no stack "fery"'):
            lab.graph("fery")

    def test_a_live_clock_is_followed_until_all_is_at_rest(
        self, cloud: Cloud, screen: Screen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(follow, "POLL_SECONDS", 0.01)
        follower = facade._stack_views().follower

        async def watch() -> None:
            lab.timeline("ferry-tickets")
            assert not follower.watching, "a paused clock is not polled"
            lab.clock.live()
            assert follower.watching
            for _ in range(100):
                cloud.second += 5
                await asyncio.sleep(0.01)
                if not follower.watching:
                    return
            raise AssertionError("still polling")

        before = threading.active_count()
        asyncio.run(watch())
        assert threading.active_count() == before
        assert follower.followed == 0
        [bars] = screen.shown.values()
        assert "created in 50 s" in bars.text

    @pytest.mark.parametrize("end", ["mode", "limit", "gone"])
    def test_polling_stops_by_itself(
        self, cloud: Cloud, screen: Screen, monkeypatch: pytest.MonkeyPatch, end: str
    ) -> None:
        monkeypatch.setattr(follow, "POLL_SECONDS", 0.01)
        monkeypatch.setattr(follow, "POLL_LIMIT", 0.05 if end == "limit" else 60)
        cloud.mode = "live"
        follower = facade._stack_views().follower

        async def watch() -> None:
            lab.timeline("ferry-tickets")
            assert follower.watching
            if end == "mode":
                cloud.mode = "paused"
            cloud.gone = end == "gone"
            for _ in range(200):
                await asyncio.sleep(0.01)
                if not follower.watching:
                    return
            raise AssertionError("still polling")

        asyncio.run(watch())

    def test_without_a_loop_nothing_is_polled(self, cloud: Cloud, screen: Screen) -> None:
        cloud.mode = "live"
        lab.timeline("ferry-tickets")
        assert not facade._stack_views().follower.watching


def test_the_clock_works_where_no_view_was_shown(cloud: Cloud, desk: Desk) -> None:
    assert isinstance(lab.clock, Clock)
    lab.clock.advance(seconds=1)
    assert facade._stack_views.cache_info().currsize == 0
