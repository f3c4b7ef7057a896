"""The stage: who plays, what day it is, and the people that the acts meet again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from uuid import UUID

from activities.enums import ActivityState
from activities.models import Activity, ActivityHolder
from core.calendar import is_working_day
from core.clock import ZONE
from core.models import Cooperative
from core.types import Actor
from ledger.models import Budget, LegalEntity
from members.models import Person
from smart.demo import cast


@dataclass(frozen=True, slots=True)
class Script:
    """How large the play is and which days it lasts. The same script gives the same play."""

    members: int = 60
    activities: int = 100
    clients: int = 150
    invoices: int = 205
    """Invoices of Activities with a budget; quick jobs make the others."""
    contracts: int = 155
    """Contracts of Activities with a budget."""
    quick_jobs: int = 95
    """Jobs with the Contract tool: an invoice and a contract each."""
    first_day: date = date(2026, 10, 1)
    last_day: date = date(2026, 12, 2)

    @property
    def days(self) -> list[date]:
        """Every day of the play."""
        length = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=n) for n in range(length)]

    @property
    def working_days(self) -> list[date]:
        """Days on which people work and the bank moves money."""
        return [day for day in self.days if is_working_day(day)]


class Company:
    """The cast, and who of it was met already: kept from day to day, never past a failure."""

    def __init__(self, script: Script) -> None:
        self.members = cast.members(script.members, script.activities)
        self.clients = cast.clients(script.clients)
        self.people: dict[str, Person] = {}
        self.rows: dict[tuple[str, str], ActivityHolder] = {}


@dataclass
class Stage:
    """One cooperative and one day of its play. Acts read it and call services; they keep nothing else."""

    cooperative: Cooperative
    script: Script
    today: date
    company: Company

    @property
    def members(self) -> list[cast.Member]:
        """Members of the cast."""
        return self.company.members

    @property
    def clients(self) -> list[cast.ClientProfile]:
        """Clients of the cast."""
        return self.company.clients

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A moment of the day in the cooperative's clock."""
        return datetime.combine(self.today, time(hour, minute), tzinfo=ZONE)

    def draw(self, act: str) -> Random:
        """Chance of one act on one day: the same at each run, whatever was drawn elsewhere."""
        return Random(f"{cast.SEED} {self.today} {act}")  # noqa: S311 - a repeatable play, not a secret

    @property
    def is_working(self) -> bool:
        """Whether people work today."""
        return is_working_day(self.today)

    @cached_property
    def index(self) -> int:
        """How many working days were played before today."""
        return sum(day < self.today for day in self.script.working_days)

    def working_day(self, index: int) -> date:
        """A working day of the play by its place, from 0 on; the last one for places past the end."""
        days = self.script.working_days
        return days[min(index, len(days) - 1)]

    def days_before(self, working_days: int) -> date | None:
        """The working day so many working days ago; None before the play began."""
        place = self.index - working_days
        return self.script.working_days[place] if place >= 0 and self.is_working else None

    def person(self, email: str) -> Person | None:
        """Somebody of the cast by e-mail address; None before they signed up."""
        known = self.company.people
        found = known.get(email) or Person.objects.filter(email=email).first()
        if found is not None:
            known[email] = found
        return found

    def actor(self, email: str) -> Actor:
        """Somebody of the cast as who does something."""
        person = self.person(email)
        if person is None:
            raise LookupError(f"{email} has not signed up by {self.today}")
        return Actor("user", str(person), person.user_id, person.pk)

    def staff(self, role: str, place: int = 0) -> Actor:
        """A colleague with a role: the first or a second one."""
        people = [member for member in cast.STAFF if role in member.roles]
        return self.actor(people[place].email)

    @cached_property
    def entities(self) -> dict[str, LegalEntity]:
        """The legal entities by code."""
        return {entity.code: entity for entity in LegalEntity.objects.all()}

    def open_activities(self) -> list[OpenActivity]:
        """Every open Activity with the member who runs it and its budget of now, in the order of the cast."""
        rows = self.company.rows
        held = ActivityHolder.objects.filter(activity__state=ActivityState.OPEN)
        for row in held.exclude(pk__in=[row.pk for row in rows.values()]).select_related(
            "activity__entity", "person"
        ):
            rows[row.person.email, row.activity.name] = row
        budgets = Budget.objects.in_bulk([row.activity.budget_id for row in rows.values()])
        named = [(member, name) for member in self.members for name, _tool in member.activities]
        open_now = []
        for place, (member, name) in enumerate(named):
            holder = rows.get((member.email, name))
            if holder is not None:
                holder.activity.budget = budgets[holder.activity.budget_id]
                open_now.append(OpenActivity(place, member, holder.person, holder.activity))
        return open_now


@dataclass(frozen=True, slots=True)
class OpenActivity:
    """An open Activity with its member; `place` is its place in the cast."""

    place: int
    member: cast.Member
    person: Person
    activity: Activity

    @property
    def activity_id(self) -> UUID:
        """Key of the Activity."""
        key: UUID = self.activity.pk
        return key

    @property
    def actor(self) -> Actor:
        """The member as who does something."""
        return Actor("user", str(self.person), self.person.user_id, self.person.pk)
