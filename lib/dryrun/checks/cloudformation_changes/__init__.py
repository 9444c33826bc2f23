"""Checks of track 03, changes of stacks."""
