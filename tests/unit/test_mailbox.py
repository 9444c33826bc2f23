"""The card of `lab.mailbox`."""

from __future__ import annotations

from dryrun.notebook.mailbox import mailbox

SENT = {
    "time": 1767607200.0,
    "kind": "email",
    "sender": "Ferry <no-reply@sns.amazonaws.com>",
    "to": "jane@example.com",
    "subject": "New",
    "text": "a boat <b>\n",
    "topic": "arn:aws:sns:us-east-1:123456789012:news",
    "token": "",
    "link": "",
}


def test_a_mail_is_told_in_text_and_in_html() -> None:
    found = mailbox([SENT])
    assert (found[-1].subject, found[-1].text) == ("New", "a boat <b>\n")
    text = repr(found)
    assert "1 message" in text
    assert "2026-01-05 10:00:00  Ferry <no-reply@sns.amazonaws.com> → jane@example.com" in text
    assert "a boat <b>" in text
    html = found.card.html
    assert "a boat &lt;b&gt;" in html
    assert "<b>New</b>" in html


def test_an_empty_mailbox_says_so() -> None:
    assert "0 messages" in repr(mailbox([]))
