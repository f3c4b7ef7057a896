"""Where a person may be sent back to after a consent: only to what was registered, letter by letter."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from core.programs.enums import ProgramKind
from core.programs.errors import RedirectRefused

LOOPBACK = "127.0.0.1"
"""The only address without TLS, for native programs (RFC 8252, 7.3).

Not `::1`: a Content-Security-Policy cannot name it, so browsers would not follow. Not `localhost`, which may
be made to mean another machine.
"""

MOST = 500
_PRINTABLE = re.compile(r"[!-~]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def check_redirect(uri: str, kind: str) -> None:
    """Raises `RedirectRefused` unless the address may be registered for a program of this kind."""
    if _read(uri, kind) is None:
        raise RedirectRefused(uri=uri[:120])


def is_registered(uri: str, registered: list[str], kind: str) -> bool:
    """Whether the address is one of those that were registered.

    Exactly; only the port of a native program's own machine is free, because it takes whichever is.
    """
    if uri in registered:
        return True
    asked = _read(uri, kind)
    if asked is None or asked.scheme != "http":
        return False
    return any(_without_port(asked) == _without_port(urlsplit(known)) for known in registered)


def origin_of(uri: str) -> str:
    """Scheme, host and port, for the policy that lets the browser follow."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _read(uri: str, kind: str) -> SplitResult | None:
    if len(uri) > MOST or not _PRINTABLE.fullmatch(uri) or "*" in uri or "#" in uri or "\\" in uri:
        return None
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if not _HOST.fullmatch(host) or parts.netloc != (f"{host}:{port}" if port is not None else host):
        return None  # also whoever hides a user name, capitals or an empty port in it
    if parts.scheme == "https":
        return parts
    at_home = parts.scheme == "http" and host == LOOPBACK and kind == ProgramKind.NATIVE
    return parts if at_home else None


def _without_port(parts: SplitResult) -> tuple[str, str | None, str, str]:
    return parts.scheme, parts.hostname, parts.path, parts.query
