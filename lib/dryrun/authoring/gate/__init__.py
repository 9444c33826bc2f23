"""The content gate: what every lab must keep, one small module a rule."""
