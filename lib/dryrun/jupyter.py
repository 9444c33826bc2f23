"""JupyterLab on the labs, with the lab cloud running and the lab environment in every kernel."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import resources

from dryrun import environment, shell
from dryrun.cloud import launcher
from dryrun.exceptions import DryRunError
from dryrun.workspace import Workspace

FIRST_PAGE = "labs/00-start-here.ipynb"
FIRST_PORT = 8888


def settings_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str | None]:
    """Return the variables that make any JupyterLab of this environment start without questions."""
    ours = str(resources.files("dryrun").joinpath("jupyter_config"))
    others = [p for p in environ.get("JUPYTER_CONFIG_PATH", "").split(os.pathsep) if p != ours]
    return {
        "JUPYTER_CONFIG_PATH": os.pathsep.join([ours, *filter(None, others)]),
        # The kernel of this environment, not one of the same name in the learner's home.
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def run(workspace: Workspace, *, browser: bool = True, port: int | None = None) -> None:
    """Start the cloud and JupyterLab, in this process; return when JupyterLab ends.

    A port that is taken gives the next one. Raises DryRunError when JupyterLab is not installed,
    CloudError or WorkspaceError when the cloud cannot start.
    """
    workspace.prepare()
    running = launcher.start(workspace)
    lab = environment.lab_environment(workspace, running.endpoint)
    terminal = shell.command(workspace, lab)
    environment.apply(lab)
    environment.apply(settings_environment())
    os.chdir(workspace.root)
    # An optional checker of e-mail and web addresses, which takes a second to import.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        from jupyterlab.labapp import LabApp  # noqa: PLC0415 (seconds to import)
        from traitlets.config import Config  # noqa: PLC0415
    except ImportError as error:
        raise DryRunError(
            f"JupyterLab is not installed in {sys.prefix}; run `make lab` once more."
        ) from error
    print(
        "The lab cloud is running. JupyterLab opens now; its address follows. Ctrl-C ends it.",
        flush=True,
    )
    # A list does not fit on JupyterLab's command line, and launch_instance takes no configuration.
    terminals = Config(ServerApp={"terminado_settings": {"shell_command": terminal}})
    line = arguments(workspace, browser=browser, port=port)
    LabApp.initialize_server(argv=line, config=terminals).start()
    print("The lab cloud keeps your account until `dryrun cloud stop`.")


def arguments(workspace: Workspace, *, browser: bool, port: int | None) -> list[str]:
    """Return JupyterLab's command line."""
    line = [
        f"--ServerApp.root_dir={workspace.root}",
        f"--ServerApp.port={port or FIRST_PORT}",
        "--ServerApp.port_retries=50",
        "--ServerApp.answer_yes=True",
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        "--LabApp.extension_manager=readonly",
        f"--LabApp.default_url=/lab/tree/{FIRST_PAGE}",
    ]
    if not (browser and has_browser()):
        line.append("--no-browser")
    if os.geteuid() == 0:
        line.append("--allow-root")
    return line


def has_browser(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a window could open: a text browser would take the terminal over."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    return sys.platform == "darwin" or any(environ.get(name) for name in named)
