"""What moto's API Gateway lacks."""
