"""Stories of declarations of work: an answer, a file of the batch channel, the nightly comparison."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from tests.kills.house import TODAY, House
from tests.kills.story import Story, task

STUDENT = UUID("019d0000-0000-7000-8000-000000000841")


def _keys(house: House) -> list[str]:
    return [str(key) for (key,) in house.ask("SELECT id FROM payroll_declaration ORDER BY id")]


def _moment() -> datetime:
    from core.clock import ZONE

    return datetime(2026, 12, 2, 9, tzinfo=ZONE)


def _declared(house: House) -> None:
    """The office has every declaration and has answered."""
    for key in _keys(house):
        task("payroll.send_declaration")(house.cooperative.pk, key)


def _handed_in(house: House) -> None:
    """The others are declared; the first was handed in, its answer was not fetched."""
    from core.tenancy import tenant_scope
    from payroll.models import Declaration
    from payroll.services.declaration_messages import message_of
    from payroll.services.declarations import office

    first, *others = _keys(house)
    for key in others:
        task("payroll.send_declaration")(house.cooperative.pk, key)
    with tenant_scope(house.cooperative):
        row = Declaration.objects.get(pk=first)
        row.state, row.attempt, row.sent_at = "sent", 1, _moment()
        row.gateway_id = office().submit(message_of(row))
        row.save()


def _fetch(house: House) -> None:
    task("payroll.send_declaration")(house.cooperative.pk, _keys(house)[0])


def _file(house: House) -> None:
    """A clerk puts what waits into files; seeing no answer they look and press again if something waits."""
    from core.tenancy import tenant_scope
    from payroll.declaration_selectors import count_unsent
    from payroll.services.declaration_files import make_batches

    with tenant_scope(house.cooperative):
        if count_unsent():
            make_batches(at=_moment(), actor=_by(house))


def _by(house: House) -> Any:
    from members.models import Person
    from tests.factories import actor

    return actor(Person.objects.get(pk=house.id("clerk")))


def _unknown_period(house: House) -> None:
    """Everything is declared; somebody declared one more period on the office's own site."""
    from core.identifiers import fictional_national_number
    from core.tenancy import tenant_scope
    from ledger.models import LegalEntity
    from payroll.dimona.types import DimonaIn, Employer
    from payroll.services.declarations import office

    _declared(house)
    with tenant_scope(house.cooperative):
        entity = LegalEntity.objects.exclude(nsso_number="").order_by("code")[0]
    day = _moment().date()
    number = fictional_national_number(day.replace(year=1990), 7)
    employer = Employer(entity.nsso_number, entity.enterprise_number)
    office().submit(DimonaIn("BY-HAND", _moment(), employer, number, day, day))


def _compare(house: House) -> None:
    task("payroll.compare_declarations")(house.cooperative.pk)


def _outside(house: House) -> None:
    """A student was paid; then the office says that the work was declared late."""
    from datetime import date
    from decimal import Decimal

    from core.tenancy import tenant_scope
    from payroll.models import Declaration, EmploymentContract
    from payroll.services import create_contract, settle_due, submit_contract
    from tests.factories import SYSTEM, actor

    with tenant_scope(house.cooperative):
        like = Declaration.objects.order_by("id")[0].contract
        contract = create_contract(
            activity_id=like.activity_id,
            person_id=like.person_id,
            contract_type="student",
            starts_on=date(2026, 11, 20),
            ends_on=date(2026, 11, 20),
            hours=Decimal("7.6"),
            gross=Decimal("200.00"),
            place="Bruxelles",
            actor=actor(like.person),
        )
        # What is signed holds the id of the contract: it is the same in each play.
        EmploymentContract.objects.filter(pk=contract.pk).update(id=STUDENT)
        contract.pk = STUDENT
        on = datetime.combine(date(2026, 11, 19), _moment().timetz())
        submit_contract(contract_id=STUDENT, on=on, actor=actor(like.person))
        Declaration.objects.filter(contract=STUDENT).update(reference="QUOTA2QUOTA2QUOTA2QU")
        settle_due(on=TODAY, actor=SYSTEM)
    _declared(house)
    with tenant_scope(house.cooperative):
        row = Declaration.objects.get(contract=STUDENT)
        row.anomalies = [{"code": "90373-460", "fr": "", "nl": ""}]
        row.outside_quota = True
        row.save(update_fields=["anomalies", "outside_quota"])


_quietly = partial(Story, queues=("default",))
"""Nothing is printed."""

DECLARING = {
    "answer declared": _quietly(_fetch, ("declarations",), before=_handed_in),
    "files of declarations": _quietly(_file, again=_file),
    "compare": _quietly(_compare, ("periods of the office",), before=_unknown_period),
    "quota": _quietly(_compare, ("periods of the office",), before=_outside),
}
