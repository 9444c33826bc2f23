"""AWS Secrets Manager: what moto has not."""
