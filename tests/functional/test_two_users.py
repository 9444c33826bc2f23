"""A second user of the computer who finds the port of the cloud gets nothing.

The first user does every one of the same things, so that each refusal has its reason in who asks.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import admin
import boto3
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from dryrun.cloud import keys, launcher, peers
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.launcher import Running
from dryrun.cloud.settings import Settings
from dryrun.workspace import Workspace

NOBODY = 65534
FORMER_SECRET = "dryrun/not/a/real/secret/key/0000000001x"
WHO = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

needs_root = pytest.mark.skipif(
    os.getuid() != 0, reason="only root can become another user of the computer"
)

# A cloud somebody runs to learn what follows from the seed: nothing is salted in it.
UNSALTED = """
import sys
from dryrun.cloud.keys import Keys
Keys.salted = lambda self, secret: secret
from dryrun.cloud.__main__ import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    """A folder every user can enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="dryrun-two-users-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def workspace(shared_folder: Path) -> Workspace:
    root = shared_folder / "labs of the first"
    root.mkdir(mode=0o755)
    return Workspace(root)


def as_nobody(function: Callable[[], Any]) -> Any:
    """Return what a function returns (as JSON) in a process of another user."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer: Any = "it did not come to an end"
        try:
            signal.alarm(60)
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            answer = function()
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, json.dumps(answer).encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(child, 0)
    return answer


def as_ourselves(function: Callable[[], Any]) -> Any:
    """Return what a function returns, as JSON has it."""
    return json.loads(json.dumps(function()))


def ask(
    running: Running, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, str]:
    """Send a request without any library that looks at files; return status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, text


def signed(running: Running, credentials: Credentials, service: str = "sts") -> tuple[int, str]:
    """Ask who one is, or for the buckets, with a signature."""
    address = f"http://127.0.0.1:{running.port}/"
    if service == "s3":
        request, signer = AWSRequest("GET", address), S3SigV4Auth(credentials, "s3", "us-east-1")
    else:
        request = AWSRequest("POST", address, headers=FORM, data=WHO)
        signer = SigV4Auth(credentials, "sts", "us-east-1")
    signer.add_auth(request)
    prepared = request.prepare()
    headers = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in prepared.headers.items()
    }
    return ask(running, prepared.method, "/", prepared.body or b"", **headers)


def client(running: Running, service: str) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id=ADMIN_KEY_ID,
        aws_secret_access_key=admin.secret_of(running),
    )


def make_keys(running: Running) -> dict[str, Credentials]:
    """Make keys with the same calls, in the same order, in any cloud."""
    iam, sts = client(running, "iam"), client(running, "sts")
    iam.create_user(UserName="purser")
    key = iam.create_access_key(UserName="purser")["AccessKey"]
    given = sts.get_session_token()["Credentials"]
    return {
        "a user's key": Credentials(key["AccessKeyId"], key["SecretAccessKey"]),
        "a session": Credentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        ),
    }


@pytest.fixture(scope="module")
def made(running: Running) -> dict[str, Credentials]:
    return make_keys(running)


@pytest.fixture(scope="module")
def machine(running: Running) -> str:
    ec2 = client(running, "ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    return str(
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    )


@pytest.fixture(scope="module")
def role(running: Running) -> str:
    principal = {"Service": "ecs-tasks.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client(running, "iam").create_role(RoleName="stoker", AssumeRolePolicyDocument=document)
    return "stoker"


# Files


def test_the_state_is_for_its_owner_alone(workspace: Workspace, running: Running) -> None:
    assert stat.S_IMODE(workspace.state.stat().st_mode) == 0o700
    for path in (workspace.keys, workspace.cloud_file, workspace.aws_credentials):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert running.token


@needs_root
def test_no_file_can_be_read(workspace: Workspace, running: Running) -> None:
    def read() -> list[str]:
        found = []
        for path in (workspace.keys, workspace.cloud_file, workspace.aws_credentials):
            try:
                found.append(path.read_text()[:1])
            except PermissionError:
                found.append("refused")
        try:
            found += [path.name for path in workspace.state.iterdir() if path == workspace.keys]
        except PermissionError:
            found.append("refused")
        return found

    assert as_nobody(read) == ["refused"] * 4
    assert as_ourselves(read) == ["{", "{", "[", "keys.json"]
    assert running.token


@needs_root
def test_no_secret_stands_on_a_command_line_or_in_the_environment(
    workspace: Workspace, running: Running
) -> None:
    made = keys.read(workspace.keys)
    for secret in (made.admin_secret, made.salt, running.token):
        for part in ("cmdline", "environ"):
            assert secret.encode() not in Path(f"/proc/{running.pid}/{part}").read_bytes()

    def read() -> str:
        return Path(f"/proc/{running.pid}/environ").read_text()

    assert as_nobody(read).startswith("PermissionError")


# Requests


@needs_root
@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("POST", "/", WHO, FORM),
        ("GET", "/", b"", {}),
        ("GET", "/harbour", b"", {}),
        ("POST", "/", b"Action=ListUsers&Version=2010-05-08", FORM),
        ("POST", "/", b"{}", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}),
        ("POST", "/_dryrun/health", b"{}", {}),
        ("POST", "/_dryrun/stop", b"{}", {"X-Dryrun-Token": "guessed"}),
        ("POST", "/moto-api/reset", b"", {}),
        ("GET", "/moto-api/data.json", b"", {}),
        ("POST", "/moto-api/seed?a=1", b"", {}),
    ],
)
def test_unsigned_requests_are_refused(
    running: Running, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    status, text = as_nobody(lambda: ask(running, method, path, body, **headers))
    assert status in (400, 403, 404), text
    assert "ferry-admin" not in text
    assert running.control("health")["pid"]


@needs_root
@pytest.mark.parametrize("service", ["sts", "s3"])
def test_the_known_key_with_the_former_secret_is_refused(running: Running, service: str) -> None:
    status, text = as_nobody(
        lambda: signed(running, Credentials(ADMIN_KEY_ID, FORMER_SECRET), service)
    )
    assert status == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in text
    own = Credentials(ADMIN_KEY_ID, admin.secret_of(running))
    assert as_ourselves(lambda: signed(running, own, service))[0] == 200


@needs_root
@pytest.mark.parametrize("salted", [True, False])
def test_what_follows_from_the_seed_is_of_no_use(
    running: Running, made: dict[str, Credentials], tmp_path: Path, salted: bool
) -> None:
    own = Workspace(tmp_path / "the second's own")
    guessed = _keys_of_a_cloud(own, salted=salted)
    for name, credentials in made.items():
        guess = guessed[name]
        # The ids are the same in every cloud; the secrets are not.
        assert guess.access_key == credentials.access_key
        assert guess.secret_key != credentials.secret_key
        assert as_ourselves(lambda own=credentials: signed(running, own))[0] == 200
        status, text = as_nobody(lambda guess=guess: signed(running, guess))
        assert status == 403, text
    token = made["a session"].token
    half = Credentials(guessed["a session"].access_key, guessed["a session"].secret_key, token)
    assert "SignatureDoesNotMatch" in as_nobody(lambda: signed(running, half))[1]


def _keys_of_a_cloud(workspace: Workspace, *, salted: bool) -> dict[str, Credentials]:
    if salted:
        running = launcher.start(workspace)
        try:
            return make_keys(running)
        finally:
            launcher.stop(workspace)
    workspace.prepare()
    keys.ensure(workspace.keys)
    environ = {**os.environ, **Settings(keys_file=str(workspace.keys)).give()}
    environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    process = subprocess.Popen(
        [sys.executable, "-c", UNSALTED, "--workspace", str(workspace.root)],
        env=environ,
        start_new_session=True,
    )
    try:
        limit = time.monotonic() + 60
        while (running := launcher.find(workspace)) is None and time.monotonic() < limit:
            time.sleep(0.05)
        assert running is not None
        return make_keys(running)
    finally:
        launcher.stop(workspace)
        process.wait(30)


# What needs no signature


@needs_root
def test_metadata_is_for_the_first_user(running: Running, machine: str, role: str) -> None:
    for path in (f"/imds/{machine}/latest/meta-data/", f"/v2/credentials/{role}"):
        status, text = as_nobody(lambda path=path: ask(running, "GET", path))
        assert status == 403, text
        assert "SecretAccessKey" not in text
        assert as_ourselves(lambda path=path: ask(running, "GET", path))[0] == 200
    token = {"X_aws_ec2_metadata_token_ttl_seconds": "60"}
    path = f"/imds/{machine}/latest/api/token"
    assert as_nobody(lambda: ask(running, "PUT", path, **token))[0] == 403
    assert as_ourselves(lambda: ask(running, "PUT", path, **token))[0] == 200


@needs_root
def test_metadata_is_not_given_to_one_who_has_hung_up(running: Running, role: str) -> None:
    """A connection nobody holds any more looks like root's."""

    def hang_up() -> str:
        request = f"GET /v2/credentials/{role} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for _ in range(50):
            connection = socket.create_connection(("127.0.0.1", running.port), 10)
            connection.sendall(request.encode())
            connection.close()
        return "done"

    assert as_nobody(hang_up) == "done"
    assert running.control("health")["pid"]


