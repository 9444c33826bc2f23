"""What a lab process sees: environment variables that lead every AWS tool to the lab cloud."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from dryrun.cloud import certificates
from dryrun.cloud.hosts import is_aws_host, refusal
from dryrun.workspace import WORKSPACE_VARIABLE, Workspace

UPSTREAM_VARIABLE = "DRYRUN_UPSTREAM_PROXY"
RUNTIME_VARIABLE = "LAB_RUNTIME"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The runtime of Lambda functions that can be run here: AWS's name of this very Python."""
AHEAD_VARIABLE = "DRYRUN_PATH_AHEAD"
"""A folder whose programs come even before the lab's own, if it is set."""
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")

# Removed whether or not they are set now: a saved environment (`dryrun env`) must remove them where
# it is used. Any other AWS_ variable found is removed as well.
REMOVED = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_EC2_METADATA_DISABLED", "AWS_DEFAULT_OUTPUT", "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT", "AWS_DATA_PATH", "BOTO_CONFIG", "ALL_PROXY", "all_proxy",
    # A pager in a notebook cell waits for a key nobody can press; IPython sets PAGER itself.
    "MANPAGER",
)  # fmt: skip


def lab_environment(
    workspace: Workspace, endpoint: str, environ: Mapping[str, str] = os.environ
) -> dict[str, str | None]:
    """Return every variable a lab process needs; None means the variable must be removed.

    `endpoint` is the lab cloud's `http://localhost:PORT`. What the learner set before (proxy,
    certificates, PATH) is read from `environ` and kept working. Raises WorkspaceError when
    the certificates cannot be written.
    """
    trust = certificates.ensure(workspace, environ)
    variables: dict[str, str | None] = dict.fromkeys(REMOVED)
    variables.update(dict.fromkeys(name for name in environ if name.startswith("AWS_")))
    variables |= {
        WORKSPACE_VARIABLE: str(workspace.root),
        # Functions run on the Python that is here; labs say so without naming it.
        RUNTIME_VARIABLE: RUNTIME,
        "AWS_CONFIG_FILE": str(workspace.aws_config),
        "AWS_SHARED_CREDENTIALS_FILE": str(workspace.aws_credentials),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_PAGER": "",
        # `management.localhost` and its like resolve on few machines.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{endpoint}/imds/none",
        "PATH": _path(environ),
        "NO_PROXY": _no_proxy(environ),
        UPSTREAM_VARIABLE: upstream(environ, endpoint),
        "NODE_EXTRA_CA_CERTS": str(trust.node_extra),
        "NODE_USE_ENV_PROXY": "1",
    }
    variables["no_proxy"] = variables["NO_PROXY"]
    variables |= dict.fromkeys(PROXY_VARIABLES, endpoint)
    variables |= dict.fromkeys(certificates.BUNDLE_VARIABLES, str(trust.bundle))
    return variables


def apply(
    environment: Mapping[str, str | None], target: MutableMapping[str, str] = os.environ
) -> None:
    """Set and remove variables in `target`."""
    for name, value in environment.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value


def shell_lines(environment: Mapping[str, str | None]) -> str:
    """Return lines a POSIX shell can `eval` to take the environment on."""
    return "".join(
        f"unset {name}\n" if value is None else f"export {name}={shlex.quote(value)}\n"
        for name, value in sorted(environment.items())
    )


def is_lab_environment(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether this process runs in a lab environment already."""
    return bool(environ.get(WORKSPACE_VARIABLE) and environ.get("AWS_ENDPOINT_URL"))


def prepare_process(workspace: Workspace) -> None:
    """Keep this Python process (a kernel) off `~/.aws` and off AWS.

    Points botocore's customer models away from `~/.aws/models` and refuses to resolve the
    name of an AWS host. Calling it again changes nothing.
    """
    os.environ["MANPAGER"] = "cat"
    from botocore.loaders import Loader  # noqa: PLC0415 (slow, and `dryrun env` has no need of it)

    Loader.CUSTOMER_DATA_PATH = str(workspace.home / ".aws" / "models")
    guard_sockets()


def guard_sockets() -> None:
    """Refuse AWS hosts to code in this process that goes round the proxy variables."""
    resolve: Callable[..., Any] = socket.getaddrinfo
    if getattr(resolve, "dryrun_guard", False):
        return

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and is_aws_host(name):
            raise PermissionError(refusal(name))
        return resolve(host, *args, **kwargs)

    getaddrinfo.dryrun_guard = True  # type: ignore[attr-defined]
    socket.getaddrinfo = getaddrinfo


def programs_folder() -> Path:
    """Return the folder of this environment's commands (`dryrun`, `aws`, `jupyter`)."""
    return Path(sys.executable).parent


def _path(environ: Mapping[str, str]) -> str:
    first = [environ.get(AHEAD_VARIABLE, ""), str(programs_folder())]
    others = environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(dict.fromkeys(filter(None, [*first, *others])))


def _no_proxy(environ: Mapping[str, str]) -> str:
    """Return the learner's exceptions and the loopback, without any that opens a way to AWS."""
    theirs = f"{environ.get('NO_PROXY', '')},{environ.get('no_proxy', '')}".split(",")
    kept = (entry.strip() for entry in theirs)
    safe = (
        entry for entry in kept
        if entry and "*" not in entry and not _covers_aws(entry.lstrip("."))
    )  # fmt: skip
    return ",".join(dict.fromkeys([*LOCAL_HOSTS, *safe]))


def _covers_aws(entry: str) -> bool:
    """Tell whether a NO_PROXY entry exempts some AWS host: its own name, or a domain above it."""
    host = entry.rpartition(":")[0] if entry.count(":") == 1 else entry
    return (
        is_aws_host(host)
        or host.lower() in {"com", "com.cn", "cn", "eu", "dev", "uk", "gov", "amazon.com"}
        or host.startswith(("169.254", "0.0.0.0/", "::/"))
    )


def upstream(environ: Mapping[str, str], endpoint: str = "") -> str:
    """Return the proxy the learner used before, as the guard's own way out; "" for none.

    The cloud process needs it as DRYRUN_UPSTREAM_PROXY.
    """
    if UPSTREAM_VARIABLE in environ:
        return environ[UPSTREAM_VARIABLE]
    for name in (*PROXY_VARIABLES[:2], "ALL_PROXY", "all_proxy", *PROXY_VARIABLES[2:]):
        value = environ.get(name, "")
        if value and value.rstrip("/") != endpoint:
            return value
    return ""
