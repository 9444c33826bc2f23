"""The files that make lab processes trust the egress guard, and everything they trusted before."""

from __future__ import annotations

import fcntl
import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dryrun.exceptions import WorkspaceError
from dryrun.workspace import Workspace

BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")
SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class TrustFiles:
    """The files that make lab processes trust the guard, all PEM."""

    authority: Path
    key: Path
    bundle: Path
    node_extra: Path


def trust_files(workspace: Workspace) -> TrustFiles:
    """Name the files of the workspace's authority; none needs to exist yet."""
    folder = workspace.certificates
    return TrustFiles(
        folder / "authority.pem",
        folder / "authority.key",
        folder / "bundle.pem",
        folder / "node-extra.pem",
    )


def ensure(workspace: Workspace, environ: Mapping[str, str] = os.environ) -> TrustFiles:
    """Make the authority and the bundles where they are missing; about a millisecond when not.

    The bundle holds what the learner's tools trust already, and the authority. Raises
    WorkspaceError when the disk refuses.
    """
    files = trust_files(workspace)
    try:
        workspace.certificates.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(workspace.certificates / "lock"):
            if not (files.authority.exists() and files.key.exists()):
                # Slow to import, and needed once in a workspace's life.
                from dryrun.cloud import authority  # noqa: PLC0415

                key, certificate = authority.make()
                _write(files.key, key, mode=0o600)
                _write(files.authority, certificate)
            ours = files.authority.read_text("ascii")
            _write(files.bundle, _trusted_already(environ, files) + ours)
            extra = _read(environ.get("NODE_EXTRA_CA_CERTS"), files)
            _write(files.node_extra, extra + ours)
    except OSError as error:
        raise WorkspaceError(
            f"Dry Run cannot write the certificates of its egress guard in "
            f"{workspace.certificates} ({error.strerror}); free some space or make the folder "
            "writable, then try again."
        ) from error
    return files


def _trusted_already(environ: Mapping[str, str], files: TrustFiles) -> str:
    """Return what the learner's own variables name, else what the system trusts."""
    named = dict.fromkeys(environ.get(variable, "") for variable in BUNDLE_VARIABLES)
    texts = dict.fromkeys(text for text in (_read(name, files) for name in named) if text)
    if texts:
        return "".join(texts)
    for path in (ssl.get_default_verify_paths().cafile, *SYSTEM_BUNDLES):
        text = _read(path, files)
        if text:
            return text
    try:
        import certifi  # noqa: PLC0415 (only where the system has no bundle)
    except ImportError:
        return ""
    return _read(certifi.where(), files)


def _read(path: str | None, files: TrustFiles) -> str:
    """Return a PEM file's text; the guard's own addition, met in a lab shell, is taken off."""
    if not path:
        return ""
    try:
        text = Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
    if Path(path) in (files.bundle, files.node_extra, files.authority):
        text = text.removesuffix(files.authority.read_text("ascii"))
    return text if not text or text.endswith("\n") else text + "\n"


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace a file in one step, unless it says the same already."""
    if path.exists() and path.read_text("utf-8") == text:
        return
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).chmod(mode)
    Path(name).replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time make an authority: two would not trust each other."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
