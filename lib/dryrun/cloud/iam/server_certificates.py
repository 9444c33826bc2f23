"""Server certificates with ids and dates of their own; moto gives each those of an example."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from moto.core.responses import ActionResult
from moto.iam.exceptions import EntityAlreadyExists, IAMException
from moto.iam.responses import IamResponse as MotoIamResponse

from dryrun.cloud.iam.unique_ids import CERTIFICATE, unique_id


class MalformedCertificate(IAMException):
    """Refuse a certificate that is none."""

    code = "MalformedCertificate"


class ServerCertificates(MotoIamResponse):
    """Answer the calls about server certificates.

    Follows "UploadServerCertificate" and its siblings of the IAM API Reference.
    """

    def upload_server_certificate(self) -> ActionResult:
        """Keep a certificate and its key."""
        name = self._get_param("ServerCertificateName")
        if any(one.cert_name == name for one in self.backend.certificates.values()):
            raise EntityAlreadyExists(f"The Server Certificate with name {name} already exists.")
        expiration = _expiration(self._get_param("CertificateBody"))
        super().upload_server_certificate()
        made: Any = self.backend.get_server_certificate(name)
        made.id = unique_id(CERTIFICATE)
        made.upload_date, made.expiration = (
            datetime.fromtimestamp(int(time.time()), UTC),
            expiration,
        )
        made.tags = self._get_param("Tags", [])
        told = {"ServerCertificateMetadata": _metadata(made)}
        return ActionResult(told | ({"Tags": made.tags} if made.tags else {}))

    def get_server_certificate(self) -> ActionResult:
        """Return a certificate, without its key."""
        found: Any = self.backend.get_server_certificate(self._get_param("ServerCertificateName"))
        told = {
            "ServerCertificateMetadata": _metadata(found),
            "CertificateBody": found.cert_body,
            "CertificateChain": found.cert_chain or None,
            "Tags": found.tags,
        }
        return ActionResult({"ServerCertificate": told})

    def list_server_certificates(self) -> ActionResult:
        """List the certificates below a path."""
        prefix = self._get_param("PathPrefix") or "/"
        listed = self.backend.list_server_certificates()
        rows = [_metadata(one) for one in listed if one.path.startswith(prefix)]
        return ActionResult({"ServerCertificateMetadataList": rows, "IsTruncated": False})


def _expiration(body: str) -> datetime:
    try:
        return x509.load_pem_x509_certificate(body.encode()).not_valid_after_utc
    except ValueError:
        # Words of "Troubleshoot server certificates", from memory.
        raise MalformedCertificate(
            "Unable to parse certificate. Please ensure the certificate is in PEM format."
        ) from None


def _metadata(certificate: Any) -> dict[str, Any]:
    return {
        "Path": certificate.path,
        "ServerCertificateName": certificate.cert_name,
        "ServerCertificateId": certificate.id,
        "Arn": certificate.arn,
        "UploadDate": certificate.upload_date,
        "Expiration": certificate.expiration,
    }
