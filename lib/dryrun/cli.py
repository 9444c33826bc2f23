"""The `dryrun` command."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dryrun import __version__, cli_journal, cli_types
from dryrun.exceptions import DryRunError
from dryrun.workspace import Workspace

if TYPE_CHECKING:
    from dryrun.cloud.capabilities import Capability
    from dryrun.cloud.launcher import Running

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
AUTHORING = ("new-lab", "check-labs", "build-labs")


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit; an error is one sentence on standard error and exit code 1."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = parser(with_authoring=bool(words) and words[0] in AUTHORING).parse_args(words)
        status = arguments.run(arguments)
        sys.stdout.flush()
    except DryRunError as error:
        print(f"dryrun: {error}", file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted; Python must not complain while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status or 0)


def parser(*, with_authoring: bool = True) -> argparse.ArgumentParser:
    """Return the parser of every command; each sets `run`.

    The commands of authors are named only, unless `with_authoring`: theirs take long to import.
    """
    top = argparse.ArgumentParser(prog="dryrun", description="Hands-on AWS labs, no AWS account.")
    top.add_argument("--version", action="version", version=f"Dry Run {__version__}")
    commands = top.add_subparsers(metavar="command", required=True)

    lab = commands.add_parser("lab", help="start the lab cloud and JupyterLab")
    lab.add_argument("--no-browser", action="store_true", help="print the address only")
    lab.add_argument("--port", type=int, help="the first port to try for JupyterLab")
    lab.set_defaults(run=_lab)

    cloud = commands.add_parser("cloud", help="start, stop or ask the lab cloud")
    _add_cloud(cloud.add_subparsers(metavar="action", required=True))

    clock = commands.add_parser("clock", help="show, set or move the lab cloud's clock")
    _add_clock(clock)

    shell = commands.add_parser("shell", help="open a shell (or run a command) in the labs")
    shell.add_argument("command", nargs=argparse.REMAINDER, help="a command instead of a shell")
    shell.set_defaults(run=_shell)

    env = commands.add_parser("env", help='print the lab environment, for eval "$(dryrun env)"')
    env.set_defaults(run=_env)

    progress = commands.add_parser("progress", help="show which exercises are done")
    progress.add_argument("--export", type=Path, metavar="FILE", help="write it to FILE")
    progress.set_defaults(run=_progress)

    cli_journal.add_commands(commands)

    commands.add_parser("doctor", help="say what is present and what is missing").set_defaults(
        run=_doctor
    )

    tools = commands.add_parser("tools", help="install the real AWS tools")
    install = tools.add_subparsers(metavar="action", required=True).add_parser("install")
    install.add_argument("tool", choices=["aws"])
    install.set_defaults(run=_install)

    if with_authoring:
        from dryrun.authoring.cli import add_parsers  # noqa: PLC0415 (slow)

        add_parsers(commands)
    else:
        for name in AUTHORING:
            commands.add_parser(name, help="for authors", add_help=False)
    return top


def _add_cloud(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    start = actions.add_parser("start", help="start it, unless it runs")
    start.add_argument("--port", type=int)
    start.add_argument(
        "--any-credentials",
        action="store_true",
        help="check no keys and signatures; whoever calls is the administrator",
    )
    start.add_argument("--account", metavar="ID", help="the account then, instead of 123456789012")
    start.set_defaults(run=_cloud_start)
    actions.add_parser("stop", help="end it").set_defaults(run=_cloud_stop)
    actions.add_parser("status", help="say whether it runs").set_defaults(run=_cloud_status)
    actions.add_parser("reset", help="empty the account").set_defaults(run=_cloud_reset)
    cli_journal.add_cloud_actions(actions)
    table = actions.add_parser("capabilities", help="list what is simulated")
    table.add_argument("--service", help="one service, as the AWS CLI names it")
    table.add_argument(
        "--types",
        metavar="TYPE",
        nargs="?",
        const="",
        help="the resource types CloudFormation can create, or the properties of one",
    )
    table.add_argument("--json", action="store_true")
    table.set_defaults(run=_capabilities)


def _add_clock(clock: argparse.ArgumentParser) -> None:
    clock.set_defaults(run=_clock, payload={"action": "get"})
    actions = clock.add_subparsers(metavar="action", dest="action")
    for mode, text in (
        ("fast", "run what waits at once (the usual)"),
        ("paused", "stand still"),
        ("live", "follow real time"),
    ):
        command = actions.add_parser(mode, help=text)
        command.set_defaults(payload={"action": "mode", "mode": mode})
        if mode == "live":
            command.add_argument("--factor", type=float, default=1.0, help="times as fast")
    advance = actions.add_parser("advance", help="move on, by 90, 15m, 2h or 1d")
    advance.add_argument("seconds", type=_seconds)
    advance.set_defaults(payload={"action": "advance"})
    step = actions.add_parser("step", help="run the next thing that waits")
    step.set_defaults(payload={"action": "step"})


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text} is not a time; write 90, 15m, 2h or 1d")
    return float(match[1]) * UNITS[match[2] or "s"]


def _start(port: int | None = None, **credentials: Any) -> tuple[Workspace, Running]:
    from dryrun.cloud import launcher  # noqa: PLC0415 (slow)

    workspace = Workspace.find()
    workspace.prepare()
    return workspace, launcher.start(workspace, port=port, **credentials)


def _lab(arguments: argparse.Namespace) -> None:
    from dryrun import jupyter  # noqa: PLC0415 (slow)

    jupyter.run(Workspace.find(), browser=not arguments.no_browser, port=arguments.port)


def _cloud_start(arguments: argparse.Namespace) -> None:
    options = {"any_credentials": arguments.any_credentials, "account": arguments.account}
    running = _start(arguments.port, **options)[1]
    print(f"The lab cloud runs at {running.endpoint} (pid {running.pid}).")
    if arguments.any_credentials:
        print("It checks no keys: every program on this computer may use it.")


def _cloud_stop(_: argparse.Namespace) -> None:
    from dryrun.cloud import launcher  # noqa: PLC0415 (slow)

    stopped = launcher.stop(Workspace.find())
    print("The lab cloud has stopped." if stopped else "The lab cloud was not running.")


def _cloud_status(_: argparse.Namespace) -> int:
    from dryrun.cloud import launcher  # noqa: PLC0415 (slow)

    running = launcher.find(Workspace.find())
    if running is None:
        print("The lab cloud is not running; `dryrun cloud start` starts it.")
        return 1
    print(f"The lab cloud runs at {running.endpoint} (pid {running.pid}).")
    halted = running.control("health").get("halted")
    if halted:
        print(halted["sentence"])
    return 1 if halted else 0


def _cloud_reset(_: argparse.Namespace) -> None:
    _start()[1].reset()
    print("The account is empty again.")


def _capabilities(arguments: argparse.Namespace) -> None:
    if arguments.types is not None:
        cli_types.show(arguments.types, as_json=arguments.json)
        return
    rows = list(_capability_rows(arguments.service))
    if arguments.json:
        keys = ("service", "operation", "source")
        print(json.dumps([{key: str(getattr(row, key)) for key in keys} for row in rows], indent=1))
        return
    width = max(len(f"{row.service} {row.operation}") for row in rows)
    for row in rows:
        print(f"{row.service + ' ' + row.operation:{width}}  {row.source}")


def _capability_rows(service: str | None) -> Iterable[Capability]:
    from dryrun.cloud import capabilities, services  # noqa: PLC0415 (slow)

    if service is None:
        return capabilities.table()
    if service not in services.heads():
        raise DryRunError(f"There is no AWS service {service!r}; use boto3's name, such as s3.")
    if capabilities.package(service) is None:
        raise DryRunError(f"Dry Run simulates nothing of the AWS service {service!r}.")
    return capabilities.service_table(service)


def _clock(arguments: argparse.Namespace) -> None:
    payload: dict[str, Any] = dict(arguments.payload)
    for name in ("factor", "seconds"):
        if hasattr(arguments, name):
            payload[name] = getattr(arguments, name)
    for name, value in _start()[1].control("clock", payload).items():
        print(f"{name}: {value}")


def _environment() -> tuple[Workspace, dict[str, str | None]]:
    from dryrun import environment, jupyter  # noqa: PLC0415 (slow)

    workspace, running = _start()
    lab = environment.lab_environment(workspace, running.endpoint)
    return workspace, lab | jupyter.settings_environment()


def _env(_: argparse.Namespace) -> None:
    from dryrun import environment  # noqa: PLC0415 (slow)

    print(environment.shell_lines(_environment()[1]), end="")


def _shell(arguments: argparse.Namespace) -> None:
    from dryrun import environment, shell  # noqa: PLC0415 (slow)

    workspace, lab = _environment()
    words = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not words:
        words = shell.command(workspace, lab)
        print("This shell speaks to the lab cloud only; type `exit` to leave it.", flush=True)
    environment.apply(lab)
    try:
        os.execvp(words[0], words)  # noqa: S606 (what the learner asked for)
    except OSError as error:
        raise DryRunError(
            f"{words[0]} cannot be started ({error.strerror}); check the spelling."
        ) from error


def _progress(arguments: argparse.Namespace) -> None:
    file = Workspace.find().progress
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        if arguments.export is not None:
            arguments.export.write_text(text, "utf-8")
            print(f"Your progress is in {arguments.export}.")
            return
    except OSError as error:
        raise DryRunError(
            f"{error.filename} cannot be used ({error.strerror}); check the path and the space."
        ) from error
    print(text or "Nothing is done yet; open labs/00-start-here.ipynb.", end="" if text else "\n")


def _doctor(_: argparse.Namespace) -> int:
    from dryrun import doctor  # noqa: PLC0415 (slow)

    return doctor.report()


def _install(_: argparse.Namespace) -> None:
    from dryrun.tools import aws_cli  # noqa: PLC0415 (slow)

    found = aws_cli.install()
    print(f"AWS CLI {found.version} is ready.")


if __name__ == "__main__":
    main()
