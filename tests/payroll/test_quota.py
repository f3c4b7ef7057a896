"""Hours of students outside the quota: paid as an employee's, at the pot's cost (DOMAIN §7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from core.types import Actor

D = Decimal
SYSTEM = Actor.system("settlement")
LATE, ABOVE = "90373-460", "90017-369"


@pytest.fixture
def student(world: Any) -> Any:
    """Three days of November 2026 of a student, 500.00 for 22.8 hours unless said otherwise."""

    def make(gross: str = "500.00", **changes: Any) -> Any:
        return world.submit(world.contract(gross, **({"contract_type": "student"} | changes)))

    return make


@pytest.fixture
def answer(world: Any) -> Any:
    """The office accepts the declarations of a contract, with a remark if one is given."""

    def give(contract: Any, code: str = "") -> None:
        from payroll.services.declarations import carry

        for key in contract.declarations.order_by("pk").values_list("pk", flat=True):
            carry(world.cooperative, key, gateway=Office(code))
        contract.refresh_from_db()

    return give


class Office:
    """Accepts everything, with one remark or none."""

    answers_at_once = True
    taken = count(1)

    def __init__(self, code: str) -> None:
        self.code = code

    def submit(self, declaration: Any) -> str:
        return f"{next(Office.taken)}"

    def find(self, declaration: Any, *, besides: frozenset[str] = frozenset()) -> None:
        return None

    def periods(self, employer: Any, **window: Any) -> list[Any]:
        return []

    def poll(self, declaration_id: str) -> Any:
        from payroll.dimona.types import Anomaly, Result, ResultCode

        period = f"{261000000000 + int(declaration_id)}"
        if not self.code:
            return Result(ResultCode.ACCEPTED, (), period, "{}")
        return Result(ResultCode.WARNING, (Anomaly(self.code, "Remarque", "Opmerking"),), period, "{}")


def settle(on: date = date(2026, 11, 9)) -> Any:
    from payroll.services import settle_due

    return settle_due(on=on, actor=SYSTEM)


def hear() -> None:
    """Who listens hears what was published."""
    from core.models import OutboxMessage
    from core.registry import Message
    from payroll import handlers

    for row in OutboxMessage.objects.filter(topic="declaration.quota_exceeded"):
        handlers.quota_exceeded(Message(row.pk, row.topic, row.subject_type, row.subject_id, row.payload))


def correct(on: date = date(2026, 11, 10)) -> int:
    from payroll.services.quota import correct_quota

    return correct_quota(on=on)


def elsewhere(world: Any, hours: str, on: date = date(2026, 11, 1)) -> None:
    """Hours of the year with other employers, as the worker's account shows them."""
    from payroll.workers.models import ElsewhereHours

    ElsewhereHours.objects.create(
        person=world.worker, year=2026, hours=D(hours), noted_on=on, noted_by_label="Paie"
    )


def paid(contract: Any) -> list[tuple[str, Decimal, Decimal, Decimal, Decimal]]:
    """Items in their order: worker code, hours, gross, net, margin."""
    rows = contract.items.order_by("settled_at", "id")
    return [(row.worker_code, row.hours, row.gross, row.net, row.margin) for row in rows]


def clean() -> None:
    """Pay and books agree, and so does the declaration of the quarter with account 4540."""
    from payroll import checks
    from payroll.models import PayItem
    from payroll.returns.dmfa.tree import declare
    from payroll.returns.kinds.quarterly import codes_of
    from payroll.returns.models import PublicReturn
    from payroll.returns.reading import booked_between, quarters_of

    assert not [
        *checks.owed_equals_books(),
        *checks.unpaid_wages_equal_account(),
        *checks.reservations_equal_open_contracts(),
    ]
    first, last = date(2026, 10, 1), date(2026, 12, 31)
    codes = codes_of(PublicReturn(first=first, last=last))
    items = PayItem.objects.all()
    for entity in {item.entity_id for item in items}:
        people = {item.person_id for item in items if item.entity_id == entity}
        quarters = quarters_of(entity, first, last, people)
        made = [declare(quarter, codes) for quarter in quarters]
        assert [one.problem for one in made] == [""] * len(made)
        declared = sum(one.contributions - one.deductions for one in made)
        assert declared == booked_between(entity, first, last) * 100


