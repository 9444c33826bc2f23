"""Which log events a filter pattern finds; the examples follow the CloudWatch Logs User Guide."""

from __future__ import annotations

import json

import pytest

from dryrun.cloud.logs import filter_patterns
from dryrun.cloud.logs.comparing import PatternError, UnsimulatedError

CALL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", {"deep": 5}],
        "bandwidth": 75,
        "isEnabled": True,
        "gone": None,
        "eks.io/name": "boat",
    }
)
ACCESS = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "message", "found"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("error", "[ERROR 400] BAD REQUEST", False),
        ("ERROR REQUEST", "[ERROR 400] BAD REQUEST", True),
        ("ERROR WARN", "[ERROR 400] BAD REQUEST", False),
        ("?ERROR ?WARN", "[WARN] late", True),
        ("?ERROR ?WARN", "[INFO] late", False),
        ("?ERROR late", "[INFO] late", True),
        ("ERROR -EXITING", "[ERROR] on board", True),
        ("ERROR -EXITING", "[ERROR] EXITING", False),
        ("-EXITING", "all well", True),
        ('"BAD REQUEST" ERROR', "ERROR: REQUEST IS BAD", False),
        ('"BAD REQUEST" ERROR', "ERROR: BAD REQUEST", True),
        (r'"say \"ahoy\""', 'they say "ahoy"', True),
        ('{ $.eventType = "UpdateTrail" }', CALL, True),
        ('{ $.eventType != "UpdateTrail" }', CALL, False),
        ("{ $.eventType = Update* }", CALL, True),
        ('{ $.sourceIPAddress != 123.123.* }', CALL, True),
        ('{ $.arrayKey[0] = "value" }', CALL, True),
        ("{ $.arrayKey[1].deep >= 5 }", CALL, True),
        ("{ $.arrayKey[7].deep >= 5 }", CALL, False),
        ("{ $.bandwidth > 75 }", CALL, False),
        ("{ $.bandwidth = 7.5e1 }", CALL, True),
        ("{ $.isEnabled > 0 }", CALL, False),
        ("{ $.isEnabled IS TRUE }", CALL, True),
        ("{ $.isEnabled IS FALSE }", CALL, False),
        ("{ $.gone IS NULL }", CALL, True),
        ("{ $.nothing IS NULL }", CALL, False),
        ("{ $.nothing NOT EXISTS }", CALL, True),
        ("{ $.gone EXISTS }", CALL, True),
        ('{ $.["eks.io/name"] = "boat" }', CALL, True),
        ('{ $.nothing NOT EXISTS }', "no JSON", False),
        ('{ ($.bandwidth > 90) || ($.isEnabled IS TRUE && $.eventType = "Update*") }', CALL, True),
        ('{ ($.bandwidth > 90 || $.isEnabled IS TRUE) && $.eventType = "x" }', CALL, False),
        ("[ip, id, user, time, request, status_code, size]", ACCESS, True),
        ("[ip, id, user, time, request, status_code]", ACCESS, False),
        ("[ip, ..., status_code = 4*, size > 1000]", ACCESS, True),
        ("[ip, ..., status_code = 404, size > 2000]", ACCESS, False),
        ("[ip != 127.*, ...]", ACCESS, False),
        ('[..., request = "GET*", , ]', ACCESS, True),
        ("[..., user > 5, a, b, c, d]", ACCESS, False),
    ],
)  # fmt: skip
def test_what_a_pattern_finds(pattern: str, message: str, *, found: bool) -> None:
    assert filter_patterns.compile(pattern)(message) is found


@pytest.mark.parametrize(
    "pattern",
    ["{ $.a }", "{ $.a = }", "{ $.a > x }", "{ a = 5 }", "{ ($.a = 5 }", "{ $.a = 5", "{}",
     "{ $.a IS 5 }", "{ $.a = 5 $.b = 5 }", "[a", "[a > x]", "[..., ...]", "{ $.a == 5 }",
     "{" + "(" * 1000 + "}"],
)  # fmt: skip
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(PatternError):
        filter_patterns.compile(pattern)


@pytest.mark.parametrize(
    "pattern", ["%AUTH%", "{ $.a = %x% }", "[a = %x%]", "[a = 1 || a = 2]"]
)  # fmt: skip
def test_what_is_not_simulated(pattern: str) -> None:
    with pytest.raises(UnsimulatedError):
        filter_patterns.compile(pattern)
