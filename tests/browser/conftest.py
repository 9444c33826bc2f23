"""A JupyterLab on a copy of the labs, and a page of a real browser that shows it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from dryrun import doctor
from dryrun.cloud import launcher
from dryrun.workspace import Workspace

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "browser"
ADDRESS = re.compile(r"http://localhost:\d+/lab\S*\?token=\w+")
START_SECONDS = 90
CELL_SECONDS = 60
# Chromium must not look for the outside world; root needs --no-sandbox.
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `dryrun lab` on a copy of the labs, in an empty home folder."""
    root = tmp_path_factory.mktemp("Ärmel kanal")
    home = tmp_path_factory.mktemp("home")
    for folder in ("labs", "solutions", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "DRYRUN_", "JUPYTER"))
    }
    environ |= {"HOME": str(home), "DRYRUN_WORKSPACE": str(root)}
    log = root / "jupyter.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "dryrun.cli", "lab", "--no-browser", "--port", "18888"],
            stdout=output, stderr=output, env=environ, cwd=root, start_new_session=True,
        )  # fmt: skip
    try:
        yield _await_address(process, log)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        launcher.stop(Workspace(root))


def _await_address(process: subprocess.Popen[bytes], log: Path) -> str:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        found = ADDRESS.search(log.read_text(errors="replace"))
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def page(address: str) -> Iterator[Page]:
    """Open the address in headless Chromium."""
    program = doctor.chromium()
    assert program is not None, "Chromium is not installed: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(CELL_SECONDS * 1000)
        page.goto(f"{address}&reset")
        yield page
        browser.close()


@dataclass
class Notebook:
    """The notebook on the page, as somebody with a keyboard uses it."""

    page: Page

    @property
    def cells(self) -> Locator:
        """The cells, top to bottom."""
        return self.page.locator(".jp-Notebook .jp-Cell")

    def cell(self, text: str, nth: int = 0) -> Locator:
        """Return the code cell whose source contains `text`."""
        source = self.page.locator(".jp-InputArea-editor", has_text=text)
        return self.page.locator(".jp-Notebook .jp-CodeCell", has=source).nth(nth)

    def run(self, cell: Locator) -> Locator:
        """Select a cell, run it with Shift+Enter, wait until it is done; return its output."""
        prompt = cell.locator(".jp-InputPrompt").first
        before = prompt.inner_text()
        cell.locator(".jp-InputArea-editor").first.click()
        self.page.keyboard.press("Shift+Enter")
        expect(prompt).not_to_have_text(before, timeout=CELL_SECONDS * 1000)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=CELL_SECONDS * 1000)
        return cell.locator(".jp-OutputArea").first

    def write(self, cell: Locator, text: str) -> None:
        """Put `text` in place of a cell's source."""
        cell.locator(".jp-InputArea-editor .cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def shoot(self, name: str, part: Locator | None = None) -> None:
        """Keep a screenshot for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        if part is not None:
            part.scroll_into_view_if_needed()
        self.page.screenshot(path=SHOTS / f"{name}.png")


@pytest.fixture
def notebook(page: Page) -> Notebook:
    """The lab that JupyterLab opened by itself, with a kernel that answers."""
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=CELL_SECONDS * 1000)
    status = page.locator(".jp-Notebook-ExecutionIndicator, .jp-Toolbar-kernelStatus").first
    expect(status).to_be_visible()
    expect(page.get_by_text(re.compile(r"\| Idle"))).to_be_visible(timeout=CELL_SECONDS * 1000)
    return Notebook(page)
