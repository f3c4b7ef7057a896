"""People, as the search finds them: by name, e-mail address, telephone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import compact, words_of
from members.enums import ADVISERS, Role
from members.models import Person
from members.selectors import portfolio_of, visible_people

LEADS = frozenset({Role.ADVISER_LEAD.value, Role.COOP_ADMIN.value})


def index(keys: Collection[UUID]) -> Iterator[Indexed]:
    """A person is found by staff who read all, and by the advisers who accompany them."""
    for person in Person.objects.filter(pk__in=keys):
        words = words_of(person.first_name, person.last_name, person.email)
        if person.phone:
            words.add(compact(person.phone))
        circles = frozenset(filter(None, (person.pk, person.adviser_id, person.backup_adviser_id)))
        yield Indexed(person.pk, frozenset(words), circles)


def keys() -> Iterator[UUID]:
    """Every person."""
    return iter(Person.objects.order_by("pk").values_list("pk", flat=True))


def show(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those whose sheet the reader may open."""
    if not roles & (LEADS | ADVISERS):
        return
    rows = visible_people(person, roles) if roles & LEADS else portfolio_of(person)
    for found in rows.filter(pk__in=wanted).select_related("office"):
        where = found.office.name if found.office else found.city
        yield Hit(found.pk, str(found), where, link("members:person", pk=found.pk))


PEOPLE = SearchSource("person", _("People"), "members.person", LEADS, index, keys, show, order=10)
