"""Read and change AWS config and credentials files as the AWS tools do."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from dryrun.checks.exceptions import UnreadableFileError

Ini = dict[str, dict[str, str]]


def read_ini(path: Path) -> Ini:
    """Return {section: {key: value}} of `path`; a missing file is empty.

    Sections keep their names as written ("profile purser" in a config file). Raises
    UnreadableFileError for what the AWS tools could not read either.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(str(error), str(path)) from error
    return _parse(text, path)


def write_ini(path: Path, changes: Mapping[str, Mapping[str, str | None] | None]) -> None:
    """Merge `changes` into `path`: None removes a key or a whole section.

    The file is written anew, so comments in it are lost.
    """
    content = read_ini(path)
    for section, values in changes.items():
        if values is None:
            content.pop(section, None)
            continue
        merged = content.setdefault(section, {})
        for key, value in values.items():
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = value
    lines: list[str] = []
    for section, entries in content.items():
        lines += [f"[{section}]", *(_entry(key, value) for key, value in entries.items()), ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)


def _entry(key: str, value: str) -> str:
    # Settings below settings (`s3 =`, then indented lines) arrive as one value of many lines.
    return f"{key} = {value}".replace("\n", "\n    ")


def _parse(text: str, path: Path) -> Ini:
    # botocore parses with the same class and settings, so both accept the same files.
    parser = configparser.RawConfigParser(default_section="\0")
    try:
        parser.read_string(text, source=path.name)
    except configparser.Error as error:
        raise UnreadableFileError(str(error).replace("\n", " "), str(path)) from error
    return {section: dict(parser.items(section)) for section in parser.sections()}
