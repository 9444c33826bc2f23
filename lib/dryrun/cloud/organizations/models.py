"""Member accounts, made with the role by which their management account enters them."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import OrganizationsBackend as MotoBackend
from moto.organizations.models import organizations_backends

ENTRY_ROLE = "OrganizationAccountAccessRole"


class OrganizationsBackend(MotoBackend):
    """moto's organization; the role of a new account may do everything there.

    Follows "Accessing member accounts in an organization", AWS Organizations User Guide.
    """

    def create_account(self, **kwargs: Any) -> dict[str, Any]:
        """Create a member account."""
        status: dict[str, Any] = super().create_account(**kwargs)
        account = status["CreateAccountStatus"]["AccountId"]
        iam = iam_backends[account][self.partition]
        role = iam.get_role(kwargs.get("RoleName") or ENTRY_ROLE)
        iam.administrator_access().attach_to(role)
        return status


def install() -> None:
    """Let every organization be one of ours."""
    organizations_backends.backend = OrganizationsBackend
