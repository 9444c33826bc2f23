"""Multi-factor devices: from a secret to a session, and every way to get it wrong.

Sources: "Assign a virtual MFA device", "Secure API access with MFA" and "Resynchronize virtual and
hardware MFA devices" (IAM User Guide); the operations of the IAM API Reference. RFC 6238 has the
codes.
"""

from __future__ import annotations

import base64
import io
import time
from typing import Any

import in_process
import pytest
from identities import (
    ACCOUNT,
    administrator,
    client_of,
    make_user,
    refused,
    user_arn,
)

from dryrun.cloud.iam import mfa, phone, totp
from dryrun.cloud.iam.mfa import VirtualDevice

INVALID_CODE = ("InvalidAuthenticationCode", "Authentication code for device is not valid.", 403)
WRONG_CODE = (
    "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ", 403,
)  # fmt: skip
WRONG_DEVICE = (
    "AccessDenied",
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial "
    "number is valid and associated with this user. ",
    403,
)


@pytest.fixture(autouse=True)
def fresh() -> None:
    in_process.lab()
    in_process.forget("iam")


@pytest.fixture
def iam() -> Any:
    return client_of(administrator(), "iam")


@pytest.fixture
def purser(iam: Any) -> dict[str, Any]:
    return make_user("purser")


def make_device(iam: Any, name: str = "purser", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = iam.create_virtual_mfa_device(VirtualMFADeviceName=name, **more)
    return dict(made["VirtualMFADevice"])


def code(device: dict[str, Any], ahead: int = 0) -> str:
    return totp.code(device["Base32StringSeed"].decode(), totp.step_at(time.time()) + ahead)


def two(device: dict[str, Any], ahead: int = 0) -> dict[str, str]:
    return {
        "SerialNumber": device["SerialNumber"],
        "AuthenticationCode1": code(device, ahead - 1),
        "AuthenticationCode2": code(device, ahead),
    }


def enable(iam: Any, user: str = "purser", name: str = "purser") -> dict[str, Any]:
    device = make_device(iam, name)
    iam.enable_mfa_device(UserName=user, **two(device))
    return device


# Codes


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(moment: int, expected: str) -> None:
    seed = base64.b32encode(b"12345678901234567890").decode()
    assert totp.code(seed, totp.step_at(moment)) == expected


def test_a_code_is_good_a_step_early_or_late_and_once() -> None:
    for ahead, good in [(-2, False), (-1, True), (0, True), (1, True), (2, False)]:
        device = VirtualDevice("arn:aws:iam::1:mfa/x", mfa.new_seed(), ACCOUNT)
        digits = totp.code(device.seed, 100 + ahead)
        assert device.take(digits, 100 * totp.STEP) is good, ahead
        assert not device.take(digits, 100 * totp.STEP)


def test_what_was_used_makes_what_came_before_useless() -> None:
    device = VirtualDevice("arn:aws:iam::1:mfa/x", mfa.new_seed(), ACCOUNT)
    assert device.take(totp.code(device.seed, 101), 100 * totp.STEP)
    assert not device.take(totp.code(device.seed, 100), 100 * totp.STEP)
    assert device.take(totp.code(device.seed, 102), 101 * totp.STEP)


# Making devices


def test_a_device_has_a_secret_that_is_told_once(iam: Any) -> None:
    device = make_device(iam, Tags=[{"Key": "deck", "Value": "upper"}])
    assert device["SerialNumber"] == f"arn:aws:iam::{ACCOUNT}:mfa/purser"
    seed = device["Base32StringSeed"].decode()
    assert len(seed) == 64
    assert len(base64.b32decode(seed)) == 40
    assert device["QRCodePNG"].startswith(b"\x89PNG\r\n\x1a\n")
    assert device["Tags"] == [{"Key": "deck", "Value": "upper"}]
    (listed,) = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert listed == {"SerialNumber": device["SerialNumber"]}
    assert make_device(iam, "other")["Base32StringSeed"] != device["Base32StringSeed"]


def test_the_picture_says_what_authenticator_apps_read(iam: Any) -> None:
    import segno

    device = make_device(iam)
    seed = device["Base32StringSeed"].decode()
    said = (
        f"otpauth://totp/Amazon%20Web%20Services:purser@{ACCOUNT}?secret={seed}"
        "&issuer=Amazon%20Web%20Services"
    )
    assert phone.look("purser")["uri"] == said
    drawn = io.BytesIO()
    segno.make(said, error="m").save(drawn, kind="png", scale=4)
    assert device["QRCodePNG"] == drawn.getvalue()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"VirtualMFADeviceName": "pur ser"},
            "The specified value for virtualMFADeviceName is invalid. It must contain only "
            "alphanumeric characters and/or the following: +=,.@_-",
        ),
        (
            {"VirtualMFADeviceName": "purser", "Path": "/deck"},
            "The specified value for path is invalid. It must begin and end with / and contain "
            "only alphanumeric characters and/or / characters.",
        ),
    ],
)
def test_names_and_paths(iam: Any, parameters: dict[str, str], message: str) -> None:
    expected = ("ValidationError", message, 400)
    assert refused(iam.create_virtual_mfa_device, **parameters) == expected