def test_declared_late_it_is_paid_as_an_employees_and_the_pot_bears_the_rest(
    world: Any, student: Any, answer: Any
) -> None:
    """500.00 at the price of a student: 545.00 − 500.00 − 227.05 of employer's lines leave −182.05."""
    contract = student()
    answer(contract, LATE)
    settle()

    assert paid(contract) == [("495", D("22.80"), D("500.00"), D("434.65"), D("-182.05"))]
    item = contract.items.get()
    assert (item.worker_type, item.employment_budget) == ("employee", D("545.00"))
    assert world.budget() == (D("9455.00"), D("0.00")), "the Activity pays what was agreed, no more"
    assert world.lines(source_type="payroll.payitem") == [
        ("620", D("500.00"), D(0), "A"),
        ("621", D("227.05"), D(0), "A"),
        ("6218", D(0), D("182.05"), "A"),
        ("4540", D(0), D("200.35"), ""),
        ("455", D(0), D("434.65"), ""),
        ("4560", D(0), D("87.05"), ""),
        ("4590", D(0), D("5.00"), ""),
        ("749", D("182.05"), D(0), "pot"),
    ]
    why = item.lines.get(code="outside_quota")
    assert (why.amount, "tardive" in why.source) == (D("0.00"), True)
    clean()


def test_declared_in_time_it_stays_a_students(world: Any, student: Any, answer: Any) -> None:
    contract = student()
    answer(contract)
    settle()
    assert paid(contract) == [("841", D("22.80"), D("500.00"), D("486.45"), D("12.85"))]
    assert correct() == 0


def test_the_answer_comes_after_the_pay(world: Any, student: Any, answer: Any) -> None:
    """Paid 486.45 as a student; then the office says late: the next pay bears the 51.80 too much."""
    contract = student()
    settle()
    first = list(contract.items.values())
    answer(contract, LATE)
    hear()

    assert paid(contract) == [
        ("841", D("22.80"), D("500.00"), D("486.45"), D("12.85")),
        ("841", D("-22.80"), D("-500.00"), D("-486.45"), D("-12.85")),
        ("495", D("22.80"), D("500.00"), D("434.65"), D("-182.05")),
    ]
    assert list(contract.items.order_by("settled_at", "id").values())[:1] == first
    last = contract.items.order_by("settled_at", "id").last()
    assert (last.payable, last.carried_out) == (D("0.00"), D("-51.80"))
    assert world.budget() == (D("9455.00"), D("0.00"))
    clean()


def test_heard_again_or_looked_at_each_night_nothing_changes(
    world: Any, student: Any, answer: Any, snapshot: Any
) -> None:
    contract = student()
    settle()
    answer(contract, LATE)
    hear()
    before = snapshot()
    hear()
    assert correct() == 0
    settle()
    assert snapshot() == before


def test_settled_before_or_after_the_answer_the_month_is_the_same(
    world: Any, student: Any, answer: Any
) -> None:
    """One settled before the answer, one after: the employee's month is that of both together."""
    one = student()
    settle()
    two = student("600.00", starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 19), hours=D("30.4"))
    answer(one, LATE)
    answer(two, LATE)
    settle(date(2026, 11, 20))
    hear()

    items = [*one.items.all(), *two.items.all()]
    ordinary = [row for row in items if row.worker_code == "495"]
    students = [row for row in items if row.worker_code == "841"]
    assert sum(row.onss for row in ordinary) == D("143.77"), "13.07 % of 1,100.00"
    assert sum(row.gross for row in students) == sum(row.onss for row in students) == D("0.00")
    clean()


