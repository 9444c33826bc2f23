"""The account as checks and solvers see it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import boto3
import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES

from dryrun.checks.calls import CHECK_MARK, Call
from dryrun.checks.ini import Ini, read_ini, write_ini
from dryrun.cloud import keys
from dryrun.workspace import Workspace

DEFAULT_REGION = "us-east-1"


class Cloud(Protocol):
    """What checks need of a running cloud (`dryrun.cloud.launcher.Running`)."""

    @property
    def endpoint(self) -> str:
        """The URL of the cloud."""

    @property
    def instance(self) -> str:
        """The name of this run of the cloud; another one has forgotten the account."""

    def control(self, path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the cloud for something no AWS API has; raises CloudError."""


class Account:
    """Give checks and solvers the account, the files and the learner's environment.

    `environ` is the kernel's environment. `since` is the number of the first call that
    counts as the learner's. `quiet` clients mark their calls, so that `calls` leaves
    them out; solvers work with one that is not quiet, because they stand for the learner.
    """

    def __init__(
        self,
        workspace: Workspace,
        running: Cloud,
        environ: MutableMapping[str, str] | None = None,
        *,
        since: int = 0,
        quiet: bool = True,
    ) -> None:
        self.workspace = workspace
        self.running = running
        self.environ: MutableMapping[str, str] = os.environ if environ is None else environ
        self.since = since
        self.moves = 0
        """How often the account was built again; what was read before holds no longer."""
        self._quiet = quiet
        self._session: boto3.session.Session | None = None
        self._clients: dict[tuple[str, ...], Any] = {}
        self._building = threading.Lock()
        self._calls: list[Call] = []
        self._seen = since

    # The AWS APIs -----------------------------------------------------------------------

    def client(self, service: str, region: str = DEFAULT_REGION) -> Any:
        """Return a boto3 client of `service` with the admin's keys, built once.

        It never looks at the learner's environment, config or credentials, never retries,
        and takes no proxy.
        """
        key = (service, region)
        client = self._clients.get(key)
        if client is None:
            with self._building:
                client = self._clients.get(key) or self._build(service, region)
                self._clients[key] = client
        return client

    def client_with(self, service: str, key_id: str, secret: str) -> Any:
        """Return such a client with another key, which may be another account's; built once."""
        key = (service, DEFAULT_REGION, key_id)
        if key not in self._clients:
            self._clients[key] = self._build(service, DEFAULT_REGION, key_id, secret)
        return self._clients[key]

    def _build(
        self, service: str, region: str, key_id: str = keys.ADMIN_KEY_ID, secret: str = ""
    ) -> Any:
        if self._session is None:
            # boto3's own session, not botocore's, so that S3 clients have upload_file; one of
            # it, because each adds its methods to the botocore session below once more.
            self._session = boto3.session.Session(botocore_session=_sealed_session())
        return self._session.client(
            service,
            region_name=region,
            endpoint_url=self.running.endpoint,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret or keys.read(self.workspace.keys).admin_secret,
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                connect_timeout=5,
                read_timeout=60,
                proxies={},
                s3={"addressing_style": "path"},
                user_agent_extra=CHECK_MARK if self._quiet else None,
            ),
        )

    def warm(self, services: Iterable[str]) -> threading.Thread:
        """Build clients of `services` in a thread, so that the first check need not."""

        def build() -> None:
            for service in services:
                self.client(service)

        thread = threading.Thread(target=build, name="dryrun-warm", daemon=True)
        thread.start()
        return thread

    def as_solver(self) -> Account:
        """Return the same account, whose calls count as the learner's."""
        solver = Account(self.workspace, self.running, self.environ, since=self.since, quiet=False)
        # The session has read the service models already; that is most of a client's price.
        solver._session = self._session
        return solver

    def move(self, running: Cloud, since: int) -> None:
        """Go on with another run of the cloud, whose first call of the learner's is `since`."""
        if running.endpoint != self.running.endpoint:
            self._clients.clear()
        self.running = running
        self.since = self._seen = since
        self.moves += 1
        self._calls.clear()

    # How it was done --------------------------------------------------------------------

    def calls(self, service: str | None = None, operation: str | None = None) -> list[Call]:
        """Return the learner's calls since the lab began, oldest first.

        `service` is botocore's name, `operation` AWS's; both narrow the list.
        """
        answer = self.control("calls", {"since": self._seen})
        fresh = [Call.from_journal(entry) for entry in answer.get("calls", [])]
        self._calls += [call for call in fresh if CHECK_MARK not in call.user_agent]
        self._seen = int(answer.get("next", self._seen))
        return [
            call
            for call in self._calls
            if service in (None, call.service) and operation in (None, call.operation)
        ]

    def control(self, path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the cloud for something no AWS API has; raises CloudError."""
        return self.running.control(path, payload)

    # The learner's side -----------------------------------------------------------------

    def session_as_learner(self, profile: str | None = None) -> boto3.session.Session:
        """Return what `boto3.Session()` is in the learner's kernel now.

        Raises botocore's own errors (ProfileNotFound, ConfigParseError); a check may let
        them through, they become evidence.
        """
        with self._learner_environ():
            session = boto3.session.Session(profile_name=profile)
            # Credentials are looked up late; do it while the environment is the learner's.
            session.get_credentials()
            return session

    @contextmanager
    def _learner_environ(self) -> Iterator[None]:
        if self.environ is os.environ:
            yield
            return
        kept = dict(os.environ)
        try:
            os.environ.clear()
            os.environ.update(self.environ)
            yield
        finally:
            os.environ.clear()
            os.environ.update(kept)

    def config(self) -> Ini:
        """Return the lab's AWS config file as {section: {key: value}}."""
        return read_ini(self.workspace.aws_config)

    def credentials(self) -> Ini:
        """Return the lab's AWS credentials file as {section: {key: value}}."""
        return read_ini(self.workspace.aws_credentials)

    def read_ini(self, path: Path) -> Ini:
        """Return `path` as {section: {key: value}}; a missing file is empty."""
        return read_ini(path)

    def write_ini(self, path: Path, changes: dict[str, dict[str, str | None] | None]) -> None:
        """Merge `changes` into `path` (for `prepare` and `solve`); None removes."""
        write_ini(path, changes)


def _sealed_session() -> botocore.session.Session:
    """Return a botocore session that reads no environment variable and no file of AWS's."""
    sealed = {
        name: (None, None, default, convert)
        for name, (_, _, default, convert) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
    }
    sealed["config_file"] = (None, None, os.devnull, None)
    sealed["credentials_file"] = (None, None, os.devnull, None)
    return botocore.session.Session(session_vars=sealed)
