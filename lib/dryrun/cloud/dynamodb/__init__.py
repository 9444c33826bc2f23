"""Amazon DynamoDB: what moto has not."""
