"""Show a manual page as plain text: stands in for groff where `aws help` finds none.

It knows what docutils writes for the AWS CLI (headings, indents, lists, literal blocks), not
troff at large.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator

WIDTH = 78
STEP = 7  # columns of a heading's body, as groff sets them
ESCAPES = {
    r"\-": "-", r"\(aq": "'", r"\(dq": '"', r"\(bu": "*", r"\(em": "-", r"\(ga": "`",
    r"\(ha": "^", r"\(ti": "~", r"\e": "\\", r"\~": " ", r"\ ": " ", r"\&": "", r"\%": "",
    r"\c": "",
}  # fmt: skip
TOKEN = re.compile(r"\\(?:f(?:\[\w*\]|\(..|.)|\(..|\[\w+\]|.)")


def render(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of text of a manual page, without line ends."""
    indents = [STEP]
    words: list[str] = []
    bullet = ""
    literal = defining = False

    def flush() -> Iterator[str]:
        nonlocal bullet
        if words:
            margin = " " * sum(indents)
            first = margin[: max(0, len(margin) - len(bullet))] + bullet
            yield from textwrap.wrap(
                " ".join(words), max(WIDTH, len(margin) + 20), initial_indent=first,
                subsequent_indent=margin, break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
            words.clear()
            bullet = ""

    for raw in lines:
        line = raw.rstrip("\n")
        if defining:
            defining = line != ".."
            continue
        if not line.startswith((".", "'")):
            if literal:
                yield " " * sum(indents) + _plain(line)
            elif line:
                words.append(_plain(line))
            continue
        macro, _, rest = line[1:].strip().partition(" ")
        defining = macro in {"de", "de1"}
        if macro in {"sp", "SH", "SS", "INDENT", "UNINDENT", "IP", "TP", "nf", "fi", "PP", "br"}:
            yield from flush()
        if macro in {"sp", "PP", "IP", "TP"}:
            yield ""
        elif macro in {"SH", "SS"}:
            indents[1:] = []
            yield ""
            yield ("" if macro == "SH" else "   ") + _plain(rest.strip('"'))
        elif macro == "INDENT":
            indents.append(round(float(rest or 0)))
        elif macro == "UNINDENT" and len(indents) > 1:
            indents.pop()
        elif macro in {"B", "I"}:
            words.append(_plain(rest))
        if macro == "IP" and rest:
            bullet = _plain(rest.split(" ")[0].strip('"')) + " "
        literal = macro == "nf" or (literal and macro != "fi")
    yield from flush()


def _plain(text: str) -> str:
    return TOKEN.sub(lambda found: ESCAPES.get(found[0], ""), text)


def main() -> None:
    """Read a manual page from standard input and print its text."""
    blank = True
    for line in render(sys.stdin):
        if line or not blank:
            print(line)
        blank = not line


if __name__ == "__main__":
    main()
