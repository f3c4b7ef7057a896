"""Activities and expenses, as the search finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activities.models import Activity, ActivityHolder, Expense
from activities.selectors import READERS, own_or_accompanied, visible_activities, visible_expenses
from core.kit.formats import day, money
from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import amount_word, words_of
from members.enums import ADVISERS


def my_activities(person: Any) -> Iterable[UUID]:
    """The circles of a person: Activities that they run, encode on, or accompany as an adviser."""
    return own_or_accompanied(person, ADVISERS)


def index_activities(keys: Collection[UUID]) -> Iterator[Indexed]:
    """By name, and by the names of those who run it."""
    people = defaultdict(list)
    for holder in ActivityHolder.objects.filter(activity__in=keys).select_related("person"):
        people[holder.activity_id].append(str(holder.person))
    for activity in Activity.objects.filter(pk__in=keys):
        words = words_of(activity.name, *people[activity.pk])
        yield Indexed(activity.pk, frozenset(words), frozenset({activity.pk}))


def activity_keys() -> Iterator[UUID]:
    """Every Activity."""
    return iter(Activity.objects.order_by("pk").values_list("pk", flat=True))


def show_activities(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for activity in visible_activities(person, roles).filter(pk__in=wanted).select_related("entity"):
        yield Hit(
            activity.pk, activity.name, activity.entity.name, link("activities:activity", pk=activity.pk)
        )


def index_expenses(keys: Collection[UUID]) -> Iterator[Indexed]:
    """By what was bought, and by the amount."""
    for expense in Expense.objects.filter(pk__in=keys):
        words = words_of(expense.text) | {amount_word(expense.amount)}
        yield Indexed(expense.pk, frozenset(words), frozenset({expense.activity_id}))


def expense_keys() -> Iterator[UUID]:
    """Every expense."""
    return iter(Expense.objects.order_by("pk").values_list("pk", flat=True))


def show_expenses(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for expense in visible_expenses(person, roles).filter(pk__in=wanted):
        text = f"{money(expense.amount)} · {day(expense.incurred_on)}"
        yield Hit(expense.pk, expense.text, text, link("activities:expense", pk=expense.pk))


SOURCES = (
    SearchSource(
        "activity", _("Activities"), "activities.activity", READERS, index_activities, activity_keys,
        show_activities, order=20,
    ),
    SearchSource(
        "expense", _("Expenses"), "activities.expense", READERS, index_expenses, expense_keys, show_expenses,
        order=60,
    ),
)  # fmt: skip
