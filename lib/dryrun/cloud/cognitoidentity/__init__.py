"""Amazon Cognito identity pools: what moto has not."""
