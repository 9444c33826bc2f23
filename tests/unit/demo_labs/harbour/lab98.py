"""A tiny lab: two users, a role-free harbour, one question."""

from __future__ import annotations

from dryrun.checks import (
    Account,
    Broken,
    Criterion,
    Evidence,
    Exercise,
    Lab,
    Question,
)

BASE = "harbour-master"


def prepare(account: Account) -> None:
    account.client("iam").create_user(UserName=BASE)
    account.write_ini(account.workspace.aws_config, {"profile purser": None})


def _users(account: Account) -> list[str]:
    users = [user["UserName"] for user in account.client("iam").list_users()["Users"]]
    if BASE not in users:
        raise Broken(f"The user {BASE}, which this lab made, is gone.")
    return users


def purser_exists(account: Account) -> Evidence | None:
    users = _users(account)
    if "purser" in users:
        return None
    return Evidence("a user named purser", ", ".join(users), "iam list-users")


def purser_tagged(account: Account) -> Evidence | None:
    tags = account.client("iam").list_user_tags(UserName="purser")["Tags"]
    found = {tag["Key"]: tag["Value"] for tag in tags}
    if found.get("deck") == "3":
        return None
    return Evidence("deck = 3", str(found or "no tags"), "iam list-user-tags, user purser")


def by_the_learner(account: Account) -> Evidence | None:
    if account.calls("iam", "CreateUser"):
        return None
    return Evidence("one call of CreateUser", "none", "the journal")


def profile_region(account: Account) -> Evidence | None:
    found = account.config().get("profile purser", {}).get("region")
    if found == "eu-central-1":
        return None
    return Evidence("eu-central-1", str(found), "[profile purser] in .dryrun/aws/config")


def solve_purser(account: Account) -> None:
    account.client("iam").create_user(UserName="purser", Tags=[{"Key": "deck", "Value": "3"}])


def solve_profile(account: Account) -> None:
    account.write_ini(account.workspace.aws_config, {"profile purser": {"region": "eu-central-1"}})
    account.environ["AWS_PROFILE"] = "purser"


def gone(account: Account) -> Evidence | None:
    users = _users(account)
    return Evidence("no purser", "purser", "iam list-users") if "purser" in users else None


LAB = Lab(
    id="98",
    title="The harbour",
    goal="Give the purser of the ferry a user and a profile of their own.",
    minutes=5,
    prepare=prepare,
    services=("iam",),
    exercises=(
        Exercise(
            id="purser",
            aliases=("bursar",),
            number="1",
            title="A user for the purser",
            criteria=(
                Criterion("user-there", "The user `purser` exists", purser_exists),
                Criterion("user-tagged", "It carries the tag `deck`", purser_tagged),
                Criterion("by-learner", "It was you who made it", by_the_learner),
            ),
            hints=(
                "Which service knows *users*?",
                "`aws iam create-user` makes one.\n\n```\naws iam create-user help\n```",
                "`aws iam create-user --user-name purser --tags Key=deck,Value=3`",
            ),
            attempted=lambda account: "purser" in _users(account),
            solve=solve_purser,
            why="A user is one identity: what it may do is said elsewhere.",
        ),
        Exercise(
            id="profile",
            number="2",
            title="A profile for the purser",
            criteria=(Criterion("region", "`purser` works in Frankfurt", profile_region),),
            hints=("Where do profiles live?", "In `.dryrun/aws/config`.", "`aws configure`"),
            attempted=lambda account: "profile purser" in account.config(),
            solve=solve_profile,
            why="A profile is a name for a set of settings.",
        ),
    ),
    questions=(
        Question(
            id="who",
            text="Who may create users?",
            choices=("Anybody", "Whoever has `iam:CreateUser`", "The root user only"),
            answer=1,
            explanations=(
                "No: without a permission AWS answers `AccessDenied`.",
                "Yes: a policy must allow it.",
                "No: root may, but so may others.",
            ),
        ),
    ),
    clean_up=(Criterion("no-purser", "The user `purser` is gone", gone),),
)
