"""Page every list as AWS pages it.

moto answers some lists whole, cuts others short without a word, and loses its place in some when
things are deleted between two pages. So moto gives the whole list, and the pages are cut out of it
here. Every token given out is known, so that one that was made up is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dryrun.cloud import page_wire
from dryrun.cloud.errors import Answer
from dryrun.cloud.journal import chance
from dryrun.cloud.page_rules import PageRule, Path, rule_for
from dryrun.cloud.page_wire import parse, serialize
from dryrun.cloud.routing import ApiCall

Ask = Callable[[str, bytes], Answer]

MOST_LISTS = 4
"""How many gathered lists are kept between two pages."""

KEEP_SECONDS = 60.0
MOST_ROUNDS = 2000
MOST_TOKENS = 50_000
"""How many tokens are remembered; the oldest are forgotten first."""

_IDENTITY = re.compile(r"(Id|ID|Arn|ARN|Name|Key|Url|id|arn|name|key)$")
_BAD_TOKEN = re.compile(r"Invalid.*(Token|Marker)|ExpiredNextToken")
_BAD_INPUT = (
    "ValidationException", "InvalidParameterException", "InvalidParameterValueException",
    "InvalidParametersException", "InvalidArgumentException", "InvalidRequestException",
    "InvalidInputException", "BadRequestException", "ClientException",
)  # fmt: skip

_BAD_TOKENS = {
    "iam": ("ValidationError", "Invalid Marker."),
    "logs": ("InvalidParameterException", "The specified nextToken is invalid."),
    "s3": ("InvalidArgument", "The continuation token provided is incorrect"),
}


@dataclass(frozen=True)
class Delivered:
    """The items of a page already given out, and of those before it."""

    prints: tuple[str, ...]
    before: Delivered | None

    def start(self, prints: list[str]) -> int:
        """Return where the next page begins: after the last item given out that is still there."""
        where = {item: at for at, item in enumerate(prints)}
        page: Delivered | None = self
        while page is not None:
            for item in reversed(page.prints):
                if item in where:
                    return where[item] + 1
            page = page.before
        return 0


@dataclass(frozen=True)
class Gathered:
    """A whole list: moto's first answer, all that it holds, and what each item is known by."""

    answer: Answer
    everything: dict[str, Any]
    rows: list[Any]
    prints: list[str]
    at: float
    """When it was gathered, in seconds of the monotonic clock."""


@dataclass
class Page:
    """What a request asks for: at most how many items, and from where on."""

    rule: PageRule
    limit: int | None
    token: str | None
    delivered: Delivered | None = None

    @property
    def is_ours(self) -> bool:
        """Whether moto is to give all items, for us to cut the page out of them."""
        known = self.token is None or self.delivered is not None or self.rule.by_name
        return self.rule.gathered and self.rule.size(self.limit) is not None and known


