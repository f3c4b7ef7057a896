"""What a member sees first: what needs them, what is due to them. Upper apps register their part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from activities.enums import ExpenseState
from activities.models import Activity, Expense
from core.links import link
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from members.models import Person


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the member: a title, a line that says why, where to act, how urgent (tone)."""

    title: str
    text: str
    href: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Due:
    """Money on its way to the member: when, how much (euro), for what."""

    on: date
    amount: Decimal
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that members do most: where it starts. With `per_activity` the Activity comes along as a
    parameter.
    """

    order: int
    label: Any
    url_name: str
    icon: str
    per_activity: bool = True


NeedProvider = Callable[[Any, list[Activity], date], Iterable[Need]]
DueProvider = Callable[[Any, date], Iterable[Due]]


@dataclass(slots=True)
class _Registries:
    needs: list[NeedProvider]
    dues: list[DueProvider]
    acts: list[Act]


_all = _Registries([], [], [])


def register_act(act: Act) -> None:
    """Add a button to the home page and, for `per_activity`, to each open Activity's page."""
    if act not in _all.acts:
        _all.acts.append(act)


def acts(activity: Activity | None = None) -> list[dict[str, Any]]:
    """Buttons in order, each with `label`, `icon` and `href`."""
    chosen = [
        act for act in sorted(_all.acts, key=lambda act: act.order) if activity is None or act.per_activity
    ]
    return [
        {
            "label": act.label,
            "icon": act.icon,
            "href": link(act.url_name) + (f"?activity={activity.pk}" if activity is not None else ""),
        }
        for act in chosen
    ]


def register_need(provider: NeedProvider) -> None:
    """Add to “what needs me”: `provider(person, activities, today)` yields `Need`s."""
    if provider not in _all.needs:
        _all.needs.append(provider)


def register_due(provider: DueProvider) -> None:
    """Add to “what is due to me” what is not a payout yet: `provider(person, today)` yields `Due`s."""
    if provider not in _all.dues:
        _all.dues.append(provider)


def needs_of(person: Person, activities: list[Activity], today: date) -> list[Need]:
    """Everything that waits for the member."""
    return [need for provider in _all.needs for need in provider(person, activities, today)]


def dues_of(person: Person, today: date) -> list[Due]:
    """Everything that is on its way to the member, the nearest first."""
    dues = [
        Due(payout.due_on, payout.amount, payout.communication or payout.get_kind_display())
        for payout in Payout.objects.filter(
            party_id=person.party_id, state__in=(PayoutState.OPEN, PayoutState.HELD, PayoutState.RELEASED)
        )
    ]
    dues += [due for provider in _all.dues for due in provider(person, today)]
    return sorted(dues, key=lambda due: (due.on, due.text))


def expenses_that_need_me(person: Person, activities: list[Activity], today: date) -> list[Need]:
    """Expenses that an adviser sent back in the last month."""
    refused = Expense.objects.filter(person=person, state=ExpenseState.REFUSED).order_by("-pk")[:5]
    return [
        Need(
            _("Expense sent back: %(text)s") % {"text": expense.text},
            expense.refusal_reason,
            link("activities:expense", pk=expense.pk),
            "warning",
        )
        for expense in refused
        if expense.decided_on and (today - expense.decided_on).days <= 31
    ]
