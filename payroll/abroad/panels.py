"""What work abroad adds to the pages of others: contracts, what needs a member, reasons to call."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.home import Need
from core import clock
from core.access import identity_of
from core.links import link
from core.registry import Reason
from members.models import Person
from payroll.abroad import selectors
from payroll.abroad.countries import country_name
from payroll.abroad.roles import KEEPERS, READERS
from payroll.contract_warnings import Warned
from payroll.models import EmploymentContract
from payroll.waiting import Waiting

WITHOUT_A1 = Warned(
    selectors.WARNING,
    gettext_lazy("Work abroad without an A1 certificate"),
    gettext_lazy(
        "The work is abroad, and its form or its certificate is missing: the host country may claim "
        "contributions and fines. Fill the form in, and leave with the certificate."
    ),
    "Règlement (CE) 883/2004, art. 12 et 13; règlement (CE) 987/2009, art. 15",
)


def contract_panel(request: HttpRequest, contract: EmploymentContract) -> Any:
    """The work abroad of a contract: each country, its days and where it stands."""
    if not identity_of(request).roles & READERS:
        return None
    found = selectors.missions_of(contract)
    if not found:
        return None
    rows = [
        {"mission": row, "country": country_name(row.country), "steps": list(row.steps.all())}
        for row in found
    ]
    return render_to_string("abroad/panel.html", {"rows": rows, "today": clock.today()}, request)


def needs_me(person: Person, activities: Collection[Any], today: date) -> Iterator[Need]:
    """Forms that I have not confirmed, certificates that I have not opened yet."""
    del activities
    for mission in selectors.waiting_for_statement(person)[:10]:
        begun = mission.starts_on <= today
        yield Need(
            _("Confirm your work abroad: %(country)s") % {"country": country_name(mission.country)},
            _("It starts on %(day)s. The certificate is asked for once you have confirmed the form.")
            % {"day": f"{mission.starts_on:%d/%m/%Y}"},
            link("abroad:mission", pk=mission.pk),
            "danger" if begun else "warning",
        )
    for request in selectors.certificates_to_fetch(person, today)[:10]:
        mission = request.mission
        yield Need(
            _("Your A1 certificate is ready: %(country)s") % {"country": country_name(mission.country)},
            _("Download it before you leave on %(day)s and keep it with you.")
            % {"day": f"{mission.starts_on:%d/%m/%Y}"},
            link("abroad:mission", pk=mission.pk),
            "info",
        )


def adviser_reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Members whose work abroad has a step that is due within a week, or whose deadline has passed."""
    for step in selectors.pressing(people, on):
        yield Reason(
            step.mission.person_id,
            "abroad_step",
            _("Work abroad (%(country)s), until %(day)s: %(step)s")
            % {
                "country": country_name(step.mission.country),
                "day": f"{step.due_on:%d/%m/%Y}",
                "step": step.get_kind_display(),
            },
            72 if step.due_on < on else 58,
            link("abroad:mission", pk=step.mission_id),
        )


def waiting(person: Any, roles: frozenset[str], today: date) -> Iterator[Waiting]:
    """Steps of work abroad that a person must take; late ones are pressing."""
    if not roles & KEEPERS:
        return
    found = selectors.counts(person, roles, today)
    yield Waiting(
        _("Steps for work abroad"),
        found.todo,
        link("abroad:queue"),
        "danger" if found.late else "warning" if found.refused else "neutral",
    )
