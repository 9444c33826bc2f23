"""Requests that no AWS client sends: valid ones, spoilt in one to three ways."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Header = tuple[str, str]


@dataclass(frozen=True)
class Wire:
    """A request as it would go over the wire."""

    method: str
    url: str
    headers: tuple[Header, ...]
    body: bytes

    def header(self, name: str, value: str | None) -> Wire:
        """Return the request with a header set, or without it."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=kept if value is None else (*kept, (name, value)))


DEEP = 60_000
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1e308, "", "x", "\x00", "\ud83d", "ä" * 300, "a" * 70_000, [], {},
    [[]], {"": {}}, [None], {"a": [1, {"b": None}]}, "2026-13-45T99:99:99Z", "arn:aws", "%s%n",
    "${jndi:x}", "../../etc/passwd", "{{7*7}}", "'; --", "NaN", "-Infinity",
)  # fmt: skip
ODD_BODIES: tuple[bytes, ...] = (
    b"", b" ", b"null", b"[]", b"42", b'"x"', b"true", b"{", b"}", b'{"a":', b"{}{}", b"NaN",
    b'{"a":1e999}', b'{"MaxResults":' + b"9" * 5000 + b"}", b"[" * DEEP, b'{"a":' * DEEP,
    b"\xff\xfe\x00", b"\x00" * 100, b"\xef\xbb\xbf{}", b"<", b"<a>", b"<a/>", b"<a></b>",
    b"<a>" * DEEP, b"&" * 5000, b"=" * 5000, b"a=b&a=c&a", b"Action", b"Action=", b"Action=%zz",
    b"Action=GetCallerIdentity&Version=", b"Action=A&Action=B&Version=1&Version=2",
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>',
    b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    b'<?xml version="1.0" encoding="UTF-99"?><a/>', gzip.compress(b"{}"), b"\x1f\x8b\x00",
    b"\xbf", b"\xa1\x61a", b"\xff", b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", b"\x81" * DEEP,
    b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"5;chunk-signature=0\r\nabc",
)  # fmt: skip
ODD_PATHS = (
    "/", "//", "///a//b", "/%00", "/%ff%fe", "/%zz", "/%", "/../../etc/passwd", "/..%2f..%2f", "/.",
    "/;a=b", "/ä", "/" + "a" * 9000, "/" + "a/" * 3000, "/\\", "/{id}", "/{proxy+}", "/*", "/<x>",
    "/_dryrun/", "/_dryrun/health", "/_dryrun/%00", "/_dryrun/stop/x", "/imds/",
    "/imds/none/latest",
    "/imds/i-1234/latest/meta-data/", "/imds//latest/api/token", "/imds/%ff/latest",
    "/v2/credentials/",
    "/v2/credentials/%ff", "/v2/credentials/../x", "/moto-api", "/moto-api/%ff",
    "/moto-api/data.json",
    "/moto-api/nothing", "/latest/meta-data/", "/latest/api/token", "/favicon.ico", "/queue",
    "/123456789012/x", "/2015-03-31/functions//invocations", "/restapis/x/resources/y/methods/z",
    "/v20180820/x", "/tags/", "/tags/arn%3Aaws", "/service/x/operation/y", "/service//operation/",
    "/us-east-1_x/.well-known/jwks.json", "/x_y/z", "/oauth2/token", "/doc/%0d%0aX-A:%20b",
)  # fmt: skip
ODD_QUERIES = (
    "", "&", "&&&=", "=", "%", "%zz=%zz", "a=b&a=c", "Action=ListUsers", "Action=", "Version=x",
    "acl", "uploads", "uploadId=x&partNumber=0", "partNumber=-1&uploadId=", "versionId=", "tagging",
    "list-type=2&max-keys=abc", "list-type=9", "max-keys=-1", "max-keys=" + "9" * 400, "delete",
    "continuation-token=%ff", "list-type=2&continuation-token=zzz", "NextToken=%00", "MaxItems=x",
    "X-Amz-Credential=a", "X-Amz-Credential=a/b/c/d/e/f", "X-Amz-Signature=", "AWSAccessKeyId=x",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIADRYRUNFAKE000001/20260105/us-east-1/s3/"
    "aws4_request&X-Amz-Date=x&X-Amz-Expires=-5&X-Amz-SignedHeaders=&X-Amz-Signature=0",
    "response-content-type=%0d%0aX-Evil:1", "x" * 20_000, "a[]=1&a[b]=2", "prefix=%ff&delimiter=",
    "marker=%f0%28%8c%28", "encoding-type=nonsense", "select&select-type=2", "start-after=%00",
)  # fmt: skip
CREDENTIAL = "AKIADRYRUNFAKE000001/20260105/us-east-1/{}/aws4_request"
SERVICES = (
    "s3", "ec2", "iam", "sts", "dynamodb", "sqs", "lambda", "monitoring", "bedrock", "ses", "es",
    "sagemaker", "timestream", "execute-api", "s3express", "apigateway", "no-such", "", "../x",
    "S3",
    "ä", "states", "kinesisvideo", "sdb", "route53", "cloudfront", "iot", "lex", "rds", "email",
)  # fmt: skip
ODD_AUTHORIZATION = (
    "", "x", "Basic eDp5", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=",
    "AWS4-HMAC-SHA256 Credential=/////", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=",
    "AWS4-HMAC-SHA256 Credential=" + "a" * 9000, "AWS AKIADRYRUNFAKE000001:x", "AWS :", "AWS x",
    "AWS4-ECDSA-P256-SHA256 Credential=AKIADRYRUNFAKE000001/20260105/s3/aws4_request", "\x01\x02",
)  # fmt: skip
ODD_HEADERS: tuple[tuple[str, tuple[str | None, ...]], ...] = (
    ("Content-Type", (None, "", "application/json", "application/xml", "text/plain", "x", ";;;",
                      "application/cbor", "application/x-amz-json-1.0", "application/x-amz-json-9",
                      "application/x-www-form-urlencoded", "multipart/form-data",
                      "multipart/form-data; boundary=x", "text/html; charset=nonsense")),
    ("X-Amz-Target", (None, "", "x", ".", "A.B.C", "DynamoDB_20120810.",
                      "DynamoDBStreams_1.GetRecords",
                      "DynamoDB_1.ListTables", "AmazonSSM.Nothing", "ä.b", "AmazonSQS.ListQueues")),
    ("Content-Length", ("abc", "-1", "0", "1e3", " 5", "99999999999999999999", "5, 5", "٣")),
    ("Transfer-Encoding", ("chunked", "gzip", "x")),
    ("Content-Encoding", ("gzip", "aws-chunked", "br", "x,y,,")),
    ("Content-MD5", ("x", "", "AAAAAAAAAAAAAAAAAAAAAA==")),
    ("smithy-protocol", ("rpc-v2-cbor", "rpc-v9", "")),
    ("Range", ("bytes=9-1", "bytes=-", "bytes=abc", "x=1-2", "bytes=0-99999999999999999999")),
    ("Host", ("", "x", "a:b:c", "[::1", "bucket.s3.amazonaws.com", "localhost:99999999", "..",
              "\x80")),
    ("User-Agent", ("", "x" * 9000, "dryrun-check", "\x80")),
    ("X-Amz-Security-Token", ("", "x", "y" * 9000)),
    ("X-Amz-Date", ("", "x", "99999999T999999Z")),
    ("X-Amz-Content-SHA256", ("x", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "UNSIGNED-PAYLOAD",
                              "STREAMING-UNSIGNED-PAYLOAD-TRAILER")),
    ("X-Amz-Decoded-Content-Length", ("x", "-1", "999999")),
    ("X-Amz-Copy-Source", ("x", "/", "a/b?versionId=", "%zz")),
    ("X-Amz-Tagging", ("a", "=&=", "%zz")),
    ("X-Amz-Acl", ("x", "public-read")),
    ("X-Amz-Checksum-CRC32", ("x", "")),
    ("X-Amz-Object-Lock-Retain-Until-Date", ("x",)),
    ("If-Modified-Since", ("x", "Mon, 99 Jan 2026")),
    ("If-None-Match", ("*", "x")),
    ("Cookie", ("a", "=;=")),
    ("Accept", ("application/json", "x")),
    ("Expect", ("nonsense",)),
    ("X-Dryrun-Token", ("", "x", "ä")),
    ("X-aws-ec2-metadata-token", ("x", "")),
    ("X-aws-ec2-metadata-token-ttl-seconds", ("x", "-1", "²", "99999999999")),
)  # fmt: skip
METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "FOO", "get")
ODD_INDEXES = ("0", "-1", "2", "999999", "99999999999", "x", "", "1.5", "1.member", "member.1.1")


