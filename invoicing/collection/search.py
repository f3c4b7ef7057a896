"""Files with collectors and lawyers, as the search finds them: by reference, agent and client."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.kit.formats import day
from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import words_of
from invoicing.collection.models import HandOver
from invoicing.roles import CONTROLLERS

SEE = frozenset(str(role) for role in CONTROLLERS)


def index(keys: Collection[UUID]) -> Iterator[Indexed]:
    """For controllers, and nobody else."""
    for row in HandOver.objects.filter(pk__in=keys).select_related("client"):
        yield Indexed(row.pk, frozenset(words_of(row.reference, row.agent, row.client.name)), frozenset())


def keys() -> Iterator[UUID]:
    """Every file."""
    return iter(HandOver.objects.order_by("pk").values_list("pk", flat=True))


def show(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Files for controllers."""
    del person
    if not roles & SEE:
        return
    for row in HandOver.objects.filter(pk__in=wanted).select_related("client"):
        text = f"{row.client.name} · {row.agent} · {day(row.handed_on)}"
        yield Hit(row.pk, row.reference, text, link("collection:handed", pk=row.pk))


FILES = SearchSource(
    "collection_file", _("Files with collectors and lawyers"), "collection.handover", SEE, index, keys, show,
    order=46,
)  # fmt: skip
