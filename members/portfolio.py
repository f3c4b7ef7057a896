"""The portfolio gathered: what every app registered about the people of an adviser, in one order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.links import link
from core.registry import Reason, portfolio_reasons, trends
from members.models import AdviserNote, NationalNumber, Person

MONTHS = 12
"""How far back a trend reaches."""


@dataclass(frozen=True, slots=True)
class Need:
    """A member who needs somebody, and why; the heaviest reason first."""

    person: Person
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        """Weight of the heaviest reason."""
        return self.reasons[0].weight


def reasons_about(people: Collection[UUID], on: date) -> list[Reason]:
    """Every registered reason about these people, the heaviest first."""
    if not people:
        return []
    found = [reason for source in portfolio_reasons() for reason in source(people, on)]
    return sorted(found, key=lambda reason: (-reason.weight, reason.kind, str(reason.person_id)))


def needs_of(people: Iterable[Person], reasons: Iterable[Reason]) -> list[Need]:
    """Who needs somebody, sorted by their heaviest reason, then by how many they have, then by name."""
    grouped: dict[UUID, list[Reason]] = defaultdict(list)
    for reason in reasons:
        grouped[reason.person_id].append(reason)
    needs = [Need(person, tuple(grouped[person.pk])) for person in people if person.pk in grouped]
    return sorted(needs, key=lambda need: (-need.weight, -len(need.reasons), need.person.search_key))


def turnover_of(people: Collection[UUID], on: date) -> dict[UUID, list[Decimal]]:
    """Turnover of the last twelve months per person, oldest first, summed over every registered source."""
    sums: dict[UUID, list[Decimal]] = {}
    if not people:
        return sums
    for source in trends():
        for person_id, months in source(people, on).items():
            sums[person_id] = _added(sums.get(person_id), months)
    return sums


def _added(one: Sequence[Decimal] | None, other: Sequence[Decimal]) -> list[Decimal]:
    if one is None:
        return list(other)
    longest = max(len(one), len(other))
    padded = [[Decimal(0)] * (longest - len(row)) + list(row) for row in (one, other)]
    return [a + b for a, b in zip(*padded, strict=True)]


def follow_up_reasons(people: Collection[UUID], on: date) -> list[Reason]:
    """Follow-ups that are due and not closed."""
    closing = AdviserNote.objects.filter(closes=OuterRef("pk"))
    due = AdviserNote.objects.filter(person_id__in=people, follow_up_on__lte=on).filter(~Exists(closing))
    return [
        Reason(
            note.person_id,
            "follow_up",
            _("Come back to: %(text)s (since %(day)s)")
            % {
                "text": _shortened(note.text),
                "day": date_format(note.follow_up_on or on, "SHORT_DATE_FORMAT"),
            },
            60,
            link("members:person", pk=note.person_id) + "#notes",
            group=_("To come back to"),
        )
        for note in due.order_by("follow_up_on", "pk")
    ]


def missing_paper_reasons(people: Collection[UUID], on: date) -> list[Reason]:
    """Members who cannot be employed or paid yet: no national number, or no account."""
    known = NationalNumber.objects.filter(person=OuterRef("pk"))
    lacking = (
        Person.objects.filter(pk__in=people).annotate(known=Exists(known)).filter(Q(known=False) | Q(iban=""))
    )
    return [
        Reason(
            person.pk,
            "papers_missing",
            _("Bank account missing") if person.known else _("National number missing"),
            20,
            link("members:person", pk=person.pk),
            group=_("Papers missing"),
        )
        for person in lacking
    ]


def _shortened(text: str) -> str:
    line = text.strip().splitlines()[0]
    return line if len(line) <= 80 else line[:79].rstrip() + "…"
