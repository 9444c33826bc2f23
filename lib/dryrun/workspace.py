"""The workspace: the folder with the labs, and `.dryrun` in it, where all state lives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dryrun.exceptions import WorkspaceError

WORKSPACE_VARIABLE = "DRYRUN_WORKSPACE"
STATE_FOLDER = ".dryrun"


@dataclass(frozen=True)
class Workspace:
    """Name every path of one learner's workspace."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Workspace:
        """Return the workspace around `start` (default: the current folder).

        `DRYRUN_WORKSPACE` wins; otherwise the nearest folder upwards that holds `labs`
        or `.dryrun`. Raises WorkspaceError when there is none.
        """
        named = environ.get(WORKSPACE_VARIABLE)
        if named:
            return cls(Path(named))
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / STATE_FOLDER).is_dir() or (folder / "labs").is_dir():
                return cls(folder)
        raise WorkspaceError(
            f"There is no Dry Run workspace at {here} or above it; "
            "change into the folder that holds `labs`, or name it in DRYRUN_WORKSPACE."
        )

    @property
    def state(self) -> Path:
        """The folder of all state; deleting it starts over."""
        return self.root / STATE_FOLDER

    @property
    def aws_config(self) -> Path:
        """The AWS config file of the lab, in place of `~/.aws/config`."""
        return self.state / "aws" / "config"

    @property
    def aws_credentials(self) -> Path:
        """The AWS shared credentials file of the lab, in place of `~/.aws/credentials`."""
        return self.state / "aws" / "credentials"

    @property
    def home(self) -> Path:
        """The home folder the `aws` command sees, so that it never reads `~/.aws`."""
        return self.state / "home"

    @property
    def certificates(self) -> Path:
        """The folder of the egress guard's certificate authority."""
        return self.state / "certificates"

    @property
    def cloud_file(self) -> Path:
        """The file that says where the running cloud is (JSON, mode 0600)."""
        return self.state / "cloud.json"

    @property
    def keys(self) -> Path:
        """The file of the administrator's secret and the salt of all others (JSON, mode 0600)."""
        return self.state / "keys.json"

    @property
    def cloud_lock(self) -> Path:
        """The file the running cloud holds locked, so that there is never a second."""
        return self.state / "cloud.lock"

    @property
    def cloud_log(self) -> Path:
        """What the cloud process prints."""
        return self.state / "cloud.log"

    @property
    def journal(self) -> Path:
        """The folder of the journal of API calls."""
        return self.state / "journal"

    @property
    def progress(self) -> Path:
        """The learner's progress, plain text."""
        return self.state / "progress"

    def prepare(self) -> None:
        """Make the state folder; raise WorkspaceError when the disk refuses."""
        try:
            for folder in (self.state, self.aws_config.parent, self.home, self.journal):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.state.chmod(0o700)
        except OSError as error:
            raise WorkspaceError(
                f"Dry Run cannot write to {self.state} ({error.strerror}); free some space "
                "or make the folder writable, then try again."
            ) from error
