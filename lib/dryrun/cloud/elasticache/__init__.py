"""Amazon ElastiCache: what moto has not."""
