"""The like of a contract again: copied with the next dates, or kept as a model under a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.calendar import FIRST_YEAR, LAST_YEAR, nth_working_day_after
from core.commands import json_ready
from core.types import Actor
from members.models import Person
from payroll import plans
from payroll.contract_errors import TemplateNameTaken, TemplateNotFound
from payroll.errors import ContractDates
from payroll.models import ContractTemplate, EmploymentContract
from payroll.services.contracts.rows import check_fixed_term
from payroll.services.contracts.writing import create_contract

KEPT = (
    *("contract_type", "description", "place", "function_code", "joint_committee", "work_category"),
    *("seniority", "article_1bis", "flat_tax", "day_starts", "day_ends", "hours"),
)
"""Terms that a copy takes along; the gross or the budget comes besides, whichever was given."""


def terms_of(contract: EmploymentContract) -> dict[str, Any]:
    """What a copy of the contract is written with, but its days."""
    terms = {name: getattr(contract, name) for name in KEPT}
    if contract.asked_budget is None:
        return {**terms, "gross": contract.gross}
    return {**terms, "budget": contract.asked_budget}


def next_days(contract: EmploymentContract, today: date) -> tuple[date, date]:
    """As many working days as the contract has, from the first one after it and after today. Raises
    `SalaryGoesOn`.
    """
    check_fixed_term(contract)
    return days_from(nth_working_day_after(max(contract.ends_on, today), 1), contract)


def days_from(starts_on: date, contract: EmploymentContract) -> tuple[date, date]:
    """First and last day of a copy that starts on a day: as many working days, a month at most. Raises
    `SalaryGoesOn`, `ContractDates` for a year that is none.
    """
    check_fixed_term(contract)
    if not FIRST_YEAR <= starts_on.year <= LAST_YEAR:
        raise ContractDates
    count = len(plans.work_days(contract.starts_on, contract.ends_on))
    return starts_on, last_day(starts_on, count)


def last_day(starts_on: date, count: int) -> date:
    """The last of so many days of work from a day on, a month at most."""
    if count <= 1:
        return starts_on
    return min(nth_working_day_after(starts_on, count - 1), plans.latest_end(starts_on))


@transaction.atomic
def copy_contract(
    *, contract_id: UUID, actor: Actor, today: date, starts_on: date | None = None
) -> EmploymentContract:
    """A draft like another contract, of the same worker and Activity: on the given first day, else on the
    next working days after it. Raises `SalaryGoesOn`, what `create_contract` raises. Each call makes another
    draft.
    """
    like = EmploymentContract.objects.get(pk=contract_id)
    first, last = days_from(starts_on, like) if starts_on else next_days(like, today)
    return create_contract(
        activity_id=like.activity_id,
        person_id=like.person_id,
        starts_on=first,
        ends_on=last,
        actor=actor,
        **terms_of(like),
    )


@transaction.atomic
def keep_template(*, contract_id: UUID, owner: Person, name: str, actor: Actor) -> ContractTemplate:
    """Keep a contract as a model of the owner's, by a name. Raises `TemplateNameTaken`, `SalaryGoesOn`."""
    like = EmploymentContract.objects.get(pk=contract_id)
    check_fixed_term(like)
    try:
        with transaction.atomic():
            template = ContractTemplate.objects.create(
                owner=owner,
                name=name.strip()[:80],
                terms=json_ready(terms_of(like)),
                days=len(plans.work_days(like.starts_on, like.ends_on)),
            )
    except IntegrityError as error:
        raise TemplateNameTaken(name=name) from error
    audit.record(actor, "payroll.template_kept", template)
    return template


@transaction.atomic
def drop_template(*, template_id: UUID, owner: Person, actor: Actor) -> None:
    """Forget a model of the owner's. Raises `TemplateNotFound`, also on a second call."""
    template = ContractTemplate.objects.filter(pk=template_id, owner=owner).first()
    if template is None:
        raise TemplateNotFound
    audit.record(actor, "payroll.template_dropped", template)
    template.delete()


def read_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms kept as JSON, as `create_contract` takes them."""
    read: dict[str, Any] = {}
    for name, value in terms.items():
        if value is None or value == "":
            read[name] = None if name in NULLABLE else value
        elif name in ("hours", "gross", "budget"):
            read[name] = Decimal(value)
        elif name in ("starts_on", "ends_on"):
            read[name] = date.fromisoformat(value)
        elif name in ("day_starts", "day_ends"):
            read[name] = time.fromisoformat(value)
        else:
            read[name] = value
    return read


NULLABLE = frozenset({"gross", "budget", "day_starts", "day_ends"})


def template_days(template: ContractTemplate, today: date) -> tuple[date, date]:
    """The next working days, as many as the model has."""
    first = nth_working_day_after(today, 1)
    return first, last_day(first, template.days)
