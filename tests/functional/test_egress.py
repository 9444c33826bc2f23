"""The egress guard against real clients: refused at once, with one sentence, whatever the tool."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from dryrun import environment
from dryrun.cloud import certificates
from dryrun.cloud.egress import REFUSED_HOST_KEY, EgressRequestHandler
from dryrun.cloud.hosts import refusal
from dryrun.workspace import Workspace

SENTENCE = "Dry Run lets no lab process reach AWS"


def application(environ, start_response):
    """Answer as the lab cloud does, for S3's protocol only."""
    host = environ.get(REFUSED_HOST_KEY)
    if host is None:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"lab cloud"]
    body = (
        f"<?xml version='1.0'?><Error><Code>DryRunRefused</Code><Message>{refusal(host)}"
        "</Message></Error>"
    )
    start_response("403 Forbidden", [("Content-Type", "application/xml")])
    return [body.encode()]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("spaced wörkspace"))
    workspace.prepare()
    workspace.aws_config.write_text("[default]\nregion = us-east-1\noutput = json\n")
    workspace.aws_credentials.write_text(
        "[default]\naws_access_key_id = AKIADRYRUNFAKE000001\naws_secret_access_key = none\n"
    )
    return workspace


@pytest.fixture(scope="module")
def guard(workspace: Workspace) -> Iterator[str]:
    handler = type(
        "Handler",
        (EgressRequestHandler,),
        {"trust": certificates.ensure(workspace), "log": lambda *_: None},
    )
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.port}"
    server.shutdown()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """A plain web server that is not the lab cloud's."""

    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = json.dumps(
                {"path": self.path, "body": body.decode(), "host": self.headers["Host"]}
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815 (http.server names methods so)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.fixture(scope="module")
def lab_environ(workspace: Workspace, guard: str) -> dict[str, str]:
    environ = dict(os.environ)
    environment.apply(environment.lab_environment(workspace, guard), environ)
    return environ


def run(command: list[str], environ: dict[str, str]) -> tuple[str, float]:
    began = time.monotonic()
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    return done.stdout + done.stderr, time.monotonic() - began


PYTHON_CLIENTS = {
    "boto3": "import boto3; boto3.client('s3', endpoint_url='https://s3.amazonaws.com')"
    ".list_buckets()",
    "boto3 without endpoint": "import os; del os.environ['AWS_ENDPOINT_URL']; import boto3; "
    "boto3.client('s3', region_name='eu-west-1').list_buckets()",
    "boto3 told to ignore": "import os; os.environ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']='true';"
    "import boto3; boto3.client('s3').list_buckets()",
    "requests": "import requests; print(requests.get('https://sqs.us-east-1.amazonaws.com').text)",
    "requests http": "import requests; print(requests.get('http://s3.amazonaws.com/x').text)",
    "urllib": "import urllib.request as u, urllib.error as e\n"
    "try: u.urlopen('https://api.aws/')\nexcept e.HTTPError as x: print(x.read())",
    "metadata": "import requests; print(requests.get('http://169.254.169.254/latest').text)",
    "metadata tls": "import requests; print(requests.get('https://169.254.169.254/latest').text)",
}


@pytest.mark.parametrize("client", PYTHON_CLIENTS)
def test_python_clients_are_refused_at_once(client: str, lab_environ: dict[str, str]) -> None:
    said, seconds = run([sys.executable, "-c", PYTHON_CLIENTS[client]], lab_environ)
    assert SENTENCE in said
    assert seconds < 3, "a refusal that is retried takes longer"


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com",
        "http://s3.amazonaws.com",
        "https://console.aws.amazon.com",
        "https://x.lambda-url.on.aws/",
    ],
)
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_is_refused_at_once(url: str, lab_environ: dict[str, str]) -> None:
    said, seconds = run(["curl", "-sS", url], lab_environ)
    assert SENTENCE in said
    assert seconds < 1


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_node_trusts_the_guard_and_is_refused(guard: str, lab_environ: dict[str, str]) -> None:
    script = f"""
      const http = require('http'), https = require('https');
      http.request({{port: {guard.rsplit(":", 1)[1]}, method: 'CONNECT',
        path: 's3.amazonaws.com:443'}}).on('connect', (answer, socket) =>
        https.get({{host: 's3.amazonaws.com', socket, agent: false}},
          (r) => r.on('data', (d) => console.log(String(d))))).end()"""
    said, _ = run(["node", "-e", script], lab_environ)
    assert SENTENCE in said


