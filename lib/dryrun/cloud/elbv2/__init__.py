"""Elastic Load Balancing v2: what moto has not."""
