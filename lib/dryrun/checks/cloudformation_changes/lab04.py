"""Lab 03-04: who may do this: capabilities and service roles."""

from __future__ import annotations

from dryrun.checks.cloudformation_changes import capabilities, service_roles
from dryrun.checks.cloudformation_changes.questions04 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

STILL_SMALL = Criterion(
    "still-small",
    "Without CloudFormation, `deckhand` may do nothing of all that.",
    service_roles.still_small,
)

LAB = Lab(
    id="03-04",
    title="Who may do this: capabilities and service roles",
    goal="Say knowingly what a template may do, and let somebody deploy who may do nothing else.",
    minutes=40,
    places=(
        ("the deckhand's key", "profile deckhand in .dryrun/aws/credentials; this lab made it"),
        ("the templates", "rota.yaml, rota-named.yaml, buoys.yaml, gangway.yaml, in this folder"),
    ),
    services=("cloudformation", "iam"),
    prepare=service_roles.prepare,
    exercises=(
        Exercise(
            id="rota",
            number="1",
            title="A template that makes a role",
            ids=("CFN-CAP-IAM",),
            criteria=(
                Criterion(
                    "rota-there", "The stack `ferry-rota` is complete.", capabilities.rota_there
                ),
                Criterion("rota-role", "It has a role.", capabilities.rota_role),
                Criterion(
                    "rota-least",
                    "It was given no more capabilities than it needs.",
                    capabilities.rota_least,
                ),
            ),
            hints=(
                "The message of the exception names the word that is missing.",
                "The option of `create-stack` is `--capabilities`. There is a weaker word for "
                "roles with generated names, and a stronger one. Take the weaker.",
                "`aws cloudformation create-stack --stack-name ferry-rota --template-body "
                "file://rota.yaml --capabilities` and the word from the message. Was the stack "
                "made with too many? Delete it first.",
            ),
            attempted=capabilities.tried_rota,
            solve=capabilities.solve_rota,
            why="A capability gives nobody a permission. It says that you know what the template "
            "hands out.",
        ),
        Exercise(
            id="rota-named",
            number="2",
            title="A role with a name",
            ids=("CFN-CAP-IAM",),
            criteria=(
                Criterion(
                    "role-named",
                    "The stack's role is `ferry-rota-planner`.",
                    capabilities.role_named,
                ),
                Criterion("rota-there", "The stack is complete.", capabilities.rota_there),
                Criterion(
                    "rota-least",
                    "It was given no more capabilities than it needs.",
                    capabilities.rota_least,
                ),
            ),
            hints=(
                "Try it with the word of exercise 1, and read the message.",
                "An update must say it again, whatever the creation said.",
                "`aws cloudformation update-stack --stack-name ferry-rota --template-body "
                "file://rota-named.yaml --capabilities`, and the word with `NAMED` in it.",
            ),
            attempted=capabilities.tried_name,
            solve=capabilities.solve_name,
            why="A name of your choice can be one that others trust already. So it takes the "
            "stronger word.",
        ),
        Exercise(
            id="buoys",
            number="3",
            title="A template that grows",
            ids=("CFN-CAP-AUTOEXPAND",),
            criteria=(
                Criterion(
                    "buoys-there", "The stack `ferry-buoys` is complete.", capabilities.buoys_there
                ),
                Criterion(
                    "buoys-three",
                    "It has a queue for each of the three places.",
                    capabilities.buoys_three,
                ),
                Criterion(
                    "buoys-least",
                    "It was given no more capabilities than it needs.",
                    capabilities.buoys_least,
                ),
            ),
            hints=(
                "Two ways lead there: say the word, or look at what it becomes first.",
                "The word is in the message again. Without it, a change set of the type `CREATE` "
                "works, and is executed afterwards.",
                "`aws cloudformation create-stack --stack-name ferry-buoys --template-body "
                "file://buoys.yaml --capabilities` with the word that ends in `EXPAND`. Was the "
                "stack made with too many? Delete it first.",
            ),
            attempted=capabilities.tried_buoys,
            solve=capabilities.solve_buoys,
            why="What runs is the expanded template, not the one you read. The word says you "
            "accept that unseen.",
        ),
        Exercise(
            id="deploy-role",
            number="4",
            title="A role for CloudFormation",
            ids=("CFN-SERVICEROLE",),
            criteria=(
                Criterion(
                    "trust-service",
                    "CloudFormation may assume the role `ferry-deploy`.",
                    service_roles.trust_service,
                ),
                Criterion("trust-others", "Nobody else may.", service_roles.trust_others),
                Criterion(
                    "role-works",
                    "The role may make and delete the gangway's queue and topic.",
                    service_roles.role_works,
                ),
                Criterion(
                    "role-narrow",
                    "It may do nothing to anything else.",
                    service_roles.role_narrow,
                ),
            ),
            hints=(
                "A role has two sides: who may put it on, and what it may do then.",
                "The trust policy's principal is a service: `cloudformation.amazonaws.com`. The "
                "role's own policy names two ARNs; names in them may end with `*`.",
                'Trust: `"Principal": {"Service": "cloudformation.amazonaws.com"}`, action '
                "`sts:AssumeRole`. Then `put-role-policy` that allows `sqs:*` on "
                "`arn:aws:sqs:us-east-1:123456789012:ferry-gangway-*`, and `sns:*` on the same "
                "with `sns` in it.",
            ),
            attempted=service_roles.tried_role,
            solve=service_roles.solve_role,
            why="CloudFormation puts the role on, and has its permissions while it works.",
        ),
        Exercise(
            id="pass-role",
            number="5",
            title="Handing it over",
            ids=("IAM-PASSROLE",),
            criteria=(
                Criterion(
                    "may-pass",
                    "`deckhand` may pass the role `ferry-deploy` to CloudFormation.",
                    service_roles.may_pass,
                ),
                Criterion("only-this", "No other role.", service_roles.only_this),
                Criterion("only-there", "To no other service.", service_roles.only_there),
                STILL_SMALL,
            ),
            hints=(
                "The refusal names the action and the resource.",
                "Allow `iam:PassRole` on the ARN of the one role. A condition key says to which "
                "service it may be passed.",
                '`"Condition": {"StringEquals": {"iam:PassedToService": …}}` with the name of the '
                "service from the trust policy. Then `aws iam put-user-policy --user-name "
                "deckhand`, with a policy name other than `stacks`.",
            ),
            attempted=service_roles.tried_pass,
            solve=service_roles.solve_pass,
            why="Passing a role is lending its permissions. So say which role, and to whom.",
        ),
        Exercise(
            id="gangway",
            number="6",
            title="Challenge: made by somebody who may not",
            ids=("CFN-SERVICEROLE", "IAM-PASSROLE"),
            criteria=(
                Criterion(
                    "gangway-there",
                    "The stack `ferry-gangway` is complete.",
                    service_roles.gangway_there,
                ),
                Criterion(
                    "gangway-role",
                    "CloudFormation works on it with the role `ferry-deploy`.",
                    service_roles.gangway_role,
                ),
                Criterion(
                    "by-deckhand", "It was `deckhand` who asked for it.", service_roles.by_deckhand
                ),
                STILL_SMALL,
            ),
            hints=(
                "Who asks, and with whose permissions is the work done? Two options say that.",
                "`--profile deckhand` says who asks. `create-stack` has an option for the service "
                "role, which wants its ARN.",
                "`aws cloudformation create-stack --profile deckhand --stack-name ferry-gangway "
                "--template-body file://gangway.yaml`, and `--role-arn` with "
                "`arn:aws:iam::123456789012:role/` and the name.",
            ),
            attempted=service_roles.tried_gangway,
            solve=service_roles.solve_gangway,
            why="The user asks, the role works. The user never holds the role's permissions.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("stacks-gone", "The three stacks are gone.", service_roles.stacks_gone),
        Criterion("role-gone", "The role `ferry-deploy` is gone.", service_roles.role_gone),
        Criterion(
            "deckhand-gone", "The user and the profile are gone.", service_roles.deckhand_gone
        ),
    ),
)
