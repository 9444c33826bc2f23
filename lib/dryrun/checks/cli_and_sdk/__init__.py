"""Track 01: the AWS CLI and the SDK."""
