"""Turn facts into HTML and plain text, through one pair of templates for every card."""

from __future__ import annotations

import functools
import re
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import Any

import jinja2
import mistune
from markupsafe import Markup, escape

WIDTH = 80
_LONGEST_VALUE = 1200
_CODE = re.compile(r"`([^`]+)`|(\blab\.\w+(?:\.\w+)?\([^)]*\))")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_FENCE = re.compile(r"^\s*```")
_KEPT_CONTROLS = "\n\t"


def render_html(kind: str, facts: Mapping[str, Any]) -> str:
    """Return the card `kind` as HTML: one element, no scripts, nothing from outside."""
    return _printable(_environment().get_template(f"{kind}.html").render(facts)).strip()


def render_source(template: str, facts: Mapping[str, Any]) -> str:
    """Return what a template in another language than HTML makes of the facts."""
    return _printable(_environment().get_template(template).render(facts)).strip() + "\n"


def render_text(kind: str, facts: Mapping[str, Any]) -> str:
    """Return the card `kind` as plain text of at most 80 columns, save for long values."""
    text = _printable(_environment().get_template(f"{kind}.txt").render(facts))
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _printable(text: str) -> str:
    """Return `text` without terminal codes and control characters, wherever they came from."""
    return "".join(
        character
        for character in _ANSI.sub("", text)
        if character in _KEPT_CONTROLS or unicodedata.category(character)[0] != "C"
    )


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dryrun.notebook"),
        autoescape=jinja2.select_autoescape(("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "inline": inline,
        "markdown": markdown,
        "value": value,
        "wrap": wrap,
        "hang": hang,
        "reflow": reflow,
        "headline": headline,
        "unbroken": unbroken,
        "mermaid": mermaid,
    }
    return environment


def value(text: object) -> str:
    """Return evidence fit to show: not endless, and never nothing."""
    plain = str(text).strip()
    if len(plain) > _LONGEST_VALUE:
        plain = f"{plain[:_LONGEST_VALUE]} … ({len(plain)} characters)"
    return plain or "(nothing)"


def unbroken(text: str) -> str:
    """Return `text` with every number held to its unit."""
    return re.sub(r"(\d) (s|min|h|d)\b", "\\1\u00a0\\2", text)


def mermaid(text: str) -> str:
    """Return `text` for a label of Mermaid's: all but letters, digits and spaces by number."""
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character == " ")
        # Mermaid's own entities, which JupyterLab's strict Mermaid decodes after it has parsed.
        else f"#{ord(character)};"
        for character in str(text)
    )


def inline(text: str) -> Markup:
    """Return `text` as HTML: escaped, with `backticks` and lab.calls() as code."""
    marked = _CODE.sub(lambda m: f"<code>{m[1] or m[2]}</code>", str(escape(text)))
    return Markup(marked)  # noqa: S704 - escaped above


def markdown(text: str) -> Markup:
    """Return markdown as HTML; raw HTML in it is escaped."""
    return Markup(mistune.create_markdown(escape=True)(text))  # noqa: S704 - escaped


def wrap(text: str, indent: int = 0) -> str:
    """Fill `text` to 80 columns, every line indented."""
    return hang(text, indent, indent)


def hang(text: str, first: int, rest: int) -> str:
    """Fill each line of `text` to 80 columns; the first is indented by `first` columns."""
    filled: list[str] = []
    for number, line in enumerate(text.splitlines() or [""]):
        filled += textwrap.wrap(
            line,
            WIDTH,
            initial_indent=" " * (first if number == 0 else rest),
            subsequent_indent=" " * rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(filled)


def reflow(text: str, indent: int = 0) -> str:
    """Fill the paragraphs of markdown and leave its fenced code as it is."""
    fenced = False
    blocks: list[str] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(wrap(" ".join(paragraph), indent))
            paragraph.clear()

    for line in text.strip().splitlines():
        if _FENCE.match(line):
            close()
            fenced = not fenced
        elif fenced:
            blocks.append(" " * (indent + 4) + line)
        elif not line.strip():
            close()
            blocks.append("")
        elif re.match(r"\s*(?:[-*]|\d+\.) ", line):
            close()
            paragraph.append(line.strip())
        else:
            paragraph.append(line.strip())
    close()
    return "\n".join(blocks)


def headline(title: str, status: str = "") -> str:
    """Return a title with its status at the right edge."""
    room = WIDTH - len(title) - len(status) - 2
    if not status or room < 3:
        return "\n".join(part for part in (wrap(title), wrap(status, 2)) if part.strip())
    return f"{title} {'─' * room} {status}"
