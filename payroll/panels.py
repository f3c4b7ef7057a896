"""What payroll adds to the pages of others: where movements lead, what needs a member, reasons to call."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.home import Due, Need
from core.links import link
from core.registry import Reason
from members.models import Person
from payroll import contract_selectors, selectors
from payroll.enums import OPEN_STATES, ContractState
from payroll.models import EmploymentContract, PayItem

SOON = timedelta(days=3)
"""A draft that starts within so many days is worth a word."""


def item_sources(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Movements of pay lead to the contract that was paid."""
    rows = PayItem.objects.filter(pk__in=list(ids)).values_list("pk", "contract_id")
    return {pk: link("payroll:contract", pk=contract) for pk, contract in rows}


def contract_sources(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Money set aside for a contract leads to it."""
    return {pk: link("payroll:contract", pk=pk) for pk in ids}


def open_contracts(activity: Any) -> str:
    """What keeps an Activity from closing: contracts that are not settled."""
    count = EmploymentContract.objects.filter(activity=activity, state__in=OPEN_STATES).count()
    if not count:
        return ""
    return ngettext("%(n)d contract that is not settled", "%(n)d contracts that are not settled", count) % {
        "n": count
    }


def drafts_need_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """Drafts of my Activities whose work starts soon: submitted they must be before it starts."""
    rows = EmploymentContract.objects.filter(
        activity__in=activities, state=ContractState.DRAFT, starts_on__lte=today + SOON, ends_on__gte=today
    )
    for contract in rows.order_by("starts_on", "pk")[:10]:
        yield Need(
            _("Submit the contract “%(work)s”") % {"work": contract.description},
            _("The work starts on %(day)s and must be declared before.")
            % {"day": f"{contract.starts_on:%d/%m/%Y}"},
            link("payroll:contract", pk=contract.pk),
            "warning",
        )


def declarations_need_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """Work of mine that the office has not accepted and that starts: nobody begins before it is declared."""
    del activities
    refused = list(contract_selectors.refused_contracts([person.pk])[:10])
    waiting = list(contract_selectors.undeclared_contracts([person.pk], today)[:10])
    for contract in [*refused, *waiting]:
        soon = contract.starts_on <= today
        if contract.state == ContractState.SUBMITTED:
            yield Need(
                _("“%(work)s” is not declared yet") % {"work": contract.description},
                _(
                    "The work starts on %(day)s: do not begin before the contract says “declared”. "
                    "Payroll sees it."
                )
                % {"day": f"{contract.starts_on:%d/%m/%Y}"},
                link("payroll:contract", pk=contract.pk),
                "danger" if soon else "warning",
            )


def signatures_need_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """Contracts of mine that wait for my signature, the next start first."""
    del activities
    for contract in contract_selectors.waiting_for_signature(person)[:10]:
        begun = contract.starts_on <= today
        yield Need(
            _("Sign the contract “%(work)s”") % {"work": contract.description},
            _("The work starts on %(day)s: sign before, or it may be taken for a contract without an end.")
            % {"day": f"{contract.starts_on:%d/%m/%Y}"},
            link("payroll:contract_sign", pk=contract.pk),
            "danger" if begun else "warning",
        )


def coming_wages(person: Person, today: date) -> Iterator[Due]:
    """Work of mine that is planned or done and not yet settled: gross, on the day it will be paid."""
    for contract, on in selectors.coming_pay(person, today)[:10]:
        if on is not None:
            yield Due(on, contract.gross, contract.description, link("payroll:contract", pk=contract.pk))


def adviser_reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Members whose contract needs somebody: refused by the office, or about to start and not submitted."""
    for contract in contract_selectors.refused_contracts(people):
        yield Reason(
            contract.person_id,
            "declaration_refused",
            _("The declaration of “%(work)s” was refused") % {"work": contract.description},
            85,
            link("payroll:contract", pk=contract.pk),
        )
    for contract in contract_selectors.undeclared_contracts(people, on):
        begun = contract.starts_on <= on
        yield Reason(
            contract.person_id,
            "declaration_late" if begun else "declaration_waits",
            (
                _("“%(work)s” began on %(day)s and is not declared")
                if begun
                else _("“%(work)s” starts on %(day)s: the office has not answered yet")
            )
            % {"work": contract.description, "day": f"{contract.starts_on:%d/%m/%Y}"},
            90 if begun else 65,
            link("payroll:contract", pk=contract.pk),
        )
    for contract in contract_selectors.drafts_about_to_start(people, on + SOON):
        yield Reason(
            contract.person_id,
            "contract_to_submit",
            _("“%(work)s” starts on %(day)s and is not submitted")
            % {"work": contract.description, "day": f"{contract.starts_on:%d/%m/%Y}"},
            60,
            link("payroll:contract", pk=contract.pk),
        )
    for contract in contract_selectors.unsigned_of(people, on):
        yield Reason(
            contract.person_id,
            "contract_unsigned",
            _("“%(work)s” began on %(day)s and is not signed by both sides")
            % {"work": contract.description, "day": f"{contract.starts_on:%d/%m/%Y}"},
            70,
            link("payroll:contract", pk=contract.pk),
        )
