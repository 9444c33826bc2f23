"""AWS AppSync: what moto has not."""