@needs_root
def test_the_guard_relays_for_the_first_user_only(running: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        port = elsewhere.getsockname()[1]

        def connect() -> str:
            with socket.create_connection(("127.0.0.1", running.port), 10) as connection:
                connection.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
                return connection.recv(100).decode().split("\r\n")[0]

        assert as_nobody(connect).split()[1] == "403"
        assert as_ourselves(connect).split()[1] == "200"


def test_the_first_user_may_ask_for_everything(running: Running) -> None:
    token = {"X_Dryrun_Token": running.token}
    assert ask(running, "POST", "/_dryrun/health", b"{}", **token)[0] == 200
    assert ask(running, "GET", "/moto-api/data.json", **token)[0] == 200
    assert ask(running, "POST", "/moto-api/seed?a=1", **token)[0] == 200


# Who is at the other end


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_the_owner_of_a_connection_is_known(family: socket.AddressFamily) -> None:
    host = "127.0.0.1" if family == socket.AF_INET else "::ffff:127.0.0.1"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.socket(family) as ours:
            ours.connect((host, port))
            accepted, address = server.accept()
            with accepted:
                environ = {
                    "REMOTE_ADDR": address[0],
                    "REMOTE_PORT": address[1],
                    "SERVER_PORT": str(port),
                }
                assert peers.same_user(environ)
                if os.getuid() == 0:
                    assert as_nobody(lambda: peers.same_user(environ)) is False


def test_a_request_of_our_own_is_ours() -> None:
    assert peers.same_user({"REMOTE_ADDR": "127.0.0.1"})