def test_a_device_needs_a_name(iam: Any) -> None:
    code, message, _ = refused(iam.create_virtual_mfa_device)
    assert code == "ValidationError"
    assert "Value at 'virtualMFADeviceName'" in message


def test_a_name_is_taken_once_in_a_path(iam: Any) -> None:
    make_device(iam)
    make_device(iam, Path="/deck/")
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="purser") == (
        "EntityAlreadyExists", "MFA device already exists.", 409,
    )  # fmt: skip


# Enabling


def test_two_codes_in_a_row_give_a_device_to_a_user(iam: Any, purser: dict[str, Any]) -> None:
    device = enable(iam)
    (row,) = iam.list_mfa_devices(UserName="purser")["MFADevices"]
    assert (row["UserName"], row["SerialNumber"]) == ("purser", device["SerialNumber"])
    (assigned,) = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert assigned["User"]["Arn"] == user_arn("purser")
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"] == []
    got = iam.get_mfa_device(SerialNumber=device["SerialNumber"])
    assert (got["UserName"], got["EnableDate"]) == ("purser", row["EnableDate"])


def test_the_caller_lists_their_own_devices(iam: Any, purser: dict[str, Any]) -> None:
    iam.attach_user_policy(UserName="purser", PolicyArn="arn:aws:iam::aws:policy/IAMFullAccess")
    device = enable(iam)
    (row,) = client_of(purser, "iam").list_mfa_devices()["MFADevices"]
    assert row["SerialNumber"] == device["SerialNumber"]


@pytest.mark.parametrize("steps", [(0, 0), (0, -1), (-2, 0), (-5000, -4999)])
def test_other_pairs_of_codes_are_refused(
    iam: Any, purser: dict[str, Any], steps: tuple[int, int]
) -> None:
    device = make_device(iam)
    codes = {"AuthenticationCode1": code(device, steps[0])}
    codes["AuthenticationCode2"] = code(device, steps[1])
    asked = {"UserName": "purser", "SerialNumber": device["SerialNumber"], **codes}
    assert refused(iam.enable_mfa_device, **asked) == INVALID_CODE
    assert iam.list_mfa_devices(UserName="purser")["MFADevices"] == []


def test_codes_are_six_digits(iam: Any, purser: dict[str, Any]) -> None:
    device = make_device(iam)
    asked = {**two(device), "AuthenticationCode1": "12345", "AuthenticationCode2": "12345x"}
    assert refused(iam.enable_mfa_device, UserName="purser", **asked) == (
        "ValidationError",
        "2 validation errors detected: Value at 'authenticationCode2' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: [\d]+; Value at "
        "'authenticationCode1' failed to satisfy constraint: Member must have length greater "
        "than or equal to 6",
        400,
    )


def test_a_device_has_one_user(iam: Any, purser: dict[str, Any]) -> None:
    device = enable(iam)
    make_user("bosun")
    for name in ("purser", "bosun"):
        assert refused(iam.enable_mfa_device, UserName=name, **two(device)) == (
            "EntityAlreadyExists", "MFA Device is already in use.", 409,
        )  # fmt: skip


