"""A track of demo labs."""
