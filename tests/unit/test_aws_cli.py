"""Installing the AWS CLI: which one is taken, and how its wrapper behaves."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from dryrun.tools import aws_cli, groff

FAKE = (
    "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'aws-cli/{} Python'; else\n"
    'printf \'%s|\' "$HOME" "$@"; fi\n'
)


def fake_aws(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "aws").write_text(FAKE.format(version))
    (folder / "aws").chmod(0o755)
    return folder


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    (tmp_path / "e n'v é" / "bin").mkdir(parents=True)
    (tmp_path / "e n'v é" / "share" / "dryrun" / "aws-cli").mkdir(parents=True)
    return tmp_path / "e n'v é"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package with the same nesting as the real one."""
    layer, package = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(layer, "w") as inner:
        program = zipfile.ZipInfo("awscli/v2/2.99.0/dist/aws")
        program.external_attr = 0o100755 << 16
        inner.writestr(program, FAKE.format("2.99.0"))
        options = {
            "debug": {"action": "store_true"},
            "region": {},
            "version": {"action": "version"},
        }
        inner.writestr(
            "awscli/v2/2.99.0/dist/awscli/data/cli.json", json.dumps({"options": options})
        )
        inner.writestr("awscli/v2/current", "not part of it")
    with tarfile.open(fileobj=package, mode="w:gz") as outer:
        entry = tarfile.TarInfo("package/lib/layer.zip")
        entry.size = len(layer.getvalue())
        outer.addfile(entry, io.BytesIO(layer.getvalue()))
    path = tmp_path / "download" / "cli.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("aws_cdk/_jsii/asset.jsii.tgz", package.getvalue())
    return path


def test_v2_on_path_is_preferred_and_old_ones_are_passed_over(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [fake_aws(tmp_path / v, v) for v in ("1.46.3", "2.9.19", "2.13.0", "2.40.0")]
    monkeypatch.setenv("PATH", ":".join([str(prefix / "bin"), *map(str, folders), "/usr/bin:/bin"]))
    found = aws_cli.install(prefix, say=lambda _: None)
    assert (found.version, found.kind) == ("2.13.0", "yours")
    assert aws_cli.installed(prefix) == found
    # The wrapper is no CLI of its own: another environment must not build on it.
    assert aws_cli.find_own_v2(tmp_path / "other", str(prefix / "bin")) is None


def test_the_package_is_unpacked_repaired_and_thrown_away(
    prefix: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(aws_cli, "find_own_v2", lambda *_: None)
    monkeypatch.setattr(aws_cli.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(aws_cli.platform, "libc_ver", lambda: ("glibc", "2.36"))
    monkeypatch.setattr(aws_cli, "_download", lambda *_: wheel)
    found = aws_cli.install(prefix, say=lambda _: None)
    folder = Path(found.program).parent
    assert (found.kind, folder.name) == ("v2", "2.99.0")
    page = folder / "awscli" / "examples" / "global_synopsis.rst"
    assert page.read_text() == "[--debug]\n[--region <value>]\n"
    assert {p.name for p in folder.parent.iterdir()} == {"2.99.0", "fallback", "installed.json"}
    monkeypatch.setattr(aws_cli, "_download", lambda *_: pytest.fail("downloaded twice"))
    assert aws_cli.install(prefix) == found


def test_the_wrapper_keeps_words_whole_and_out_of_the_home(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{fake_aws(tmp_path / 'it', '2.20.0')}:/usr/bin:/bin")
    aws_cli.install(prefix, say=lambda _: None)
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/their/home"}
    wrapper = str(prefix / "bin" / "aws")
    refused = subprocess.run([wrapper, "s3", "ls"], env=environ, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "type 'dryrun shell' first" in refused.stderr
    environ |= {"DRYRUN_WORKSPACE": "/w ö", "HTTPS_PROXY": "http://localhost:1"}
    done = subprocess.run([wrapper, "a b", "", "*"], env=environ, capture_output=True)
    assert done.stdout.decode() == "/w ö/.dryrun/home|a b||*|"


def test_v1_is_always_told_the_endpoint(prefix: Path) -> None:
    found = aws_cli.Installed("1.46.3", "v1", "/folder of/awscli")
    text = aws_cli._wrappers(prefix, found)["aws"].decode()
    assert '-m awscli --endpoint-url "${AWS_ENDPOINT_URL:-$HTTPS_PROXY}" "$@"' in text


def test_a_broken_install_is_made_again(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{fake_aws(tmp_path / 'it', '2.20.0')}:/usr/bin:/bin")
    found = aws_cli.install(prefix, say=lambda _: None)
    (prefix / "bin" / "aws").write_text("something else")
    assert aws_cli.installed(prefix) is None
    assert aws_cli.install(prefix, say=lambda _: None) == found
    Path(found.program).unlink()
    assert aws_cli.installed(prefix) is None


def test_no_network_is_one_sentence(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_cli, "find_own_v2", lambda *_: None)
    monkeypatch.setattr(aws_cli, "_pip", lambda *_: False)
    with pytest.raises(aws_cli.ToolError, match="check the network, then run"):
        aws_cli.install(prefix, say=lambda _: None)


def test_a_manual_page_without_groff() -> None:
    page = r""".de1 INDENT
. RS \\$1
..
.TH "MB"
.SH NAME
mb \- Makes a bucket; don\(aqt \fBforget\fP it.
.SH OPTIONS
.INDENT 0.0
.IP \(bu 2
first
.UNINDENT
.sp
.nf
aws  s3\e
.fi
"""
    assert [line for line in groff.render(page.splitlines()) if line] == [
        "NAME", "       mb - Makes a bucket; don't forget it.", "OPTIONS", "     * first",
        "       aws  s3\\",
    ]  # fmt: skip