class Pages:
    """The pages given out so far, and how to go on from each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: OrderedDict[tuple[str, str, str], Delivered | None] = OrderedDict()
        self._kept: OrderedDict[str, Gathered] = OrderedDict()
        self._number = 0
        self._changes = 0

    def requested(self, call: ApiCall) -> Page | None:
        """Return the page a request asks for, or None when its operation is not paged."""
        rule = rule_for(call.operation) if call.operation is not None else None
        if rule is None or not page_wire.can_rewrite(call):
            return None
        asked = call.parameters.get(rule.limit) if rule.limit else None
        token = call.parameters.get(rule.token) if rule.token else None
        page = Page(rule, int(asked) if asked not in (None, "") else None, token or None)
        if page.token is not None:
            page.delivered = self._given.get((call.service, call.name, page.token))
        return page

    def refuse(self, call: ApiCall, page: Page) -> tuple[str, str] | None:
        """Return the (code, message) for a page no list has, or None."""
        if page.token is not None and page.rule.opaque:
            with self._lock:
                known = (call.service, call.name, page.token) in self._given
            if not known:
                return _refuse_token(call, page)
        return _refuse_limit(call, page)

    def changed(self) -> None:
        """Forget the lists that were gathered: the account is no longer the same."""
        with self._lock:
            self._changes += 1
            self._kept.clear()

    def serve(self, call: ApiCall, page: Page, query: str, body: bytes, ask: Ask) -> Answer:
        """Answer a request; `ask` gives moto's answer to a query string and a body."""
        if not page.is_ours:
            answer = ask(query, body)
            if answer.status == 200:
                self._remember_theirs(call, page, answer)
            return answer
        gathered = self._gather(call, page, query, body, ask)
        return gathered if isinstance(gathered, Answer) else self._cut(call, page, gathered)

    def _gather(
        self, call: ApiCall, page: Page, query: str, body: bytes, ask: Ask
    ) -> Gathered | Answer:
        """Return the whole list, or moto's answer when it refuses."""
        rule = page.rule
        assert rule.token is not None
        query, body = page_wire.with_member(call, rule.token, None, query, body)
        if rule.limit is not None:
            query, body = page_wire.with_member(call, rule.limit, rule.maximum, query, body)
        key = f"{call.service} {call.name} {call.signature.region} {call.request.path} {query} "
        key += body.decode("latin-1")
        with self._lock:
            kept, changes = self._kept.get(key), self._changes
        if page.delivered is not None and kept and time.monotonic() - kept.at < KEEP_SECONDS:
            return kept
        first = ask(query, body)
        if first.status != 200:
            return first
        everything = parse(call, first)
        more = _find(everything, rule.next_token)
        for _ in range(MOST_ROUNDS):
            if not isinstance(more, str) or not more:
                break
            answer = ask(*page_wire.with_member(call, rule.token, more, query, body))
            following = parse(call, answer) if answer.status == 200 else {}
            for path in rule.items:
                here, there = _find(everything, path), _find(following, path)
                if isinstance(here, list) and isinstance(there, list):
                    here.extend(there)
            more = _find(following, rule.next_token)
        if len(rule.next_token) == 1:
            everything.pop(rule.next_token[0], None)
        rows = _rows(everything, rule)
        prints = [_fingerprint(item) for item in rows]
        gathered = Gathered(first, everything, rows, prints, time.monotonic())
        with self._lock:
            if changes == self._changes:
                self._kept[key] = gathered
            while len(self._kept) > MOST_LISTS:
                self._kept.popitem(last=False)
        return gathered

    def _cut(self, call: ApiCall, page: Page, gathered: Gathered) -> Answer:
        rule, rows, prints = page.rule, gathered.rows, gathered.prints
        size = rule.size(page.limit) or len(rows)
        start = _start(page, rows, prints)
        end = min(start + size, len(rows))
        more = end < len(rows)
        cut = _cut_out(gathered.everything, rule, start, end)
        if more and rule.by_name:
            _put(cut, rule.next_token, str(rows[end - 1]))
        elif more and not (rule.silent and page.limit is None):
            token = self._new_token()
            delivered = Delivered(tuple(prints[start:end]), page.delivered)
            self._remember(call, token, delivered)
            _put(cut, rule.next_token, token)
        if rule.more:
            _put(cut, rule.more, more)
        return serialize(call, cut, gathered.answer)

    def _remember_theirs(self, call: ApiCall, page: Page, answer: Answer) -> None:
        if page.rule.opaque:
            token = _find(parse(call, answer), page.rule.next_token)
            if isinstance(token, str):
                self._remember(call, token, None)

    def _remember(self, call: ApiCall, token: str, delivered: Delivered | None) -> None:
        # The token must be known again after a replay, and those after it have the next numbers.
        chance.touch()
        with self._lock:
            self._given[call.service, call.name, token] = delivered
            if len(self._given) > MOST_TOKENS:
                self._given.popitem(last=False)

    def _new_token(self) -> str:
        with self._lock:
            self._number += 1
            made = hashlib.sha384(f"page {self._number}".encode()).digest()
        return base64.urlsafe_b64encode(made).decode()