def spoil(request: Wire, rng: random.Random) -> Wire:
    """Return a request spoilt in one to three ways."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        request = rng.choice(_WAYS)(request, rng)
    return request


def _odd_body(request: Wire, rng: random.Random) -> Wire:
    return replace(request, body=rng.choice(ODD_BODIES))


def _cut_body(request: Wire, rng: random.Random) -> Wire:
    return replace(request, body=request.body[: rng.randrange(len(request.body) + 1)])


def _flip_bytes(request: Wire, rng: random.Random) -> Wire:
    body = bytearray(request.body)
    for _ in range(rng.randrange(1, 6)):
        if body:
            body[rng.randrange(len(body))] = rng.randrange(256)
    return replace(request, body=bytes(body))


def _odd_value(request: Wire, rng: random.Random) -> Wire:
    """Put a value of the wrong kind somewhere into the parameters."""
    text = request.body.decode("latin-1")
    if text.startswith("{"):
        try:
            changed = _twist(json.loads(text), rng)
            return replace(request, body=json.dumps(changed).encode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            return request
    if "<" in text:
        return replace(request, body=_twist_xml(text, rng).encode("utf-8", "surrogatepass"))
    return _twist_form(request, rng)


def _twist(value: Any, rng: random.Random) -> Any:
    if not value or not isinstance(value, dict | list) or rng.random() < 0.3:
        return rng.choice(ODD_VALUES)
    if isinstance(value, list):
        return [*value[:-1], _twist(value[-1], rng)]
    key = rng.choice(sorted(value))
    if rng.random() < 0.2:
        return {name: item for name, item in value.items() if name != key}
    return {**value, key: _twist(value[key], rng)}


def _twist_xml(text: str, rng: random.Random) -> str:
    cuts = [at for at, letter in enumerate(text) if letter in "<>"]
    at = rng.choice(cuts)
    return text[:at] + str(rng.choice(ODD_VALUES)) + text[at:]


def _twist_form(request: Wire, rng: random.Random) -> Wire:
    pairs = parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)
    at = rng.randrange(len(pairs) + 1)
    name = pairs[at][0] if at < len(pairs) else "Filter.1"
    value = str(rng.choice(ODD_VALUES)).encode("utf-8", "replace")
    change = rng.randrange(4)
    if change == 0 and at < len(pairs):
        pairs[at] = (name, value)  # type: ignore[assignment]
    elif change == 1:
        pairs.append((name, value))  # type: ignore[arg-type]
    elif change == 2:
        stem = name.rstrip("0123456789")
        pairs.append((f"{stem}{rng.choice(ODD_INDEXES)}", value))  # type: ignore[arg-type]
    else:
        pairs = [pair for pair in pairs if pair[0] != name]
    return replace(request, body=urlencode(pairs).encode())


def _odd_path(request: Wire, rng: random.Random) -> Wire:
    parts = urlsplit(request.url)
    return replace(request, url=parts._replace(path=rng.choice(ODD_PATHS)).geturl())


def _odd_query(request: Wire, rng: random.Random) -> Wire:
    parts = urlsplit(request.url)
    query = rng.choice(ODD_QUERIES)
    if rng.random() < 0.5:
        query = f"{parts.query}&{query}"
    return replace(request, url=parts._replace(query=query).geturl())


def _odd_header(request: Wire, rng: random.Random) -> Wire:
    name, values = rng.choice(ODD_HEADERS)
    return request.header(name, rng.choice(values))


def _no_header(request: Wire, rng: random.Random) -> Wire:
    return request.header(rng.choice(request.headers)[0], None) if request.headers else request


def _odd_signature(request: Wire, rng: random.Random) -> Wire:
    if rng.random() < 0.4:
        return request.header("Authorization", rng.choice(ODD_AUTHORIZATION))
    scope = CREDENTIAL.format(rng.choice(SERVICES))
    return request.header(
        "Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    )


def _odd_method(request: Wire, rng: random.Random) -> Wire:
    return replace(request, method=rng.choice(METHODS))


_WAYS: tuple[Callable[[Wire, random.Random], Wire], ...] = (
    _odd_body, _cut_body, _flip_bytes, _odd_value, _odd_value, _odd_value, _odd_path, _odd_query,
    _odd_header, _odd_header, _no_header, _odd_signature, _odd_method,
)  # fmt: skip
