"""Declarations by file: each goes once, answers are read back once, a refused file sets them free."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

D = Decimal


@pytest.fixture
def files(world: Any, moment: Any) -> Any:
    """Make the files of what waits, with their content."""
    from core.files import read_file
    from payroll.services.declaration_files import make_batches

    def make() -> list[tuple[Any, bytes]]:
        made = make_batches(at=moment(2026, 11, 2), actor=world.actor(world.clerk))
        return [(batch, read_file(batch.file)) for batch in made]

    return make


@pytest.fixture
def read_back(world: Any, moment: Any) -> Any:
    """Read a file of the office."""
    from payroll.services.declaration_files import import_answers

    return lambda content, name="answer.xml": import_answers(
        content=content, name=name, at=moment(2026, 11, 2, 12), actor=world.actor(world.clerk)
    )


def days(world: Any, count: int) -> list[Any]:
    """Submitted contracts of one day each, every second day."""
    first = date(2026, 11, 9)
    return [
        world.submit(
            world.contract(
                "200.00", starts_on=first + timedelta(n), ends_on=first + timedelta(n), hours=D("7.6")
            )
        )
        for n in range(0, 2 * count, 2)
    ]


def states(contracts: list[Any]) -> list[str]:
    for contract in contracts:
        contract.refresh_from_db()
    return [contract.state for contract in contracts]


def test_a_file_is_made_handed_in_and_answered(
    world: Any, files: Any, read_back: Any, office: Any, snapshot: Any
) -> None:
    from payroll.dimona.simulator.files import hand_in
    from payroll.errors import AnswersRead, NothingToDeclare
    from payroll.services.declarations import due_declarations

    contracts = days(world, 3)
    ((batch, content),) = files()
    assert (batch.name, batch.declarations, batch.state) == ("DIMONA-PA-20261102-001.xml", 3, "made")
    assert due_declarations() == [], "what stands in a file goes no other way"
    with pytest.raises(NothingToDeclare):
        files()

    receipt, answers = hand_in(office, batch.name, content)
    assert read_back(receipt).taken == 1
    batch.refresh_from_db()
    assert (batch.state, states(contracts)) == ("received", ["submitted"] * 3)
    assert answers is not None
    read = read_back(answers)
    assert (read.taken, read.unknown, read.refused) == (3, 0, 0)
    batch.refresh_from_db()
    assert (batch.state, states(contracts)) == ("answered", ["declared"] * 3)

    before = snapshot()
    with pytest.raises(AnswersRead):
        read_back(answers)
    assert snapshot() == before


def test_a_refused_file_sets_its_declarations_free(
    world: Any, files: Any, read_back: Any, office: Any
) -> None:
    from payroll.dimona.simulator.files import hand_in
    from payroll.services.declarations import carry_due, due_declarations

    contracts = days(world, 2)
    ((batch, _content),) = files()
    receipt, _none = hand_in(office, batch.name, b"<broken")
    read_back(receipt)

    batch.refresh_from_db()
    assert (batch.state, batch.remarks) == ("rejected", ["90059-001"])
    assert len(due_declarations()) == 2
    carry_due(world.cooperative, gateway=office)
    assert states(contracts) == ["declared"] * 2


def test_a_refused_declaration_of_a_file_waits_for_a_person(
    world: Any, files: Any, read_back: Any, office: Any
) -> None:
    from payroll.dimona.simulator.files import hand_in
    from payroll.selectors import declaration_queue

    (contract,) = days(world, 1)
    ((batch, content),) = files()
    office.register(contract.entity.nsso_number, forbidden_types="OTH")
    _receipt, answers = hand_in(office, batch.name, content)
    assert read_back(answers).refused == 1
    (row,) = declaration_queue()
    assert [item["code"] for item in row.anomalies] == ["00655-350"]
    batch.refresh_from_db()
    assert batch.state == "answered"


def test_answers_to_what_is_not_ours_change_nothing(world: Any, files: Any, read_back: Any) -> None:
    from payroll.models import Declaration

    days(world, 1)
    files()
    before = list(Declaration.objects.values())
    foreign = (
        b"<NOTIFICATION><Form><HandledReference><ReferenceNbr>SOMEBODY-ELSE</ReferenceNbr></HandledReference>"
        b"<HandlingResult><ResultCode>1</ResultCode></HandlingResult></Form></NOTIFICATION>"
    )
    read = read_back(foreign)
    assert (read.taken, read.unknown) == (0, 1)
    assert list(Declaration.objects.values()) == before


def test_a_hostile_file_is_refused_and_kept_nowhere(world: Any, read_back: Any) -> None:
    from core.models import StoredFile
    from payroll.errors import AnswerFileRefused
    from payroll.models import DeclarationAnswer

    kept = StoredFile.objects.count()
    with pytest.raises(AnswerFileRefused):
        read_back(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ACRF>&x;</ACRF>')
    assert (StoredFile.objects.count(), DeclarationAnswer.objects.count()) == (kept, 0)


def test_a_declaration_that_cannot_be_written_holds_nobody_else_up(world: Any, files: Any) -> None:
    from core.identifiers import fictional_national_number
    from members.models import NationalNumber
    from payroll.selectors import declaration_queue
    from tests.factories import make_person

    days(world, 1)
    born = date(1990, 5, 4)
    other = make_person(national_number=fictional_national_number(born, 12), birth_date=born)
    world.submit(world.contract(person_id=other.pk))
    NationalNumber.objects.filter(person=other).delete()
    ((batch, _content),) = files()
    assert batch.declarations == 1
    assert [row.state for row in declaration_queue()] == ["failed"]


@pytest.mark.conformance
def test_every_file_validates(world: Any, files: Any, office: Any, moment: Any) -> None:
    """Starts, changes, ends and cancellations of the same people."""
    from payroll.models import OPEN_END, EmploymentContract
    from payroll.services import cancel_contract, shorten_contract
    from payroll.services.declarations import carry_due
    from payroll.services.reconciliation import reconcile_contracts
    from tests.conformance import CONFORMANCE, schema_errors

    one, two, three = days(world, 3)
    student = {"contract_type": "student", "starts_on": date(2026, 12, 14), "ends_on": date(2026, 12, 18)}
    scholar = world.submit(world.contract("800.00", **student, hours=D("30")))
    EmploymentContract.objects.filter(pk=three.pk).update(ends_on=OPEN_END)
    reconcile_contracts([three.pk], at=moment(2026, 11, 2))
    schema = CONFORMANCE / "dimona" / "Dimona_20231.xsd"
    ((_batch, starts),) = files()
    assert schema_errors(starts, schema) == []
    from payroll.models import Declaration

    Declaration.objects.update(batch=None, state="draft", attempt=0)
    carry_due(world.cooperative, gateway=office)

    on = moment(2026, 11, 3)
    cancel_contract(contract_id=one.pk, on=on, actor=world.member)
    shorten_contract(
        contract_id=scholar.pk, last_day=date(2026, 12, 17), hours=D("20"), on=on, actor=world.member
    )
    EmploymentContract.objects.filter(pk=three.pk).update(ends_on=date(2026, 12, 1))
    reconcile_contracts([three.pk], at=on)
    kinds = set(Declaration.objects.filter(state="draft").values_list("kind", flat=True))
    assert kinds == {"cancel", "update", "out"}
    ((_batch, changes),) = files()
    assert schema_errors(changes, schema) == []
    assert two.state == "submitted"
