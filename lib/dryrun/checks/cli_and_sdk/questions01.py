"""Lab 01-01: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="what-is-the-cli",
        text="You run `aws iam create-user`. What does the AWS CLI do with it?",
        choices=(
            "It drives the console, as a person with a mouse would",
            "It is a Python program that sends a signed request to IAM's public API",
            "It uses a private API that only AWS's own tools may call",
        ),
        answer=1,
        explanations=(
            "No. Console, CLI and SDK are three clients of the same API.",
            "Yes. It is open source, in Python, on the same core as boto3. Version 2 brings its "
            "own Python, so you need not install one. What it can do, your program can do.",
            "No. It calls the public API of each service. That is why anything it does can be "
            "done from your own program.",
        ),
        ids=("K-CLI-IS-PYTHON", "K-CLI-PUBLIC-API"),
    ),
    Question(
        id="who-am-i",
        text="Which permission does a user need for `aws sts get-caller-identity`?",
        choices=("`sts:GetCallerIdentity`", "`iam:GetUser`", "None"),
        answer=2,
        explanations=(
            "No. Even a policy that denies this action does not stop it.",
            "No. It tells you whose key you hold, without asking IAM for the user.",
            "Yes. Whoever holds a valid key may ask whose it is. So it always works as a first "
            "question.",
        ),
        ids=("STS-CALLER-ID",),
    ),
    Question(
        id="why-the-lab",
        text="`aws configure list` shows no endpoint. Why do all commands here reach the "
        "pretend account?",
        choices=(
            "The `aws` command was rewritten",
            "The environment variable `AWS_ENDPOINT_URL` names it",
            "The keys begin with AKIADRYRUN",
        ),
        answer=1,
        explanations=(
            "No. It is the real CLI, version 2.",
            "Yes. CLI v2 and boto3 read it for every service. The old CLI v1 ignores it for SQS, "
            "RDS and four more, and would call AWS.",
            "No. A key says who you are, not where a request goes.",
        ),
        ids=("CLI-ENDPOINT-ENV",),
    ),
    Question(
        id="third-key",
        text="The purser has two keys, one of them Inactive. What does `create-access-key` answer?",
        choices=(
            "A third key, because an Inactive one does not count",
            "`LimitExceeded`",
            "A third key, and it deletes the oldest",
        ),
        answer=1,
        explanations=(
            "No. Active or not, both count.",
            "Yes. A user has at most two keys, Inactive ones included. Two are enough to change "
            "keys without a gap.",
            "No. AWS never deletes a key for you.",
        ),
        ids=("CLI-KEYS-CREATE",),
    ),
    Question(
        id="two-files",
        text="The profile `both` has one key in the credentials file and another in the config "
        "file. Which one is used?",
        choices=("The one in the credentials file", "The one in the config file", "Neither"),
        answer=0,
        explanations=(
            "Yes. The credentials file is asked first. The config file may hold keys too, but "
            "only counts when the credentials file has none for this profile.",
            "No. It is asked later. The next cell shows it.",
            "No. Two keys in two files are no conflict for the tools, only for people.",
        ),
        ids=("CLI-CRED-FILE",),
    ),
    Question(
        id="no-region",
        text="No option, no variable and no file names a region. Which one does "
        "`aws ec2 describe-instances` use?",
        choices=("us-east-1", "The nearest one", "None: it stops"),
        answer=2,
        explanations=(
            "No, though many study notes say so. CLI v2 and boto3 stop with “You must specify a "
            "region”. S3 in boto3 is the exception.",
            "No. Nothing measures where you are. Only on an EC2 instance CLI v2 asks the instance "
            "for its region.",
            "Yes. “You must specify a region.” Older notes that say us-east-1 are out of date.",
        ),
        ids=("CLI-REGION-DEFAULT",),
    ),
    Question(
        id="which-region",
        text="The profile says us-east-1, `AWS_REGION` says eu-west-1, and you add "
        "`--region ap-south-1`. Where does the CLI go?",
        choices=("us-east-1", "eu-west-1", "ap-south-1"),
        answer=2,
        explanations=(
            "No. The file is asked last of the three.",
            "No. The variable beats the file, but not the option.",
            "Yes. Option, then `AWS_REGION`, then `AWS_DEFAULT_REGION`, then the profile.",
        ),
        ids=("CLI-REGION-PRECEDENCE",),
    ),
    Question(
        id="wrong-user",
        text="The environment holds a key of the purser. You run "
        "`aws sts get-caller-identity --profile default`. Who are you?",
        choices=("purser", "ferry-admin", "Nobody: the two conflict"),
        answer=1,
        explanations=(
            "No. That is what `AWS_PROFILE=default` would give: keys in the environment beat that "
            "variable. They do not beat the option.",
            "Yes. What you type on the command line beats the environment. Try "
            "`AWS_PROFILE=default` in its place: the purser again.",
            "No. There is no conflict, only an order.",
        ),
        ids=("CLI-CRED-OPTION", "CLI-CRED-ENV"),
    ),
    Question(
        id="boto3-order",
        text="`boto3.client('sts', aws_access_key_id=…, aws_secret_access_key=…)` runs where the "
        "environment holds another key. Which key signs?",
        choices=(
            "The one in the call",
            "The one in the environment",
            "The one in the credentials file",
        ),
        answer=0,
        explanations=(
            "Yes. What the program says explicitly comes first: the call, then the Session, then "
            "the environment, then the files.",
            "No. The environment is asked only when the program names no key.",
            "No. Files come after the environment.",
        ),
        ids=("SDK-CRED-CHAIN",),
    ),
    Question(
        id="java-properties",
        text="A Java program reads its key from system properties. Which pair does the AWS SDK "
        "for Java 2.x know?",
        choices=(
            "`aws.accessKeyId` and `aws.secretKey`",
            "`aws.accessKeyId` and `aws.secretAccessKey`",
            "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
        ),
        answer=1,
        explanations=(
            "No. That was version 1, which is no longer supported. A program moved to 2.x with "
            "`aws.secretKey` has half a pair.",
            "Yes. And version 2 looks at system properties before the environment; version 1 did "
            "it the other way round.",
            "No. Those are environment variables, which it asks next.",
        ),
        ids=("SDK-JAVA-PROPS",),
    ),
    Question(
        id="task-or-machine",
        text="A task with a role of its own runs on an EC2 instance with an instance profile. "
        "Nothing else is set. Which role does the program get?",
        choices=("That of the instance", "That of the task", "Both together"),
        answer=1,
        explanations=(
            "No. The instance is asked last of all.",
            "Yes. Container credentials come before instance metadata. So ten tasks on one "
            "instance can have ten roles.",
            "No. The search stops at the first place that has something.",
        ),
        ids=("CLI-CRED-CONTAINER", "CLI-CRED-IMDS"),
    ),
)
