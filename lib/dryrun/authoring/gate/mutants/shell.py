"""Mutants of a shell command: options dropped, values, names, regions and numbers changed."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from dryrun.authoring.gate.mutants.change import Edit, other_value, shorten

WORD = re.compile(r"""(?:\\\n|[^\s'"|&;<>\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")+""", re.DOTALL)
OPERATOR = re.compile(r"\|\|?|&&?|;|\d?>>?|<<?")
ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
# They change how an answer looks, never what was done.
ABOUT_LOOKS = frozenset(
    {"--output", "--no-cli-pager", "--color", "--no-progress", "--no-cli-auto-prompt"}
)
# Words of a command that say what it does; another word would only be a typing error.
FIXED_WORDS = {"aws": 3, "export": 1} | dict.fromkeys(
    ("echo", "printf", "sleep", "test", "true", "tee", "cat", "head", "tail", "wc", "grep", "jq"),
    99,
)


@dataclass(frozen=True)
class Word:
    """Hold a word of a command: as written, as the shell reads it, and where it stands."""

    raw: str
    value: str
    start: int
    end: int


def edits(text: str, start: int) -> list[Edit]:
    """Return the edits of one logical line that begins at `start` of its cell."""
    found: list[Edit] = []
    for words in _commands(text):
        found += _edits_of(words, text)
    return [Edit(edit.name, edit.start + start, edit.end + start, edit.text) for edit in found]


def _commands(text: str) -> list[list[Word]]:
    """Return the simple commands of a line; what follows a redirection is left out."""
    commands: list[list[Word]] = [[]]
    at, skip_next = 0, False
    while at < len(text):
        operator = OPERATOR.match(text, at)
        word = WORD.match(text, at)
        if operator:
            skip_next = "<" in operator[0] or ">" in operator[0]
            if not skip_next:
                commands.append([])
            at = operator.end()
        elif word and word[0].strip("\\\n"):
            if text[at] == "#":
                break
            if not skip_next:
                commands[-1].append(_word(word[0], at))
            skip_next = False
            at = word.end()
        else:
            at += 1
    return [command for command in commands if command]


def _word(raw: str, start: int) -> Word:
    try:
        value = "".join(shlex.split(raw)) if not raw.startswith("#") else raw
    except ValueError:
        value = raw
    return Word(raw, value, start, start + len(raw))


def _edits_of(words: list[Word], text: str) -> list[Edit]:
    found: list[Edit] = []
    at = 0
    while at < len(words) and ASSIGNMENT.fullmatch(words[at].value):
        found += _assignment(words, at, text)
        at += 1
    if at == len(words):
        return found
    name = words[at].value.rsplit("/", 1)[-1]
    fixed = at + FIXED_WORDS.get(name, 1)
    while at < len(words):
        word = words[at]
        if word.value.startswith("--"):
            values = _values(words, at)
            found += _option(words, at, values, text)
            at += len(values)
        elif at >= fixed and name == "export":
            found += _assignment(words, at, text)
        elif at >= fixed and not word.value.startswith("-"):
            found += _changed("argument", word)
        at += 1
    return found


def _values(words: list[Word], at: int) -> list[Word]:
    values = []
    for word in words[at + 1 :]:
        if word.value.startswith("--"):
            break
        values.append(word)
    return values


def _option(words: list[Word], at: int, values: list[Word], text: str) -> list[Edit]:
    option = words[at]
    name, equals, inline = option.value.partition("=")
    if name in ABOUT_LOOKS:
        return []
    last = values[-1] if values else option
    begin = _space_before(text, option.start)
    found = [Edit(f"drop {name}", begin, last.end, "")]
    if equals:
        changed = other_value(inline)
        if changed:
            kind, value = changed
            found.append(_edit(f"{kind} {name}", inline, value, option, f"{name}={_quote(value)}"))
    for value_word in values:
        found += _changed(name, value_word)
    return found


def _assignment(words: list[Word], at: int, text: str) -> list[Edit]:
    word = words[at]
    match = ASSIGNMENT.fullmatch(word.value)
    if not match:
        return []
    name = match["name"]
    found = []
    # Alone on its line, a dropped assignment would leave `%env` or `export` with nothing.
    if len(words) > 1 and not (at == 1 and words[0].value == "export"):
        found.append(Edit(f"drop {name}=", word.start, _space_after(text, word.end), ""))
    changed = other_value(match["value"])
    if changed:
        kind, value = changed
        found.append(
            _edit(f"{kind} {name}", match["value"], value, word, f"{name}={_quote(value)}")
        )
    return found


def _changed(name: str, word: Word) -> list[Edit]:
    changed = other_value(word.value)
    # Single quotes keep a `$` or a brace as it is; without them it is a variable.
    if not changed or ("{" in word.raw and not word.raw.startswith(("'", '"'))):
        return []
    kind, value = changed
    return [_edit(f"{kind} {name}", word.value, value, word, _quote(value))]


def _edit(title: str, old: str, new: str, word: Word, text: str) -> Edit:
    return Edit(f"{title} {shorten(old)}→{shorten(new)}", word.start, word.end, text)


def _quote(value: str) -> str:
    return value if re.fullmatch(r"[\w@%+=:,./~-]+", value) else shlex.quote(value)


def _space_before(text: str, at: int) -> int:
    while at > 0 and text[at - 1] in " \t":
        at -= 1
    return at


def _space_after(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at
