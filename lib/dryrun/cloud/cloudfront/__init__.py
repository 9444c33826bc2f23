"""CloudFront: what moto has not."""
