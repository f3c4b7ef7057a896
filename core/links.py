"""Addresses inside the current cooperative."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from core.tenancy import current_cooperative


def link(name: str, **kwargs: Any) -> str:
    """The path of a page or endpoint of the current cooperative: `link("invoicing:invoice", pk=…)`."""
    return reverse(name, kwargs={"cooperative": current_cooperative().slug, **kwargs})


def whole_link(name: str, **kwargs: Any) -> str:
    """The same with the house in front, for letters: `settings.SITE_URL`."""
    return f"{settings.SITE_URL}{link(name, **kwargs)}"
