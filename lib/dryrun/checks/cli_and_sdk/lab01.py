"""Lab 01-01: keys, profiles and who wins."""

from __future__ import annotations

from pathlib import Path

from dryrun.checks.account import Account
from dryrun.checks.cli_and_sdk import chain
from dryrun.checks.cli_and_sdk import keys_and_profiles as keys
from dryrun.checks.cli_and_sdk.questions01 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab


def _prepare(account: Account) -> None:
    Path(keys.KEY_FILE).unlink(missing_ok=True)
    keys.spoil_harbour(account)
    chain.settle_machine(account)


def _tried_key(account: Account) -> bool:
    made = ("CreateUser", "CreateAccessKey")
    return any(call.operation in made for call in account.calls("iam"))


DEFAULT_KEPT = Criterion(
    "default-kept",
    "The profile `default` is still `ferry-admin` in us-east-1.",
    keys.default_kept,
)

LAB = Lab(
    id="01-01",
    title="Keys, profiles and who wins",
    goal="Know at any moment who your commands are, and why.",
    minutes=40,
    places=(
        ("the lab's AWS files", ".dryrun/aws/credentials and .dryrun/aws/config"),
        ("the purser's key", "purser-key.json, beside this notebook; you make it"),
    ),
    services=("iam", "ec2"),
    prepare=_prepare,
    exercises=(
        Exercise(
            id="purser-key",
            number="1",
            title="A key for the purser",
            ids=("CLI-KEYS-CREATE", "STS-CALLER-ID"),
            criteria=(
                Criterion("user-exists", "There is an IAM user `purser`.", keys.user_exists),
                Criterion("key-active", "`purser` has an active access key.", keys.key_active),
                Criterion("admin-single", "`ferry-admin` has no second key.", keys.admin_single),
            ),
            hints=(
                "Two things are needed: a user, then a key for it. Both are made by the service "
                "`iam`.",
                "`aws iam help` lists the commands. You want `create-user`, then "
                "`create-access-key`.",
                "Both take `--user-name`. Without it the second makes a key for whoever asks. Add "
                "`> purser-key.json` at its end to keep the answer.",
            ),
            attempted=_tried_key,
            solve=keys.solve_key,
            why="The secret is shown this once and never again, not even to an administrator. Who "
            "loses it makes a new key.",
        ),
        Exercise(
            id="purser-profile",
            number="2",
            title="A profile for the key",
            ids=("CLI-CRED-FILE",),
            criteria=(
                Criterion(
                    "profile-key",
                    "The profile `purser` holds an active key of the user `purser`.",
                    keys.profile_key,
                ),
                Criterion(
                    "profile-secret", "The secret beside it is the key's own.", keys.profile_secret
                ),
                Criterion(
                    "profile-region",
                    "The profile `purser` works in eu-west-1.",
                    keys.profile_region,
                ),
                DEFAULT_KEPT,
            ),
            hints=(
                "A profile is a name for some settings. `aws configure` writes them, and "
                "`--profile` says under which name.",
                "In a notebook use `aws configure set SETTING VALUE --profile purser`, three "
                "times. The key itself is in `purser-key.json`.",
                "The settings are `aws_access_key_id`, `aws_secret_access_key` and `region`. In "
                'Python `json.load(open("purser-key.json"))["AccessKey"]` gives the pair, and '
                "in a line with `!` curly brackets hold a Python value.",
            ),
            attempted=keys.tried_profile,
            solve=keys.solve_profile,
            why="Keys go to the credentials file, everything else to the config file, and the "
            "config file spells the section [profile purser].",
        ),
        Exercise(
            id="printer-environment",
            number="3",
            title="A printer without files",
            ids=("CLI-CRED-ENV", "CLI-REGION-PRECEDENCE"),
            criteria=(
                Criterion(
                    "env-key",
                    "`AWS_ACCESS_KEY_ID` is an active key of `purser`.",
                    chain.env_key,
                ),
                Criterion("env-pair", "The pair in the environment works.", chain.env_pair_works),
                Criterion(
                    "env-region",
                    "The environment says us-east-1, to the CLI and to boto3.",
                    chain.env_region,
                ),
                DEFAULT_KEPT,
            ),
            hints=(
                "Three environment variables, in this notebook. Not in a shell: a line with `!` "
                "has its own, which ends with the line.",
                'In Python: `os.environ["NAME"] = value`. Or `%env NAME=value`, without '
                "quotation marks. One name for the region is read by both tools; see the table.",
                "The names are `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and "
                "`AWS_DEFAULT_REGION`. The values of the first two are in `purser-key.json`.",
            ),
            attempted=chain.tried_environment,
            solve=chain.solve_environment,
            why="Keys in the environment beat every file. Only an option on the command line beats "
            "them.",
        ),
        Exercise(
            id="rotate-key",
            number="4",
            title="A new key for the old one",
            ids=("CLI-KEYS-CREATE", "CLI-CRED-OPTION"),
            criteria=(
                Criterion("profile-works", "The profile `purser` works.", keys.profile_works),
                Criterion(
                    "old-rested",
                    "The old key was switched off first and deleted after.",
                    keys.old_key_rested,
                ),
                Criterion("one-key", "`purser` has one key, and it is active.", keys.one_key),
            ),
            hints=(
                "Four steps: make the second key, put it into the profile, switch the first off, "
                "delete the first. You act as `ferry-admin`, so add `--profile default`.",
                "Switching off is `aws iam update-access-key` with `--status Inactive`. It wants "
                "the key's id. `aws iam list-access-keys --user-name purser` shows both.",
                "After `create-access-key` and `aws configure set …`, run `update-access-key` and "
                "`delete-access-key`, each with `--user-name purser --access-key-id` and the id "
                "of the older key.",
            ),
            attempted=keys.tried_rotation,
            solve=keys.solve_rotation,
            why="A key that is off can be switched on again in a second. A deleted one is gone. So "
            "wait between the two, until you know that nobody misses it.",
        ),
        Exercise(
            id="stale-key",
            number="5",
            title="Refused, and why",
            ids=("CLI-CRED-ENV", "CLI-CRED-FILE"),
            criteria=(
                Criterion("env-clean", "No key is left in the environment.", chain.env_clean),
                Criterion(
                    "profile-wins",
                    "A plain command is `purser`, by the profile `purser`.",
                    chain.profile_wins,
                ),
                Criterion(
                    "region-profile",
                    "It works in eu-west-1, as the profile says.",
                    chain.profile_region_wins,
                ),
            ),
            hints=(
                "`aws configure list` says for every value where it comes from. Which of them come "
                "from `env`?",
                'Take all three out: `os.environ.pop("NAME", None)` removes one. Then say which '
                "profile a plain command uses.",
                "Remove `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and the region's variable; "
                "then set `AWS_PROFILE` to `purser`.",
            ),
            attempted=chain.tried_leftovers,
            solve=chain.solve_leftovers,
            why="Whenever you are the wrong person, look for a leftover in the environment first.",
        ),
        Exercise(
            id="ticket-task",
            number="6",
            title="A task with no key at all",
            ids=("CLI-CRED-CONTAINER", "CLI-REGION-DEFAULT"),
            criteria=(
                Criterion(
                    "task-wins",
                    "A plain command is the role `ferry-ticket-task`, by container credentials.",
                    chain.task_wins,
                ),
                Criterion(
                    "task-region",
                    "It works in us-east-1, with the CLI and with boto3.",
                    chain.task_region,
                ),
                DEFAULT_KEPT,
            ),
            hints=(
                "Who answered the plain command, and from which place? That place is earlier in "
                "the list. It must have nothing to offer.",
                "A profile may hold a region and no key. Make one of that kind in the config file, "
                "and let `AWS_PROFILE` name it.",
                "`aws configure set region us-east-1 --profile ticket-task` makes it. Then "
                "`AWS_PROFILE` is `ticket-task`, and `AWS_CONTAINER_CREDENTIALS_FULL_URI` is the "
                "endpoint followed by `/v2/credentials/ferry-ticket-task`.",
            ),
            attempted=chain.tried_task,
            solve=chain.solve_task,
            why="Nobody typed a key, nobody stored one, and it ends by itself after six hours.",
        ),
        Exercise(
            id="web-machine",
            number="7",
            title="A machine that knows who it is",
            ids=("CLI-CRED-IMDS", "SDK-CRED-CHAIN"),
            criteria=(
                Criterion(
                    "machine-wins",
                    "A plain command is the role `ferry-web`, by the instance metadata.",
                    chain.machine_wins,
                ),
                Criterion(
                    "machine-region",
                    "It works in us-east-1, with the CLI and with boto3.",
                    chain.task_region,
                ),
            ),
            hints=(
                "The machine is asked last of all. What comes just before it, and is it still set?",
                "Remove the container variable. Then point the metadata variable at the machine; "
                "it now ends in `/imds/none`.",
                "Delete `AWS_CONTAINER_CREDENTIALS_FULL_URI`. `AWS_EC2_METADATA_SERVICE_ENDPOINT` "
                "becomes what the cell above calls `machine`: endpoint, `/imds/`, instance id.",
            ),
            attempted=chain.tried_machine,
            solve=chain.solve_machine,
            why="A program on the instance needs no key and no setting: the last place in the "
            "list is always there.",
        ),
        Exercise(
            id="harbour-profile",
            number="8",
            title="Somebody else's files",
            ids=("CLI-CRED-FILE", "STS-CALLER-ID"),
            criteria=(
                Criterion(
                    "harbour-key",
                    "The profile `harbour` holds an active key of the user `harbour-master`.",
                    keys.harbour_key,
                ),
                Criterion(
                    "harbour-secret", "The secret beside it is the key's own.", keys.harbour_secret
                ),
                Criterion(
                    "harbour-region",
                    "The profile `harbour` works in eu-west-1.",
                    keys.harbour_region,
                ),
                Criterion(
                    "harbour-tidy", "No section is left that the tools ignore.", keys.harbour_tidy
                ),
                DEFAULT_KEPT,
            ),
            hints=(
                "Three things are wrong. Look at both files, then at the user's keys.",
                "The two files spell a section differently: with the word `profile` in one of "
                "them, without it in the other.",
                "Rename `[profile harbour]` in the credentials file and `[harbour]` in the config "
                "file. Then `aws iam list-access-keys --user-name harbour-master` shows that the "
                "key was switched off; `update-access-key` with `--status Active` switches it on.",
            ),
            attempted=keys.tried_harbour,
            solve=keys.solve_harbour,
            why="A section with the wrong name is no error to the tools. It is simply not there.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("user-gone", "The user `purser` is gone.", keys.user_gone),
        Criterion(
            "profiles-gone",
            "No profile and no file of this lab holds a key of it.",
            keys.profiles_gone,
        ),
        Criterion(
            "environment-plain",
            "This notebook's environment is as it was.",
            chain.environment_plain,
        ),
    ),
)
