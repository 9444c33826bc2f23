"""Fixtures for tests that need no cloud."""

from demo_labs.support import desk as desk
