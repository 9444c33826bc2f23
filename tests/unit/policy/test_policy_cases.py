"""What AWS answers to a request, case by case, as its documentation has it."""

from __future__ import annotations

import policy_tables as tables
import pytest

CASES = list(tables.read())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.why}")
def test_answer_is_that_of_aws(case: tables.Case) -> None:
    decision = case.decide()
    assert tables.answer_of(decision) == case.answer, f"{case.page}: {case.why}"
    assert (
        decision.verdict.value
        == {"a": "allowed", "e": "explicitDeny", "i": "implicitDeny"}[case.answer[0]]
    )


def test_there_are_enough_cases_and_each_names_its_page() -> None:
    assert len(CASES) >= 400
    assert all(case.page and case.why for case in CASES)


def test_no_case_is_there_twice() -> None:
    said = [(case.file, case.why) for case in CASES]
    assert len(set(said)) == len(said)
    asked = [
        (case.request.action, case.request.resource, str(case.request), str(case.policies))
        for case in CASES
    ]
    assert len(set(asked)) == len(asked)
