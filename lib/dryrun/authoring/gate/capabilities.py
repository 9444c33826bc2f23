"""The rule that a lab says which AWS operations it needs, and that they are simulated."""

from __future__ import annotations

from collections.abc import Iterator

from dryrun.authoring import checks_module
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

# Needs that are no operation, and the words that show a lab uses them.
OTHERS = {
    "imds": ("METADATA", "imds"),
    "container-credentials": ("CONTAINER_CREDENTIALS",),
    "clock": ("lab.clock",),
}


def capabilities(subject: Subject) -> Iterator[Finding]:
    """Demand that every operation the lab calls is listed and simulated, and no other."""
    listed = subject.source.capabilities
    for name in listed:
        yield from _listed(subject, name)
    for name in subject.observed.calls:
        if name not in listed:
            yield subject.finding(
                "capabilities", f"the lab calls {name}", "list it under `capabilities:`"
            )
    for name in subject.observed.refused:
        yield subject.finding(
            "capabilities",
            f"the solved lab calls {name}, which answered NotSimulated",
            "simulate it or teach something else",
        )


def _listed(subject: Subject, name: str) -> Iterator[Finding]:
    service, colon, operation = name.partition(":")
    if not colon:
        if name not in OTHERS:
            yield subject.finding(
                "capabilities",
                f"there is no capability {name}",
                f"write service:Operation or one of {', '.join(OTHERS)}",
            )
        elif not any(word in _all_text(subject) for word in OTHERS[name]):
            yield subject.finding(
                "capabilities", f"nothing in the lab uses {name}", "take it out of the list"
            )
        return
    if not simulated(service, operation):
        yield subject.finding(
            "capabilities",
            f"{name} is not simulated",
            "see `dryrun cloud capabilities` for what is, or correct the spelling",
        )
    elif name not in subject.observed.calls:
        yield subject.finding(
            "capabilities", f"the solved lab never calls {name}", "take it out of `capabilities:`"
        )


def simulated(service: str, operation: str) -> bool:
    """Tell whether the cloud answers an operation; False for names AWS does not have."""
    from dryrun.cloud.capabilities import Source, source  # noqa: PLC0415  (imports moto)

    try:
        return source(service, operation) is not Source.NOT_SIMULATED
    except Exception:
        return False


def _all_text(subject: Subject) -> str:
    texts = [cell.text for cell in subject.source.cells]
    texts += [file.read_text("utf-8") for file in checks_module.files(subject.source.id)]
    return "\n".join(texts)
