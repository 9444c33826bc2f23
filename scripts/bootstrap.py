"""Make the virtual environment that everything runs in, then run one command of the Makefile.

Standard library only, and plain syntax: an old Python must get far enough to say that it is old.
"""

# ruff: noqa: B904, PLC0415, RUF005 - what newer Pythons would write, older ones cannot read

from __future__ import print_function

import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
UV = "uv==0.13.9"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
# Everything that decides what the environment holds.
INPUTS = (
    "pyproject.toml",
    "scripts/bootstrap.py",
    "lib/dryrun/tools/aws-cli-v1.txt",
    "lib/dryrun/tools/aws-cli-v2.txt",
    "lib/dryrun/tools/aws-help-pages.json",
)
TIERS = ("tests/unit", "tests/functional", "tests/labs", "tests/browser")
# A module's servers and its order belong to one worker; each test of a lab makes its own servers.
DISTRIBUTION = {
    # One more than cores, because servers are waited for a good deal, and labs, too.
    "tests/functional": ["-n", "3", "--dist", "loadfile"],
    "tests/labs": ["-n", "3", "--dist", "worksteal"],
}
# pytest's exit code when every test was deselected.
NOTHING_SELECTED = 5


class Stop(Exception):
    """One sentence: what is wrong and what to do."""


