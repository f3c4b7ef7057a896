"""What deductions add to the pages of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from activities.home import Need
from core.kit.formats import day, money
from core.links import link
from core.money import ZERO
from members.models import Person
from payroll.beside_pay import BesidePay
from payroll.deductions import selectors
from payroll.deductions.enums import AdvanceState, SeizureKind, SeizureState
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.roles import WRITERS
from payroll.deductions.types import SEIZURE
from payroll.waiting import Waiting

FRESH = timedelta(days=14)
"""How long an answer stands on the home page."""

KEPT = timedelta(days=60)
"""How long an advance that is over stands beside pay."""


def advance_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Entries of advances lead to them."""
    return {pk: link("deductions:advance", pk=pk) for pk in ids}


def seizures_need_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """Orders on my pay: I know who is paid, and why my pay may wait."""
    del activities, today
    rows = Seizure.objects.filter(person=person, state__in=(SeizureState.ENTERED, SeizureState.ACTIVE))
    for row in rows.order_by("pk")[:5]:
        yield Need(
            _("A part of your pay goes to %(name)s") % {"name": row.creditor_name},
            _("Look at the order and at what was paid."),
            link("deductions:seizure", pk=row.pk),
        )


def answers_need_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """Advances that payroll agreed to or refused lately: I read what it means for my pay."""
    del activities
    decided = Advance.objects.filter(person=person, decided_on__gte=today - FRESH, decided_on__lte=today)
    states = (AdvanceState.AGREED, AdvanceState.REFUSED)
    for row in decided.filter(state__in=states).order_by("-decided_on", "-pk")[:3]:
        refused = row.state == AdvanceState.REFUSED
        title = (
            _("Your advance of %(amount)s is refused")
            if refused
            else _("Your advance of %(amount)s is agreed")
        )
        yield Need(
            title % {"amount": money(row.amount)},
            row.answer if refused else _("The pay of this work is lower by as much."),
            link("deductions:advance", pk=row.pk),
            "warning" if refused else "info",
        )


def beside_pay(person: Person, today: date) -> Iterator[BesidePay]:
    """Advances that are asked for, being given back or over since a short time, and orders on my pay."""
    rows = selectors.advances(person, frozenset())
    going_on = Q(state__in=(AdvanceState.ASKED, AdvanceState.AGREED))
    for row in rows.filter(going_on | Q(asked_on__gte=today - KEPT))[:10]:
        yield BesidePay(
            _("Advance of %(day)s") % {"day": day(row.asked_on)},
            row.asked_on,
            row.amount,
            _advance_text(row),
            row.state,
            row.get_state_display(),
            link("deductions:advance", pk=row.pk),
        )
    orders = Seizure.objects.filter(
        person=person, state__in=(SeizureState.ENTERED, SeizureState.ACTIVE, SeizureState.SUSPENDED)
    ).order_by("-pk")
    shown = list(orders[:10])
    taken = selectors.taken_by(SEIZURE, [order.pk for order in shown])
    for order in shown:
        yield BesidePay(
            f"{SeizureKind(order.kind).label}: {order.creditor_name}",
            order.notified_on,
            taken.get(order.pk, ZERO),
            _("taken of your pay so far"),
            order.state,
            order.get_state_display(),
            link("deductions:seizure", pk=order.pk),
        )


def _advance_text(row: Any) -> str:
    match row.state:
        case AdvanceState.ASKED:
            return _("Payroll decides, and writes to you.")
        case AdvanceState.AGREED:
            return _("%(back)s given back by pay, %(open)s still to give back") % {
                "back": money(row.back),
                "open": money(row.open),
            }
        case AdvanceState.REFUSED:
            answer: str = row.answer
            return answer
    return ""


def waiting(person: Any, roles: frozenset[str], today: date) -> Iterator[Waiting]:
    """Orders that nobody checked, which hold pay back, and advances; not what the reader entered or asked."""
    del today
    if not roles & WRITERS or person is None:
        return
    orders = Seizure.objects.filter(state=SeizureState.ENTERED).exclude(person=person)
    yield Waiting(
        _("Seizures to agree to: their workers' pay waits"),
        orders.exclude(entered_by=person).count() + orders.filter(entered_by=None).count(),
        link("deductions:seizures") + "?state=entered",
        "danger",
    )
    asked = Advance.objects.filter(state=AdvanceState.ASKED).exclude(person=person)
    yield Waiting(
        _("Advances on wages to decide"),
        asked.exclude(asked_by=person).count(),
        link("deductions:advances") + "?state=asked",
        "warning",
    )
