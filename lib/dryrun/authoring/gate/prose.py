"""Read the prose of a lab: headings, links, images and words, without what stands in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dryrun.authoring.cells import Cell
from dryrun.authoring.source import Source

FENCED = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
INLINE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]+(?P<text>.+?)[ \t]*#*$", re.MULTILINE)
LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]*)(?:\s+\"[^\"]*\")?\)")
HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
WORD = re.compile(r"\w+(?:['-]\w+)*")


@dataclass(frozen=True)
class Heading:
    """Hold a heading, its level from 1 and its line in the source."""

    level: int
    text: str
    line: int


@dataclass(frozen=True)
class Link:
    """Hold a markdown link or image; `text` is the alternative text of an image."""

    text: str
    target: str
    is_image: bool
    line: int


def shown(source: Source) -> list[Cell]:
    """Return the cells that both notebooks have."""
    return [cell for cell in source.cells if cell.role in ("shown", "solution")]


def headings(source: Source) -> Iterator[Heading]:
    """Yield the headings of the page in order."""
    for cell in source.cells:
        if cell.kind == "markdown":
            text = _without_fences(cell.text)
            for match in HEADING.finditer(text):
                yield Heading(len(match["marks"]), match["text"], _line(cell, text, match))


def links(source: Source) -> Iterator[Link]:
    """Yield markdown links and images."""
    for cell in source.cells:
        if cell.kind == "markdown":
            text = _without_code(cell.text)
            for match in LINK.finditer(text):
                line = _line(cell, text, match)
                yield Link(match["text"], match["target"], bool(match["image"]), line)


def html_images(source: Source) -> Iterator[tuple[str, int]]:
    """Yield <img> tags with their lines."""
    for cell in source.cells:
        if cell.kind == "markdown":
            text = _without_code(cell.text)
            for match in HTML_IMAGE.finditer(text):
                yield match[0], _line(cell, text, match)


def words(source: Source) -> int:
    """Return how many words a learner reads: prose and code, not the solutions."""
    return sum(len(WORD.findall(c.text)) for c in source.cells if c.role == "shown")


def _line(cell: Cell, text: str, match: re.Match[str]) -> int:
    return cell.line + text.count("\n", 0, match.start())


def _without_fences(text: str) -> str:
    # Newlines stay, so that lines can still be counted.
    return FENCED.sub(lambda match: "\n" * match[0].count("\n"), text)


def _without_code(text: str) -> str:
    return INLINE.sub("", _without_fences(text))
