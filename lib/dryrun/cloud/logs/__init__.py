"""CloudWatch Logs: what moto has not."""
