"""API destinations: HTTP calls with a connection's authorization, at a limited rate.

Follows "API destinations as targets in Amazon EventBridge" and "Connections for HTTP endpoint
targets", EventBridge User Guide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.delivery import http, principals
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of

_OAUTH_ENDED = (401, 407)
_TOKEN_SECONDS = 3600
_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": "Amazon/EventBridge/ApiDestinations",
    "Range": "bytes=0-1048575",
}


def carry(delivery: Delivery, report: Report) -> None:
    """Call the endpoint of a destination, as soon as its rate allows."""
    destination, connection = _found(delivery)
    _may_invoke(delivery)
    if not http.is_here(destination.invocation_endpoint):
        raise http.refused(destination.invocation_endpoint)
    host = inside.host()

    def begin() -> None:
        with inside.found_at(host):
            try:
                _authorized(connection, call, report)
            except Failure as failure:
                report(failure)

    def call(authorization: dict[str, str]) -> None:
        url, headers, body = _request(delivery, destination, connection)
        http.send(
            destination.http_method,
            url,
            {**headers, **authorization},
            body,
            lambda outcome: _answered(outcome, connection, report),
        )

    wait = _turn(destination)
    if wait:
        clocks.current().call_later(wait, begin, what=f"{destination.name} waits for its rate")
    else:
        begin()


def _answered(outcome: dict[str, Any], connection: Any, report: Report) -> None:
    failure = http.judge(outcome)
    if failure is None:
        report({"status": outcome["status"], "body": outcome["body"]})
        return
    if outcome.get("status") in _OAUTH_ENDED:
        connection.__dict__.pop("oauth_token", None)  # the next attempt asks for another
    report(failure)


def _found(delivery: Delivery) -> tuple[Any, Any]:
    """Return a destination and its connection; raise Failure when one is gone."""
    from moto.events.models import events_backends  # noqa: PLC0415 - loaded when first needed

    region, account, resource = parts_of(delivery.target_arn)
    backend = events_backends[account][region]
    destination = backend.destinations.get(resource.split("/")[1])
    if destination is None or destination.arn != delivery.target_arn:
        raise Failure("NO_RESOURCE", f"The API destination {delivery.target_arn} does not exist.")
    connections = backend.connections.values()
    connection = next((one for one in connections if one.arn == destination.connection_arn), None)
    if connection is None:
        raise Failure("NO_RESOURCE", f"The connection {destination.connection_arn} does not exist.")
    return destination, connection


def _may_invoke(delivery: Delivery) -> None:
    caller = principals.caller(delivery.sender, delivery.target_arn)
    action = "events:InvokeApiDestination"
    if not may(caller, action, delivery.target_arn).allowed:
        raise Failure(
            "NO_PERMISSIONS",
            f"User: {caller.arn} is not authorized to perform: {action} on resource: "
            f"{delivery.target_arn}",
        )


def _turn(destination: Any) -> float:
    """Return in how many seconds of lab time the destination may be called, and take that turn."""
    now = clocks.current().time()
    rate = float(destination.invocation_rate_limit_per_second or 300)
    turn = max(now, destination.__dict__.get("next_turn", 0.0))
    destination.__dict__["next_turn"] = turn + 1 / rate
    return float(turn - now)


def _request(
    delivery: Delivery, destination: Any, connection: Any
) -> tuple[str, dict[str, str], str]:
    """Return address, headers and body of a call."""
    asked = delivery.options.get("HttpParameters", {})
    shared = connection.auth_parameters.get("InvocationHttpParameters", {})
    url = _filled(destination.invocation_endpoint, asked.get("PathParameterValues", ()))
    query = {**asked.get("QueryStringParameters", {}), **_pairs(shared, "QueryStringParameters")}
    headers = {
        **_HEADERS,
        **asked.get("HeaderParameters", {}),
        **_pairs(shared, "HeaderParameters"),
    }
    return _with_query(url, query), headers, _merged(delivery.payload, shared)


def _filled(url: str, values: Iterable[str]) -> str:
    for value in values:
        url = url.replace("*", quote(str(value), safe=""), 1)
    return url


def _with_query(url: str, query: dict[str, str]) -> str:
    if not query:
        return url
    parts = urlsplit(url)
    together = "&".join(text for text in (parts.query, urlencode(query)) if text)
    return urlunsplit(parts._replace(query=together))


def _pairs(parameters: dict[str, Any], kind: str) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in parameters.get(kind, ())}


def _merged(payload: str, shared: dict[str, Any]) -> str:
    """Return the body with the connection's own members, where it is a JSON object."""
    more = _pairs(shared, "BodyParameters")
    if not more:
        return payload
    try:
        body = json.loads(payload)
    except ValueError:
        return payload
    return json.dumps({**body, **more}) if isinstance(body, dict) else payload


def _authorized(connection: Any, call: Callable[[dict[str, str]], None], report: Report) -> None:
    """Call with the headers by which a connection authorizes; OAuth asks for a token first."""
    given = connection.auth_parameters
    if connection.authorization_type == "API_KEY":
        key = given["ApiKeyAuthParameters"]
        call({key["ApiKeyName"]: key["ApiKeyValue"]})
    elif connection.authorization_type == "BASIC":
        key = given["BasicAuthParameters"]
        call({"Authorization": http.basic(key["Username"], key["Password"])})
    else:
        _with_token(connection, given["OAuthParameters"], call, report)


def _with_token(
    connection: Any,
    oauth: dict[str, Any],
    call: Callable[[dict[str, str]], None],
    report: Report,
) -> None:
    now = clocks.current().time()
    token, until = connection.__dict__.get("oauth_token", ("", 0.0))
    if token and now < until:
        call({"Authorization": f"Bearer {token}"})
        return

    def answered(outcome: dict[str, Any]) -> None:
        try:
            got = _token(outcome)
        except Failure as failure:
            report(failure)
            return
        seconds = float(got.get("expires_in") or _TOKEN_SECONDS)
        until = clocks.current().time() + seconds
        connection.__dict__["oauth_token"] = (got["access_token"], until)
        call({"Authorization": f"Bearer {got['access_token']}"})

    url, headers, body = _token_request(oauth)
    http.send(oauth["HttpMethod"], url, headers, body, answered)


def _token_request(oauth: dict[str, Any]) -> tuple[str, dict[str, str], str]:
    """Return how a token is asked for: client credentials, as a form or in the query."""
    client, more = oauth["ClientParameters"], oauth.get("OAuthHttpParameters", {})
    form = {
        "grant_type": "client_credentials",
        "client_id": client["ClientID"],
        "client_secret": client["ClientSecret"],
        **_pairs(more, "BodyParameters"),
    }
    query = _pairs(more, "QueryStringParameters")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": _HEADERS["User-Agent"],
        "Authorization": http.basic(client["ClientID"], client["ClientSecret"]),
        **_pairs(more, "HeaderParameters"),
    }
    endpoint = oauth["AuthorizationEndpoint"]
    if oauth["HttpMethod"] == "GET":
        return _with_query(endpoint, {**form, **query}), headers, ""
    return _with_query(endpoint, query), headers, urlencode(form)


def _token(outcome: dict[str, Any]) -> dict[str, Any]:
    failure = http.judge(outcome)
    if failure is not None:
        raise failure
    try:
        got = json.loads(outcome["body"])
    except ValueError:
        got = None
    if not isinstance(got, dict) or not got.get("access_token"):
        raise Failure("ERROR_FROM_TARGET", "The authorization endpoint gave no access_token.")
    return got
