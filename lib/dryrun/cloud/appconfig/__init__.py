"""What moto's AppConfig lacks: environments, strategies and deployments."""