def main(argv):
    verbs = {
        "install": install_only,
        "lab": lab,
        "test": test,
        "soak": soak,
        "labs": lambda words: dryrun(["build-labs"] + words, "test"),
        "check-labs": lambda words: dryrun(["check-labs"] + words, "test"),
        "doctor": lambda words: dryrun(["doctor"] + words),
        "lock": lock,
    }
    if len(argv) < 2 or argv[1] not in verbs:
        print("usage: bootstrap.py [%s] ..." % "|".join(sorted(verbs)), file=sys.stderr)
        return 2
    try:
        need_new_python(argv)
        for name in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"):
            os.environ.pop(name, None)
        return verbs[argv[1]](argv[2:])
    except Stop as stop:
        print("dryrun: %s" % stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def need_new_python(argv):
    """Go on under a newer Python when this one is too old."""
    if sys.version_info[:2] >= OLDEST:
        return
    wanted = "import sys; sys.exit(sys.version_info[:2] < (%d, %d))" % OLDEST
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        for name in NEWER:
            program = os.path.join(folder, name)
            # A version manager's stand-in exists for Pythons that are not selected, and fails.
            if os.access(program, os.X_OK) and quietly([program, "-c", wanted]) == 0:
                os.execv(program, [program] + argv)
    raise Stop(
        "Python %d.%d is too old for the labs; install Python 3.11 or newer "
        "(`sudo apt-get install python3.11 python3.11-venv`) and run the same command again."
        % sys.version_info[:2]
    )


def quietly(command):
    """Return the exit code of a command that prints nothing; 127 when it cannot be started."""
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call(command, stdout=nowhere, stderr=nowhere)
        except OSError:
            return 127


def program(name):
    return os.path.join(VENV, "bin", name)


def prepare(kind):
    """Make the environment hold what requirements.txt (`lab`) or requirements-test.txt say."""
    make_venv()
    if stamped(kind):
        return
    for stale in ("lab", "test"):
        if os.path.exists(stamp_path(stale)):
            os.remove(stamp_path(stale))
    requirements = os.path.join(ROOT, requirements_of(kind))
    print("Installing what the labs need; once, about a minute ...")
    sys.stdout.flush()
    installer = choose_installer()
    for words in (["-r", requirements], ["-e", ROOT]):
        if subprocess.call(installer + ["--no-deps"] + words) != 0:
            raise Stop(
                "the packages in %s cannot be installed; check the network and the free space, "
                "then run the same command again." % os.path.basename(requirements)
            )
    if subprocess.call([program("dryrun"), "tools", "install", "aws"]) != 0:
        raise Stop("the AWS CLI is missing (see above); then run the same command again.")
    # Tests need everything a lab needs.
    for done in {"lab", kind}:
        with open(stamp_path(done), "w") as file:
            file.write(digest(done))


def choose_installer():
    """Return uv's install command, or pip's where uv cannot be had or does not run."""
    pip = [program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = program("uv")
    if quietly(pip + [UV]) == 0 and quietly([uv, "--version"]) == 0:
        return [uv, "pip", "install", "--quiet", "--python", program("python")]
    return pip


def make_venv():
    """Make .venv, and make it again when it is broken, old, or was made for another folder."""
    python = program("python")
    check = "import sys; sys.exit(sys.version_info[:2] < (%d, %d) or sys.prefix != %r)" % (
        OLDEST + (VENV,)
    )
    # Commands carry the absolute path of their Python: they break when the folder moves.
    if quietly([python, "-c", check]) == 0 and quietly([program("pip"), "--version"]) == 0:
        return
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise Stop(
            "this Python cannot make virtual environments; run "
            "`sudo apt-get install python%d.%d-venv` (or python3-venv) and then the same "
            "command again." % sys.version_info[:2]
        )
    print("Making the virtual environment .venv ...")
    sys.stdout.flush()
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(
            "the virtual environment %s cannot be made (%s); free some space or make the folder "
            "writable, then run the same command again." % (VENV, error)
        )


def requirements_of(kind):
    return "requirements.txt" if kind == "lab" else "requirements-test.txt"


def stamp_path(kind):
    return os.path.join(VENV, "dryrun-%s.stamp" % kind)


def digest(kind):
    total = hashlib.sha256(ROOT.encode("utf-8", "surrogateescape"))
    for name in INPUTS + (requirements_of(kind),):
        with open(os.path.join(ROOT, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def stamped(kind):
    try:
        with open(stamp_path(kind)) as file:
            return file.read() == digest(kind) and os.path.exists(program("dryrun"))
    except OSError:
        return False


def dryrun(words, kind="lab"):
    prepare(kind)
    return subprocess.call([program("dryrun")] + words, cwd=ROOT)


def install_only(words):
    prepare("test" if "test" in words else "lab")
    return 0


def lab(words):
    prepare("lab")
    # In place of this process: Ctrl-C must reach JupyterLab alone.
    os.execv(program("dryrun"), [program("dryrun"), "lab"] + words)


class Beside(object):
    """A program at work on a second core; what it says is shown at its end."""

    def __init__(self, name):
        self.name = name
        self.process = subprocess.Popen(
            [program(name)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def passed(self):
        said, _ = self.process.communicate()
        print("== %s" % self.name)
        sys.stdout.flush()
        os.write(1, said)
        return self.process.returncode == 0


def test(words):
    """Lint, types, then the tests from the fastest tier to the slowest; stop at the first bad."""
    prepare("test")
    os.chdir(ROOT)
    types = None
    if not words:
        for command in (["ruff", "check"], ["ruff", "format", "--check", "--quiet"]):
            print("== %s" % " ".join(command))
            sys.stdout.flush()
            if subprocess.call([program(command[0])] + command[1:]) != 0:
                return 1
        types = Beside("mypy")
    for tier in TIERS:
        if not any(n.startswith("test_") for n in listdir(tier)):
            continue
        if tier == "tests/browser" and not has_chromium():
            print(
                "== tests/browser left out: they need Chromium; `sudo apt-get install chromium` "
                "or .ci/run as root installs it."
            )
            continue
        print("== %s" % tier)
        sys.stdout.flush()
        command = [program("python"), "-m", "pytest", "-q", tier]
        command += DISTRIBUTION.get(tier, [])
        status = subprocess.call(command + words)
        if types is not None and not types.passed():
            return 1
        types = None
        if status not in (0, NOTHING_SELECTED if words else 0):
            return status
    if words:
        return 0
    print("== the content gate")
    sys.stdout.flush()
    # `dryrun check-labs` tries four times as many: a lab has met those before it was finished.
    return subprocess.call([program("dryrun"), "check-labs", "--mutants", "2"])


def soak(words):
    """Kill the cloud 200 times; try 100,000 malformed templates and 1,000 pairs of good ones.

    DRYRUN_KILLS, DRYRUN_TEMPLATES and DRYRUN_EXAMPLES set other numbers.
    """
    prepare("test")
    os.chdir(ROOT)
    os.environ.setdefault("DRYRUN_KILLS", "200")
    os.environ.setdefault("DRYRUN_TEMPLATES", "100000")
    os.environ.setdefault("DRYRUN_EXAMPLES", "1000")
    for tests in (
        "tests/functional/test_recovery.py::test_killed_at_any_moment_it_comes_back_as_it_was",
        "tests/functional/cloudformation/test_properties.py",
        "tests/functional/cloudformation/test_malformed_templates.py",
    ):
        # A process each: they share the account of the one they run in.
        status = subprocess.call([program("python"), "-m", "pytest", "-q", tests] + words)
        if status != 0:
            return status
    return 0


def listdir(tier):
    folder = os.path.join(ROOT, tier)
    return os.listdir(folder) if os.path.isdir(folder) else []


def has_chromium():
    code = "import sys, dryrun.doctor as d; sys.exit(d.chromium() is None)"
    return subprocess.call([program("python"), "-c", code]) == 0


def lock(_words):
    """Write both requirement files from pyproject.toml."""
    make_venv()
    choose_installer()
    compile_ = [program("uv"), "pip", "compile", "--quiet", "--universal", "--python-version"]
    compile_ += ["%d.%d" % OLDEST, "--custom-compile-command", "make lock", "pyproject.toml"]
    for words in (
        ["-o", "requirements.txt"],
        ["--extra", "test", "-c", "requirements.txt", "-o", "requirements-test.txt"],
    ):
        if subprocess.call(compile_ + words, cwd=ROOT) != 0:
            raise Stop("uv could not lock the versions (see above); check pyproject.toml.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
