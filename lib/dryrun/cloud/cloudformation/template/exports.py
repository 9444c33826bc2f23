"""Names under which outputs are exported."""

from __future__ import annotations

import re

from dryrun.cloud.cloudformation.template.errors import TemplateError, format_error

_NAME = re.compile(r"[A-Za-z0-9:-]{1,255}")


def check_export_name(output: str, name: str) -> None:
    """Refuse the evaluated name of an output's export when AWS does not take it."""
    if not _NAME.fullmatch(name):
        raise export_error(output)


def export_error(output: str) -> TemplateError:
    """Return the error of an export without a proper name."""
    return format_error(
        f"Output {output} is malformed. The Name field of every Export member must be specified "
        "and consist only of alphanumeric characters, colons, or hyphens."
    )
