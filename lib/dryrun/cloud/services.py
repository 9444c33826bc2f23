"""Which botocore services could be meant by a signing name.

Reading four hundred service models takes seconds, so their heads are kept in
`data/services.json`; `python -m dryrun.cloud.services` writes it anew from botocore.
"""

from __future__ import annotations

import functools
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import botocore
from botocore.loaders import Loader

DATA = Path(__file__).parent / "data" / "services.json"


@dataclass(frozen=True)
class ServiceHead:
    """The part of a service model that tells services with one signing name apart."""

    name: str
    signing_name: str
    api_version: str
    target_prefix: str
    full_name: str
    unsigned: tuple[str, ...]
    """Operations AWS takes without a signature."""


@functools.cache
def heads() -> dict[str, ServiceHead]:
    """Return the head of every service in botocore, by botocore's service name."""
    rows = json.loads(DATA.read_text())["services"]
    return {row["name"]: ServiceHead(**row) for row in rows}


@functools.cache
def candidates(signing_name: str) -> tuple[ServiceHead, ...]:
    """Return the services that sign as `signing_name`, its namesake first."""
    found = [head for head in heads().values() if head.signing_name == signing_name]
    return tuple(sorted(found, key=lambda head: (head.name != signing_name, head.name)))


def unsigned_candidates() -> tuple[ServiceHead, ...]:
    """Return the services with operations that need no signature."""
    return tuple(head for head in heads().values() if head.unsigned)


_BY_LINK = {("sns", "ConfirmSubscription")}
"""What the link in a mail does; the model does not say that it needs no signature."""


def read_models() -> dict[str, object]:
    """Read the heads of all service models out of botocore."""
    loader = Loader()
    rows = []
    for name in loader.list_available_services("service-2"):
        model = loader.load_service_model(name, "service-2")
        metadata = model["metadata"]
        head = ServiceHead(
            name=name,
            signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
            api_version=metadata["apiVersion"],
            target_prefix=metadata.get("targetPrefix", ""),
            full_name=metadata["serviceFullName"],
            unsigned=tuple(
                operation
                for operation, body in model["operations"].items()
                if body.get("authtype") == "none"
                or body.get("auth") == ["smithy.api#noAuth"]
                or (name, operation) in _BY_LINK
            ),
        )
        rows.append(asdict(head))
    return {"botocore": botocore.__version__, "services": rows}


if __name__ == "__main__":
    DATA.write_text(json.dumps(read_models(), indent=0) + "\n")
