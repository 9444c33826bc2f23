"""CloudWatch: what moto has not."""
