"""Event patterns: what AWS says of wrong ones, and what people do not expect of right ones.

The messages and their places are those that AWS answers; `aws/event-ruler`, its matcher, is the
source of the rest.
"""

from __future__ import annotations

import json
import timeit
from typing import Any

import pytest

from dryrun.cloud.events import patterns
from dryrun.cloud.events.event_fields import fields_of

COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character"
    " sequences after a wildcard character"
)
NOT_TEXT = "prefix/suffix match pattern must be a string"
BUT_CASE = (
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
)
ANY_CASE = "equals-ignore-case match pattern must be a string"
BUT_VALUE = "Value of anything-but must be an array or single string/number value."
BUT_MIXED = (
    "Inside anything but list, either all values are number or string, mixed type is not supported"
)
TOKEN = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def placed(text: str, column: int) -> str:
    return f'\n at [Source: (String)"{text}"; line: 1, column: {column}]'


# The pattern, what is wrong, and the column; 0 for a message without a place.
REFUSED: list[tuple[str, str, int]] = [
    ('{"int": 42}', '"int" must be an object or an array', 11),
    ('{"string": "my-value"}', '"string" must be an object or an array', 13),
    ('{"resources": []}', "Empty arrays are not allowed", 17),
    ('{"my_key": [{"EXISTS": true}]}', "Unrecognized match type EXISTS", 28),
    ('{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}', "Unrecognized match type NUMERIC", 36),
    (
        '{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}',
        "Bad numeric range operator: >",
        49,
    ),
    ('{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}', "Value of < must be numeric", 50),
    ('{"time": [{"prefix": 123}]}', "prefix match pattern must be a string", 25),
    ('{"time": [{"prefix": ["2022-07-13"]}]}', "prefix match pattern must be a string", 23),
    ('{"FileName": [{"suffix": 123}]}', "suffix match pattern must be a string", 29),
    ('{"EventBusArn": [{"wildcard": 123}]}', "wildcard match pattern must be a string", 34),
    ('{"detail": {"state": [{"anything-but": {"prefix": 123}}]}}', NOT_TEXT, 54),
    ('{"detail": {"state": [{"anything-but": {"equals-ignore-case": 123}}]}}', BUT_CASE, 66),
    (
        '{"detail": {"FileName": [{"anything-but": {"suffix": {"equals-ignore-case": ".p"}}}]}}',
        BUT_VALUE,
        55,
    ),
    (
        '{"detail": {"sourceIPAddress": [{"cidr": ["bad-type"]}]}}',
        "prefix match pattern must be a string",
        43,
    ),
    ('{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required", 0),
    ('{"a": [{"cidr": "10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer", 0),
    ('{"a": [{"cidr": "xx.11.xx/8"}]}', "Nonstandard IP address: xx.11.xx", 0),
    ('{"a": [{"cidr": "300.1.1.1/8"}]}', "Invalid IP address: 300.1.1.1", 0),
    ('{"a": [{"cidr": "10.0.0.0/32"}]}', "IPv4 mask bits must be < 32", 0),
    ('{"a": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}', COMPLEX, 0),
    ('{"a": [{"wildcard": "a**b"}]}', "Consecutive wildcard characters at pos 2", 27),
    ('{"a": [{"wildcard": "a\\\\b"}]}', "Invalid escape character at pos 2", 27),
    ('{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed", 38),
    ('{"a": [{"anything-but": null}]}', BUT_VALUE, 29),
    ('{"a": [{"equals-ignore-case": {"prefix": "b"}}]}', ANY_CASE, 32),
    ('{"a": [{"anything-but": ["a", 1]}]}', BUT_MIXED, 33),
    ('{"a": [{"anything-but": {"numeric": 1}}]}', "Unsupported anything-but pattern: numeric", 38),
    ('{"a": [{"exists": "yes"}]}', "exists match pattern must be either true or false.", 20),
    ('{"a": [{"numeric": [">", 5, "<", 3]}]}', "Bottom must be less than top", 36),
    ('{"a": [{"numeric": ["!", 5]}]}', "Unrecognized numeric range operator: !", 27),
    ('{"a": [{"numeric": 5}]}', "Value of numeric must be an array.", 21),
    ('{"a": [{"numeric": ["=", 5, 6]}]}', "Too many elements in numeric expression", 30),
    ('{"a": [{"prefix": {"suffix": "x"}}]}', "Unsupported prefix pattern: suffix", 31),
    ('{"a": [{}]}', "Match expression name not found", 10),
    ('{"a": [["b"]]}', "Match value must be String, number, true, false, or null", 9),
    ('{"a": {}}', "Empty objects are not allowed", 9),
    ("{}", "Empty objects are not allowed", 3),
    (
        '{"$or": [{"a": ["b"]}]}',
        "There must have at least 2 Objects in $or relationship.",
        23,
    ),
    ('{"$or": {"a": ["b"]}}', "It must be an Array followed with $or.", 10),
    ('{"$or": ["a", "b"]}', "Only JSON object is allowed in array of $or relationship.", 11),
    (
        '{"$or": [{"prefix": ["b"]}, {"a": ["b"]}]}',
        "prefix is Ruler reserved fieldName which cannot be used inside $or.",
        22,
    ),
    ('["not", "a", "dict"]', "Filter is not an object", 2),
    ("this is no json", f"Unrecognized token 'this': {TOKEN}", 5),
    ('{"not": closed mark"', f"Unrecognized token 'closed': {TOKEN}", 15),
    (
        "{'bad': 'quotation'}",
        "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
        2,
    ),
]


@pytest.mark.parametrize(("text", "reason", "column"), REFUSED)
def test_wrong_patterns_are_refused_in_the_words_of_aws(
    text: str, reason: str, column: int
) -> None:
    with pytest.raises(patterns.InvalidPattern) as refused:
        patterns.compile(text)
    place = placed(text, column) if column else ""
    assert str(refused.value) == f"Event pattern is not valid. Reason: {reason}{place}"


def test_a_mistake_inside_a_list_is_placed_twice() -> None:
    text = '{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}'
    with pytest.raises(patterns.InvalidPattern) as refused:
        patterns.compile(text)
    assert str(refused.value).endswith(BUT_CASE + placed(text, 67) * 2)


def test_a_long_pattern_is_shown_in_part() -> None:
    text = json.dumps({"a": ["x" * 600], "b": 1})
    with pytest.raises(patterns.InvalidPattern, match=r"\[truncated 119 chars\]; line: 1, column"):
        patterns.compile(text)


def test_lines_are_counted() -> None:
    with pytest.raises(patterns.InvalidPattern, match=r"line: 3, column: 10\]"):
        patterns.compile('{\n "a": ["b"],\n "b": 1.5}')


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    return patterns.compile(pattern).matches(event)


# What the pattern wants of one field, a value that is met, and one that is not.
MET: list[tuple[list[Any], Any, Any]] = [
    (["a", "b"], "b", "c"),
    ([""], "", " "),
    ([None], None, "null"),
    ([True], True, "true"),
    ([300], 3.0e2, "300"),
    ([12345678901234567890], 12345678901234567890, 12345678901234567891),
    ([{"prefix": "eu-"}], "eu-west-1", "EU-west-1"),
    ([{"prefix": {"equals-ignore-case": "EU-"}}], "eu-west-1", "us-east-1"),
    ([{"prefix": ""}], "anything", 5),
    ([{"suffix": ".png"}], "a.png", "a.PNG"),
    ([{"suffix": {"equals-ignore-case": ".png"}}], "a.PNG", "a.jpg"),
    ([{"anything-but": "a"}], None, "a"),
    ([{"anything-but": ["a", "b"]}], 5, "b"),
    ([{"anything-but": 300}], "300", 300.0),
    ([{"anything-but": [1, 2]}], 3, 2.0),
    ([{"anything-but": {"prefix": "a"}}], 5, "ab"),
    ([{"anything-but": {"prefix": ["a", "b"]}}], "cb", "bc"),
    ([{"anything-but": {"suffix": [".txt", ".md"]}}], "a.png", "a.md"),
    ([{"anything-but": {"equals-ignore-case": "Ab"}}], "abc", "aB"),
    ([{"anything-but": {"wildcard": ["*/x/*", "y*"]}}], "/z/", "/x/"),
    ([{"numeric": [">", 0, "<=", 5]}], 5, 0),
    ([{"numeric": ["=", 3.018e2]}], 301.8, "301.8"),
    ([{"numeric": ["<", 0]}], -0.000001, 0),
    ([{"cidr": "10.0.0.0/24"}], "10.0.0.255", "10.0.1.0"),
    ([{"cidr": "10.0.0.7/24"}], "10.0.0.7", "10.0.0.6"),
    ([{"cidr": "2001:db8::/32"}], "2001:DB8:1::1", "2001:db9::1"),
    (["2001:db8:0::1"], "2001:db8::1", "2001:db8::2"),
    ([{"wildcard": "dir/*/a\\*.png"}], "dir/x/y/a*.png", "dir/x/ab.png"),
    ([{"equals-ignore-case": "Alice"}], "aLICE", "Alic"),
    ([{"equals-ignore-case": ""}], "", "a"),
    ([{"wildcard": ""}], "", "a"),
    ([{"anything-but": {"wildcard": ""}}], "a", ""),
    ([{"anything-but": {"suffix": [".txt"]}}], None, ".txt"),
    ([{"exactly": "a"}], "a", "b"),
    ([{"exists": True}], None, {}),
    (["a"], ["b", "a"], ["b"]),
    ([{"anything-but": "a"}], ["a", "b"], ["a"]),
]


@pytest.mark.parametrize(("wanted", "met", "not_met"), MET)
def test_each_operator_takes_what_it_should(wanted: list[Any], met: Any, not_met: Any) -> None:
    assert matches({"detail": {"f": wanted}}, {"detail": {"f": met}})
    assert not matches({"detail": {"f": wanted}}, {"detail": {"f": not_met}})


def test_what_is_absent_is_no_anything() -> None:
    assert not matches({"a": [{"anything-but": "x"}]}, {"b": 1})
    assert matches({"a": [{"exists": False}]}, {"b": 1})
    assert matches({"a": [{"exists": False}, "x"]}, {"a": "x"})
    assert not matches({"a": [{"exists": True}]}, {"a": []})


def test_fields_meet_in_one_element_of_a_list() -> None:
    event = {"items": [{"id": 1, "n": 1}, {"id": 2, "n": 2}]}
    assert matches({"items": {"id": [2], "n": [2]}}, event)
    assert not matches({"items": {"id": [1], "n": [2]}}, event)
    nested = {"o": [{"p": [{"x": 1, "y": 2}]}, {"p": [{"x": 3, "y": 4}]}]}
    assert matches({"o": {"p": {"x": [3], "y": [4]}}}, nested)
    assert not matches({"o": {"p": {"x": [1], "y": [4]}}}, nested)


def test_a_field_can_be_absent_in_the_element_that_was_met() -> None:
    event = {"items": [{"id": 1, "sold": True}, {"id": 2}]}
    assert matches({"items": {"id": [2], "sold": [{"exists": False}]}}, event)
    assert not matches({"items": {"id": [1], "sold": [{"exists": False}]}}, event)


def test_or_stands_beside_other_fields() -> None:
    pattern = {"source": ["s"], "$or": [{"a": [1]}, {"b": {"c": [{"prefix": "x"}]}}]}
    assert matches(pattern, {"source": "s", "b": {"c": "xy"}})
    assert matches(pattern, {"source": "s", "a": 1})
    assert not matches(pattern, {"source": "t", "a": 1})
    assert not matches(pattern, {"source": "s", "a": 2})


def test_a_dot_in_a_name_is_a_step() -> None:
    assert matches({"detail": {"state.status": ["x"]}}, {"detail": {"state": {"status": "x"}}})
    assert matches({"detail": {"state": {"status": ["x"]}}}, {"detail": {"state.status": "x"}})


def test_a_thousand_rules_cost_little() -> None:
    """At most 5 ms an event are wanted; a busy machine has ten times that here."""
    compiled = [
        (number, patterns.compile({"source": ["s"], "detail": {"n": [{"numeric": [">", number]}]}}))
        for number in range(1000)
    ]
    index = patterns.Index(compiled)
    event = {"source": "s", "detail": {"n": 500, "list": [{"a": 1}] * 20}}
    assert index.matching(fields_of(event)) == list(range(500))
    seconds = timeit.repeat(lambda: index.matching(fields_of(event)), number=1, repeat=10)
    assert min(seconds) < 0.05
