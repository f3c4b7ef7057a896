"""Contracts, as the search finds them: by worker, work, and the office's number of the declared period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activities.selectors import READERS
from core.kit.formats import day
from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import words_of
from payroll.models import Declaration, EmploymentContract
from payroll.selectors import visible_contracts


def index(keys: Collection[UUID]) -> Iterator[Indexed]:
    """A contract is found by its worker and by those of its Activity. Not by its gross: who may see the
    contract need not see the pay.
    """
    numbers: defaultdict[UUID, set[str]] = defaultdict(set)
    declared = Declaration.objects.filter(contract__in=keys)
    for contract, reference, period in declared.values_list("contract", "reference", "period_id"):
        numbers[contract] |= {reference, period}
    for row in EmploymentContract.objects.filter(pk__in=keys).select_related("person"):
        words = words_of(str(row.person), row.description, *numbers[row.pk])
        yield Indexed(row.pk, frozenset(words), frozenset({row.activity_id, row.person_id}))


def keys() -> Iterator[UUID]:
    """Every contract and draft."""
    return iter(EmploymentContract.objects.order_by("pk").values_list("pk", flat=True))


def show(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for row in visible_contracts(person, roles).filter(pk__in=wanted):
        text = f"{row.person} · {day(row.starts_on)} – {day(row.ends_on)}"
        yield Hit(row.pk, row.description, text, link("payroll:contract", pk=row.pk))


CONTRACTS = SearchSource(
    "contract", _("Contracts"), "payroll.employmentcontract", READERS, index, keys, show, order=50
)
