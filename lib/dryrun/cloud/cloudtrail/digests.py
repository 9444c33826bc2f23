"""Digest files, by which log files can be shown to be as CloudTrail wrote them.

Follows "CloudTrail digest file structure" and "Custom implementations of CloudTrail log file
integrity validation", AWS CloudTrail User Guide. A digest comes an hour after the first log file
that is not in one; hours without log files have none here.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudtrail.events import Event

if TYPE_CHECKING:
    from dryrun.cloud.cloudtrail.models import Trail

INTERVAL = 3600.0
"""Seconds of lab time from a log file to the digest that has it."""

_BITS, _EXPONENT, _ROUNDS = 2048, 65537, 24


def note(trail: Trail, key: str, text: bytes, found: list[Event]) -> None:
    """Remember a log file for the next digest, and see that there is one."""
    if not trail.log_validation:
        return
    times = [event.seconds for event in found]
    trail.undigested.append(
        {
            "s3Bucket": trail.bucket_name,
            "s3Object": key,
            "hashValue": hashlib.sha256(text).hexdigest(),
            "hashAlgorithm": "SHA-256",
            "newestEventTime": _text(max(times)),
            "oldestEventTime": _text(min(times)),
        }
    )
    if len(trail.undigested) == 1:
        clock = clocks.current()
        began = clock.time()
        clock.call_at(
            began + INTERVAL,
            lambda: _write(trail, began),
            what=f"CloudTrail {trail.trail_name} writes a digest of its log files",
            work=False,
        )


def public_keys(account: str, region: str, began: datetime) -> list[dict[str, Any]]:
    """Return the key that digests of a region can be checked with, as ListPublicKeys has it."""
    public = _key(account, region).public_key()
    return [
        {
            "Value": public.public_bytes(Encoding.DER, PublicFormat.PKCS1),
            "ValidityStartTime": began,
            "ValidityEndTime": began.replace(year=began.year + 1),
            "Fingerprint": _fingerprint(account, region),
        }
    ]


def _write(trail: Trail, began: float) -> None:
    from dryrun.cloud.cloudtrail import delivery  # noqa: PLC0415 - it needs this module

    files = list(trail.undigested)
    trail.undigested.clear()
    if not files or not delivery.is_writable(trail):
        return
    account, region, now = trail.account_id, trail.region_name, clocks.current().now()
    folder = delivery.folder(trail, region).replace("/CloudTrail/", "/CloudTrail-Digest/")
    name = f"{account}_CloudTrail-Digest_{region}_{trail.trail_name}_{region}"
    key = f"{folder}{now:%Y/%m/%d}/{name}_{now:%Y%m%dT%H%M%SZ}.json.gz"
    previous = trail.last_digest
    told = {
        "awsAccountId": account,
        "digestStartTime": _text(began),
        "digestEndTime": _text(now.timestamp()),
        "digestS3Bucket": trail.bucket_name,
        "digestS3Object": key,
        "digestPublicKeyFingerprint": _fingerprint(account, region),
        "digestSignatureAlgorithm": "SHA256withRSA",
        "newestEventTime": max(one["newestEventTime"] for one in files),
        "oldestEventTime": min(one["oldestEventTime"] for one in files),
        "previousDigestS3Bucket": previous.get("bucket"),
        "previousDigestS3Object": previous.get("key"),
        "previousDigestHashValue": previous.get("hash"),
        "previousDigestHashAlgorithm": "SHA-256" if previous else None,
        "previousDigestSignature": previous.get("signature"),
        "logFiles": files,
    }
    text = json.dumps(told, separators=(",", ":")).encode()
    signed = "\n".join(
        (
            told["digestEndTime"],
            f"{trail.bucket_name}/{key}",
            hashlib.sha256(text).hexdigest(),
            previous.get("signature", "null"),
        )
    )
    signature = _key(account, region).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    marks = {"signature": signature.hex(), "signature-algorithm": "SHA256withRSA"}
    data = gzip.compress(text, mtime=int(now.timestamp()))
    delivery.put_object(trail, key, data, marks)
    trail.last_digest = {
        "bucket": trail.bucket_name,
        "key": key,
        "hash": hashlib.sha256(text).hexdigest(),
        "signature": signature.hex(),
    }


@functools.cache
def _key(account: str, region: str) -> rsa.RSAPrivateKey:
    """Return the key of an account's region: always the same, so that a replay signs alike."""
    source = random.Random(f"cloudtrail {account} {region}")  # noqa: S311 - repeatable on purpose
    p, q = _prime(source), _prime(source)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public
    ).private_key()


def _prime(source: random.Random) -> int:
    half = _BITS // 2
    while True:
        # The two highest bits make the product as long as it should be.
        number = source.getrandbits(half) | 3 << (half - 2) | 1
        if number % _EXPONENT != 1 and _is_prime(number, source):
            return number


def _is_prime(number: int, source: random.Random) -> bool:
    """Tell by Miller and Rabin's test whether a number is prime, beyond doubt that matters."""
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(_ROUNDS):
        found = pow(source.randrange(2, number - 1), odd, number)
        if found in (1, number - 1):
            continue
        for _ in range(twos - 1):
            found = found * found % number
            if found == number - 1:
                break
        else:
            return False
    return True


def _fingerprint(account: str, region: str) -> str:
    public = _key(account, region).public_key()
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.PKCS1)).hexdigest()[:32]


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
