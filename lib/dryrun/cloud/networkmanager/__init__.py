"""AWS Network Manager: what moto has not."""
