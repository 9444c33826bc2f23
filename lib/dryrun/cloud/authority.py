"""The egress guard's certificate authority: made once a workspace, good for AWS hosts only."""

from __future__ import annotations

import datetime
import functools
import ipaddress
import ssl
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dryrun.cloud.certificates import TrustFiles
from dryrun.cloud.hosts import AWS_ADDRESSES, AWS_DOMAINS

PEM = serialization.Encoding.PEM
# Fixed, because the cloud's clock is virtual: a date taken from it might lie in a client's future.
VALID_FROM = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
VALID_UNTIL = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


def server_context(files: TrustFiles, host: str) -> ssl.SSLContext:
    """Return a TLS server context with a certificate for `host`, signed by the authority.

    Raises OSError when the authority's files are gone, ValueError for an impossible name.
    """
    return _context(files, host, files.key.stat().st_mtime_ns)


@functools.lru_cache(maxsize=256)
def _context(files: TrustFiles, host: str, made: int) -> ssl.SSLContext:
    authority, authority_key, leaf_key = _loaded(files, made)
    builder = (
        _builder(leaf_key.public_key(), "Dry Run egress guard", authority.subject)
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
    )
    leaf = builder.sign(authority_key, hashes.SHA256())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    # ssl reads certificates from files only.
    with tempfile.NamedTemporaryFile(dir=files.key.parent, suffix=".pem") as pem:
        pem.write(_key_pem(leaf_key))
        pem.write(leaf.public_bytes(PEM))
        pem.flush()
        context.load_cert_chain(pem.name)
    return context


@functools.lru_cache(maxsize=4)
def _loaded(
    files: TrustFiles,
    made: int,  # noqa: ARG001 (part of the cache's key: a learner may delete .dryrun at any time)
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey, ec.EllipticCurvePrivateKey]:
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    certificate = x509.load_pem_x509_certificate(files.authority.read_bytes())
    return certificate, key, ec.generate_private_key(ec.SECP256R1())


def make() -> tuple[str, str]:
    """Return a new authority as PEM texts: its key, its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = "Dry Run egress guard authority"
    permitted = [x509.DNSName(domain) for domain in AWS_DOMAINS]
    networks = [x509.IPAddress(ipaddress.ip_network(address)) for address in AWS_ADDRESSES]
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        _builder(key.public_key(), name, None)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        # A leaked key is worth nothing: no client accepts it for any other host.
        .add_extension(x509.NameConstraints([*permitted, *networks], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _key_pem(key).decode("ascii"), certificate.public_bytes(PEM).decode("ascii")


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _builder(
    public_key: ec.EllipticCurvePublicKey, name: str, issuer: x509.Name | None
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
