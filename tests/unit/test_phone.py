"""The phone in the notebook: codes that are text in a command and a card at a cell's end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from demo_labs.support import Desk, FakeRunning

from dryrun import lab
from dryrun.exceptions import LabError
from dryrun.notebook import phone
from dryrun.notebook.display import Sentence

SEEN: dict[str, Any] = {
    "serial_number": "arn:aws:iam::123456789012:mfa/deck/purser",
    "user": "purser",
    "code": "012345",
    "before": "678901",
    "seconds": 16.2,
    "wait": 0,
    "late": 0,
    "seed": "ABCD" * 16,
    "uri": "otpauth://totp/Amazon%20Web%20Services:purser@123456789012?secret=ABCD",
}


@pytest.fixture
def answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    given: dict[str, Any] = {"phone": dict(SEEN), "web-identity": {"token": "a.b.c"}}
    control = FakeRunning.control

    def answer(self: FakeRunning, path: str, payload: dict[str, Any] | None = None) -> Any:
        asked = control(self, path, payload)
        return given.get(path, asked)

    monkeypatch.setattr(FakeRunning, "control", answer)
    lab.start("97")
    desk.said()
    return given


def test_a_code_is_text_in_a_command(answers: dict[str, Any]) -> None:
    code = lab.mfa_code("purser")
    assert code == "012345"
    assert f"--token-code {code}" == "--token-code 012345"
    assert json.dumps({"TokenCode": code}) == '{"TokenCode": "012345"}'
    assert len(code) == 6


def test_a_code_at_the_end_of_a_cell_tells_how_long_it_is_good(answers: dict[str, Any]) -> None:
    code = lab.mfa_code("purser")
    said = repr(code)
    for fact in ("Phone · purser", "012345", "17 seconds left"):
        assert fact in said
    assert "!" not in said
    assert "012345" in code._repr_mimebundle_()["text/html"]


def test_a_used_code_says_so_and_offers_the_clock(answers: dict[str, Any]) -> None:
    answers["phone"]["wait"] = 46.2
    said = " ".join(repr(lab.mfa_code("purser")).split())
    assert "This code has been used" in said
    assert "lab.clock.advance(seconds=47)" in said


def test_a_device_out_of_step_says_how_to_resync_it(answers: dict[str, Any]) -> None:
    answers["phone"]["late"] = -5
    said = " ".join(repr(lab.mfa_code("purser")).split())
    assert "aws iam resync-mfa-device" in said
    assert 'lab.mfa_codes("purser")' in said


def test_two_codes_for_enabling(answers: dict[str, Any]) -> None:
    answers["phone"]["wait"] = 46.2
    codes = lab.mfa_codes("purser")
    first, second = codes
    assert (first, second) == ("678901", "012345")
    said = repr(codes)
    assert "678901   012345" in said
    assert "has been used" not in said
    assert "678901" in codes._repr_mimebundle_()["text/html"]


def test_the_qr_code_has_a_twin_in_text(answers: dict[str, Any], desk: Desk) -> None:
    lab.mfa_qr("purser")
    said = desk.said()
    for fact in (SEEN["seed"], SEEN["uri"], "belongs to purser", "lab clock"):
        assert fact in said
    html = phone.qr_card(SEEN).html
    assert '<img src="data:image/png;base64,' in html
    assert SEEN["seed"] in html


def test_what_goes_wrong_ends_the_cell_with_one_sentence(answers: dict[str, Any]) -> None:
    answers["phone"] = {"wrong": 'There is no MFA device "x" in your account; there are: none yet.'}
    for ask in (lab.mfa_code, lab.mfa_codes):
        with pytest.raises(Sentence) as sentence:
            ask("x")
        (line,) = sentence.value._render_traceback_()
        assert line.startswith('! There is no MFA device "x"')


def test_before_a_lab_is_started() -> None:
    with pytest.raises(LabError, match="No lab is started"):
        lab.mfa_code("purser")


def test_a_token_of_an_identity_provider(answers: dict[str, Any]) -> None:
    assert lab.web_identity_token("https://x.example.com", "ferry", "anna") == "a.b.c"
    answers["web-identity"] = {"wrong": "A token is good for up to 24 hours, not 25."}
    with pytest.raises(Sentence, match="up to 24 hours"):
        lab.web_identity_token("https://x.example.com", "ferry", "anna", hours=25)
