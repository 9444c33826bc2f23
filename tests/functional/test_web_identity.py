"""AssumeRoleWithWebIdentity: the lab plays every identity provider, and checks its tokens.

Sources: "AssumeRoleWithWebIdentity" (AWS STS API Reference); "OIDC federation" (IAM User Guide).
"""

from __future__ import annotations

import base64
import json
from typing import Any

import in_process
import pytest
from identities import (
    ACCOUNT,
    client_of,
    make_role,
    refused,
    trust,
    user_arn,
)

from dryrun.cloud.sts import identity_provider

PROVIDER = "https://token.harbour.example.com"
WEB = "sts:AssumeRoleWithWebIdentity"


@pytest.fixture(autouse=True)
def fresh() -> None:
    in_process.lab()
    in_process.forget("iam")


# AssumeRoleWithWebIdentity


@pytest.fixture
def web_role() -> str:
    iam = in_process.client("iam")
    made = iam.create_open_id_connect_provider(Url=PROVIDER, ClientIDList=["sts.amazonaws.com"])
    condition = {
        "StringEquals": {"token.harbour.example.com:aud": "sts.amazonaws.com"},
        "StringLike": {"token.harbour.example.com:sub": "repo:ferry/*"},
    }
    provider = {"Federated": made["OpenIDConnectProviderArn"]}
    return make_role("ci", trust(provider, WEB, **condition))


def web(arn: str, token: str, **more: Any) -> dict[str, Any]:
    return {"RoleArn": arn, "RoleSessionName": "build", "WebIdentityToken": token, **more}


def token(
    provider: str = PROVIDER,
    audience: str = "sts.amazonaws.com",
    subject: str = "repo:ferry/app",
    **more: Any,
) -> str:
    return identity_provider.sign(provider, audience, subject, **more)


def test_a_web_identity_gets_a_role_without_a_key(web_role: str) -> None:
    answer = client_of(None).assume_role_with_web_identity(**web(web_role, token()))
    assert answer["SubjectFromWebIdentityToken"] == "repo:ferry/app"
    assert answer["Provider"].endswith(":oidc-provider/token.harbour.example.com")
    assert answer["Audience"] == "sts.amazonaws.com"
    said = client_of(answer["Credentials"]).get_caller_identity()
    assert said["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/build"


def not_web(arn: str, text: str) -> tuple[str, str, int]:
    return refused(client_of(None).assume_role_with_web_identity, **web(arn, text))


def test_tokens_that_are_not_taken(web_role: str) -> None:
    def bad(message: str) -> tuple[str, str, int]:
        return "InvalidIdentityToken", message, 400

    no_key = bad(
        "Couldn't retrieve verification key from your identity provider,  please reference "
        "AssumeRoleWithWebIdentity documentation for requirements"
    )
    head, body, signature = token().split(".")
    elsewhere = token("https://elsewhere.example.com").split(".")[2]
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    unsigned = f"{none}.{body}."
    assert not_web(web_role, f"{head}.{body}.{elsewhere}") == no_key
    assert not_web(web_role, unsigned) == no_key
    forged = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged["sub"] = "repo:ferry/other"
    other = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    assert not_web(web_role, f"{head}.{other}.{signature}") == no_key
    assert not_web(web_role, "a ticket") == bad(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access "
        "Token)"
    )
    assert not_web(web_role, token(audience="ferry")) == bad("Incorrect token audience")
    assert not_web(web_role, token("https://nowhere.example.com")) == bad(
        "No OpenIDConnect provider found in your account for https://nowhere.example.com"
    )


def test_the_trust_policy_decides_about_web_identities(web_role: str) -> None:
    not_allowed = ("AccessDenied", f"Not authorized to perform {WEB}", 403)
    assert not_web(web_role, token(subject="repo:pirates/app")) == not_allowed
    assert not_web(f"{web_role}-none", token()) == not_allowed
    for_users = make_role("deck", trust(user_arn("ferry-admin")))
    assert not_web(for_users, token()) == not_allowed


def test_a_token_expires(web_role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = token(hours=0.5)
    expiry = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))["exp"]
    monkeypatch.setattr(identity_provider.time, "time", lambda: expiry + 7.5)
    assert not_web(web_role, text) == (
        "ExpiredTokenException",
        f"Token expired: current date/time {expiry + 7} must be before the expiration date/time "
        f"{expiry}",
        400,
    )


def test_google_needs_no_provider_in_iam() -> None:
    condition = {"StringEquals": {"accounts.google.com:aud": "ferry-app"}}
    arn = make_role("app", trust({"Federated": "accounts.google.com"}, WEB, **condition))
    good = token("https://accounts.google.com", "ferry-app", "1234567890")
    answer = client_of(None).assume_role_with_web_identity(**web(arn, good))
    assert answer["Provider"] == "accounts.google.com"
    assert not_web(arn, token("https://accounts.google.com", "other"))[0] == "AccessDenied"


def test_what_is_not_simulated_says_so(web_role: str) -> None:
    call = client_of(None).assume_role_with_web_identity
    claim = token(claims={"https://aws.amazon.com/tags": {"principal_tags": {"a": ["b"]}}})
    for parameters in (
        web(web_role, claim),
        web(web_role, token(), ProviderId="graph.facebook.com"),
    ):
        code, message, status = refused(call, **parameters)
        assert (code, status) == ("NotSimulated", 501)
        assert message.startswith("Dry Run does not simulate the ")


def test_claims_are_condition_keys() -> None:
    who = identity_provider.context
    iam = in_process.client("iam")
    iam.create_open_id_connect_provider(Url=PROVIDER, ClientIDList=["one"])
    text = token(audience="one", claims={"amr": ["pwd", "otp"], "admin": True, "level": 3})
    known = who(identity_provider.verify(text, ACCOUNT))
    name = PROVIDER.removeprefix("https://")
    expected = {"aud": "one", "oaud": "one", "amr": ("pwd", "otp"), "admin": "true", "level": "3"}
    assert {key: known[f"{name}:{key}"] for key in expected} == expected


def test_the_lab_signs_for_addresses_only() -> None:
    asked = {"provider": "http://x", "audience": "a", "subject": "s"}
    assert "begins with https://" in identity_provider.answer(asked)["wrong"]
    asked = {"provider": PROVIDER, "audience": "a", "subject": "s", "hours": 25}
    assert identity_provider.answer(asked)["wrong"] == "A token is good for up to 24 hours, not 25."
