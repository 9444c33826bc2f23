"""Function URLs: a function's own address, at which it answers HTTP.

Follows "Invoking Lambda function URLs" (payload format 2.0) and "Control access to Lambda function
URLs", AWS Lambda Developer Guide. The address is AWS's; the egress guard brings it here.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from dryrun.cloud import clock as clocks
from dryrun.cloud import outside, request_ids
from dryrun.cloud.errors import Answer
from dryrun.cloud.journal import chance

_HOST = re.compile(r"([a-z0-9]{32})\.lambda-url\.([a-z0-9-]+)\.on\.aws$")

_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)

_NOT_SIGNED = (
    "Dry Run does not verify signatures of function URLs with AuthType AWS_IAM; real AWS would."
)


def is_function(host: str) -> bool:
    """Tell whether a host name is that of a function's URL."""
    return _HOST.match(host.partition(":")[0].lower()) is not None


def answer(host: str, environ: dict[str, Any], body: bytes) -> Answer:
    """Answer a request for a function's URL, as AWS does where there is no such function."""
    found = _HOST.match(host.partition(":")[0].lower())
    assert found is not None
    url = _url(found[1], found[2])
    if url is None:
        return _message(403, _FORBIDDEN)
    if url.config.get("AuthType") == "AWS_IAM":
        signed = "HTTP_AUTHORIZATION" in environ
        return _message(501, _NOT_SIGNED) if signed else _message(403, _FORBIDDEN)
    if not _is_open(url):
        return _message(403, _FORBIDDEN)
    event = _event(host, found[1], environ, body)
    told = _invoked(url, event)
    request_id, trace = event["requestContext"]["requestId"], event["headers"]["x-amzn-trace-id"]
    told.headers |= {"x-amzn-RequestId": request_id, "X-Amzn-Trace-Id": f"{trace};Sampled=0"}
    return told


def _url(url_id: str, region: str) -> Any:
    models: Any = sys.modules.get("dryrun.cloud.awslambda.models")
    if models is None:  # nobody has a function yet
        return None
    for regions in list(models.lambda_backends.values()):
        for one in regions[region].url_configs():
            if f"//{url_id}." in one.url:
                return one
    return None


def _is_open(url: Any) -> bool:
    """Tell whether the policy of what it calls opens a URL to everybody.

    Since October 2025 AWS wants two permissions: lambda:InvokeFunctionUrl and, by way of the URL,
    lambda:InvokeFunction.
    """
    from dryrun.cloud.authorization.decisions import may  # noqa: PLC0415 - a circle otherwise
    from dryrun.cloud.identity import ANONYMOUS  # noqa: PLC0415

    context: dict[str, Any] = {
        "lambda:FunctionUrlAuthType": "NONE",
        "lambda:InvokedViaFunctionUrl": "true",
    }
    return all(
        may(ANONYMOUS, action, url.arn, context, region=url.function.region).allowed
        for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
    )


def _event(host: str, url_id: str, environ: dict[str, Any], body: bytes) -> dict[str, Any]:
    now, request_id = clocks.current().now(), request_ids.new()
    path = str(environ.get("RAW_URI") or environ["PATH_INFO"]).partition("?")[0] or "/"
    query = str(environ.get("QUERY_STRING", ""))
    headers = _headers(environ, host) | {"x-amzn-trace-id": _trace(request_id)}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": unquote(path),
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": url_id,
            "domainName": host.partition(":")[0],
            "domainPrefix": url_id,
            "http": {
                "method": environ["REQUEST_METHOD"],
                "path": unquote(path),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies := headers.pop("cookie", ""):
        event["cookies"] = [one.strip() for one in cookies.split(";")]
    if query:
        event["queryStringParameters"] = _joined(parse_qsl(query, keep_blank_values=True))
    if body:
        event["body"], event["isBase64Encoded"] = _text(body, headers.get("content-type", ""))
    return event


def _headers(environ: dict[str, Any], host: str) -> dict[str, str]:
    own = {"HTTP_HOST", "HTTP_CONNECTION", "HTTP_PROXY_CONNECTION"}
    found = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in own
    }
    if environ.get("CONTENT_TYPE"):
        found["content-type"] = str(environ["CONTENT_TYPE"])
    if environ.get("CONTENT_LENGTH") not in (None, "", "0"):
        found["content-length"] = str(environ["CONTENT_LENGTH"])
    found |= {
        "host": host.partition(":")[0],
        "x-amzn-tls-cipher-suite": "TLS_AES_128_GCM_SHA256",
        "x-amzn-tls-version": "TLSv1.3",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    return dict(sorted(found.items()))


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, value in pairs:
        made[name] = f"{made[name]},{value}" if name in made else value
    return made


def _text(body: bytes, content_type: str) -> tuple[str, bool]:
    """Return a body as an event has it: text as it is, anything else in base64."""
    textual = re.match(r"text/|application/(json|xml|javascript)", content_type)
    if textual:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def _invoked(url: Any, event: dict[str, Any]) -> Answer:
    from dryrun.cloud.awslambda import invocations, tasks  # noqa: PLC0415 - loads Lambda

    payload = json.dumps(event, separators=(",", ":")).encode()
    function, called = url.function, url.arn.rpartition(":function:")[2]
    task = invocations.task_of(function.account_id, function.region, called, payload)
    task = replace(task, request_id=event["requestContext"]["requestId"])
    outcome = outside.ask(tasks.KIND, {"task": task})
    chance.touch()
    invoked = invocations.finish(replace(task, **outcome.get("ran", {})), outcome)
    if invoked.status == 429:
        return _message(429, "Rate Exceeded.")
    if invoked.status == 501:
        return _message(501, invoked.error_message)
    if invoked.status != 200 or invoked.function_error:
        return Answer(502, {"Content-Type": "application/json"}, b"Internal Server Error")
    return _response(json.loads(invoked.payload or b"null"))


def _response(told: Any) -> Answer:
    """Turn what a function returned into HTTP; anything without a status is a body by itself."""
    if not isinstance(told, dict) or "statusCode" not in told:
        body = told if isinstance(told, str) else _compact(told)
        return Answer(200, {"Content-Type": "application/json"}, body.encode())
    headers = {"Content-Type": "application/json"}
    for name, value in (told.get("headers") or {}).items():
        headers["Content-Type" if name.lower() == "content-type" else name] = str(value)
    body = told.get("body") or ""
    body = body if isinstance(body, str) else _compact(body)
    data = base64.b64decode(body) if told.get("isBase64Encoded") else body.encode()
    if told.get("cookies"):
        headers["Set-Cookie"] = str(told["cookies"][0])
    return Answer(int(told["statusCode"]), headers, data)


def _trace(request_id: str) -> str:
    """Return the trace of a request; its id begins with its time."""
    second = int(clocks.current().time())
    return f"Root=1-{second:08x}-{request_id.replace('-', '')[:24]}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _message(status: int, text: str) -> Answer:
    headers = {"Content-Type": "application/json"}
    if status == 403:
        headers["x-amzn-ErrorType"] = "AccessDeniedException"
    return Answer(status, headers, _compact({"Message": text}).encode())
