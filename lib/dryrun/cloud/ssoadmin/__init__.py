"""AWS IAM Identity Center: what moto has otherwise."""
