"""What runs inside a function's own process; nothing of the cloud is imported here."""
