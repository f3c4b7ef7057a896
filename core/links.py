"""Addresses inside the current cooperative."""

from typing import Any

from django.urls import reverse

from core.tenancy import current_cooperative


def link(name: str, **kwargs: Any) -> str:
    """The path of a page or endpoint of the current cooperative: `link("invoicing:invoice", pk=…)`."""
    return reverse(name, kwargs={"cooperative": current_cooperative().slug, **kwargs})
