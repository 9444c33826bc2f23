"""CloudTrail: the journal as AWS records it, looked up and delivered."""
