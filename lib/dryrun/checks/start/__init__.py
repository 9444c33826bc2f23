"""Track 00: how a lab works."""
