"""The life of a declaration: accepted, with a remark, waiting, refused, cancelled; and its file for the batch
channel.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from core.identifiers import fictional_national_number

D = Decimal


@pytest.fixture
def carry(world: Any, office: Any) -> Any:
    """Send what waits to the office of this test."""
    from payroll.services.declarations import carry_due

    return lambda: carry_due(world.cooperative, gateway=office)


def only(contract: Any) -> Any:
    return contract.declarations.get()


def test_accepted_the_contract_is_declared(world: Any, carry: Any, office: Any) -> None:
    contract = world.submit(world.contract())
    carry()
    row = only(contract)
    assert (row.state, row.attempt, len(row.period_id)) == ("accepted", 1, 12)
    assert row.answer["result"] == "A"
    contract.refresh_from_db()
    assert contract.state == "declared"
    period = office.period(row.period_id)
    assert (period.starts_on, period.ends_on) == (date(2026, 11, 4), date(2026, 11, 6))


def test_carried_again_nothing_is_declared_twice(world: Any, carry: Any, office: Any) -> None:
    from payroll.enums import DeclarationState
    from payroll.models import Declaration

    contract = world.submit(world.contract())
    carry()
    # The carrier died after the office had answered: the row still says that it is on its way.
    Declaration.objects.update(state=DeclarationState.SENT, gateway_id="", period_id="", lease_until=None)
    carry()
    assert only(contract).state == "accepted"
    assert office.count_declarations() == 1


def test_a_late_declaration_is_accepted_with_a_remark(world: Any, carry: Any, moment: Any) -> None:
    contract = world.submit(world.contract(), moment(2026, 11, 5), accept_late=True)
    carry()
    row = only(contract)
    assert row.state == "accepted_with_warning"
    assert [a["code"] for a in row.anomalies] == ["90373-460"]


def test_an_identity_that_is_looked_up_waits_first(world: Any, carry: Any) -> None:
    from payroll.models import Declaration
    from tests.factories import make_person

    number = fictional_national_number(date(1990, 5, 4), 12, bis=True)
    contract = world.submit(
        world.contract(person_id=make_person(national_number=number, birth_date=date(1990, 5, 4)).pk)
    )
    carry()
    assert only(contract).state == "waiting"
    Declaration.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    carry()
    assert only(contract).state == "accepted"


def test_refused_it_waits_for_a_person_who_declares_again(
    world: Any, carry: Any, moment: Any, tmp_path: Path
) -> None:
    from members.services import reveal_national_number
    from payroll.dimona.simulator import DimonaSimulator
    from payroll.services.declarations import carry_due, retry_declaration
    from payroll.services.reconciliation import SYSTEM

    contract = world.submit(world.contract())
    hostile = DimonaSimulator(tmp_path / "hostile.sqlite3")
    number = reveal_national_number(person=world.worker, actor=SYSTEM, purpose="test")
    hostile.note_person(number, unknown=True)
    carry_due(world.cooperative, gateway=hostile)
    row = only(contract)
    assert (row.state, [a["code"] for a in row.anomalies]) == ("refused", ["90017-151"])
    contract.refresh_from_db()
    assert contract.state == "submitted"

    retry_declaration(declaration_id=row.pk, at=moment(2026, 11, 3), actor=world.member)
    carry()
    assert [d.state for d in contract.declarations.all()] == ["refused", "accepted"]


def test_a_cancelled_contract_is_withdrawn_at_the_office(
    world: Any, carry: Any, office: Any, moment: Any
) -> None:
    from payroll.services import cancel_contract

    contract = world.submit(world.contract())
    carry()
    cancel_contract(contract_id=contract.pk, on=moment(2026, 11, 3), actor=world.member)
    carry()
    first, second = contract.declarations.all()
    assert (first.state, second.kind, second.state) == ("cancelled", "cancel", "accepted")
    assert office.period(first.period_id).is_cancelled


def test_a_shortened_contract_is_updated(world: Any, carry: Any, office: Any, moment: Any) -> None:
    from payroll.services import shorten_contract

    contract = world.submit(world.contract())
    carry()
    shorten_contract(
        contract_id=contract.pk,
        last_day=date(2026, 11, 5),
        hours=D("15"),
        on=moment(2026, 11, 5),
        actor=world.member,
    )
    carry()
    first, second = contract.declarations.all()
    assert (second.kind, second.state) == ("update", "accepted")
    assert office.period(first.period_id).ends_on == date(2026, 11, 5)


def test_a_student_over_two_quarters_is_declared_twice_with_hours(
    world: Any, carry: Any, moment: Any
) -> None:
    days = {"starts_on": date(2026, 9, 28), "ends_on": date(2026, 10, 6), "hours": D("45.5")}
    contract = world.submit(world.contract("800.00", contract_type="student", **days), moment(2026, 9, 25))
    carry()
    assert [(d.starts_on, d.ends_on, d.planned_hours, d.state) for d in contract.declarations.all()] == [
        (date(2026, 9, 28), date(2026, 9, 30), 20, "accepted"),
        (date(2026, 10, 1), date(2026, 10, 6), 26, "accepted"),
    ]


def test_an_answer_that_nobody_can_read_waits_for_a_person(world: Any) -> None:
    """The office has the declaration: its number is kept, and nothing is sent to it again by itself."""
    from payroll.dimona.rest import UnreadableAnswer
    from payroll.models import Declaration
    from payroll.services.declarations import carry_due

    class Confused:
        asked = 0
        answers_at_once = True

        def submit(self, declaration: Any) -> str:
            self.asked += 1
            return "4711"

        def poll(self, declaration_id: str) -> None:
            raise UnreadableAnswer("<html>")

    contract, office = world.submit(world.contract()), Confused()
    carry_due(world.cooperative, gateway=office)
    Declaration.objects.update(next_attempt_at=timezone.now(), lease_until=None)
    carry_due(world.cooperative, gateway=office)
    row = only(contract)
    assert (row.state, row.error, row.gateway_id) == ("failed", "UnreadableAnswer", "4711")
    assert office.asked == 1


def test_a_declaration_that_cannot_be_written_waits_for_a_person(world: Any, carry: Any) -> None:
    """The key of the national number is gone: no carrier can do anything, so it is said at once."""
    from members.models import NationalNumber

    contract = world.submit(world.contract())
    NationalNumber.objects.update(key_id="gone")
    carry()
    row = only(contract)
    assert (row.state, row.error, row.gateway_id) == ("failed", "DoesNotOpen", "")


def test_an_office_that_cannot_be_reached_is_tried_again(world: Any) -> None:
    from payroll.dimona.port import GatewayUnavailable
    from payroll.services.declarations import carry_due

    class Closed:
        def submit(self, declaration: Any) -> str:
            raise GatewayUnavailable

        def poll(self, declaration_id: str) -> None:
            raise AssertionError("never asked")

    contract = world.submit(world.contract())
    carry_due(world.cooperative, gateway=Closed())
    row = only(contract)
    assert (row.state, row.attempt) == ("sent", 1)
    assert row.next_attempt_at > timezone.now()


@pytest.mark.conformance
def test_the_declarations_of_one_day_and_entity(
    world: Any, carry: Any, tmp_path: Path, capsys: Any, moment: Any
) -> None:
    """Declared on the 2nd late in the evening and on the 3rd: the day is that of Belgium."""
    from django.core.management import call_command

    from payroll.errors import NothingDeclared
    from payroll.models import Declaration
    from tests.conformance import CONFORMANCE, schema_errors

    first = world.submit(world.contract(), moment(2026, 11, 2, 23))
    days = {"starts_on": date(2026, 11, 9), "ends_on": date(2026, 11, 10), "hours": D("15.2")}
    second = world.submit(world.contract(**days), moment(2026, 11, 3, 0))
    carry()
    asked = {"cooperative": "be", "entity": "PA", "out": tmp_path / "out", "as_json": True}
    for day, contract in ((date(2026, 11, 2), first), (date(2026, 11, 3), second)):
        call_command("export_dimona", day=day, **asked)
        answer = json.loads(capsys.readouterr().out)
        [file] = answer["files"]
        assert (answer["declarations"], answer["unwritten"]) == (1, [])
        assert Declaration.objects.get(contract=contract).reference in file
        assert schema_errors(Path(file).read_bytes(), CONFORMANCE / "dimona" / "Dimona_20231.xsd") == []
    with pytest.raises(NothingDeclared):
        call_command("export_dimona", day=date(2026, 11, 4), **asked)


@pytest.mark.conformance
def test_every_declaration_validates(world: Any, carry: Any, tmp_path: Path) -> None:
    from django.core.management import call_command

    from tests.conformance import CONFORMANCE, schema_errors

    world.submit(world.contract())
    carry()
    call_command("export_dimona", everything=True, cooperative="be", out=tmp_path / "out")
    (file,) = (tmp_path / "out").glob("*.xml")
    assert schema_errors(file.read_bytes(), CONFORMANCE / "dimona" / "Dimona_20231.xsd") == []
