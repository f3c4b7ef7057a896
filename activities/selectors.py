"""Reads of Activities: whose they are, what moved their budget, what waits for an adviser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from activities.enums import ActivityState, ExpenseState, HolderRole
from activities.errors import ActivityNotFound, ExpenseNotFound
from activities.models import Activity, ActivityHolder, Expense, Function
from activities.panels import source_links
from core.locks import for_update
from core.money import ZERO
from ledger.models import JournalLine, Reservation
from ledger.selectors import budget_statement, open_reservations
from members.enums import ADVISERS, Role
from members.models import Person

READERS: frozenset[str] = frozenset(
    {
        Role.ADVISER_LEAD,
        Role.PAYROLL_ADMIN,
        Role.CREDIT_CONTROLLER,
        Role.FINANCE,
        Role.LEGAL,
        Role.COOP_ADMIN,
        Role.AUDITOR,
    }
)
"""Staff who may read any Activity of the cooperative."""


def functions() -> QuerySet[Function]:
    """The cooperative's occupations, by name."""
    return Function.objects.order_by("name")


def activities() -> QuerySet[Activity]:
    """Activities with what every page shows of them, in three queries whatever their number."""
    people = ActivityHolder.objects.select_related("person").order_by("pk")
    return Activity.objects.select_related("entity", "budget", "function", "adviser").prefetch_related(
        Prefetch("holders", queryset=people)
    )


def activities_of(person: Person, *, states: Iterable[str] | None = None) -> QuerySet[Activity]:
    """Activities that a person holds or encodes on, newest first."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    rows = activities().filter(pk__in=held).order_by("-pk")
    return rows.filter(state__in=list(states)) if states is not None else rows


def open_activities_of(person: Person) -> QuerySet[Activity]:
    """The open ones."""
    return activities_of(person, states=[ActivityState.OPEN])


def accompanied_by(person: Person) -> Q:
    """Activities of an adviser's portfolio: theirs, or run by somebody whom they accompany
    or stand in for.
    """
    members = Person.objects.filter(Q(adviser=person) | Q(backup_adviser=person)).values("pk")
    held = ActivityHolder.objects.filter(person__in=members, role=HolderRole.HOLDER).values("activity_id")
    return Q(adviser=person) | Q(pk__in=held)


def own_or_accompanied(person: Person, roles: frozenset[str] = frozenset()) -> list[UUID]:
    """Keys of the Activities that a person runs, encodes on, or accompanies as an adviser in function.

    Read first, in one query of plain index look-ups: given as keys to another query they let it use its own
    indexes, where conditions joined by OR would make it look at every row of the cooperative.
    """
    keys = ActivityHolder.objects.filter(person=person).order_by().values_list("activity_id", flat=True)
    if not roles & ADVISERS:
        return list(keys)
    members = (
        Person.objects.filter(adviser=person).order_by().values("pk")
        .union(Person.objects.filter(backup_adviser=person).order_by().values("pk"))
    )  # fmt: skip
    theirs = ActivityHolder.objects.filter(
        person__in=[row["pk"] for row in members], role=HolderRole.HOLDER
    ).order_by()
    return list(
        keys.union(
            Activity.objects.filter(adviser=person).order_by().values_list("pk", flat=True),
            theirs.values_list("activity_id", flat=True),
        )
    )


def visible_activities(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Activity]:
    """Activities that a person may see: their own, those of their portfolio, every one for staff who read
    all.
    """
    if roles & READERS:
        return activities().order_by("-pk")
    return activities().filter(pk__in=own_or_accompanied(person, roles)).order_by("-pk")


def activity_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Activity:
    """An Activity that the person may see. Raises `ActivityNotFound`, as if it did not exist."""
    found = visible_activities(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise ActivityNotFound
    return found


def holds(person_id: UUID | None, activity_id: UUID) -> bool:
    """Whether the person runs the Activity or encodes on it."""
    if person_id is None:
        return False
    return ActivityHolder.objects.filter(activity_id=activity_id, person_id=person_id).exists()


def own_budgets(person_id: UUID) -> list[UUID]:
    """Budgets of the Activities that the person runs or encodes on."""
    return list(
        ActivityHolder.objects.filter(person_id=person_id).values_list("activity__budget_id", flat=True)
    )


def holder_of(activity: Activity) -> Person:
    """Who runs the Activity: its first holder."""
    first = (
        ActivityHolder.objects.select_related("person")
        .filter(activity=activity, role=HolderRole.HOLDER)
        .order_by("pk")
        .first()
    )
    if first is None:
        raise ActivityNotFound
    person: Person = first.person
    return person


def activity_for_update(activity_id: UUID) -> Activity:
    """The Activity, locked. Raises `ActivityNotFound`."""
    found = for_update(
        Activity.objects.filter(pk=activity_id).select_related("entity", "budget", "function")
    ).first()
    if found is None:
        raise ActivityNotFound
    return found


# --- expenses ----------------------------------------------------------------------------------------------


def expenses() -> QuerySet[Expense]:
    """Expenses with their Activity, person and receipt."""
    return Expense.objects.select_related("activity", "person", "receipt")


def expenses_of_activity(activity: Activity) -> QuerySet[Expense]:
    """Expenses of an Activity, newest first."""
    return expenses().filter(activity=activity).order_by("-pk")


def visible_expenses(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Expense]:
    """Expenses that a person may see: their own and those of the Activities that they may see."""
    if roles & READERS:
        return expenses().order_by("-pk")
    seen = own_or_accompanied(person, roles)
    return expenses().filter(Q(person=person) | Q(activity__in=seen)).order_by("-pk")


def expense_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Expense:
    """An expense that the person may see. Raises `ExpenseNotFound`."""
    found = visible_expenses(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise ExpenseNotFound
    return found


def expense_for_update(expense_id: UUID) -> Expense:
    """The expense, locked. Raises `ExpenseNotFound`."""
    found = for_update(expenses().filter(pk=expense_id)).first()
    if found is None:
        raise ExpenseNotFound
    return found


# --- what waits for an adviser -----------------------------------------------------------------------------


def requests_waiting(person: Person, roles: frozenset[str]) -> QuerySet[Activity]:
    """Activities that wait for this adviser's agreement, oldest first; a lead sees everyone's."""
    rows = activities().filter(state=ActivityState.REQUESTED).order_by("pk")
    return rows if Role.ADVISER_LEAD in roles else rows.filter(accompanied_by(person))


def expenses_waiting(person: Person, roles: frozenset[str]) -> QuerySet[Expense]:
    """Expenses that wait for this adviser, oldest first; never their own; a lead sees everyone's."""
    rows = expenses().filter(state=ExpenseState.SUBMITTED).exclude(person=person).order_by("pk")
    if Role.ADVISER_LEAD in roles:
        return rows
    portfolio = Activity.objects.filter(accompanied_by(person)).values("pk")
    return rows.filter(activity__in=portfolio)


