"""Lab 03-04, exercises 1 to 3: what a template may do only when you say so."""

from __future__ import annotations

from dryrun.checks.account import Account
from dryrun.checks.cloudformation_changes import stacks
from dryrun.checks.model import Evidence

ROTA, BUOYS = "ferry-rota", "ferry-buoys"
PLANNER = "ferry-rota-planner"
IAM, NAMED, EXPAND = "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"
PLACES = ("North", "Ferry", "South")
_COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


# 1 · a role in a template


def rota_there(account: Account) -> Evidence | None:
    """Find the rota complete."""
    return stacks.refuse_status(account, ROTA, *_COMPLETE)


def rota_role(account: Account) -> Evidence | None:
    """Find the role that the stack made."""
    found = stacks.physical(account, ROTA, "Planner")
    return None if found else Evidence("a role", "none", f"stack {ROTA}, resource Planner")


def rota_least(account: Account) -> Evidence | None:
    """Find that the rota was given no more than it needs, whether its role has a name or not."""
    named = stacks.physical(account, ROTA, "Planner") == PLANNER
    return _refuse_more(account, ROTA, *((IAM, NAMED) if named else (IAM,)))


def _refuse_more(account: Account, name: str, *right: str) -> Evidence | None:
    found = stacks.stack(account, name)
    where = f"stack {name}, Capabilities"
    if found is None:
        return Evidence(f"at most {', '.join(right)}", "no such stack", where)
    more = [one for one in found.get("Capabilities", []) if one not in right]
    return Evidence(f"at most {', '.join(right)}", f"{more[0]} too", where) if more else None


def tried_rota(account: Account) -> bool:
    """Tell whether somebody tried to make the rota."""
    return stacks.tried(account, ROTA, "CreateStack", "CreateChangeSet")


def solve_rota(account: Account) -> None:
    """Make the rota."""
    account.client("cloudformation").create_stack(
        StackName=ROTA,
        TemplateBody=stacks.template(account, "rota.yaml"),
        Capabilities=[IAM],
    )


# 2 · a role with a name


def role_named(account: Account) -> Evidence | None:
    """Find that the stack's role has the name."""
    found = stacks.physical(account, ROTA, "Planner")
    if found == PLANNER:
        return None
    return Evidence(PLANNER, found or "no role", f"stack {ROTA}, resource Planner")


def tried_name(account: Account) -> bool:
    """Tell whether somebody tried to change the rota."""
    return any(
        PLANNER in str(call.parameters.get("TemplateBody"))
        for operation in ("UpdateStack", "CreateChangeSet")
        for call in account.calls("cloudformation", operation)
    )


def solve_name(account: Account) -> None:
    """Update the rota."""
    account.client("cloudformation").update_stack(
        StackName=ROTA,
        TemplateBody=stacks.template(account, "rota-named.yaml"),
        Capabilities=[NAMED],
    )


# 3 · a template that grows


def buoys_there(account: Account) -> Evidence | None:
    """Find the buoys complete."""
    return stacks.refuse_status(account, BUOYS, *_COMPLETE)


def buoys_three(account: Account) -> Evidence | None:
    """Find a queue for each place."""
    wanted = {f"Buoy{place}" for place in PLACES}
    found = set(stacks.resources(account, BUOYS))
    if found == wanted:
        return None
    told = ", ".join(sorted(found)) or "nothing"
    return Evidence(", ".join(sorted(wanted)), told, f"stack {BUOYS}, resources")


def buoys_least(account: Account) -> Evidence | None:
    """Find that the buoys were given no more than they need."""
    return _refuse_more(account, BUOYS, EXPAND)


def tried_buoys(account: Account) -> bool:
    """Tell whether somebody tried to make the buoys."""
    return stacks.tried(account, BUOYS, "CreateStack", "CreateChangeSet")


def solve_buoys(account: Account) -> None:
    """Make the buoys."""
    account.client("cloudformation").create_stack(
        StackName=BUOYS,
        TemplateBody=stacks.template(account, "buoys.yaml"),
        Capabilities=[EXPAND],
    )
