"""Track 02: CloudFormation templates."""
