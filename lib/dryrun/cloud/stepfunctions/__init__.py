"""Step Functions: state machines that run on the lab clock."""
