"""A person finishes lab 00 in a browser: wrong first, a hint, then right, with the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Notebook

pytestmark = pytest.mark.browser

QUEUE_URL = '"$(aws sqs get-queue-url --queue-name boarding --query QueueUrl --output text)"'


def test_lab_00_from_first_to_last_cell(notebook: Notebook) -> None:
    start = notebook.run(notebook.cell('lab.start("00")'))
    expect(start).to_contain_text("ferry-admin")
    expect(start).to_contain_text("0 of 2 exercises done")

    listed = notebook.run(notebook.cell("aws sqs list-queues"))
    expect(listed).to_contain_text("123456789012/boarding")
    notebook.shoot("1-start", start)

    # Quiz, by keyboard alone: the radio buttons by arrow, the button by Space.
    quiz = notebook.run(notebook.cell('lab.quiz("where-it-goes")'))
    quiz.locator("input[type=radio]").nth(1).focus()
    notebook.page.keyboard.press("Space")
    quiz.locator("button").focus()
    notebook.page.keyboard.press("Space")
    expect(quiz).to_contain_text("A small cloud runs on this computer")
    notebook.shoot("2-quiz", quiz)

    # Wrong on purpose: the card says what was expected, what was found, and where.
    notebook.run(notebook.cell("MessageRetentionPeriod=60"))
    wrong = notebook.run(notebook.cell('lab.check("1"', 0))
    expect(wrong).to_contain_text("not yet")
    expect(wrong).to_contain_text("60 seconds")
    expect(wrong).to_contain_text("queue boarding, attribute MessageRetentionPeriod")
    hint = notebook.run(notebook.cell('lab.hint("1")'))
    expect(hint).to_contain_text("hint 1 of 3")
    notebook.shoot("3-not-yet-and-hint", wrong)

    # Right, with the CLI in the gap.
    gap = notebook.cell("Exercise 1: your turn")
    notebook.write(
        gap,
        f"!aws sqs set-queue-attributes --queue-url {QUEUE_URL} "
        "--attributes MessageRetentionPeriod=3600",
    )
    notebook.run(notebook.cell("MessageRetentionPeriod=3600"))
    right = notebook.run(notebook.cell('lab.check("1"', 1))
    expect(right).to_contain_text("1 of 2 exercises done")
    notebook.shoot("4-done", right)

    # The challenge, with boto3 this time.
    gap = notebook.cell("Exercise 2: your turn")
    notebook.write(
        gap,
        'import boto3\nsqs = boto3.client("sqs")\n'
        'sqs.tag_queue(QueueUrl=sqs.get_queue_url(QueueName="boarding")["QueueUrl"], '
        'Tags={"team": "pier"})',
    )
    notebook.run(notebook.cell("sqs.tag_queue("))
    tagged = notebook.run(notebook.cell('lab.check("2")'))
    expect(tagged).to_contain_text("2 of 2 exercises done")

    missing = notebook.run(notebook.cell("--queue-name bording"))
    expect(missing).to_contain_text("NonExistentQueue")
    notebook.run(notebook.cell("aws sqs delete-queue"))
    clean = notebook.run(notebook.cell("lab.check_clean_up()"))
    expect(clean).to_contain_text(re.compile("clean", re.IGNORECASE))
    notebook.shoot("5-clean", clean)


def test_the_terminal_has_the_same_account(notebook: Notebook) -> None:
    page = notebook.page
    page.keyboard.press("Control+Shift+L")
    page.locator(".jp-LauncherCard[data-category=Other]", has_text="Terminal").click()
    terminal = page.locator(".jp-Terminal .xterm-screen")
    expect(terminal).to_be_visible()
    page.wait_for_timeout(2000)
    terminal.click()
    page.keyboard.type("aws s3 mb s3://ferry-from-a-terminal && aws s3 help | head -8\n")
    page.wait_for_timeout(6000)
    notebook.shoot("6-terminal")
    page.locator(".lm-TabBar-tabLabel", has_text="00-start-here").click()
    probe = notebook.cell("aws sqs list-queues")
    notebook.write(probe, "!aws s3 ls # sqs list-queues")
    listed = notebook.run(notebook.cell("aws s3 ls"))
    expect(listed).to_contain_text("ferry-from-a-terminal")


def test_a_call_for_aws_is_refused_in_one_sentence(notebook: Notebook) -> None:
    cell = notebook.cell("aws s3 ls")
    notebook.write(cell, "!aws s3 ls --endpoint-url https://s3.amazonaws.com")
    refused = notebook.run(notebook.cell("https://s3.amazonaws.com"))
    expect(refused).to_contain_text("Dry Run lets no lab process reach AWS (s3.amazonaws.com)")
    notebook.shoot("7-refused", refused)
