"""Fn::Cidr."""

from __future__ import annotations

import ipaddress
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError, function_error
from dryrun.cloud.cloudformation.template.text import scalar

_MAX_COUNT = 256
_SHAPE = (
    "every Fn::Cidr object requires two to three parameters, (1) an IP block, (2) the number of "
    "CIDRs to generate and (3) optionally the number of subnet bits for the CIDR"
)


def blocks(argument: Any) -> list[str]:
    """Return the blocks that an IP block is cut into."""
    if not isinstance(argument, list) or len(argument) not in (2, 3):
        raise function_error(_SHAPE)
    text = scalar(argument[0])
    if text is None:
        raise function_error(_SHAPE)
    network = _network(text)
    count = _number(argument[1])
    if not 1 <= count <= _MAX_COUNT:
        raise function_error(f"Fn::Cidr count must be between 1 and {_MAX_COUNT}")
    # "Fn::Cidr", Template Reference: the bits are the inverse of the mask; /24 means 8 bits.
    bits = _number(argument[2]) if len(argument) == 3 else network.max_prefixlen - network.prefixlen
    prefix = network.max_prefixlen - bits
    if not network.prefixlen <= prefix <= network.max_prefixlen:
        raise _too_few(count, bits, text)
    if count > 1 << (prefix - network.prefixlen):
        raise _too_few(count, bits, text)
    first = int(network.network_address)
    kind = ipaddress.ip_network if network.version == 4 else ipaddress.IPv6Network
    return [str(kind((first + (index << bits), prefix))) for index in range(count)]


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    if "/" not in text:
        raise function_error(f"{text} is not a valid CIDR")
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise function_error(f"{text} is not a valid CIDR") from error


def _number(value: Any) -> int:
    text = scalar(value)
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise function_error(_SHAPE)
    return int(text)


def _too_few(count: int, bits: int, text: str) -> TemplateError:
    return function_error(f"Fn::Cidr cannot generate {count} CIDRs of {bits} bits from {text}")