def _start(page: Page, rows: list[Any], prints: list[str]) -> int:
    """Return where the page begins."""
    if page.rule.by_name and page.token is not None:
        names = [str(item) for item in rows]
        return next((at for at, name in enumerate(names) if name > page.token), len(names))
    return page.delivered.start(prints) if page.delivered is not None else 0


def count_items(call: ApiCall, page: Page, answer: Answer) -> int:
    """Return how many items an answer lists."""
    return len(_rows(parse(call, answer), page.rule))


def _refuse_limit(call: ApiCall, page: Page) -> tuple[str, str] | None:
    if page.limit is None or page.rule.limit is None:
        return None
    if page.rule.maximum is not None and page.limit > page.rule.maximum:
        bound = f"less than or equal to {page.rule.maximum}"
    elif page.rule.minimum is not None and page.limit < page.rule.minimum:
        bound = f"greater than or equal to {page.rule.minimum}"
    else:
        return None
    if call.service in ("s3", "ec2", "sqs", "cloudtrail"):
        return None  # these have bounds of their own, in words of their own
    name = page.rule.limit[0].lower() + page.rule.limit[1:]
    code = "ValidationError" if call.protocol == "query" else "ValidationException"
    if call.service == "logs":
        code = "InvalidParameterException"
    return code, (
        f"1 validation error detected: Value '{page.limit}' at '{name}' failed to satisfy "
        f"constraint: Member must have value {bound}"
    )


def _refuse_token(call: ApiCall, page: Page) -> tuple[str, str]:
    if call.service in _BAD_TOKENS:
        return _BAD_TOKENS[call.service]
    if call.protocol == "ec2":
        return "InvalidParameterValue", "Unable to parse pagination token"
    assert call.operation is not None
    declared = {
        shape.name: str(shape.metadata.get("error", {}).get("code") or shape.name)
        for shape in call.operation.error_shapes
    }
    message = f"The {page.rule.token} '{page.token}' is not valid."
    for name, code in declared.items():
        if _BAD_TOKEN.search(name):
            return code, message
    for name in _BAD_INPUT:
        if name in declared:
            return declared[name], message
    return ("ValidationError" if call.protocol == "query" else "ValidationException"), message


def _rows(parsed: dict[str, Any], rule: PageRule) -> list[Any]:
    """Return all items in order; of parallel lists those of the first."""
    found = [_find(parsed, path) for path in rule.items]
    lists = [values for values in found if isinstance(values, list)]
    return [item for values in (lists[:1] if rule.parallel else lists) for item in values]


def _cut_out(parsed: dict[str, Any], rule: PageRule, start: int, end: int) -> dict[str, Any]:
    """Return a copy that holds the items from `start` to `end` only."""
    made = dict(parsed)
    before = 0
    for path in rule.items:
        values = _find(parsed, path)
        if isinstance(values, list):
            _put(made, path, values[max(start - before, 0) : max(end - before, 0)])
            before += 0 if rule.parallel else len(values)
    return made


def _fingerprint(item: Any) -> str:
    """Return what an item is known by: its names and ids, or all of it."""
    if isinstance(item, dict):
        named = {k: v for k, v in item.items() if isinstance(v, str) and _IDENTITY.search(k)}
        item = sorted(named.items()) or item
    return hashlib.sha256(repr(item).encode()).hexdigest()[:16]


def _find(parsed: dict[str, Any], path: Path) -> Any:
    value: Any = parsed
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _put(parsed: dict[str, Any], path: Path, value: Any) -> None:
    """Set a value; the structures on the way are copied, for others may hold them too."""
    for name in path[:-1]:
        parsed[name] = dict(parsed.get(name) or {})
        parsed = parsed[name]
    parsed[path[-1]] = value
