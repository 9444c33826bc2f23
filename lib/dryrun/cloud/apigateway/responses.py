"""The operations of API Gateway that moto has not, or answers otherwise than AWS does.

Follows "GenerateClientCertificate" and "CreateDomainName", Amazon API Gateway V1 API Reference.
"""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from moto.apigateway.exceptions import BadRequestException, NotFoundException
from moto.apigateway.responses import APIGatewayResponse as MotoResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends

from dryrun.cloud import calling
from dryrun.cloud.apigateway.settings import client_certificates
from dryrun.cloud.shelves import Asking, Thing

_LETTERS = string.ascii_lowercase + string.digits
_LASTS = timedelta(days=365)
_BITS = 2048


class ApiGatewayResponse(Asking, MotoResponse):
    """Answer the operations of API Gateway."""

    def generate_client_certificate(self) -> ActionResult:
        """Make a certificate that a backend knows API Gateway by."""
        asked = self.asked()
        made: Thing = {
            "clientCertificateId": "".join(mock_random.choices(_LETTERS, k=6)),
            "createdDate": datetime.now(UTC),
            "expirationDate": datetime.now(UTC) + _LASTS,
            "pemEncodedCertificate": _certificate(),
            **{name: asked[name] for name in ("description", "tags") if name in asked},
        }
        client_certificates(self.backend)[made["clientCertificateId"]] = made
        return ActionResult(made)

    def get_client_certificate(self) -> ActionResult:
        """Return a certificate."""
        return ActionResult(self._certificate())

    def get_client_certificates(self) -> ActionResult:
        """Return all certificates."""
        return ActionResult({"items": list(client_certificates(self.backend).values())})

    def update_client_certificate(self) -> ActionResult:
        """Change the description of a certificate."""
        found = self._certificate()
        for patch in self.asked().get("patchOperations") or ():
            if (patch.get("op"), patch.get("path")) != ("replace", "/description"):
                # From memory: AWS lists the paths that can be patched.
                raise BadRequestException(
                    f"Invalid patch path  '{patch.get('path')}' specified for op "
                    f"'{patch.get('op')}'. Must be one of: [/description]"
                )
            found["description"] = patch.get("value", "")
        return ActionResult(found)

    def delete_client_certificate(self) -> ActionResult:
        """Delete a certificate."""
        del client_certificates(self.backend)[self._certificate()["clientCertificateId"]]
        return EmptyResult()

    def call_action(self) -> TYPE_RESPONSE:
        """Answer, with the status that AWS's model has for success."""
        status, headers, body = super().call_action()
        call = calling.current_call()
        if status == HTTPStatus.OK and call.operation is not None:
            status = int(call.operation.http.get("responseCode", status))
        return status, headers, body

    def update_rest_api(self) -> TYPE_RESPONSE:
        """Change an API; this answer, unlike others, shows that it has no tags."""
        status, headers, body = super().update_rest_api()
        return status, headers, json.dumps({"tags": {}, **json.loads(body)})

    def get_resources(self) -> str:
        """Return the resources of an API, with their methods if asked for."""
        found = json.loads(super().get_resources())
        return json.dumps({"item": [self._shown(one) for one in found["item"]]})

    def get_resource(self) -> str:
        """Return a resource, with its methods if asked for."""
        return json.dumps(self._shown(json.loads(super().get_resource())))

    def create_domain_name(self) -> TYPE_RESPONSE:
        """Create a domain name, which may ask its callers for certificates."""
        trust = self.asked().get("mutualTlsAuthentication")
        if trust:
            self._check_truststore(str(trust.get("truststoreUri", "")))
        return super().create_domain_name()

    def _shown(self, resource: Thing) -> Thing:
        """Return a resource; of its methods only the names, where they are not to be embedded."""
        methods = resource.get("resourceMethods")
        if not methods or "methods" in (self.asked().get("embed") or ()):
            return resource
        return {**resource, "resourceMethods": {name: {} for name in methods}}

    def _certificate(self) -> Thing:
        asked = str(self.asked()["clientCertificateId"])
        found = client_certificates(self.backend).get(asked)
        if found is None:
            # From memory.
            raise NotFoundException("Invalid Client Certificate identifier specified")
        return found

    def _check_truststore(self, uri: str) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        backend: Any = s3_backends[self.current_account][self.partition]
        there = bucket in backend.buckets and backend.get_object(bucket, key) is not None
        if not uri.startswith("s3://") or not there:
            # The words are ours; AWS's are not known.
            raise BadRequestException(f"The truststore {uri} cannot be read.")


def _certificate() -> str:
    """Return a certificate in PEM that API Gateway signed itself; nobody sees its key."""
    # Slow to load, and seldom needed.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ApiGateway")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + _LASTS)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()