def test_a_user_has_eight_devices(iam: Any, purser: dict[str, Any]) -> None:
    for number in range(8):
        enable(iam, name=f"d{number}")
    ninth = make_device(iam, "d9")
    assert refused(iam.enable_mfa_device, UserName="purser", **two(ninth)) == (
        "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8", 409,
    )  # fmt: skip
    assert len(iam.list_mfa_devices(UserName="purser")["MFADevices"]) == 8


def test_what_is_not_there(iam: Any, purser: dict[str, Any]) -> None:
    serial_number = f"arn:aws:iam::{ACCOUNT}:mfa/nobody"
    missing = f"MFA Device with serial number {serial_number} does not exist."
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "123456"}
    named = {"UserName": "purser", "SerialNumber": serial_number}
    for call, parameters in [
        (iam.enable_mfa_device, named | codes),
        (iam.resync_mfa_device, named | codes),
        (iam.deactivate_mfa_device, named),
        (iam.delete_virtual_mfa_device, {"SerialNumber": serial_number}),
        (iam.tag_mfa_device, {"SerialNumber": serial_number, "Tags": []}),
    ]:
        assert refused(call, **parameters) == ("NoSuchEntity", missing, 404)
    device = make_device(iam)
    assert refused(iam.enable_mfa_device, UserName="ghost", **two(device)) == (
        "NoSuchEntity", "The user with name ghost cannot be found.", 404,
    )  # fmt: skip


# Taking it back


def test_a_device_in_use_must_be_deactivated_first(iam: Any, purser: dict[str, Any]) -> None:
    device = enable(iam)
    which = {"SerialNumber": device["SerialNumber"]}
    assert refused(iam.delete_virtual_mfa_device, **which) == (
        "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.", 409,
    )  # fmt: skip
    assert refused(iam.delete_user, UserName="purser")[0] == "DeleteConflict"
    iam.deactivate_mfa_device(UserName="purser", **which)
    assert iam.list_mfa_devices(UserName="purser")["MFADevices"] == []
    iam.delete_virtual_mfa_device(**which)
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []


def test_a_user_with_a_device_cannot_be_deleted(iam: Any) -> None:
    iam.create_user(UserName="bosun")
    enable(iam, user="bosun")
    assert refused(iam.delete_user, UserName="bosun") == (
        "DeleteConflict", "Cannot delete entity, must delete MFA device first.", 409,
    )  # fmt: skip


def test_only_the_devices_user_can_lose_it(iam: Any, purser: dict[str, Any]) -> None:
    make_user("bosun")
    device = enable(iam)
    which = {"UserName": "bosun", "SerialNumber": device["SerialNumber"]}
    expected = ("NoSuchEntity", "MFA Device invalid for user.", 404)
    assert refused(iam.deactivate_mfa_device, **which) == expected
    assert refused(iam.get_mfa_device, **which) == expected


