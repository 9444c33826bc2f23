"""Public parameters: what AWS and other publishers tell everybody, below /aws/service."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ssm.models import Parameter, ParameterDict

from dryrun.cloud.ssm import images
from dryrun.cloud.ssm.public_images import BUILT, Entry, entries

ROOT = "/aws/service"
_LINUX = f"{ROOT}/ami-amazon-linux-latest"
_ECS = f"{ROOT}/ecs/optimized-ami"
_check = ParameterDict._check_loading_status


def install() -> None:
    """Let every Parameter Store know the public parameters."""
    images.install()
    ParameterDict._check_loading_status = _load


def is_public(name: str) -> bool:
    """Tell whether a parameter belongs to a publisher, and not to the account."""
    return name.startswith(f"{ROOT}/")


@functools.cache
def _families() -> dict[str, tuple[Entry, ...]]:
    """Return the parameters made here by the folder below the root that they are in."""
    found: dict[str, list[Entry]] = {}
    for entry in entries():
        found.setdefault("/".join(entry.path.split("/")[:4]), []).append(entry)
    return {family: tuple(members) for family, members in found.items()}


def _load(self: Any, key: str) -> None:
    """Load the family of public parameters a key belongs to, when it is first asked for."""
    key = str(key or "")
    if not key.startswith(ROOT):
        return
    loaded = vars(self).setdefault("families", [])
    wanted = [name for name in (_LINUX, _ECS, *_families()) if _related(key, name)]
    new = [name for name in wanted if name not in loaded]
    loaded += new
    before = len(self)
    _check(self, key)
    for name in new:
        if name in _families():
            for entry in _families()[name]:
                _put(self, entry)
        else:
            _check(self, name)
            _mend(self, name)
    if new or len(self) != before:
        _disown(self)


def _related(key: str, family: str) -> bool:
    """Tell whether a key or path is in a family, or above it."""
    key = key.rstrip("/")
    return key == family or key.startswith(f"{family}/") or family.startswith(f"{key}/")


def _put(self: Any, entry: Entry) -> None:
    made = datetime.fromisoformat(BUILT).replace(tzinfo=UTC)
    told = {
        "Name": entry.path,
        "Value": entry.value(self.region_name),
        "LastModifiedDate": made.timestamp(),
        "Version": 1,
        "DataType": entry.kind,
    }
    _set(self, told)


def _set(self: Any, told: dict[str, Any]) -> None:
    """Add a parameter that is told as GetParameter tells it."""
    self.setdefault(told["Name"], []).append(
        Parameter(
            account_id="",
            name=told["Name"],
            value=told["Value"],
            parameter_type="String",
            description=None,
            allowed_pattern=None,
            keyid=None,
            last_modified_date=told["LastModifiedDate"],
            version=told["Version"],
            data_type=told["DataType"],
        )
    )


def _mend(self: Any, family: str) -> None:
    """Add what moto lacks of its own families, and take away images that are no more."""
    if family == _LINUX:
        for name, one in images.amazon_linux(self.region_name).items():
            if not dict.get(self, name):
                _set(self, one)
        return
    known = ec2_backends[self.account_id][self.region_name].amis
    for name, versions in list(self.items()):
        ours = name.startswith(family) and name.endswith("/image_id")
        if ours and versions[-1].value not in known:
            folder = name.removesuffix("/image_id")
            for other in [one for one in self if one == folder or one.startswith(f"{folder}/")]:
                del self[other]


def _disown(self: Any) -> None:
    """Let public parameters belong to nobody, as their ARNs say."""
    for name, versions in self.items():
        if is_public(name):
            for one in versions:
                one.account_id = ""
