"""Lab 01-02: temporary sessions and MFA."""

from __future__ import annotations

from dryrun.checks.cli_and_sdk import codes, purser, roles, sessions
from dryrun.checks.cli_and_sdk.questions02 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

SESSION_HOUR = Criterion(
    "session-hour", "The session was asked for one hour.", sessions.session_hour
)
TICKETS_OPEN = Criterion(
    "tickets-open", "With these values the tickets can be listed.", sessions.tickets_open
)

LAB = Lab(
    id="01-02",
    title="Temporary sessions and MFA",
    goal="Let a stolen key open nothing, and work with a code that opens for an hour.",
    minutes=45,
    places=(
        ("the purser's key", "profile purser in .dryrun/aws/credentials; this lab made it"),
        ("the tickets", "bucket ferry-tickets, seasons 2025 and 2026"),
        ("the phone", 'lab.mfa_code("…") shows its code'),
    ),
    services=("iam", "s3", "sts", "organizations"),
    prepare=purser.prepare,
    exercises=(
        Exercise(
            id="season-tickets",
            number="1",
            title="One season, no more",
            ids=("IAM-ENFORCE-DEFAULT", "IAM-ENFORCE-ALLOW", "IAM-ENFORCE-RESOURCE"),
            criteria=(
                Criterion(
                    "tickets-listed",
                    "The purser may list the bucket `ferry-tickets`.",
                    codes.tickets_listed,
                ),
                Criterion(
                    "tickets-read",
                    "The purser may read the tickets below `2026/`.",
                    codes.tickets_read,
                ),
                Criterion(
                    "rest-closed",
                    "The purser may read nothing else, and change nothing.",
                    codes.rest_closed,
                ),
            ),
            hints=(
                "Two actions, and each is asked of something else: one of the bucket, one of the "
                "objects in it.",
                "`s3:ListBucket` is asked of the bucket, `s3:GetObject` of an object. A bucket's "
                "ARN ends with its name. An object's ARN goes on with `/` and its key.",
                "Two statements: `s3:ListBucket` on `arn:aws:s3:::ferry-tickets`, and "
                "`s3:GetObject` on the same with `/2026/*` behind it. Then `aws iam "
                "put-user-policy` with `--user-name`, `--policy-name` and `--policy-document`, as "
                "in the worked example.",
            ),
            attempted=codes.tried_grant,
            solve=codes.solve_grant,
            why="What no policy allows is denied. So a permission is as narrow as its ARN.",
        ),
        Exercise(
            id="timetable-policy",
            number="2",
            title="A policy that AWS wrote",
            ids=("IAM-MANAGED-POLICIES",),
            criteria=(
                Criterion(
                    "timetable-read",
                    "The purser may read the parameter `/ferry/timetable`.",
                    codes.timetable_read,
                ),
                Criterion("by-aws", "A policy managed by AWS allows it.", codes.by_aws),
                Criterion(
                    "only-reading",
                    "The purser may change no parameter, and read no report.",
                    codes.only_reading,
                ),
            ),
            hints=(
                "Look through the list for a name that says which service, and that it only reads.",
                "Parameter Store belongs to Systems Manager, `SSM` in names. `aws iam "
                "attach-user-policy` attaches a policy, by its ARN.",
                "The ARN begins with `arn:aws:iam::aws:policy/`. The name that follows begins with "
                "`AmazonSSM` and says ReadOnly. Options: `--user-name purser --policy-arn`.",
            ),
            attempted=codes.tried_managed,
            solve=codes.solve_managed,
            why="A managed policy is quick to find and wider than you need. Read it before you "
            "attach it.",
        ),
        Exercise(
            id="code-required",
            number="3",
            title="Nothing without a code",
            ids=("IAM-ENFORCE-CONDITION",),
            criteria=(
                Criterion(
                    "key-refused",
                    "The key alone neither lists nor reads tickets.",
                    codes.key_refused,
                ),
                Criterion(
                    "session-refused",
                    "A session without a code does neither.",
                    codes.session_refused,
                ),
                Criterion(
                    "deny-holds",
                    "Nothing that somebody allows later changes that, anywhere in S3.",
                    codes.deny_holds,
                ),
                Criterion(
                    "code-opens",
                    "A session with a code lists and reads tickets.",
                    codes.code_opens,
                ),
            ),
            hints=(
                "Only one effect holds against every allow. And look at the first row of the "
                "table: which operator matches a condition key that is not there?",
                'A second policy with `"Effect": "Deny"`, all of S3, and a `Condition`. The '
                "operator ends with `IfExists`.",
                'The condition is `"BoolIfExists": {"aws:MultiFactorAuthPresent": …}`, and the '
                'value is the one that has no code: `"false"`. Action `s3:*`, resource `*`. Give '
                "the policy a name of its own, or it replaces the first.",
            ),
            attempted=codes.tried_condition,
            solve=codes.solve_condition,
            why="With a long-term key the condition key is missing. Bool does not match what is "
            "missing, BoolIfExists does.",
        ),
        Exercise(
            id="phone",
            number="4",
            title="A phone for the purser",
            ids=("STS-SESSION-MFA",),
            criteria=(
                Criterion("device-made", "There is a virtual MFA device.", codes.device_made),
                Criterion(
                    "device-enabled", "It is enabled for the user `purser`.", codes.device_enabled
                ),
            ),
            hints=(
                "Two commands of `aws iam`: one makes the device, the other gives it to a user.",
                "`create-virtual-mfa-device` makes it; its two last options say where the QR code "
                "goes. `enable-mfa-device` wants the serial number, which is the ARN, and two "
                "codes.",
                '`first, second = lab.mfa_codes("purser-phone")`. Then `aws iam enable-mfa-device '
                "--user-name purser --serial-number` with the ARN, `--authentication-code1 "
                "{first}` and `--authentication-code2` with the other.",
            ),
            attempted=codes.tried_device,
            solve=codes.solve_device,
            why="Two codes in a row prove that phone and AWS share the secret, and agree on the "
            "time.",
        ),
        Exercise(
            id="session",
            number="5",
            title="An hour with a code",
            ids=("STS-SESSION-TOKEN", "STS-SESSION-MFA", "STS-SESSION-USE"),
            criteria=(
                Criterion(
                    "session-code",
                    "A session of the purser's was asked for with a code.",
                    sessions.session_code,
                ),
                SESSION_HOUR,
                Criterion(
                    "values-placed",
                    "Its three values stand in a profile, or in the environment.",
                    sessions.values_placed,
                ),
                TICKETS_OPEN,
            ),
            hints=(
                "The purser must ask, with the long-term key and the code. Then put all three "
                "values where the tools look.",
                "`aws sts get-session-token --profile purser` with `--serial-number`, "
                "`--token-code` and `--duration-seconds`. `aws configure set` puts the values into "
                "a profile; the third setting is `aws_session_token`.",
                "`code = lab.mfa_code(device)`. Keep the answer: `answer = !aws sts "
                "get-session-token …`, then "
                '`json.loads(answer.n)["Credentials"]` has `AccessKeyId`, `SecretAccessKey` and '
                "`SessionToken`. Three times `aws configure set`, each with `--profile "
                "purser-mfa`.",
            ),
            attempted=sessions.tried_session,
            solve=sessions.solve_session,
            why="The code is traded once, for a session. The session's requests carry the proof.",
        ),
        Exercise(
            id="next-hour",
            number="6",
            title="An hour later",
            ids=("STS-SESSION-TOKEN", "STS-SESSION-USE"),
            criteria=(
                Criterion(
                    "values-placed",
                    "The three values of a session that is still good stand somewhere.",
                    sessions.values_placed,
                ),
                SESSION_HOUR,
                TICKETS_OPEN,
                Criterion(
                    "nothing-expired",
                    "Nothing that has expired is left in a profile or in the environment.",
                    sessions.nothing_expired,
                ),
            ),
            hints=(
                "Who may ask for a session? And what must replace what?",
                "The long-term key asks, with the code the phone shows now. The new values go "
                "where the old ones stand.",
                "The same steps as in exercise 5: `lab.mfa_code(device)`, `aws sts "
                "get-session-token --profile purser …` for 3600 seconds, and three times `aws "
                "configure set` for the same profile.",
            ),
            attempted=sessions.tried_again,
            solve=sessions.renew,
            why="Three copied values never renew themselves. Who must not be interrupted uses a "
            "role, which the tools renew.",
        ),
        Exercise(
            id="refunds-role",
            number="7",
            title="A role for refunds",
            ids=("STS-ASSUME-ROLE",),
            criteria=(
                Criterion(
                    "trust-purser",
                    "The purser may assume the role `ferry-refunds` with a code.",
                    roles.trust_purser,
                ),
                Criterion("trust-code", "The purser may not without a code.", roles.trust_code),
                Criterion("trust-others", "Nobody else may.", roles.trust_others),
                Criterion(
                    "role-refunds",
                    "The role may delete the tickets below `2026/`, and nothing else.",
                    roles.role_refunds,
                ),
                Criterion(
                    "refunded",
                    "The role has deleted the ticket `2026/ticket-0007.json`.",
                    roles.refunded,
                ),
            ),
            hints=(
                "A role has two sides: who may put it on, and what it may do then. The first is "
                "the trust policy, which `create-role` wants.",
                "The trust policy names a `Principal`, the ARN of the user, allows "
                "`sts:AssumeRole`, and has a `Condition`. `put-role-policy` says what the role may "
                "do. A profile with `role_arn` and `source_profile` puts it on.",
                'Trust: `"Principal": {"AWS": "arn:aws:iam::123456789012:user/purser"}` and '
                '`"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}`. Then `aws '
                "configure set` twice for `--profile refunds`: `role_arn` and `source_profile "
                "purser-mfa`, and once for the region. At last `aws s3 rm … --profile refunds`.",
            ),
            attempted=roles.tried_role,
            solve=roles.solve_role,
            why="The trust policy says who may put the role on. Its own policies say what it may "
            "do then.",
        ),
        Exercise(
            id="islands",
            number="8",
            title="A second account",
            ids=("IAM-MULTI-ACCOUNT", "STS-ASSUME-ROLE"),
            criteria=(
                Criterion(
                    "account-there",
                    "There is a second account in your organization.",
                    roles.account_there,
                ),
                Criterion(
                    "bucket-there",
                    "The bucket `ferry-islands-tickets` is in that account.",
                    roles.bucket_there,
                ),
                Criterion("not-at-home", "Your own account does not list it.", roles.not_at_home),
            ),
            hints=(
                "First an organization, then an account in it. Then put on a role, as in exercise "
                "7, only that the role is in the other account.",
                "`aws organizations create-organization`, `create-account`, `list-accounts`. The "
                "role's ARN holds the number of the new account.",
                "A profile `islands` with `role_arn` "
                "`arn:aws:iam::NUMBER:role/OrganizationAccountAccessRole` and `source_profile "
                "default`. Then `aws s3 mb` with `--profile islands`.",
            ),
            attempted=roles.tried_islands,
            solve=roles.solve_islands,
            why="An account is the strongest wall AWS has. A role is the door in it.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("purser-gone", "The user `purser` and the device are gone.", roles.purser_gone),
        Criterion("role-gone", "The role `ferry-refunds` is gone.", roles.role_gone),
        Criterion("account-closed", "The second account is closed.", roles.account_closed),
        Criterion(
            "profiles-gone",
            "No profile, no file and no variable of this lab holds a key.",
            roles.profiles_gone,
        ),
    ),
)
