"""Amazon Route 53: what moto has not."""