def test_only_the_hours_above_the_quota_are_an_employees(world: Any, student: Any, answer: Any) -> None:
    """637.2 h elsewhere leave 12.8 of the 650: 10.0 h of 22.8 are ordinary, 219.30 of the 500.00."""
    contract = student()
    elsewhere(world, "637.2")
    answer(contract, ABOVE)
    settle()

    mine, rest = contract.items.order_by("settled_at", "id")
    assert (mine.worker_code, mine.hours, mine.gross) == ("841", D("12.80"), D("280.70"))
    assert (rest.worker_code, rest.hours, rest.gross) == ("495", D("10.00"), D("219.30"))
    assert mine.employment_budget + rest.employment_budget == D("545.00")
    assert mine.onss == D("7.61") and rest.margin < 0 < mine.margin
    assert world.budget() == (D("9455.00"), D("0.00"))
    assert "dépassé" in rest.lines.get(code="outside_quota").source
    assert not mine.lines.filter(code="outside_quota").exists()
    clean()


def test_above_the_quota_after_the_pay(world: Any, student: Any, answer: Any) -> None:
    contract = student()
    settle()
    elsewhere(world, "637.2")
    answer(contract, ABOVE)
    hear()
    assert [row[:3] for row in paid(contract)] == [
        ("841", D("22.80"), D("500.00")),
        ("841", D("-10.00"), D("-219.30")),
        ("495", D("10.00"), D("219.30")),
    ]
    assert world.budget() == (D("9455.00"), D("0.00"))
    clean()


def test_nobody_guesses_how_many_hours_are_above(
    world: Any, student: Any, answer: Any, snapshot: Any
) -> None:
    """The office knows of hours that nobody told us: the pay waits, says what to do, and follows."""
    from payroll.models import PayException

    contract = student()
    answer(contract, ABOVE)
    before = snapshot()
    assert settle().exceptions == 1
    assert snapshot() == before
    row = PayException.objects.get(resolved_at=None)
    assert (row.code, "627,2" in row.detail or "650" in row.detail) == ("quota_hours_unknown", True)

    elsewhere(world, "640", on=date(2026, 11, 30))
    settle(date(2026, 11, 30))
    assert [row[:2] for row in paid(contract)] == [("841", D("10.00")), ("495", D("12.80"))]
    assert not PayException.objects.filter(resolved_at=None).exists()
    clean()


def test_the_order_of_the_declarations_decides_who_is_above(world: Any, student: Any, answer: Any) -> None:
    """620 h elsewhere: the first contract takes 22.8 of the 30.0 that are left, the second 7.2."""
    first = student()
    later = student(starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 18))
    elsewhere(world, "620")
    answer(first)
    answer(later, ABOVE)
    settle(date(2026, 11, 20))
    assert [row[:2] for row in paid(first)] == [("841", D("22.80"))]
    assert [row[:2] for row in paid(later)] == [("841", D("7.20")), ("495", D("15.60"))]
    clean()


def test_late_hours_eat_no_quota(world: Any, student: Any, answer: Any) -> None:
    from payroll.selectors import student_hours_of

    contract = student()
    answer(contract, LATE)
    assert student_hours_of(world.worker, 2026) == D("22.80"), "still planned"
    settle()
    assert student_hours_of(world.worker, 2026) == D("0")


def test_a_refusal_leaves_the_planned_part_whole(
    world: Any, student: Any, answer: Any, snapshot: Any
) -> None:
    """Without a family situation nothing is paid: the part is not left in two."""
    from members.models import Person
    from payroll.models import ContractMonth

    contract = student()
    elsewhere(world, "637.2")
    answer(contract, ABOVE)
    Person.objects.filter(pk=world.worker.pk).update(iban="")
    before = list(ContractMonth.objects.values("number", "hours", "gross", "budget", "settled"))
    assert settle().exceptions == 1
    assert list(ContractMonth.objects.values("number", "hours", "gross", "budget", "settled")) == before
    clean()


def test_a_correction_that_meets_a_refusal_changes_nothing(
    world: Any, student: Any, answer: Any, snapshot: Any
) -> None:
    """A worker under 19 is a student or nobody: the row says so, what was paid stays."""
    from members.models import Person
    from payroll.models import PayException

    contract = student()
    settle()
    answer(contract, LATE)
    Person.objects.filter(pk=world.worker.pk).update(birth_date=date(2009, 5, 4))
    before = snapshot()
    assert correct() == 0
    assert snapshot() == before
    assert PayException.objects.get(resolved_at=None).contract_month.contract_id == contract.pk


