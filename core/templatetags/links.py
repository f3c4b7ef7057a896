"""`{% link "app:page" pk=row.pk %}`: an address inside the current cooperative."""

from typing import Any

from django import template

from core.links import link as _link

register = template.Library()


@register.simple_tag
def link(name: str, **kwargs: Any) -> str:
    """The path of a page of the current cooperative."""
    return _link(name, **kwargs)
