"""A cloud and an environment that are none, for tests of the notebook."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dryrun.checks.registry import PACKAGES_VARIABLE
from dryrun.exceptions import CloudError
from dryrun.notebook import facade
from dryrun.notebook import session as sessions
from dryrun.workspace import Workspace


@dataclass
class FakeRunning:
    endpoint: str
    instance: str
    owner: FakeLauncher

    def control(self, path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        if self.owner.dead:
            raise CloudError("The lab cloud does not answer.")
        self.owner.controls.append((path, payload))
        if path == "reset":
            self.owner.runs += 1
        if path == "calls":
            return {"calls": list(self.owner.calls), "next": len(self.owner.calls) + 1}
        if path == "clock":
            return {"now": "2026-01-05T09:00:00+00:00", "mode": "fast", "factor": 1, "pending": []}
        return {}


@dataclass
class FakeLauncher:
    runs: int = 1
    dead: bool = False
    calls: list[dict[str, Any]] = field(default_factory=list)
    controls: list[tuple[str, Any]] = field(default_factory=list)

    def start(self, workspace: Workspace) -> FakeRunning:
        workspace.prepare()
        if self.dead:
            self.dead = False
            self.runs += 1
        for file in (workspace.aws_config, workspace.aws_credentials):
            if not file.exists():
                file.write_text("[default]\nregion = us-east-1\n")
        running = self.find(workspace)
        assert running is not None
        return running

    def find(self, _workspace: Workspace) -> FakeRunning | None:
        if self.dead:
            return None
        return FakeRunning("http://localhost:1", f"run-{self.runs}", self)


class FakeEnvironment:
    @staticmethod
    def lab_environment(workspace: Workspace, endpoint: str) -> dict[str, str | None]:
        return {"AWS_ENDPOINT_URL": endpoint, "AWS_PROFILE": None}

    @staticmethod
    def apply(environment: dict[str, str | None]) -> None:
        for name, value in environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass
class Desk:
    """What a test of the notebook works with."""

    root: Path
    launcher: FakeLauncher
    capture: pytest.CaptureFixture[str]

    def said(self, *_: object) -> str:
        """Return what was shown since the last call, on one line."""
        return " ".join(self.capture.readouterr().out.split())

    def restart_kernel(self) -> None:
        facade._active = None

    @property
    def progress(self) -> Path:
        return self.root / ".dryrun" / "progress"

    @property
    def session(self) -> sessions.Session:
        assert facade._active is not None
        return facade._active


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A workspace with spaces and accents in its path, no notebook, no strictness."""
    root = tmp_path / "Büro der Fähre"
    (root / "labs").mkdir(parents=True)
    for name in ("JPY_SESSION_NAME", "DRYRUN_STRICT", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    kept = dict(os.environ)
    os.environ["DRYRUN_WORKSPACE"] = str(root)
    os.environ[PACKAGES_VARIABLE] = "demo_labs"
    launcher = FakeLauncher()
    monkeypatch.setattr(sessions, "launcher", launcher)
    monkeypatch.setattr(sessions, "environment", FakeEnvironment)
    monkeypatch.setattr(facade, "_active", None)
    yield Desk(root, launcher, capsys)
    os.environ.clear()
    os.environ.update(kept)
