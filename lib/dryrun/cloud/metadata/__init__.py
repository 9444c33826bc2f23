"""Credentials for machines and containers: the instance metadata service and ECS's."""
