"""Managed policies' versions and identity providers, of which moto says something else than IAM.

Follows "GetPolicyVersion", "ListPolicyVersions", "DeleteOpenIDConnectProvider" and their siblings
of the IAM API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.iam.exceptions import EntityAlreadyExists, MalformedCertificate, NotFoundException
from moto.iam.models import AWSManagedPolicy, IAMBackend


class Corrections(IAMBackend):
    """An IAM that knows which versions a policy has, and in which order they are told."""

    def get_policy_version(self, policy_arn: str, version_id: str) -> Any:
        """Return one version of a managed policy."""
        self._check_version(policy_arn, version_id)
        return super().get_policy_version(policy_arn, version_id)

    def set_default_policy_version(self, policy_arn: str, version_id: str) -> bool:
        """Let another version of a managed policy be the one that counts."""
        self._check_version(policy_arn, version_id)
        return bool(super().set_default_policy_version(policy_arn, version_id))

    def delete_policy_version(self, policy_arn: str, version_id: str) -> None:
        """Delete a version of a managed policy that does not count."""
        self._check_version(policy_arn, version_id)
        super().delete_policy_version(policy_arn, version_id)

    def list_policy_versions(self, policy_arn: str) -> list[Any]:
        """Return the versions of a managed policy, the newest first."""
        return list(reversed(super().list_policy_versions(policy_arn)))

    def _check_version(self, policy_arn: str, version_id: str) -> None:
        policy = self.managed_policies.get(policy_arn)
        if policy is None or all(one.version_id != version_id for one in policy.versions):
            raise NotFoundException(
                f"Policy {policy_arn} version {version_id} does not exist or is not attachable."
            )

    def get_account_authorization_details(self, policy_filter: list[str]) -> dict[str, Any]:
        """Return everybody and all policies; the account's own in the order of their creation."""
        found: dict[str, Any] = super().get_account_authorization_details(policy_filter)
        if "LocalManagedPolicy" in policy_filter:
            everything = "AWSManagedPolicy" in policy_filter
            found["managed_policies"] = [
                policy
                for policy in self.managed_policies.values()
                if everything or not isinstance(policy, AWSManagedPolicy)
            ]
        return found

    def create_open_id_connect_provider(
        self, url: str, thumbprint_list: list[str], client_id_list: list[str], tags: Any
    ) -> Any:
        """Register an identity provider."""
        try:
            return super().create_open_id_connect_provider(
                url, thumbprint_list, client_id_list, tags
            )
        except EntityAlreadyExists:
            raise EntityAlreadyExists(f"Provider with url {url} already exists.") from None

    def delete_open_id_connect_provider(self, arn: str) -> None:
        """Forget an identity provider."""
        if arn not in self.open_id_providers:
            raise NotFoundException(f"OpenId connect Provider {arn} cannot be found.")
        super().delete_open_id_connect_provider(arn)

    def upload_signing_certificate(self, user_name: str, body: str) -> Any:
        """Keep a certificate of a user."""
        try:
            return super().upload_signing_certificate(user_name, body)
        except MalformedCertificate as error:
            error.message = f"{error.message}."
            raise

    def delete_saml_provider(self, saml_provider_arn: str) -> None:
        """Forget a SAML provider."""
        if all(one.arn != saml_provider_arn for one in self.list_saml_providers()):
            raise NotFoundException(f"Manifest not found for arn {saml_provider_arn}")
        super().delete_saml_provider(saml_provider_arn)

    def remove_role_from_instance_profile(self, profile_name: str, role_name: str) -> None:
        """Take a role out of an instance profile."""
        profile, role = self.get_instance_profile(profile_name), self.get_role(role_name)
        if role not in profile.roles:
            raise NotFoundException(
                f"Role {role_name} in Instance Profile {profile_name} cannot be found."
            )
        profile.roles.remove(role)
