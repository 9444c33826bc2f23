"""The lab environment: what is set, what is removed, and what of the learner's is kept."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dryrun import environment
from dryrun.cloud import certificates
from dryrun.cloud.hosts import is_aws_host
from dryrun.exceptions import WorkspaceError
from dryrun.workspace import Workspace

ENDPOINT = "http://localhost:4321"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "wörk space's")
    workspace.prepare()
    return workspace


def test_the_learners_aws_settings_are_removed(workspace: Workspace) -> None:
    theirs = {
        "AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_ENDPOINT_URL_S3": "https://x",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_SOMETHING_NEW": "1", "HOME": "/h",
        "PATH": "/usr/bin",
    }  # fmt: skip
    target = dict(theirs)
    environment.apply(environment.lab_environment(workspace, ENDPOINT, theirs), target)
    left = {name for name in target if name.startswith("AWS_")}
    assert left == {
        "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ENDPOINT_URL", "AWS_PAGER",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_CA_BUNDLE",
        "AWS_DISABLE_HOST_PREFIX_INJECTION",
    }  # fmt: skip
    assert target["AWS_ENDPOINT_URL"] == ENDPOINT
    assert target["AWS_CONFIG_FILE"] == str(workspace.aws_config)
    assert target["AWS_EC2_METADATA_SERVICE_ENDPOINT"] == f"{ENDPOINT}/imds/none"
    assert target["HOME"] == "/h"


def test_the_environments_commands_come_first_and_once(workspace: Workspace) -> None:
    mine = str(Path(sys.executable).parent)
    path = os.pathsep.join(["/usr/bin", mine, "/bin"])
    lab = environment.lab_environment(workspace, ENDPOINT, {"PATH": path})
    assert lab["PATH"] == os.pathsep.join([mine, "/usr/bin", "/bin"])


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        ("intranet.example,10.0.0.0/8", ["intranet.example", "10.0.0.0/8"]),
        ("*", []),
        (".amazonaws.com,s3.amazonaws.com:443,com,169.254.169.254,*.aws,.internal", [".internal"]),
    ],
)
def test_no_exception_of_the_proxy_leads_to_aws(
    workspace: Workspace, theirs: str, kept: list[str]
) -> None:
    lab = environment.lab_environment(workspace, ENDPOINT, {"no_proxy": theirs})
    assert lab["NO_PROXY"] == lab["no_proxy"]
    assert str(lab["NO_PROXY"]).split(",") == ["localhost", "127.0.0.1", "::1", *kept]


def test_the_learners_proxy_survives_a_shell_in_a_shell(workspace: Workspace) -> None:
    environ = {"HTTPS_PROXY": "http://proxy.example:3128"}
    for _ in range(2):
        environment.apply(environment.lab_environment(workspace, ENDPOINT, environ), environ)
    assert environ["HTTPS_PROXY"] == environ["http_proxy"] == ENDPOINT
    assert environ[environment.UPSTREAM_VARIABLE] == "http://proxy.example:3128"


def test_the_learners_certificates_survive_a_shell_in_a_shell(
    workspace: Workspace, tmp_path: Path
) -> None:
    own = tmp_path / "own.pem"
    own.write_text("-- the company's --\n")
    environ = {"SSL_CERT_FILE": str(own), "NODE_EXTRA_CA_CERTS": str(own)}
    for _ in range(3):
        environment.apply(environment.lab_environment(workspace, ENDPOINT, environ), environ)
    authority = certificates.trust_files(workspace).authority.read_text()
    for name in ("SSL_CERT_FILE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        assert Path(environ[name]).read_text() == own.read_text() + authority


def test_without_a_bundle_of_their_own_the_systems_is_kept(workspace: Workspace) -> None:
    lab = environment.lab_environment(workspace, ENDPOINT, {})
    assert Path(str(lab["SSL_CERT_FILE"])).read_text().count("BEGIN CERTIFICATE") > 20


def test_a_disk_that_refuses_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".dryrun").write_text("a file where a folder must be")
    with pytest.raises(WorkspaceError, match=r"^Dry Run cannot write the certificates [^\n]+\.$"):
        environment.lab_environment(Workspace(tmp_path), ENDPOINT, {})


def test_shell_lines_survive_any_path(workspace: Workspace) -> None:
    lab = environment.lab_environment(workspace, ENDPOINT, {"PATH": "/usr/bin:/bin"})
    script = environment.shell_lines(lab) + 'printf %s "$AWS_CONFIG_FILE|${AWS_PROFILE-gone}"'
    said = subprocess.run(
        ["/bin/sh", "-c", script], env={"AWS_PROFILE": "x"}, capture_output=True, check=True
    )
    assert said.stdout.decode() == f"{workspace.aws_config}|gone"


@pytest.mark.parametrize(
    "host",
    ["s3.amazonaws.com", "S3.EU-WEST-1.AMAZONAWS.COM.", "sqs.cn-north-1.amazonaws.com.cn",
     "lambda.us-east-1.api.aws", "x.lambda-url.us-east-1.on.aws", "console.aws.amazon.com",
     "169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "::ffff:169.254.169.254",
     "signin.aws.amazon.com", "my-app.us-east-1.elasticbeanstalk.com"],
)  # fmt: skip
def test_hosts_of_aws(host: str) -> None:
    assert is_aws_host(host)


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "www.example.org", "amazon.com", "notamazonaws.com", "aws.example",
     "amazonaws.com.evil.example", "", "::1", "10.0.0.1"],
)  # fmt: skip
def test_hosts_of_others(host: str) -> None:
    assert not is_aws_host(host)


def test_code_that_ignores_proxies_is_refused(workspace: Workspace) -> None:
    before = socket.getaddrinfo
    code = (
        "import http.client, sys; from pathlib import Path\n"
        "from dryrun import environment; from dryrun.workspace import Workspace\n"
        "environment.prepare_process(Workspace(Path(sys.argv[1])))\n"
        "environment.prepare_process(Workspace(Path(sys.argv[1])))\n"
        "from botocore.loaders import Loader; print(Loader().search_paths[0])\n"
        "try: http.client.HTTPSConnection('s3.amazonaws.com', timeout=5).request('GET', '/')\n"
        "except OSError as error: print(error)\n"
        "import socket; print(bool(socket.getaddrinfo('localhost', 80)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(workspace.root)], capture_output=True, text=True
    )
    models, refused, resolved = said.stdout.splitlines()
    assert models == str(workspace.home / ".aws" / "models")
    assert refused.startswith("Dry Run lets no lab process reach AWS (s3.amazonaws.com)")
    assert resolved == "True"
    assert socket.getaddrinfo is before
