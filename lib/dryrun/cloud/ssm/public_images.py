"""The machine images that public parameters name, beside those moto brings along.

moto has the images of Amazon Linux and of ECS as they are in AWS. Those of the other publishers
are made here after the publishers' own rules for names; their ids are of AWS's form, and differ
from Region to Region as AWS's do. The paths are those of "Discovering public parameters in
Parameter Store", AWS Systems Manager User Guide, and of the publishers' own documentation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

BUILT = "2026-09-15"
_DAY = BUILT.replace("-", "")
_WINDOWS_DAY = BUILT.replace("-", ".")
_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
_KUBERNETES = tuple(f"1.{minor}" for minor in range(23, 36))
_LAST_WITH_AL2 = 32
"""Kubernetes 1.32 was the last with images of Amazon Linux 2."""


@dataclass(frozen=True)
class Image:
    """An image of a publisher."""

    name: str
    owner: str
    description: str
    architecture: str = "x86_64"
    windows: bool = False
    device: str = "/dev/xvda"

    def id(self, region: str) -> str:
        """Return the image's id in a Region."""
        digest = hashlib.sha256(f"{region}/{self.name}".encode()).hexdigest()
        return f"ami-0{digest[:16]}"


@dataclass(frozen=True)
class Entry:
    """A public parameter that names an image, by its id or within a document."""

    path: str
    image: Image
    facts: tuple[tuple[str, str], ...] = ()
    """What a document tells beside the id; a parameter without facts is the id itself."""
    plain: str = ""
    """The value of a parameter that tells something else of the image."""
    kind: str = "text"

    def value(self, region: str) -> str:
        """Return the parameter's value in a Region."""
        if self.plain:
            return self.plain
        if not self.facts:
            return self.image.id(region)
        return json.dumps({**dict(self.facts), "image_id": self.image.id(region)})


def entries() -> Iterator[Entry]:
    """Return every parameter made here."""
    yield from _windows()
    yield from _eks()
    yield from _bottlerocket()
    yield from _ubuntu()
    yield from _debian()


def images() -> dict[str, Image]:
    """Return every image made here, by name."""
    return {entry.image.name: entry.image for entry in entries()}


# Windows


_SQL = {
    "2016": ("SQL_2016_SP3", "SQL_2017", "SQL_2019"),
    "2019": ("SQL_2017", "SQL_2019", "SQL_2022"),
    "2022": ("SQL_2019", "SQL_2022"),
    "2025": ("SQL_2022",),
}
_EDITIONS = ("Enterprise", "Express", "Standard", "Web")
_LANGUAGES = ("English", "French", "German", "Japanese", "Korean", "Spanish")


def _windows() -> Iterator[Entry]:
    root = "/aws/service/ami-windows-latest"
    for name in _windows_names():
        yield Entry(f"{root}/{name}", _windows_image(name))
    for version in ("2016", "2019", "2022", "2025"):
        for form in ("Core", "Full"):
            yield from _optimized(f"{root}/Windows_Server-{version}-English-{form}-ECS_Optimized")
            for kubernetes in _KUBERNETES:
                optimized = f"Windows_Server-{version}-English-{form}-EKS_Optimized-{kubernetes}"
                yield from _optimized(f"{root}/{optimized}")


def _windows_names() -> Iterator[str]:
    for version, databases in _SQL.items():
        for language in _LANGUAGES:
            yield f"Windows_Server-{version}-{language}-Full-Base"
        yield f"Windows_Server-{version}-English-Core-Base"
        for database in databases:
            for edition in _EDITIONS:
                yield f"Windows_Server-{version}-English-Full-{database}_{edition}"
        if version in ("2016", "2019"):
            yield f"EC2LaunchV2-Windows_Server-{version}-English-Full-Base"
            yield f"EC2LaunchV2-Windows_Server-{version}-English-Core-Base"
    for version in ("2019", "2022"):
        for form in ("Core", "Full"):
            yield f"Windows_Server-{version}-English-{form}-ContainersLatest"


def _optimized(path: str) -> Iterator[Entry]:
    image = _windows_image(path.rpartition("/")[2])
    yield Entry(f"{path}/image_id", image)
    yield Entry(path, image, (("image_name", image.name),))


def _windows_image(name: str) -> Image:
    return Image(
        f"{name}-{_WINDOWS_DAY}",
        "801119661308",
        f"Microsoft {name.replace('_', ' ').replace('-', ' ')} provided by Amazon",
        windows=True,
        device="/dev/sda1",
    )