def test_a_correction_of_hours_follows_the_quota(world: Any, student: Any, answer: Any) -> None:
    """What is corrected in a month that is outside is an employee's too."""
    from payroll.services import correct_month

    contract = student()
    answer(contract, LATE)
    settle()
    correct_month(
        contract_month_id=contract.months.get(number=0).pk,
        hours=D("7.6"),
        gross=D("150.00"),
        reason="Heures oubliées",
        actor=world.actor(world.clerk),
    )
    settle(date(2026, 11, 12))
    assert [row[:3] for row in paid(contract)] == [
        ("495", D("22.80"), D("500.00")),
        ("495", D("7.60"), D("150.00")),
    ]
    assert correct() == 0
    clean()


def test_the_office_takes_its_word_back(world: Any, student: Any, answer: Any) -> None:
    """Fewer hours declared and no remark any more: what was an employee's is a student's again."""
    from payroll.models import Declaration

    contract = student()
    elsewhere(world, "637.2")
    answer(contract, ABOVE)
    settle()
    Declaration.objects.filter(contract=contract).update(outside_quota=False, anomalies=[])
    assert correct() == 1
    codes: dict[str, Decimal] = {}
    for code, hours, *_ in paid(contract):
        codes[code] = codes.get(code, D(0)) + hours
    assert codes == {"841": D("22.80"), "495": D("0.00")}
    assert world.budget() == (D("9455.00"), D("0.00"))
    clean()


def test_the_quarter_declares_the_days_with_the_hours(world: Any, student: Any, answer: Any) -> None:
    """Three days: none are left with the student's record, all stand with the employee's."""
    from payroll.returns.reading import quarters_of

    contract = student()
    settle()
    answer(contract, LATE)
    hear()
    [quarter] = quarters_of(contract.entity_id, date(2026, 10, 1), date(2026, 12, 31), [world.worker.pk])
    days: dict[tuple[str, str], Decimal] = {}
    for work in quarter.works:
        key = (work.terms.worker_code, work.terms.worker_type)
        days[key] = days.get(key, D(0)) + work.days
    assert days == {("841", "student"): D("0.00"), ("495", "employee"): D("3.00")}


def test_the_answer_and_the_pay_at_the_same_moment(fresh_database: Any) -> None:
    """Four students are paid while the office says late and the night looks: paid once, as employees."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from payroll.models import Declaration, EmploymentContract
    from payroll.services.declarations import carry
    from payroll.services.quota import correct_quota
    from tests.factories import load_cooperative, make_person
    from tests.payroll.conftest import World

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    house = Cooperative.objects.get(slug="be")
    with tenant_scope(house):
        load_cooperative()
        contracts = [_hired(World, house, make_person()).pk for _ in range(4)]
        declared = list(Declaration.objects.order_by("pk").values_list("pk", flat=True))

    def pay(_: int) -> None:
        with tenant_scope(house):
            settle()

    def say(place: int) -> None:
        carry(house, declared[place], gateway=Office(LATE))

    def look(_: int) -> None:
        with tenant_scope(house):
            correct_quota(on=date(2026, 11, 10))

    acts = [pay, look] + [say] * 4 + [pay, look]
    done = fresh_database.in_threads(lambda n: acts[n](n - 2), *((n,) for n in range(len(acts))))
    assert [outcome for outcome in done if not outcome.ok] == []
    with tenant_scope(house):
        settle()
        correct_quota(on=date(2026, 11, 10))
        for contract in EmploymentContract.objects.filter(pk__in=contracts):
            sums: dict[str, Decimal] = {"841": D(0), "495": D(0)}
            for code, hours, *_ in paid(contract):
                sums[code] += hours
            assert sums == {"841": D("0.00"), "495": D("22.80")}
            nets = sum(item.net for item in contract.items.all())
            assert nets == D("434.65")
        clean()


def _hired(world: Any, house: Any, worker: Any) -> Any:
    """A student with an Activity and money on it, submitted."""
    from tests.activities.builders import make_activity

    made = world(house, worker, worker, worker, worker, make_activity(worker))
    made.earn("2000.00")
    return made.submit(made.contract(contract_type="student"))
