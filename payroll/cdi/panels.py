"""What open-ended contracts add to the pages of others: what needs a member, salaries on their way, reasons
to call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activities.home import Due, Need
from core.calendar import pay_due_date
from core.kit.formats import month as in_words
from core.links import link
from core.rates import find_policy
from core.registry import Reason
from members.enums import Role
from members.models import Person
from payroll.cdi import selectors
from payroll.cdi.enums import ConsentSide, SalaryState
from payroll.cdi.models import SalaryMonth, SalaryProposal, SalaryWarning
from payroll.models import ContractMonth
from payroll.waiting import Waiting


def needs(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """A proposal to agree to; salaries that are not covered now, or will not be."""
    for proposal in selectors.waiting_proposals(person):
        if all(consent.side != ConsentSide.WORKER for consent in proposal.consents.all()):
            yield Need(
                _("Agree on your salary"),
                _("%(gross)s € a month from %(day)s, proposed for “%(activity)s”.")
                % {
                    "gross": proposal.gross,
                    "day": f"{proposal.valid_from:%d/%m/%Y}",
                    "activity": proposal.activity.name,
                },
                link("cdi:proposal", pk=proposal.pk),
            )
    keys = [activity.pk for activity in activities]
    mine = selectors.open_contracts().filter(activity_id__in=keys)
    names = {row.pk: str(row.person) for row in mine}
    refused = selectors.uncovered().filter(contract_id__in=list(names))
    for row in refused:
        yield Need(
            _("The salary of %(month)s is not covered") % {"month": in_words(row.month)},
            row.detail,
            link("cdi:contract", pk=row.contract_id),
            "danger",
        )
    covered = {row.contract_id for row in refused}
    for contract_id, warning in selectors.warnings_of(names).items():
        if contract_id not in covered:
            yield Need(
                _("The budget will not bear the salary of %(month)s") % {"month": in_words(warning.month)},
                _("%(missing)s € will be missing if nothing more comes in: invoice, or agree on other terms.")
                % {"missing": warning.missing},
                link("cdi:contract", pk=contract_id),
                "warning",
            )


def coming_salaries(person: Person, today: date) -> Iterator[Due]:
    """Salaries of mine that are set aside: gross, on the day on which they are paid."""
    delay = find_policy("pay_delay", on=today)
    if delay is None:
        return
    contracts = selectors.own_contracts(person).order_by().values("pk")
    rows = ContractMonth.objects.filter(contract__in=contracts, settled=False).select_related("contract")
    for row in rows.order_by("month", "number")[:6]:
        on = pay_due_date(row.last_day, delay.value)
        yield Due(on, row.gross, row.contract.description, link("cdi:contract", pk=row.contract_id))


def reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Members whose salary is not covered or will not be, absences and proposals that wait."""
    contracts = {row.pk: row for row in selectors.of_people(list(people))}
    months = SalaryMonth.objects.filter(
        contract_id__in=list(contracts), state__in=(SalaryState.REFUSED, SalaryState.ASKED)
    )
    said = set()
    for month in months.order_by("month", "pk"):
        said.add(month.contract_id)
        yield Reason(
            contracts[month.contract_id].person_id,
            "salary_not_covered",
            _("The salary of %(month)s lacks %(missing)s €")
            % {"month": in_words(month.month), "missing": month.missing},
            90,
            link("cdi:contract", pk=month.contract_id),
            group=_("Salaries not covered"),
        )
    for row in SalaryWarning.objects.filter(contract_id__in=list(contracts), resolved_on=None).order_by("pk"):
        if row.contract_id not in said:
            yield Reason(
                contracts[row.contract_id].person_id,
                "salary_warned",
                _("The salary of %(month)s will lack %(missing)s €")
                % {"month": in_words(row.month), "missing": row.missing},
                65,
                link("cdi:contract", pk=row.contract_id),
                group=_("Salaries not covered"),
            )
    for absence in selectors.absences_waiting(list(contracts)):
        yield Reason(
            contracts[absence.contract_id].person_id,
            "absence_to_decide",
            _("%(kind)s from %(day)s to decide")
            % {"kind": absence.get_kind_display(), "day": f"{absence.first_day:%d/%m/%Y}"},
            80,
            link("cdi:absence", pk=absence.pk),
            waits=True,
            group=_("Absences to decide"),
        )
    waiting = SalaryProposal.objects.filter(person_id__in=list(people), state="open").order_by("pk")
    for proposal in waiting.exclude(consents__side=ConsentSide.ADVISER):
        yield Reason(
            proposal.person_id,
            "salary_to_agree",
            _("A salary of %(gross)s € to agree on") % {"gross": proposal.gross},
            80,
            link("cdi:proposal", pk=proposal.pk),
            waits=True,
            group=_("Salaries to agree on"),
        )


def proposals_left(activity: Any) -> str:
    """What keeps an Activity from closing: salaries that are being agreed."""
    waiting = SalaryProposal.objects.filter(activity=activity, state="open").exists()
    return _("a salary that is to be agreed") if waiting else ""


def waiting(person: Any, roles: frozenset[str], today: date) -> Iterator[Waiting]:
    """Salaries that nobody could set aside, and absences that ask for an answer."""
    del today
    if Role.PAYROLL_ADMIN not in roles:
        return
    yield Waiting(
        _("Salaries that are not covered"), selectors.uncovered().count(), link("cdi:contracts"), "danger"
    )
    asked = selectors.absences_waiting(
        selectors.visible_contracts(person, roles).order_by().values_list("pk", flat=True)
    )
    yield Waiting(_("Absences to decide"), asked.count(), link("cdi:calendar"), "warning")
