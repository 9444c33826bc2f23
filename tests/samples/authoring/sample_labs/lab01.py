"""Lab 99-01: as small as a lab can be, to try the builder and the gate on."""

from botocore.exceptions import ClientError

from dryrun.checks import Account, Criterion, Evidence, Exercise, Lab, Question

BUCKET = "ferry-logbook-99"


def _tags(account: Account, bucket: str) -> dict[str, str] | None:
    try:
        answer = account.client("s3").get_bucket_tagging(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        return None
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def bucket_exists(account: Account) -> Evidence | None:
    if _tags(account, BUCKET) is None:
        return Evidence(BUCKET, "no such bucket", "S3")
    return None


def bucket_is_tagged(account: Account) -> Evidence | None:
    tags = _tags(account, BUCKET) or {}
    if tags.get("team") != "deck":
        return Evidence("team=deck", str(tags), f"the tags of {BUCKET}")
    return None


def bucket_gone(account: Account) -> Evidence | None:
    if _tags(account, BUCKET) is not None:
        return Evidence("no bucket", BUCKET, "S3")
    return None


def _make(account: Account) -> None:
    account.client("s3").create_bucket(Bucket=BUCKET)


def _tag(account: Account) -> None:
    account.client("s3").put_bucket_tagging(
        Bucket=BUCKET, Tagging={"TagSet": [{"Key": "team", "Value": "deck"}]}
    )


LAB = Lab(
    id="99-01",
    title="A logbook for the ferry",
    exercises=(
        Exercise(
            id="make-bucket",
            number="1",
            title="Make the bucket",
            criteria=(Criterion("bucket-exists", "the bucket exists", bucket_exists),),
            hints=(
                "Which client makes buckets?",
                "boto3's S3 client has a method of that name.",
                f"It is `s3.create_bucket` with `Bucket` {BUCKET}.",
            ),
            attempted=lambda account: bool(account.client("s3").list_buckets()["Buckets"]),
            solve=_make,
        ),
        Exercise(
            id="tag-bucket",
            number="2",
            title="Tag the bucket",
            criteria=(Criterion("tag-team", "the bucket is tagged", bucket_is_tagged),),
            hints=(
                "Tags belong to what they tag.",
                "Look for a method with tagging in its name.",
                'Call `put_bucket_tagging` with a `TagSet` of one `Key` "team".',
            ),
            attempted=lambda account: bool(_tags(account, BUCKET)),
            solve=_tag,
        ),
    ),
    questions=(
        Question(
            id="whose-bucket",
            text="Whose names are bucket names?",
            choices=("An account's", "Everybody's"),
            answer=1,
            explanations=("No: two accounts cannot share one.", "Yes, in a whole partition."),
            ids=("STS-CALLER-ID",),
        ),
    ),
    clean_up=(Criterion("bucket-gone", "the bucket is gone", bucket_gone),),
)
