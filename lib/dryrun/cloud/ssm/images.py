"""Puts the images that public parameters name among those EC2 knows in every Region."""

from __future__ import annotations

import functools
import random
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.moto_api._internal import mock_random
from moto.utilities.utils import load_resource

from dryrun.cloud.ssm.public_images import BUILT, Image, images

_AMAZON = ("801119661308", "602401143452")
_LINUX = "137112412989"
_OLD_BUILD = "2018.03.0.20231218.0"
_FALLBACK = "us-east-1"
_load_amis = AmiBackend._load_amis


def install() -> None:
    """Let every EC2, those that are there already too, know the images."""
    if AmiBackend._load_amis is _load:
        return
    AmiBackend._load_amis = _load
    for account in ec2_backends.values():
        for backend in account.values():
            _add(backend)


@functools.cache
def amazon_linux(region: str) -> dict[str, Any]:
    """Return moto's parameters of Amazon Linux by path, in a Region it has none of too."""
    path = "ssm/resources/ami-amazon-linux-latest/{}.json"
    try:
        found = load_resource(path.format(region))
    except FileNotFoundError:
        found = [
            {**one, "Value": Image(one["Value"], "", "").id(region)}
            for one in load_resource(path.format(_FALLBACK))
        ]
    return {one["Name"]: one for one in found}


def _load(self: Any) -> None:
    _load_amis(self)
    _add(self)


def _add(backend: Any) -> None:
    """Add the images without drawing from the source of ids that everything else shares."""
    region = backend.region_name
    before = mock_random.getstate()
    mock_random.setstate(random.Random(f"images of {region}").getstate())  # noqa: S311
    try:
        for image in images().values():
            _add_image(backend, image.id(region), image)
        _add_amazon_linux(backend, region)
    finally:
        mock_random.setstate(before)


def _add_image(backend: Any, image_id: str, image: Image) -> None:
    if image_id in backend.amis:
        return
    backend.amis[image_id] = Ami(
        backend,
        image_id,
        name=image.name,
        description=image.description,
        owner_id=image.owner,
        owner_alias="amazon" if image.owner in (*_AMAZON, _LINUX) else None,
        public=True,
        virtualization_type="hvm",
        architecture=image.architecture,
        creation_date=default_timestamp_parser(f"{BUILT}T00:00:00.000Z"),
        platform="windows" if image.windows else None,
        hypervisor="xen",
        root_device_type="ebs",
        root_device_name=image.device,
    )


def _add_amazon_linux(backend: Any, region: str) -> None:
    """Add the images moto's parameters of Amazon Linux name and its EC2 lacks."""
    names = _names_elsewhere(region)
    for path, parameter in amazon_linux(region).items():
        title = path.rpartition("/")[2]
        system, _, rest = title.partition("-ami-")
        architecture = "arm64" if "arm64" in title else "x86_64"
        name = names.get(path) or f"{system}-ami-{_built(rest, architecture)}"
        described = f"Amazon Linux, {title}"
        image = Image(name, _LINUX, described, architecture)
        _add_image(backend, parameter["Value"], image)


def _built(rest: str, architecture: str) -> str:
    """Return the end of an old image's name, with the build before the architecture."""
    return rest.replace(f"-{architecture}", f"-{_OLD_BUILD}-{architecture}", 1)


@functools.cache
def _names_elsewhere(region: str) -> dict[str, str]:
    """Return the names of Amazon Linux's images by path where moto knows none of the Region's."""
    try:
        load_resource(f"ec2/resources/latest_amis/{region}.json")
    except FileNotFoundError:
        known = load_resource(f"ec2/resources/latest_amis/{_FALLBACK}.json")
        names = {one["ami_id"]: one["name"] for one in known}
        found = amazon_linux(_FALLBACK).items()
        return {path: names[one["Value"]] for path, one in found if one["Value"] in names}
    return {}