def test_tags(iam: Any) -> None:
    which = {"SerialNumber": make_device(iam)["SerialNumber"]}
    iam.tag_mfa_device(**which, Tags=[{"Key": "deck", "Value": "1"}, {"Key": "a", "Value": "b"}])
    iam.tag_mfa_device(**which, Tags=[{"Key": "Deck", "Value": "2"}])
    iam.untag_mfa_device(**which, TagKeys=["A"])
    assert iam.list_mfa_device_tags(**which)["Tags"] == [{"Key": "Deck", "Value": "2"}]
    twice = [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    assert refused(iam.tag_mfa_device, **which, Tags=twice)[0] == "InvalidInput"


# Sessions


def test_sts_session_mfa(iam: Any, purser: dict[str, Any]) -> None:
    device, sts = enable(iam), client_of(purser)
    which = {"SerialNumber": device["SerialNumber"], "TokenCode": code(device, 1)}
    given = sts.get_session_token(**which)["Credentials"]
    assert client_of(given).get_caller_identity()["Arn"] == user_arn("purser")
    assert refused(sts.get_session_token, **which) == WRONG_CODE, "each code once"


def test_the_codes_of_enabling_are_used_up(iam: Any, purser: dict[str, Any]) -> None:
    device = make_device(iam)
    codes = two(device)
    iam.enable_mfa_device(UserName="purser", **codes)
    for used in (codes["AuthenticationCode1"], codes["AuthenticationCode2"]):
        asked = {"SerialNumber": device["SerialNumber"], "TokenCode": used}
        assert refused(client_of(purser).get_session_token, **asked) == WRONG_CODE


def test_wrong_codes_and_devices(iam: Any, purser: dict[str, Any]) -> None:
    device, bosun = enable(iam), make_user("bosun")
    unpaired = make_device(iam, "spare")
    sts, serial_number = client_of(purser), device["SerialNumber"]
    good = code(device, 1)
    for number, digits, expected in [
        (serial_number, code(device, -3), WRONG_CODE),
        (serial_number.replace("/purser", "/nobody"), good, WRONG_DEVICE),
        (user_arn("purser"), good, WRONG_DEVICE),
        (unpaired["SerialNumber"], code(unpaired), WRONG_DEVICE),
    ]:
        asked = {"SerialNumber": number, "TokenCode": digits}
        assert refused(sts.get_session_token, **asked) == expected
    asked = {"SerialNumber": serial_number, "TokenCode": good}
    assert refused(client_of(bosun).get_session_token, **asked) == WRONG_DEVICE
    assert refused(sts.get_session_token, SerialNumber=serial_number) == (
        "AccessDenied",
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass "
        "code.",
        403,
    )
    assert refused(sts.get_session_token, **{**asked, "TokenCode": "12 456"})[0] == (
        "ValidationError"
    )
    sts.get_session_token(**asked)


def test_codes_that_come_late_leave_a_device_out_of_step(iam: Any, purser: dict[str, Any]) -> None:
    device, sts = make_device(iam), client_of(purser)
    iam.enable_mfa_device(UserName="purser", **two(device, ahead=-20))
    which = {"SerialNumber": device["SerialNumber"]}
    assert refused(sts.get_session_token, **which, TokenCode=code(device)) == WRONG_CODE
    assert phone.look("purser")["late"] == -20
    iam.resync_mfa_device(UserName="purser", **two(device))
    assert phone.look("purser")["late"] == 0
    sts.get_session_token(**which, TokenCode=code(device, 1))


def test_resync_wants_two_codes_in_a_row(iam: Any, purser: dict[str, Any]) -> None:
    device = enable(iam)
    asked = {**two(device), "AuthenticationCode2": code(device, 7), "UserName": "purser"}
    assert refused(iam.resync_mfa_device, **asked) == INVALID_CODE


# The phone


def test_the_phone_knows_devices_by_name_and_arn(iam: Any) -> None:
    device = make_device(iam, Path="/deck/")
    seen = phone.look("purser")
    assert seen == {**phone.look(device["SerialNumber"]), "seconds": seen["seconds"]} or (
        seen["code"] != phone.look(device["SerialNumber"])["code"]
    )
    assert 0 < seen["seconds"] <= totp.STEP
    assert seen["user"] == ""


def test_the_phone_tells_when_a_code_is_used(iam: Any, purser: dict[str, Any]) -> None:
    device = make_device(iam)
    assert phone.look("purser")["wait"] == 0
    iam.enable_mfa_device(UserName="purser", **two(device, ahead=1))
    seen = phone.look("purser")
    assert seen["user"] == "purser"
    assert seen["wait"] in (seen["seconds"] + totp.STEP, seen["seconds"])


def test_the_phone_has_a_sentence_for_what_it_does_not_know(iam: Any) -> None:
    assert phone.answer({"device": "x"})["wrong"] == (
        'There is no MFA device "x" in your account; there are: none yet.'
    )
    make_device(iam)
    assert phone.answer({"device": "x"})["wrong"].endswith("there are: purser.")
    make_device(iam, Path="/deck/")
    assert "name one by its ARN: arn:aws:iam::" in phone.answer({"device": "purser"})["wrong"]
