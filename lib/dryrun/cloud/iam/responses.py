"""The IAM operations in which moto takes another user than AWS would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import IAMException, NotFoundException, ValidationError
from moto.iam.responses import IamResponse as MotoIamResponse

from dryrun.cloud import calling
from dryrun.cloud.iam import answers, parameters
from dryrun.cloud.iam.mfa_responses import MfaResponses
from dryrun.cloud.iam.policy_writes import PolicyWrites
from dryrun.cloud.iam.server_certificates import ServerCertificates
from dryrun.cloud.iam.simulation import Simulation

_BAD_REQUEST, _FORBIDDEN = 400, 403
_RULES = {
    "MinimumPasswordLength": "minimum_password_length",
    "RequireSymbols": "require_symbols",
    "RequireNumbers": "require_numbers",
    "RequireUppercaseCharacters": "require_uppercase_characters",
    "RequireLowercaseCharacters": "require_lowercase_characters",
    "AllowUsersToChangePassword": "allow_users_to_change_password",
    "ExpirePasswords": "expire_passwords",
    "MaxPasswordAge": "max_password_age",
    "PasswordReusePrevention": "password_reuse_prevention",
    "HardExpiry": "hard_expiry",
}


class AccessDenied(IAMException):
    """Refuse to tell whether a key of somebody else is there."""

    code = "AccessDenied"


class IamResponse(MfaResponses, PolicyWrites, ServerCertificates, Simulation):
    """Answer IAM calls; a call about keys that names no user is about the caller.

    Follows "UpdateAccessKey" and "DeleteAccessKey" of the IAM API Reference; moto looks for
    whoever owns the key.
    """

    RESPONSE_KEY_PATH_TO_TRANSFORMER: ClassVar[dict[str, Callable[[Any], Any]]] = {
        **MotoIamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER,
        **answers.MEMBERS,
    }

    def call_action(self) -> Any:
        """Answer a call whose parameters IAM takes."""
        try:
            parameters.check()
        except ServiceException as error:
            status, headers, body = self.serialized(ActionResult(error))
            return status, *self._enrich_response(headers, body)
        status, headers, body = super().call_action()
        if status == _BAD_REQUEST and "<Code>AccessDenied</Code>" in str(body):
            status = _FORBIDDEN
            headers["status"] = str(status)
        return status, headers, body

    def update_role(self) -> ActionResult:
        """Change what is named of a role; the rest stays."""
        role = self.backend.get_role(self._get_param("RoleName"))
        description = self._get_param("Description", role.description)
        seconds = self._get_param("MaxSessionDuration", role.max_session_duration)
        self.backend.update_role(role.name, description, seconds)
        return EmptyResult()

    def get_access_key_last_used(self) -> ActionResult:
        """Tell when a key was used; of a key that nobody has, IAM only says whose it is not."""
        try:
            return super().get_access_key_last_used()
        except NotFoundException:
            caller, key = calling.current_caller().arn, self._get_param("AccessKeyId")
            raise AccessDenied(
                f"User: {caller} is not authorized to perform iam:GetAccessKeyLastUsed on "
                f"resource: access key {key}"
            ) from None

    def get_account_summary(self) -> ActionResult:
        """Count what the account has; its root user has a password."""
        counted = self.backend.get_account_summary().summary_map
        return ActionResult({"SummaryMap": counted | {"AccountPasswordPresent": 1}})

    def get_account_password_policy(self) -> ActionResult:
        """Return the rules for passwords; those for old ones are told where passwords expire."""
        rules = self.backend.get_account_password_policy()
        told = {name: getattr(rules, spoken) for name, spoken in _RULES.items()}
        if not rules.expire_passwords:
            del told["MaxPasswordAge"], told["HardExpiry"]
        return ActionResult({"PasswordPolicy": told})

    def list_instance_profiles(self) -> ActionResult:
        """List the instance profiles below a path."""
        prefix = self._get_param("PathPrefix") or "/"
        profiles = self.backend.get_instance_profiles()
        found = [profile for profile in profiles if profile.path.startswith(prefix)]
        return ActionResult({"InstanceProfiles": found, "IsTruncated": False})

    def list_attached_role_policies(self) -> ActionResult:
        """List the managed policies of a role."""
        return self._attached(self.backend.get_role(self._get_param("RoleName")))

    def list_attached_user_policies(self) -> ActionResult:
        """List the managed policies of a user."""
        return self._attached(self.backend.get_user(self._get_param("UserName")))

    def list_attached_group_policies(self) -> ActionResult:
        """List the managed policies of a group."""
        return self._attached(self.backend.get_group(self._get_param("GroupName")))

    def _attached(self, holder: Any) -> ActionResult:
        """Return the policies someone has, in the order in which they were attached."""
        prefix = self._get_param("PathPrefix") or "/"
        rows = [
            {"PolicyName": policy.name, "PolicyArn": policy.arn}
            for policy in holder.managed_policies.values()
            if policy.path.startswith(prefix)
        ]
        return ActionResult({"AttachedPolicies": rows, "IsTruncated": False})

    def list_policy_tags(self) -> ActionResult:
        """List the tags of a managed policy, those with short keys first."""
        tags = self.backend.get_policy(self._get_param("PolicyArn")).get_tags()
        rows = sorted(tags, key=lambda tag: (len(tag["Key"]), tag["Key"]))
        return ActionResult({"Tags": rows, "IsTruncated": False})

    def list_instance_profile_tags(self) -> ActionResult:
        """List the tags of an instance profile."""
        profile = self.backend.get_instance_profile(self._get_param("InstanceProfileName"))
        return ActionResult({"Tags": profile.tags, "IsTruncated": False})

    def list_entities_for_policy(self) -> ActionResult:
        """List who has a policy; nobody of the kinds that are only names of policies."""
        arn, kind = self._get_param("PolicyArn"), self._get_param("EntityFilter")
        if arn not in self.backend.managed_policies:
            raise NotFoundException(f"Policy {arn} does not exist or is not attachable.")
        if kind in ("LocalManagedPolicy", "AWSManagedPolicy"):
            nobody: dict[str, Any] = {"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": []}
            return ActionResult(nobody | {"IsTruncated": False})
        return super().list_entities_for_policy()

    def update_access_key(self) -> ActionResult:
        """Switch a key on or off."""
        key_id, status = self._get_param("AccessKeyId"), self._get_param("Status")
        self.backend.update_access_key(self._user_name(), key_id, status)
        return EmptyResult()

    def delete_access_key(self) -> ActionResult:
        """Delete a key."""
        self.backend.delete_access_key(self._get_param("AccessKeyId"), self._user_name())
        return EmptyResult()

    def _user_name(self) -> str:
        named = self._get_param("UserName")
        if named:
            return str(named)
        try:
            caller = self.backend.get_access_key_last_used(self.get_access_key())
        except NotFoundException:
            raise ValidationError(
                "Must specify userName when calling with non-User credentials"
            ) from None
        return str(caller["user_name"])
