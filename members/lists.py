"""Lists of people and acts as files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exports.errors import FiltersUnreadable
from core.exports.sources import ListSource, filtered
from core.models import AuditEvent
from core.tables import Column
from members import selectors
from members.enums import ADVISERS, Role
from members.filters import AuditFilter, PersonFilter
from members.models import Person

WATCHERS = frozenset({Role.COOP_ADMIN, Role.AUDITOR})


def _people(_person: Any, _roles: frozenset[str], asked: QueryDict) -> QuerySet[Person]:
    return filtered(PersonFilter, asked, selectors.people().select_related("user"))


def _with_roles(people: Sequence[Any]) -> None:
    """The roles that people hold today, in one query."""
    held: dict[UUID, list[str]] = defaultdict(list)
    grants = selectors.grants_in_force(clock.today()).filter(person__in=[person.pk for person in people])
    for grant in grants.order_by("role"):
        held[grant.person_id].append(str(Role(grant.role).label))
    for person in people:
        person.held = ", ".join(held[person.pk])


def _people_columns() -> Sequence[Column]:
    return (
        Column(_("Last name"), "last_name"),
        Column(_("First name"), "first_name"),
        Column(_("Account"), "user.email"),
        Column(_("Roles today"), "held"),
        Column(_("Registered since"), "joined_on", "date"),
    )


def _portfolio(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Person]:
    """An adviser's own; a team lead may name another adviser, as on the page."""
    adviser = person
    if asked.get("adviser") and Role.ADVISER_LEAD in roles:
        others = {str(other.pk): other for other, _load in selectors.adviser_loads(clock.today())}
        try:
            adviser = others[str(asked["adviser"])]
        except KeyError:
            raise FiltersUnreadable(names="adviser") from None
    return filtered(PersonFilter, asked, selectors.portfolio_of(adviser))


def _portfolio_columns() -> Sequence[Column]:
    return (
        Column(_("Last name"), "last_name"),
        Column(_("First name"), "first_name"),
        Column(_("E-mail"), "email"),
        Column(_("Phone"), "phone"),
        Column(_("City"), "city"),
        Column(_("Adviser"), "adviser"),
        Column(_("Office"), "office"),
        Column(_("Member since"), "joined_on", "date"),
    )


def _audit(_person: Any, _roles: frozenset[str], asked: QueryDict) -> QuerySet[AuditEvent]:
    return filtered(AuditFilter, asked, selectors.audit_events())


def _audit_columns() -> Sequence[Column]:
    return (
        Column(_("When"), "at", "date"),
        Column(_("Who"), "actor_label"),
        Column(_("Act"), "action"),
        Column(_("About"), "subject_type"),
        Column(_("Key"), "subject_id"),
        Column(_("Details"), lambda row: ", ".join(f"{name} {value}" for name, value in row.data.items())),
    )


LISTS = (
    ListSource("members.people", _("People"), WATCHERS, _people, _people_columns, _with_roles),
    ListSource("members.portfolio", _("Portfolio"), frozenset(ADVISERS), _portfolio, _portfolio_columns),
    ListSource("members.audit", _("Audit"), WATCHERS, _audit, _audit_columns),
)
