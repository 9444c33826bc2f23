"""The rule that every link of a lab leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from dryrun.authoring.gate import prose
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def links(subject: Subject) -> Iterator[Finding]:
    """Demand that relative links lead from labs/ to a file, or to a heading of the page."""
    source = subject.source
    anchors = {_anchor(heading.text) for heading in prose.headings(source)}
    for link in prose.links(source):
        if SCHEME.match(link.target):
            continue
        path, _, anchor = unquote(link.target).partition("#")
        if path and not (source.lab_notebook.parent / path).exists():
            yield subject.finding(
                "links",
                f"the link to {link.target} leads to no file",
                f"write it relative to {source.lab_notebook.parent.relative_to(source.root)}/",
                line=link.line,
            )
        elif not path and _anchor(anchor) not in anchors:
            yield subject.finding(
                "links",
                f"the link to #{anchor} leads to no heading of this page",
                "write the heading with hyphens for spaces",
                line=link.line,
            )


def _anchor(text: str) -> str:
    return re.sub(r"[\s`*_]+", "-", text).strip("-").casefold()
