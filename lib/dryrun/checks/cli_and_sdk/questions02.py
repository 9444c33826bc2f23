"""Lab 01-02: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="no-policy",
        text="A new IAM user has an access key and no policy. What may it do?",
        choices=(
            "Read everything, change nothing",
            "Almost nothing: it can ask who it is",
            "What the other users of the account may do",
        ),
        answer=1,
        explanations=(
            "No. Reading needs a permission like everything else.",
            "Yes. Whatever no policy allows is denied. `get-caller-identity` and "
            "`get-session-token` need no permission.",
            "No. Users share nothing, unless you put them into a group.",
        ),
        ids=("IAM-ENFORCE-DEFAULT",),
    ),
    Question(
        id="allow-and-deny",
        text="One policy of a user allows `s3:*` on everything. Another denies `s3:DeleteObject` "
        "on everything. May the user delete an object?",
        choices=(
            "Yes: the allow is wider",
            "It depends on which policy was attached last",
            "No",
        ),
        answer=2,
        explanations=(
            "No. Wider or narrower does not count.",
            "No. Policies have no order.",
            "Yes. A deny that matches always wins, over any number of allows.",
        ),
        ids=("IAM-ENFORCE-ALLOW",),
    ),
    Question(
        id="policy-of-aws",
        text="`AmazonSSMReadOnlyAccess` is a policy that AWS manages. What follows?",
        choices=(
            "You can edit your account's copy of it",
            "AWS may change it, and every user it is attached to gets the change",
            "It covers exactly what your program needs",
        ),
        answer=1,
        explanations=(
            "No. There is one for everybody, owned by the account `aws`. To change it, write a "
            "policy of your own.",
            "Yes. Usually that is welcome: AWS adds what new features need.",
            "No. It is written for everybody, so it allows more than you need. It is a good start, "
            "and seldom the end.",
        ),
        ids=("IAM-MANAGED-POLICIES",),
    ),
    Question(
        id="which-operator",
        text="A statement denies with the condition "
        '`"Bool": {"aws:MultiFactorAuthPresent": "false"}`. A request comes with a long-term key. '
        "What happens?",
        choices=(
            "The request is denied: there was no code",
            "The deny does not match, so other policies decide",
            "The policy is refused, because the key may be missing",
        ),
        answer=1,
        explanations=(
            "No, though it reads that way, and many policies rest on it. The key is not false. It "
            "is not there.",
            "Yes. A missing key is not equal to anything. With a long-term key, this deny never "
            "matches.",
            "No. IAM takes it without a word. That makes it dangerous.",
        ),
        ids=("IAM-ENFORCE-CONDITION",),
    ),
    Question(
        id="device-enough",
        text="The purser now has a device. Does the profile `purser`, with its long-term key, "
        "open the tickets?",
        choices=(
            "Yes: the user has a device now",
            "Yes, but the CLI asks for the code",
            "No",
        ),
        answer=2,
        explanations=(
            "No. A device belongs to the user. A request made with the key says nothing of it.",
            "No. The CLI signs with the key, and no request has room for a code.",
            "Yes. The code must be traded for a session first. Only the session's requests carry "
            "the proof.",
        ),
        ids=("STS-SESSION-MFA",),
    ),
    Question(
        id="passkey",
        text="The captain's only device is a passkey on a security key. How does the captain get "
        "a session with `aws sts get-session-token`?",
        choices=(
            "With the security key's ARN and a touch",
            "With the security key's ARN and its PIN as the code",
            "Not at all: a second device that shows codes is needed",
        ),
        answer=2,
        explanations=(
            "No. `--token-code` wants six digits, and a security key shows none.",
            "No. The PIN stays in the security key.",
            "Yes. Passkeys and security keys work in the browser only. A user may have up to 8 "
            "devices, so an app with codes can stand beside the passkey.",
        ),
        ids=("STS-SESSION-MFA",),
    ),
    Question(
        id="hour-over",
        text="The hour is over. What does the profile `purser-mfa` do?",
        choices=(
            "It asks for a new code",
            "It gets a new session by itself",
            "It is refused",
        ),
        answer=2,
        explanations=(
            "No. It holds three values, and knows of no device.",
            "No. Tools do that for roles, because they know whom to ask. Three copied values stay "
            "what they are.",
            "Yes. The time is part of the session, and nothing makes it longer.",
        ),
        ids=("STS-SESSION-USE", "STS-SESSION-TOKEN"),
    ),
    Question(
        id="session-for-session",
        text="You work in a session that is still good. You ask for the next one: "
        "`aws sts get-session-token --profile purser-mfa`. What does AWS answer?",
        choices=(
            "A new session of 12 hours",
            "A new session, with what is left of the old one",
            "`AccessDenied`",
        ),
        answer=2,
        explanations=(
            "No. Then nobody would ever need a second code.",
            "No. That is closer, but AWS does not do it.",
            "Yes: “Cannot call GetSessionToken with session credentials”. Only the long-term key "
            "may ask.",
        ),
        ids=("STS-SESSION-TOKEN",),
    ),
    Question(
        id="role-and-code",
        text="You assumed a role with a code. The role's own policy denies everything where "
        "`aws:MultiFactorAuthPresent` is not true. What may you do?",
        choices=(
            "Nothing",
            "Everything else that the role allows",
            "Everything, for an hour",
        ),
        answer=0,
        explanations=(
            "Yes. A role's session carries no code, however you came by it. So ask for the code in "
            "the trust policy, where the role is put on.",
            "No. The code opened the door to the role. It did not come along.",
            "No. The code opened the door to the role. It did not come along.",
        ),
        ids=("STS-ASSUME-ROLE",),
    ),
)