# --- the budget --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Movement:
    """A line that moved a budget: when, why, by how much (euro, positive came in), what stood afterwards."""

    on: date
    text: str
    account: str
    label: str
    amount: Decimal
    balance: Decimal
    href: str


@dataclass(frozen=True, slots=True)
class Point:
    """The budget at the end of a day, for the picture."""

    date: date
    amount: Decimal
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A line of the income statement in plain words: income positive, costs negative."""

    label: str
    amount: Decimal


_WORDS: tuple[tuple[str, object], ...] = (
    ("7099", _("Sold to other Activities")),
    ("700", _("Invoiced to clients, without VAT")),
    ("740", _("Subsidies and sponsorship")),
    ("6190", _("Contribution to the common pot (levy)")),
    ("6199", _("Bought from other Activities")),
    ("6218", _("Margin of the multiplier, to the common pot")),
    ("6209", _("Unemployment top-up")),
    ("620", _("Gross salaries")),
    ("621", _("Employer contributions and insurance")),
    ("6130", _("Copyright")),
    ("612", _("Expenses")),
    ("4899", _("Advances of the common pot")),
    ("4894", _("Personal contributions")),
)
"""Plain words for accounts, the longest matching beginning first."""


def in_plain_words(account: str) -> object:
    """What an account means to a member."""
    best = max(
        (row for row in _WORDS if account.startswith(row[0])), key=lambda row: len(row[0]), default=None
    )
    return best[1] if best else _("Other")


def movements_of(activity: Activity) -> list[Movement]:
    """Everything that moved the budget, newest first, each with the address of its document."""
    lines = budget_statement(activity.budget_id)
    addresses = source_links({(line.source_type, line.source_id) for line in lines})
    return [
        Movement(
            line.date,
            line.text,
            line.account,
            str(in_plain_words(line.account)),
            line.change,
            line.balance,
            addresses.get((line.source_type, line.source_id), ""),
        )
        for line in reversed(lines)
    ]


def movement_lines(activity: Activity) -> QuerySet[JournalLine]:
    """The lines that moved the budget."""
    return JournalLine.objects.filter(budget_id=activity.budget_id).select_related("entry")


def movements_in(activity: Activity, lines: Sequence[JournalLine]) -> list[Movement]:
    """Some lines of the budget that follow each other, newest first, with the balance after each."""
    if not lines:
        return []
    before = JournalLine.objects.filter(budget_id=activity.budget_id, pk__lt=lines[-1].pk)
    balance = before.aggregate(sum=Sum(F("credit") - F("debit")))["sum"] or ZERO
    addresses = source_links({(line.entry.source_type, line.entry.source_id) for line in lines})
    told = []
    for line in reversed(lines):
        change, entry = line.credit - line.debit, line.entry
        balance += change
        href = addresses.get((entry.source_type, entry.source_id), "")
        words = str(in_plain_words(line.account))
        told.append(Movement(entry.date, entry.text, line.account, words, change, balance, href))
    return told[::-1]


def budget_over_time(activity: Activity, today: date) -> list[Point]:
    """The balance at the end of each day on which it moved, up to today, then what is left once all is
    settled.
    """
    days = (
        JournalLine.objects.filter(budget_id=activity.budget_id)
        .values(day=F("entry__date"))
        .annotate(moved=Sum(F("credit") - F("debit")))
        .order_by("day")
    )
    points, balance = [], ZERO
    for row in days:
        balance += row["moved"]
        points.append(Point(row["day"], balance))
    if points and points[-1].date < today:
        points.append(Point(today, balance))
    return points


def income_statement(activity: Activity, *, since: date | None = None) -> list[ResultLine]:
    """What came in and what went out, in plain words, income first; equals the balance when `since` is not
    given.
    """
    rows = JournalLine.objects.filter(budget_id=activity.budget_id)
    if since is not None:
        rows = rows.filter(entry__date__gte=since)
    sums: dict[str, Decimal] = {}
    for row in rows.values("account").annotate(amount=Sum(F("credit") - F("debit"))):
        label = str(in_plain_words(row["account"]))
        sums[label] = sums.get(label, ZERO) + row["amount"]
    lines = [ResultLine(label, amount) for label, amount in sums.items() if amount]
    return sorted(lines, key=lambda line: -line.amount)


def commitments_of(activity: Activity) -> QuerySet[Reservation]:
    """Money that is set aside, and for what."""
    return open_reservations(activity.budget_id)
