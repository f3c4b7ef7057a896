"""The virus scanner.

a port. `SMART_SCANNER` is `none`, `simulator`, or the address of a clamd (`clamd:host:port`).
"""

from __future__ import annotations

import logging
import socket
import struct

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

log = logging.getLogger(__name__)

SECONDS = 20.0
_BLOCK = 64 * 1024
_HARMLESS_TEST = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
"""In the text by which the whole field tests scanners; it does nothing."""


class FileInfected(DomainError):
    """The scanner knows something bad in it."""

    code = "file_infected"
    message = _("The file was not kept: a virus scanner found %(what)s in it. Have your device checked.")


class ScannerAway(DomainError):
    """Nobody can say whether the file is clean."""

    code = "scanner_away"
    kind = "conflict"
    message = _("Files cannot be checked at the moment. Nothing was kept: send it again in a few minutes.")


def scan(content: bytes) -> None:
    """Have bytes looked at. Raises `FileInfected`, and `ScannerAway` rather than let anything pass unseen."""
    kind, _colon, address = settings.SCANNER.partition(":")
    if kind == "none":
        return
    found = _simulated(content) if kind == "simulator" else _asked(content, address)
    if found:
        log.warning("an upload was refused: %s", found)
        raise FileInfected(what=found)


def _simulated(content: bytes) -> str:
    return "Eicar-Test-Signature" if _HARMLESS_TEST in content else ""


def _asked(content: bytes, address: str) -> str:
    """What clamd says, by its INSTREAM command: blocks with their length before them, zero ends."""
    host, _colon, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=SECONDS) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _BLOCK):
                block = content[start : start + _BLOCK]
                line.sendall(struct.pack("!I", len(block)) + block)
            line.sendall(struct.pack("!I", 0))
            answer = line.recv(1024).decode("utf-8", "replace").strip("\0\n ")
    except (OSError, ValueError):
        log.exception("the scanner does not answer")
        raise ScannerAway from None
    if answer.endswith("OK"):
        return ""
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream: ").removesuffix("FOUND").strip()[:80]
    log.error("the scanner says: %s", answer[:200])
    raise ScannerAway
