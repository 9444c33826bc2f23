"""Amazon RDS: what moto has not."""
