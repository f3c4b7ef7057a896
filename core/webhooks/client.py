"""The way out: one POST to somebody else's server, and nowhere that we must not reach.

The name is resolved once, every address that it gives must be public, and the connection goes to the address
that was checked: a name that answers differently a moment later changes nothing. Redirects are not followed;
time and size of the answer are limited as a whole, however slowly it drips.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.webhooks.errors import AddressRefused

SECONDS = 5.0
"""For the whole exchange."""

MOST_BYTES = 4096
"""Of the answer: its start is kept for people to read, the rest is nobody's business."""

PORTS = (443, 8443)
_TUNNELS = tuple(
    ipaddress.ip_network(net) for net in ("2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32")
)

Resolve = Callable[[str, int], list[str]]


class NotDelivered(RuntimeError):
    """The receiver could not be reached or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said."""

    status: int
    start: str


def check_url(url: str) -> SplitResult:
    """Refuse what can be refused by looking at the address. Raises `AddressRefused`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(reason=_("it is not written as an address")) from None
    local = settings.WEBHOOKS_MAY_STAY_HERE
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise AddressRefused(reason=_("it does not begin with https"))
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise AddressRefused(reason=_("it has no host, or a name, password or anchor in it"))
    if not local and (port or 443) not in PORTS:
        raise AddressRefused(reason=_("its port is not one for https"))
    if any(ord(c) < 33 or ord(c) > 126 for c in url):
        raise AddressRefused(reason=_("it has signs that an address may not have"))
    return parts


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotDelivered(f"the host {host} is not known") from error
    return [str(entry[4][0]) for entry in found]


def check_address(address: str) -> None:
    """Refuse every network that is not the public one. Raises `AddressRefused`."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if settings.WEBHOOKS_MAY_STAY_HERE and ip.is_loopback:
        return
    tunnelled = isinstance(ip, ipaddress.IPv6Address) and any(ip in net for net in _TUNNELS)
    if not ip.is_global or ip.is_multicast or tunnelled:
        raise AddressRefused(reason=_("it leads into a private network"))


def post(url: str, body: bytes, headers: Mapping[str, str], *, resolver: Resolve = resolve) -> Answer:
    """Send, and read the start of the answer. Raises `AddressRefused`, `NotDelivered`."""
    parts = check_url(url)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    addresses = resolver(host, port)
    for address in addresses:
        check_address(address)
    end = time.monotonic() + SECONDS
    try:
        raw = socket.create_connection((addresses[0], port), timeout=SECONDS)
        with raw:
            if parts.scheme == "https":
                raw.settimeout(max(0.1, end - time.monotonic()))
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
            return _exchange(raw, parts, host, body, headers, end)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotDelivered(type(error).__name__) from error


def _exchange(
    raw: socket.socket, parts: SplitResult, host: str, body: bytes, headers: Mapping[str, str], end: float
) -> Answer:
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    name = f"[{host}]" if ":" in host else host
    if parts.port:
        name += f":{parts.port}"
    lines = [f"POST {target} HTTP/1.1", f"Host: {name}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    raw.settimeout(max(0.1, end - time.monotonic()))
    raw.sendall("\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body)
    received = b""
    while len(received) < MOST_BYTES:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        raw.settimeout(left)
        block = raw.recv(MOST_BYTES - len(received))
        if not block:
            break
        received += block
        head, found, rest = received.partition(b"\r\n\r\n")
        if found and len(rest) >= _length(head):
            break
    return _read(received)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit() and len(value) < 20:
            return int(value)
    return MOST_BYTES


def _read(received: bytes) -> Answer:
    head, _found, rest = received.partition(b"\r\n\r\n")
    words = head.split(b"\r\n")[0].split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        raise ValueError("no answer in HTTP")
    start = "".join(c if c.isprintable() else " " for c in rest.decode("utf-8", "replace"))
    return Answer(int(words[1][:3]), start[:300])
