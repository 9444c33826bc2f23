"""The IAM operations on multi-factor devices, of which moto accepts any code."""

from __future__ import annotations

import time
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import (
    DeleteConflictException,
    DuplicateTags,
    EntityAlreadyExists,
    IAMException,
    LimitExceededException,
    NotFoundException,
    ValidationError,
)

from dryrun.cloud import calling
from dryrun.cloud.iam import mfa
from dryrun.cloud.iam.mfa import VirtualDevice
from dryrun.cloud.identity import CallerKind

TAGS_PER_DEVICE = 50


class InvalidAuthenticationCode(IAMException):
    """Refuse a pair of codes."""

    code = "InvalidAuthenticationCode"

    def __init__(self) -> None:
        super().__init__("Authentication code for device is not valid.")


class MfaResponses:
    """Answer the calls about virtual devices, with secrets and codes that are checked.

    Follows "CreateVirtualMFADevice", "EnableMFADevice", "ResyncMFADevice" and their siblings
    in the IAM API Reference; passkeys and hardware tokens are not simulated.
    """

    backend: Any
    _get_param: Any

    def create_virtual_mfa_device(self) -> ActionResult:
        """Create a device that nobody has yet; its secret is told this once."""
        name, path = self._get_param("VirtualMFADeviceName"), self._get_param("Path") or "/"
        account = str(self.backend.account_id)
        serial_number = f"arn:aws:iam::{account}:mfa{path}{name}"
        if serial_number in self.backend.virtual_mfa_devices:
            raise EntityAlreadyExists("MFA device already exists.")
        device = VirtualDevice(serial_number, mfa.new_seed(), account)
        device.tags = _merged([], self._get_param("Tags") or [])
        self.backend.virtual_mfa_devices[serial_number] = device
        told = {
            "SerialNumber": serial_number,
            "Base32StringSeed": device.seed.encode(),
            "QRCodePNG": device.qr_code,
        }
        return ActionResult({"VirtualMFADevice": told | _tags_of(device)})

    def enable_mfa_device(self) -> ActionResult:
        """Give a device to a user who shows two of its codes, one after the other."""
        user, device = self._user(), self._device()
        if device.user is not None:
            raise EntityAlreadyExists("MFA Device is already in use.")
        if len(user.mfa_devices) >= mfa.PER_USER:
            raise LimitExceededException(
                f"Cannot exceed quota for MFADevicesPerUser: {mfa.PER_USER}"
            )
        self._pair(device)
        device.belong(user)
        return EmptyResult()

    def resync_mfa_device(self) -> ActionResult:
        """Bring a user's device into step again with two of its codes."""
        self._pair(self._device_of(self._user()))
        return EmptyResult()

    def deactivate_mfa_device(self) -> ActionResult:
        """Take a device from its user."""
        self._device_of(self._user()).leave()
        return EmptyResult()

    def delete_virtual_mfa_device(self) -> ActionResult:
        """Delete a device that nobody has."""
        device = self._device()
        if device.user is not None:
            raise DeleteConflictException("MFA VirtualDevice in use. Must deactivate first.")
        del self.backend.virtual_mfa_devices[device.serial_number]
        return EmptyResult()

    def list_mfa_devices(self) -> ActionResult:
        """List the devices of one user."""
        rows = [_assignment(device) for device in self._user().mfa_devices.values()]
        return ActionResult({"MFADevices": rows, "IsTruncated": False})

    def list_virtual_mfa_devices(self) -> ActionResult:
        """List the account's virtual devices, all or by whether they have a user."""
        status = self._get_param("AssignmentStatus") or "Any"
        devices = sorted(mfa.devices(self.backend.account_id), key=lambda d: d.serial_number)
        rows = [
            _virtual(device)
            for device in devices
            if status == "Any" or (status == "Assigned") == (device.user is not None)
        ]
        return ActionResult({"VirtualMFADevices": rows, "IsTruncated": False})

    def get_mfa_device(self) -> ActionResult:
        """Tell since when a user has a device."""
        named = self._get_param("UserName")
        device = self._device_of(self._user()) if named else self._device()
        if device.user is None:
            raise _not_of_this_user()
        return ActionResult(_assignment(device))

    def tag_mfa_device(self) -> ActionResult:
        """Put tags on a virtual device."""
        device = self._device()
        device.tags = _merged(device.tags, self._get_param("Tags") or [])
        return EmptyResult()

    def untag_mfa_device(self) -> ActionResult:
        """Take tags off a virtual device."""
        device = self._device()
        gone = {key.lower() for key in self._get_param("TagKeys") or []}
        device.tags = [tag for tag in device.tags if tag["Key"].lower() not in gone]
        return EmptyResult()

    def list_mfa_device_tags(self) -> ActionResult:
        """List the tags of a virtual device."""
        return ActionResult({"Tags": self._device().tags, "IsTruncated": False})

    def _user(self) -> Any:
        """Return the user who is named, or else the one who calls."""
        name = self._get_param("UserName")
        caller = calling.current_caller()
        if not name:
            if caller.kind is not CallerKind.USER:
                raise ValidationError(
                    "Must specify userName when calling with non-User credentials"
                )
            name = caller.arn.rpartition("/")[2]
        return self.backend.get_user(str(name))

    def _device(self) -> VirtualDevice:
        serial_number = self._get_param("SerialNumber")
        device = self.backend.virtual_mfa_devices.get(serial_number)
        if device is None:
            raise NotFoundException(
                f"MFA Device with serial number {serial_number} does not exist."
            )
        found: VirtualDevice = device
        return found

    def _device_of(self, user: Any) -> VirtualDevice:
        device = self._device()
        if device.user is not user:
            raise _not_of_this_user()
        return device

    def _pair(self, device: VirtualDevice) -> None:
        first, second = (
            self._get_param("AuthenticationCode1"),
            self._get_param("AuthenticationCode2"),
        )
        if not device.pair(str(first), str(second), time.time()):
            raise InvalidAuthenticationCode


def _not_of_this_user() -> NotFoundException:
    return NotFoundException("MFA Device invalid for user.")


def _assignment(device: VirtualDevice) -> dict[str, Any]:
    return {
        "UserName": device.user.name,
        "SerialNumber": device.serial_number,
        "EnableDate": device.enable_date,
    }


def _virtual(device: VirtualDevice) -> dict[str, Any]:
    row: dict[str, Any] = {"SerialNumber": device.serial_number}
    if device.user is not None:
        user = device.user
        row["EnableDate"] = device.enable_date
        row["User"] = {
            "Path": user.path,
            "UserName": user.name,
            "UserId": user.id,
            "Arn": user.arn,
            "CreateDate": user.create_date,
        }
    return row


def _tags_of(device: VirtualDevice) -> dict[str, Any]:
    return {"Tags": device.tags} if device.tags else {}


def _merged(old: list[dict[str, str]], new: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return tags with others put on; keys are told apart without regard to case."""
    keys = [tag["Key"].lower() for tag in new]
    if len(set(keys)) < len(keys):
        raise DuplicateTags
    merged = {tag["Key"].lower(): tag for tag in old}
    merged.update({tag["Key"].lower(): {"Key": tag["Key"], "Value": tag["Value"]} for tag in new})
    if len(merged) > TAGS_PER_DEVICE:
        raise LimitExceededException(f"Cannot exceed quota for TagsPerMFADevice: {TAGS_PER_DEVICE}")
    return list(merged.values())
