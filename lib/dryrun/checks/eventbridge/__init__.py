"""Checks of track 10."""
