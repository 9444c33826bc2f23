"""The lab cloud: one process a workspace, moto plus what moto lacks."""
