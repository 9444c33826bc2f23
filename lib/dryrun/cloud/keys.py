"""The learner's own access key; obviously fake, the same in every workspace."""

ADMIN_NAME = "ferry-admin"
ADMIN_KEY_ID = "AKIADRYRUNFAKE000001"
ADMIN_SECRET = "dryrun/not/a/real/secret/key/0000000001x"  # noqa: S105 - fake by design