def test_without_the_authority_nothing_is_believed(
    guard: str, lab_environ: dict[str, str], tmp_path: Path
) -> None:
    """The refusal is a real TLS answer: a client that trusts only others rejects it."""
    code = "import requests; requests.get('https://s3.amazonaws.com')"
    plain = {**lab_environ, "REQUESTS_CA_BUNDLE": __import__("certifi").where()}
    said, _ = run([sys.executable, "-c", code], plain)
    assert "CERTIFICATE_VERIFY_FAILED" in said
    assert SENTENCE not in said


def test_the_authority_is_worthless_for_other_hosts(workspace: Workspace) -> None:
    import ssl

    from dryrun.cloud import authority

    trust = certificates.ensure(workspace)
    server_side, client_side = socket.socketpair()
    context = authority.server_context(trust, "www.example.org")
    client = ssl.create_default_context(cafile=str(trust.bundle))

    def serve() -> None:
        with pytest.raises(OSError):
            context.wrap_socket(server_side, server_side=True)

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        client.wrap_socket(client_side, server_hostname="www.example.org")
    client_side.close()
    thread.join(5)
    assert oct(trust.key.stat().st_mode)[-3:] == "600"


def test_other_hosts_are_relayed(guard: str, elsewhere: int) -> None:
    port = int(guard.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 5) as client:
        client.sendall(f"CONNECT 127.0.0.1:{elsewhere} HTTP/1.1\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET /tunnelled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"/tunnelled" in b"".join(iter(lambda: client.recv(4096), b""))
    with socket.create_connection(("127.0.0.1", port), 5) as client:
        client.sendall(
            f"POST http://127.0.0.1:{elsewhere}/p?q=1 HTTP/1.1\r\nHost: 127.0.0.1:{elsewhere}\r\n"
            "Content-Length: 5\r\nProxy-Connection: keep-alive\r\n\r\nhello".encode()
        )
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {
        "path": "/p?q=1",
        "body": "hello",
        "host": f"127.0.0.1:{elsewhere}",
    }


def test_the_learners_own_proxy_is_used(
    guard: str, elsewhere: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host name nobody can resolve arrives, because the proxy in front is asked for it."""
    monkeypatch.setenv(
        environment.UPSTREAM_VARIABLE, f"http://us%20er:p%40ss@127.0.0.1:{elsewhere}"
    )
    port = int(guard.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 5) as client:
        client.sendall(
            b"GET http://somewhere.invalid/x HTTP/1.1\r\nHost: somewhere.invalid\r\n\r\n"
        )
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert b"http://somewhere.invalid/x" in answer


@pytest.mark.parametrize(
    "target",
    [
        b"nonsense",
        b":443",
        b"host:99999",
        b"host:x",
        b"[::1:443",
        b"caf\xc3\xa9.amazonaws.com:443",
        b"nowhere.invalid:443",
    ],
)
def test_a_malformed_connect_is_answered(guard: str, target: bytes) -> None:
    port = int(guard.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(b"CONNECT " + target + b" HTTP/1.1\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(4096).split()[1] in (b"200", b"403", b"502", b"400")


def test_requests_for_the_cloud_itself_are_served(guard: str, lab_environ: dict[str, str]) -> None:
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    assert opener.open(f"{guard}/x", timeout=5).read() == b"lab cloud"
    port = int(guard.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 5) as client:
        client.sendall(f"GET {guard}/x HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        assert b"lab cloud" in b"".join(iter(lambda: client.recv(4096), b""))
