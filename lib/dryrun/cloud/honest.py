"""Turn an answer that no AWS service would give into one that says so, in its protocol."""

from __future__ import annotations

import re
from dataclasses import replace

from dryrun.cloud import errors, mishaps
from dryrun.cloud.errors import Answer
from dryrun.cloud.routing import CBOR, ApiCall

_MARKUP = re.compile(rb"\s*(<!doctype html|<html)", re.I)
_CODE = re.compile(rb"<Code>([^<]*)</Code>")
_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>")
# moto writes the message of some errors twice.
_AGAIN = re.compile(rb"(<Message>([^<]*)</Message>)\s*<message>\2</message>")
# What a client puts before a message; moto puts it into some messages, too. An error may repeat a
# request of any length: whatever looks through it must not try one place again and again.
_OF_CLIENTS = re.compile(
    rb'(?<=[">])\s{0,9}(?:\w{1,80}: )?'
    rb'An error occurred \(\w{1,80}\) when calling the \w{1,80} operation(?:: *|(?=["<]))'
)
# "Characters" of XML 1.0, which no parser takes.
_NOT_OF_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")

# "AWS protocols" of the Smithy documentation.
_CONTENT_TYPES = {
    "query": "text/xml",
    "ec2": "text/xml;charset=UTF-8",
    "rest-xml": "application/xml",
    "rest-json": "application/json",
    CBOR: "application/cbor",
}


def answer(call: ApiCall, given: Answer) -> Answer:
    """Return moto's answer as AWS could have given it."""
    if given.status == errors.NOT_SIMULATED_STATUS:
        return given
    if given.status >= 500:
        return mishaps.unable(call)
    # What a learner keeps in S3 or elsewhere may well be a web page.
    if given.status < 400 and (call.service == "s3" or _streams(call)):
        return given
    if _MARKUP.match(given.body):
        return errors.not_simulated(call, " in this form")
    return _reshape(call, _retype(call, given))


def _streams(call: ApiCall) -> bool:
    return call.operation is not None and bool(call.operation.has_streaming_output)


def _retype(call: ApiCall, given: Answer) -> Answer:
    """Correct the content type where Flask put its own, which is HTML's."""
    kind = next((name for name in given.headers if name.lower() == "content-type"), None)
    if kind is None or not given.headers[kind].startswith("text/html"):
        return given
    version = call.model.metadata.get("jsonVersion", "1.0")
    right = _CONTENT_TYPES.get(call.protocol, f"application/x-amz-json-{version}")
    return replace(given, headers={**given.headers, kind: right})


def _reshape(call: ApiCall, given: Answer) -> Answer:
    """Put an error that moto sent in another protocol, or in none, into the service's own."""
    if given.status < 400 or call.request.method == "HEAD":
        return given
    if call.service == "s3" and given.status == 404 and not given.body:
        missing = mishaps.not_found(call, "Bucket", str(call.parameters.get("Bucket")))
        return missing or given
    given = replace(given, body=_OF_CLIENTS.sub(b"", given.body))
    is_xml = given.body.lstrip().startswith(b"<")
    if is_xml and _NOT_OF_XML.search(given.body):
        # An error repeats what it refuses, whatever that is.
        given = replace(given, body=_NOT_OF_XML.sub(b"?", given.body))
    if is_xml:
        given = replace(given, body=_AGAIN.sub(rb"\1", given.body))
    if call.protocol not in ("json", "rest-json") or not is_xml:
        return given
    code, message = _CODE.search(given.body), _MESSAGE.search(given.body)
    if code is None:
        return errors.not_simulated(call, " in this form")
    text = message[1].decode() if message else ""
    return errors.error(call, code[1].decode(), text, given.status)
