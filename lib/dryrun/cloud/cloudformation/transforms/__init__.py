"""What happens to a template before its resources are read: hosted transforms and macros."""

from dryrun.cloud.cloudformation.transforms.include import UnreadableError
from dryrun.cloud.cloudformation.transforms.macros import apply

__all__ = ["UnreadableError", "apply"]
