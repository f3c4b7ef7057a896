"""Which access point the settings name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from invoicing.einvoicing.access_point.port import AccessPoint
from invoicing.einvoicing.access_point.rest import RestAccessPoint
from invoicing.einvoicing.access_point.simulator import Behaviour, PeppolSimulator


def access_point() -> AccessPoint:
    """The access point of the settings: `simulator`, or `rest` with an address and a token."""
    if settings.PEPPOL == "simulator":
        return simulator()
    if settings.PEPPOL == "rest":
        if not (settings.PEPPOL_URL and settings.PEPPOL_TOKEN):
            raise ImproperlyConfigured("SMART_PEPPOL=rest needs SMART_PEPPOL_URL and SMART_PEPPOL_TOKEN")
        return RestAccessPoint(
            settings.PEPPOL_URL, settings.PEPPOL_TOKEN, plain_allowed=not settings.PRODUCTION
        )
    raise ImproperlyConfigured(f"no access point {settings.PEPPOL!r} is built in")


def simulator() -> PeppolSimulator:
    """The stand-in of this installation."""
    return _simulator(Path(settings.SIMULATORS) / "peppol.sqlite3", settings.PEPPOL_SIMULATOR)


@cache
def _simulator(path: Path, taught: str) -> PeppolSimulator:
    pairs = (pair.partition("=") for pair in taught.split(",") if pair)
    return PeppolSimulator(path, behaviours={receiver: Behaviour(name) for receiver, _, name in pairs})
