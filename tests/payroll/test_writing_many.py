"""Contracts written faster: copies, models, twenty people at once, and a student's hours above the quota."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError

D = Decimal


def crew(count: int) -> list[Any]:
    """So many people who can be paid."""
    from tests.factories import make_person

    return [make_person(first_name=f"Technicien {place}") for place in range(count)]


@pytest.fixture
def show(world: Any) -> dict[str, Any]:
    """What the people of one evening share: 7.6 hours for 180.00."""
    return {
        "contract_type": "employee",
        "description": "Montage",
        "place": "Liège",
        "starts_on": date(2026, 11, 6),
        "ends_on": date(2026, 11, 6),
        "hours": D("7.6"),
        "gross": D("180.00"),
    }


@pytest.fixture
def together(world: Any, moment: Any) -> dict[str, Any]:
    """Who asks, and when."""
    return {"activity_id": world.activity.pk, "actor": world.member, "on": moment(2026, 11, 2)}


def test_twenty_people_on_one_show(world: Any, show: Any, together: Any) -> None:
    """20 × 180.00 cost 20 × 279.00 = 5,580.00; asked twice it is done once."""
    from payroll.models import EmploymentContract
    from payroll.services import BatchPerson, submit_batch, write_batch

    people = [BatchPerson(person.pk, {}) for person in crew(20)]
    asked = {"activity_id": world.activity.pk, "actor": world.member, "key": "concert"}
    batch = write_batch(shared=show, people=people, **asked)
    again = write_batch(shared=show, people=people, **asked)
    assert again.pk == batch.pk
    for _ in range(2):
        submit_batch(batch_id=batch.pk, on=together["on"], actor=world.member)
    assert EmploymentContract.objects.filter(state="submitted").count() == 20
    assert world.budget() == (D("10000.00"), D("5580.00"))
    assert {row.state for row in batch.rows.all()} == {"submitted"}


def test_each_row_has_its_own_money_and_its_own_refusal(world: Any, show: Any, together: Any) -> None:
    from payroll.services import BatchPerson, submit_batch, write_batch
    from tests.factories import make_person

    anna, bert = crew(2)
    nobody = make_person(iban="")
    people = [
        BatchPerson(anna.pk, {"gross": D("250.00")}),
        BatchPerson(nobody.pk, {}),
        BatchPerson(bert.pk, {"gross": D("10.00")}),
    ]
    batch = write_batch(
        activity_id=world.activity.pk, key="k", shared=show, people=people, actor=world.member
    )
    submit_batch(batch_id=batch.pk, on=together["on"], actor=world.member)
    assert [(row.state, row.code) for row in batch.rows.all()] == [
        ("submitted", ""),
        ("refused", "worker_iban_missing"),
        ("refused", "below_minimum_wage"),
    ]
    assert world.budget()[1] == D("387.50")
    nobody.iban = anna.iban
    nobody.save()
    submit_batch(batch_id=batch.pk, on=together["on"], actor=world.member)
    assert batch.rows.get(position=2).state == "submitted", "mended, only the refused rows are tried again"
    assert world.budget()[1] == D("666.50")


def test_a_preview_says_everything_and_changes_nothing(
    world: Any, show: Any, together: Any, snapshot: Any
) -> None:
    """36 of 279.00 would fit in 10,000.00: the rows are counted one after another."""
    from payroll.services import BatchPerson, preview_batch

    people = crew(36)
    before = snapshot()
    seen = preview_batch(shared=show, people=[BatchPerson(p.pk, {}) for p in people], **together)
    assert [row.code for row in seen] == [""] * 35 + ["budget_exceeded"]
    assert sum(row.cost for row in seen) == D("9765.00")
    assert snapshot() == before


def test_nobody_at_all_is_refused(world: Any, show: Any, together: Any) -> None:
    from payroll.contract_errors import BatchEmpty
    from payroll.services import preview_batch

    with pytest.raises(BatchEmpty):
        preview_batch(shared=show, people=[], **together)


def test_a_copy_takes_the_next_days(world: Any) -> None:
    """Wednesday to Friday becomes Monday to Wednesday."""
    from payroll.services import copy_contract

    copy = copy_contract(
        contract_id=world.contract(None, budget=D("835.00")).pk, actor=world.member, today=date(2026, 11, 2)
    )
    assert (copy.starts_on, copy.ends_on, copy.state) == (date(2026, 11, 9), date(2026, 11, 12), "draft"), (
        "Armistice day is a holiday"
    )
    assert (copy.asked_budget, copy.gross, copy.hours) == (D("835.00"), D("538.71"), D("22.80"))


def test_a_model_is_kept_by_its_name_and_is_its_owners_alone(world: Any) -> None:
    from payroll.contract_errors import TemplateNameTaken, TemplateNotFound
    from payroll.models import ContractTemplate
    from payroll.services import drop_template, keep_template

    given = {"contract_id": world.contract().pk, "owner": world.worker, "actor": world.member}
    model = keep_template(name="Concert", **given)
    assert (model.days, model.terms["gross"], model.terms["place"]) == (3, "500.00", "Bruxelles")
    with pytest.raises(TemplateNameTaken):
        keep_template(name="Concert", **given)
    with pytest.raises(TemplateNotFound):
        drop_template(template_id=model.pk, owner=world.clerk, actor=world.actor(world.clerk))
    assert ContractTemplate.objects.count() == 1
    drop_template(template_id=model.pk, owner=world.worker, actor=world.member)
    assert not ContractTemplate.objects.exists()


@pytest.fixture
def student(world: Any) -> Any:
    """A draft of three student days of 24 hours for 600.00, with 8 hours of the year left."""
    from payroll.models import ContractMonth

    year = world.submit(world.contract("2000.00", contract_type="student", hours=D("36")))
    ContractMonth.objects.filter(contract=year).update(hours=D("642"))
    days = {"starts_on": date(2026, 11, 16), "ends_on": date(2026, 11, 18)}
    return world.contract("600.00", contract_type="student", hours=D("24"), **days)


def test_hours_above_a_students_quota_become_an_employees_contract(world: Any, student: Any) -> None:
    """8 of 24 hours: a day and 200.00 as a student, two days and 400.00 as an employee; both pass."""
    from payroll.services import split_student_contract

    with pytest.raises(DomainError):
        world.submit(student)
    first, second = split_student_contract(contract_id=student.pk, actor=world.member)
    assert first is not None
    assert (first.contract_type, first.ends_on, first.hours, first.gross) == (
        "student",
        date(2026, 11, 16),
        D("8.00"),
        D("200.00"),
    )
    assert (second.contract_type, second.starts_on, second.hours, second.gross) == (
        "employee",
        date(2026, 11, 17),
        D("16.00"),
        D("400.00"),
    )
    assert world.submit(first).state == world.submit(second).state == "submitted"


def test_one_day_is_cut_by_the_hour(world: Any, student: Any) -> None:
    from payroll.services import edit_contract, split_student_contract

    edit_contract(
        contract_id=student.pk,
        ends_on=date(2026, 11, 16),
        hours=D("12"),
        day_starts=time(8),
        day_ends=time(20),
        actor=world.member,
    )
    first, second = split_student_contract(contract_id=student.pk, actor=world.member)
    assert first is not None
    assert (first.day_starts, first.day_ends) == (time(8), time(16))
    assert (second.day_starts, second.day_ends, second.hours) == (time(16), time(20), D("4.00"))
    assert world.submit(first).state == world.submit(second).state == "submitted"


def test_nothing_to_split_is_refused(world: Any, snapshot: Any) -> None:
    from payroll.contract_errors import NotStudentContract
    from payroll.services import split_student_contract

    for draft in (world.contract(), world.contract(contract_type="student")):
        before = snapshot()
        with pytest.raises(NotStudentContract):
            split_student_contract(contract_id=draft.pk, actor=world.member)
        assert snapshot() == before
