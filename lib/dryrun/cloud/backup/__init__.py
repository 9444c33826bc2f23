"""AWS Backup: what moto has not."""