# Kubernetes and containers


def _eks() -> Iterator[Entry]:
    for version in _KUBERNETES:
        if int(version.partition(".")[2]) <= _LAST_WITH_AL2:
            for flavor, infix in (("", ""), ("-arm64", "-arm64"), ("-gpu", "-gpu")):
                architecture = "arm64" if flavor == "-arm64" else "x86_64"
                name = f"amazon-eks{infix}-node-{version}-v{_DAY}"
                yield from _eks_image(version, f"amazon-linux-2{flavor}", name, architecture)
        for flavor in ("x86_64/standard", "arm64/standard", "x86_64/nvidia", "x86_64/neuron"):
            architecture, _, kind = flavor.partition("/")
            name = f"amazon-eks-node-al2023-{architecture}-{kind}-{version}-v{_DAY}"
            yield from _eks_image(version, f"amazon-linux-2023/{flavor}", name, architecture)


def _eks_image(version: str, folder: str, name: str, architecture: str) -> Iterator[Entry]:
    image = Image(name, "602401143452", f"EKS-optimized Kubernetes node, {version}", architecture)
    root = f"/aws/service/eks/optimized-ami/{version}/{folder}/recommended"
    release = f"{version}.0-{_DAY}"
    yield Entry(f"{root}/image_id", image)
    yield Entry(f"{root}/release_version", image, plain=release)
    facts = (("schema_version", "2"), ("image_name", name), ("release_version", release))
    yield Entry(root, image, facts)


_BOTTLEROCKET = "1.50.0"


def _bottlerocket() -> Iterator[Entry]:
    variants = ["aws-ecs-1", "aws-ecs-2", "aws-ecs-1-nvidia", "aws-ecs-2-nvidia"]
    for version in _KUBERNETES:
        variants += [f"aws-k8s-{version}", f"aws-k8s-{version}-nvidia"]
    for variant in variants:
        for architecture in _ARCHITECTURES:
            image = Image(
                f"bottlerocket-{variant}-{architecture}-v{_BOTTLEROCKET}",
                "092701018921",
                f"bottlerocket-{variant}-{architecture}-v{_BOTTLEROCKET}",
                architecture,
            )
            root = f"/aws/service/bottlerocket/{variant}/{architecture}"
            for release in ("latest", _BOTTLEROCKET):
                yield Entry(f"{root}/{release}/image_id", image)
                yield Entry(f"{root}/{release}/image_version", image, plain=_BOTTLEROCKET)


# Ubuntu and Debian


_UBUNTU = (
    ("18.04", "bionic", "gp2", "hvm-ssd"),
    ("20.04", "focal", "gp2", "hvm-ssd"),
    ("22.04", "jammy", "gp2", "hvm-ssd"),
    ("24.04", "noble", "gp3", "hvm-ssd-gp3"),
    ("26.04", "resolute", "gp3", "hvm-ssd-gp3"),
)
_DEBIAN = (("11", "bullseye"), ("12", "bookworm"), ("13", "trixie"))
_IMAGE_ID = "aws:ec2:image"


def _ubuntu() -> Iterator[Entry]:
    for product, folder in (
        ("server", "ubuntu/images"),
        ("pro-server", "ubuntu-pro-server/images"),
    ):
        for version, series, disk, store in _UBUNTU:
            for architecture, debian_name in _ARCHITECTURES.items():
                build = f"ubuntu-{series}-{version}-{debian_name}-{product}-{_DAY}"
                image = Image(
                    f"{folder}/{store}/{build}",
                    "099720109477",
                    f"Canonical, Ubuntu, {version} LTS, {debian_name} {series} image build on "
                    f"{BUILT}",
                    architecture,
                    device="/dev/sda1",
                )
                for called in (version, series):
                    root = f"/aws/service/canonical/ubuntu/{product}/{called}/stable/current"
                    yield Entry(
                        f"{root}/{debian_name}/hvm/ebs-{disk}/ami-id", image, kind=_IMAGE_ID
                    )


def _debian() -> Iterator[Entry]:
    for version, series in _DEBIAN:
        for architecture, debian_name in _ARCHITECTURES.items():
            image = Image(
                f"debian-{version}-{debian_name}-{_DAY}-2237",
                "136693071363",
                f"Debian {version} ({_DAY}-2237)",
                architecture,
            )
            for called in (version, series):
                root = f"/aws/service/debian/release/{called}/latest"
                yield Entry(f"{root}/{debian_name}", image, kind=_IMAGE_ID)
