"""Begin a lab: a source with every part of a page, and a checks module that goes with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import jinja2

import dryrun
from dryrun.authoring import curriculum
from dryrun.authoring.exceptions import SourceError
from dryrun.workspace import Workspace

TEMPLATES = Path(__file__).with_name("scaffold")
LAB_ID = re.compile(r"(?P<track>\d\d)-(?P<lab>\d\d)")


def scaffold(
    workspace: Workspace, lab_id: str, title: str, checks: Path | None = None
) -> tuple[Path, Path]:
    """Write the source and the checks of a new lab; return both paths.

    `checks` is the folder of the checks packages, by default that of Dry Run itself.
    Raises SourceError when the id is none, or either file exists: nothing is overwritten.
    """
    match = LAB_ID.fullmatch(lab_id)
    slug = slugify(title)
    if not match or not slug:
        raise SourceError(
            f"“{lab_id}” and “{title}” do not name a lab; "
            'write an id such as 02-01 and a title: dryrun new-lab 02-01 "A template".'
        )
    track = _track_folder(workspace.root / "solutions", match["track"])
    package = _package(checks or Path(dryrun.__file__).parent / "checks", track.name)
    source = track / f"{match['lab']}-{slug}.md"
    module = package / f"lab{match['lab']}.py"
    for file in (module, *track.glob(f"{match['lab']}-*.md")):
        if file.exists():
            raise SourceError(
                f"{file.name} exists already; edit it, or give the lab another number."
            )
    planned = curriculum.planned_labs().get(lab_id)
    values = {"id": lab_id, "title": title, "ids": planned.ids if planned else ()}
    _write(source, "lab.md.j2", values)
    _write(module, "checks.py.j2", values)
    init = package / "__init__.py"
    if not init.exists():
        init.write_text(f'"""Checks of track {match["track"]}."""\n', encoding="utf-8")
    return source, module


def slugify(title: str) -> str:
    """Return a title as it stands in file names: "Who wins?" is "who-wins"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _track_folder(solutions: Path, track: str) -> Path:
    existing = sorted(solutions.glob(f"{track}-*/"))
    if existing:
        return existing[0]
    titles = [lab.track for lab in curriculum.planned_labs().values() if lab.id[:2] == track]
    return solutions / "-".join(filter(None, [track, slugify(titles[0]) if titles else ""]))


def _package(checks: Path, track: str) -> Path:
    """Return the folder in which the checks of a track are, or will be."""
    number, _, name = track.partition("-")
    for module in sorted(checks.glob("*/lab*.py")):
        if f'id="{number}-' in module.read_text(encoding="utf-8"):
            return module.parent
    return checks / (name.replace("-", "_") or f"track{number}")


def _write(path: Path, template: str, values: Mapping[str, object]) -> None:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (Markdown and Python, not HTML)
    )
    environment.filters["quoted"] = _quoted
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(environment.get_template(template).render(values), encoding="utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
