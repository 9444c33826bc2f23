"""What is asked: who, to do what, on which resource, in which circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ContextValue = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    `arn` is a user, an assumed-role session, a federated-user session or an account's root, and ""
    for an anonymous caller, a service or a web identity.
    """

    arn: str = ""
    account: str = ""
    user_id: str = ""
    role_arn: str = ""  # the IAM role behind an assumed-role session
    service: str = ""  # "lambda.amazonaws.com"
    federated: str = ""  # a provider's ARN, or "accounts.google.com"
    user_arn: str = ""  # the IAM user behind a federated-user session
    canonical_id: str = ""  # Amazon S3's id of the account

    @property
    def is_root(self) -> bool:
        """Tell whether this is an account's root user."""
        return self.arn.endswith(":root")

    @property
    def is_federated_user(self) -> bool:
        """Tell whether this is a session made by GetFederationToken."""
        return ":federated-user/" in self.arn

    @property
    def has_identity(self) -> bool:
        """Tell whether IAM policies can be attached to it (not so: services, anonymous)."""
        return bool(self.arn)


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One action on one resource.

    Context keys are compared without case; a tuple is a key of several values, "" in
    `resource_account` is the principal's own account.
    """

    principal: Principal
    action: str  # "s3:GetObject"
    resource: str = "*"  # an ARN, or "*"
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    resource_account: str = ""

    @property
    def crosses_accounts(self) -> bool:
        """Tell whether the resource belongs to another account than the principal."""
        return bool(self.resource_account) and self.resource_account != self.principal.account

    def lowered_context(self) -> dict[str, ContextValue]:
        """Return the context with its keys in lower case."""
        return {key.lower(): value for key, value in self.context.items()}
