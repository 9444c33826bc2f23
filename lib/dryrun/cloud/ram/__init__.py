"""AWS Resource Access Manager: what moto has not."""
