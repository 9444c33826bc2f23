"""The identity providers of the lab: it plays all of them, since none can be asked.

Every provider signs with a key of its own, which follows from its address and the workspace's
salt; a token that anyone else signed is refused as one whose key cannot be found.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from dryrun.cloud import keys
from dryrun.cloud.sts.exceptions import ExpiredIdentityToken, InvalidIdentityToken, NotSimulated
from dryrun.cloud.sts.models import WebIdentity

# RSA keys cannot be made from a seed with what is there; AWS takes tokens signed with either:
# "Create an OpenID Connect (OIDC) identity provider in IAM", IAM User Guide.
ALGORITHM = "ES256"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

LONGEST_HOURS = 24.0

KNOWN = {
    "accounts.google.com": "accounts.google.com",
    "cognito-identity.amazonaws.com": "cognito-identity.amazonaws.com",
}
"""Providers AWS knows without their being made in IAM, by issuer."""

_NO_JWT = (
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
)
_NO_KEY = (
    "Couldn't retrieve verification key from your identity provider,  please reference "
    "AssumeRoleWithWebIdentity documentation for requirements"
)
_AWS_CLAIMS = "https://aws.amazon.com/"


def sign(
    provider: str,
    audience: str,
    subject: str,
    hours: float = 1.0,
    claims: Mapping[str, Any] | None = None,
) -> str:
    """Return a token of the provider at `provider` (a URL) for `subject`, good for `hours`.

    Raises ValueError for an address that is none, or a time that makes no sense.
    """
    issuer = provider if "://" in provider else f"https://{provider}"
    if not issuer.startswith("https://") or len(issuer) <= len("https://"):
        raise ValueError(
            f'The address of an identity provider begins with https://; "{provider}" does not.'
        )
    if not 0 < hours <= LONGEST_HOURS:
        raise ValueError(f"A token is good for up to {LONGEST_HOURS:.0f} hours, not {hours:g}.")
    from joserfc import jwt  # noqa: PLC0415 - takes long to load, and few labs need it

    now = int(time.time())
    own = {"iss": issuer, "aud": audience, "sub": subject, "iat": now}
    content = {**(claims or {}), **own, "exp": now + int(hours * 3600)}
    return str(jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, content, _key(issuer)))


def answer(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the control verb: `sign` what is asked for, or in `wrong` why it cannot be."""
    provider, audience, subject = (str(payload[k]) for k in ("provider", "audience", "subject"))
    hours, claims = float(payload.get("hours", 1.0)), dict(payload.get("claims") or {})
    try:
        return {"token": sign(provider, audience, subject, hours, claims)}
    except ValueError as error:
        return {"wrong": str(error)}


def verify(token: str, account: str) -> WebIdentity:
    """Return whom a token vouches for, as a role of `account` may be given to them.

    Raises InvalidIdentityToken, ExpiredIdentityToken, and NotSimulated for claims that ask AWS
    for more.
    """
    claims = _read(token)
    issuer = str(claims["iss"])
    name = issuer.removeprefix("https://").rstrip("/")
    arn, clients = _provider(name, account, issuer)
    if not _is_signed(token, issuer):
        raise InvalidIdentityToken(_NO_KEY)
    now, expiry = int(time.time()), int(claims.get("exp") or 0)
    if now >= expiry:
        raise ExpiredIdentityToken(now, expiry)
    audience = _audience(claims, clients)
    for claim in claims:
        if claim.startswith(_AWS_CLAIMS):
            raise NotSimulated(f"Dry Run does not simulate the claim {claim} of a token.")
    spoken = {key: _spoken(value) for key, value in claims.items() if not isinstance(value, dict)}
    return WebIdentity(arn, name, str(claims.get("sub", "")), audience, spoken)


def context(who: WebIdentity) -> dict[str, str | tuple[str, ...]]:
    """Return the condition keys of a web identity ("AWS STS condition keys", IAM User Guide)."""
    claims = {
        f"{who.issuer}:{'oaud' if claim == 'aud' else claim}": value
        for claim, value in who.claims.items()
    }
    return claims | {
        f"{who.issuer}:aud": who.audience,
        f"{who.issuer}:sub": who.subject,
        "aws:FederatedProvider": who.provider,
    }


def _spoken(value: Any) -> str | tuple[str, ...]:
    """Return a claim as a condition key has it."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(token: str) -> dict[str, Any]:
    """Return a token's claims, whoever signed it."""
    try:
        part = token.split(".")[1]
        padded = part + "=" * (-len(part) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (IndexError, ValueError):
        raise InvalidIdentityToken(_NO_JWT) from None
    if token.count(".") != 2 or not isinstance(claims, dict) or "iss" not in claims:
        raise InvalidIdentityToken(_NO_JWT)
    return claims


def _provider(name: str, account: str, issuer: str) -> tuple[str, list[str] | None]:
    """Return a provider's ARN and its audiences; None is any, for those AWS knows."""
    made = iam_backends[account]["aws"].open_id_providers if account in iam_backends else {}
    for arn, provider in made.items():
        if provider.url.rstrip("/") == name:
            return str(arn), list(provider.client_id_list or ())
    if name in KNOWN:
        return KNOWN[name], None
    raise InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {issuer}")


def _audience(claims: Mapping[str, Any], clients: list[str] | None) -> str:
    named = claims.get("azp") or claims.get("aud") or ""
    audiences = [str(name) for name in (named if isinstance(named, list) else [named])]
    for audience in audiences:
        if audience and (clients is None or audience in clients):
            return audience
    raise InvalidIdentityToken("Incorrect token audience")


def _is_signed(token: str, issuer: str) -> bool:
    from joserfc import jwt  # noqa: PLC0415 - see `sign`
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        jwt.decode(token, _key(issuer), algorithms=[ALGORITHM])
    except (JoseError, ValueError):
        return False
    return True


def _key(issuer: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - see `sign`
    from joserfc.jwk import ECKey  # noqa: PLC0415

    seed = keys.salted(hashlib.sha384(issuer.rstrip("/").encode()).hexdigest())
    number = int.from_bytes(hashlib.sha512(seed.encode()).digest(), "big") % (_ORDER - 1) + 1
    return ECKey.import_key(ec.derive_private_key(number, ec.SECP256R1()))
