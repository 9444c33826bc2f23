"""What a key tells of itself: what it is for, and the algorithms for that alone.

Follows "KeyMetadata", AWS Key Management Service API Reference. Moto leaves out what was not asked
for, and tells algorithms of other uses as well.
"""

from __future__ import annotations

from typing import Any

from moto.kms.models import Key, KmsBackend

_USUAL = "ENCRYPT_DECRYPT"
_ALGORITHMS = {
    "ENCRYPT_DECRYPT": "EncryptionAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
}

_create: Any = KmsBackend.create_key
_told: Any = Key.to_dict


def create_key(self: KmsBackend, policy: Any, key_usage: Any, *more: Any, **named: Any) -> Any:
    """Create a key, for encryption where nothing is said."""
    return _create(self, policy, key_usage or _USUAL, *more, **named)


def to_dict(self: Key) -> dict[str, Any]:
    """Return the metadata of a key."""
    told: dict[str, Any] = _told(self)
    metadata = told["KeyMetadata"]
    usage = str(metadata["KeyUsage"])
    metadata["MultiRegion"] = bool(metadata["MultiRegion"])
    metadata["MacAlgorithms"] = [str(self.key_spec).replace("HMAC_", "HMAC_SHA_")]
    metadata["KeyAgreementAlgorithms"] = ["ECDH"]
    for other, name in _ALGORITHMS.items():
        if other != usage:
            del metadata[name]
    return told


def install() -> None:
    """Put these in the place of moto's."""
    backend: Any = KmsBackend
    backend.create_key = create_key
    key: Any = Key
    key.to_dict = to_dict
