"""Where functions' packages are unpacked, and what a runtime brings along."""

from __future__ import annotations

import atexit
import compileall
import functools
import hashlib
import io
import os
import shutil
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

from dryrun.cloud.certificates import BUNDLE_VARIABLES
from dryrun.environment import PROXY_VARIABLES

LIBRARIES = (
    "awslambdaric", "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "simplejson",
    "six.py", "snapshot_restore_py", "urllib3",
)  # fmt: skip
"""What AWS's Python runtime has besides the standard library."""

_home: list[Path] = []
_bundle: list[Path] = []


def use_home(folder: Path) -> None:
    """Keep packages in a folder, without what an earlier cloud left there."""
    shutil.rmtree(folder, ignore_errors=True)
    _unpacked.cache_clear()
    _home[:] = [folder]


def home() -> Path:
    """Return the folder in which packages are unpacked."""
    if not _home:
        folder = Path(tempfile.mkdtemp(prefix="dryrun-functions-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _home[:] = [folder]
    return _home[0]


def trust(bundle: Path) -> None:
    """Let functions trust the certificates of a file."""
    _bundle[:] = [bundle]


@functools.cache
def guard(endpoint: str) -> dict[str, str]:
    """Return the variables that keep a function from AWS itself, as those of lab processes do."""
    if not _bundle:
        return {}
    kept = libraries() / "certificates.pem"
    shutil.copyfile(_bundle[0], kept)
    variables = dict.fromkeys(PROXY_VARIABLES, endpoint)
    return variables | dict.fromkeys(BUNDLE_VARIABLES, str(kept))


def unpack(code: bytes) -> str:
    """Unpack a zip file once; return its folder. Raises zipfile.BadZipFile."""
    return _unpacked((code,), "package")


def unpack_layers(layers: list[bytes]) -> str:
    """Unpack layers one over the other, once; return the folder, or nothing for no layers."""
    return _unpacked(tuple(layers), "layers") if layers else ""


@functools.lru_cache(64)  # a warm invocation must not read all of the code again
def _unpacked(archives: tuple[bytes, ...], kind: str) -> str:
    digest = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in archives))
    target = home() / f"{kind}-{digest.hexdigest()[:32]}"
    if target.is_dir():
        return str(target)
    draft = target.with_suffix(f".{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    for archive in archives:
        _extract(archive, draft)
    draft.replace(target)
    return str(target)


def _extract(archive: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        for member in file.infolist():
            written = Path(file.extract(member, folder))
            mode = member.external_attr >> 16
            # AWS needs files to be readable by everybody, and so refuses what is not; here the
            # same user runs the function, and a file nobody may read fails in the same way.
            written.chmod(0o755 if written.is_dir() or mode & 0o111 else mode & 0o777 or 0o644)


@functools.cache
def site_packages() -> Path:
    """Return the folder of installed packages this interpreter uses."""
    import awslambdaric  # noqa: PLC0415 - absent on systems that cannot run functions

    return Path(awslambdaric.__file__).parent.parent


@functools.cache
def libraries() -> Path:
    """Return a folder in which only what AWS's runtime brings along can be imported."""
    folder = home() / f"runtime-{sys.version_info.major}.{sys.version_info.minor}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    site = site_packages()
    for name in (*LIBRARIES, *(path.name for path in site.glob("runtime_client*.so"))):
        if (site / name).exists():
            (folder / name).symlink_to(site / name)
    for name in ("awslambdaric", "simplejson", "snapshot_restore_py", "time_machine"):
        # Not every installer compiles; a function cannot, for it may not write there.
        compileall.compile_dir(str(site / name), quiet=2)
    compileall.compile_dir(str(Path(__file__).parent / "runtime"), quiet=2)
    return folder


def shown() -> list[str]:
    """Return the folders a function must see to run at all."""
    paths = sysconfig.get_paths()
    own = Path(__file__).parent / "runtime"
    found = [sys.prefix, sys.base_prefix, paths["stdlib"], paths["platstdlib"]]
    found += [str(site_packages()), str(libraries()), str(own)]
    kept: list[str] = []
    for folder in sorted({os.path.realpath(one) for one in found} | set(found)):
        if not any(folder.startswith(f"{one}/") for one in kept):
            kept.append(folder)
    return kept
