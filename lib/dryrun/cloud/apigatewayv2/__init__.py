"""Amazon API Gateway V2: what moto has not."""
