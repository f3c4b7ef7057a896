"""What each answer of the office leads to: settled by itself where that is sure, else a person's queue."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from payroll.dimona.anomalies import Consequence, table

D = Decimal
CODES = [row.code.replace("?", "1") for row in table()]


@pytest.fixture
def number(world: Any) -> str:
    """The worker's national number, as the office knows it."""
    from members.services import reveal_national_number
    from payroll.services.reconciliation import SYSTEM

    return reveal_national_number(person=world.worker, actor=SYSTEM, purpose="test")


@pytest.fixture
def carry(world: Any, office: Any) -> Any:
    """Send what waits to the office, answer after answer, until nothing is left to say."""
    from payroll.services.declarations import carry_due

    def all_of_it(gateway: Any = None) -> None:
        for _ in range(6):
            carry_due(world.cooperative, gateway=gateway or office)

    return all_of_it


class Answering:
    """An office that answers everything with one anomaly."""

    answers_at_once = True

    def __init__(self, code: str, blocks: bool) -> None:
        self.code, self.blocks = code, blocks
        self.taken = 0

    def submit(self, declaration: Any) -> str:
        self.taken += 1
        return str(self.taken)

    def find(self, declaration: Any, *, besides: frozenset[str] = frozenset()) -> None:
        return None

    def periods(self, employer: Any, **window: Any) -> list[Any]:
        return []

    def poll(self, declaration_id: str) -> Any:
        from payroll.dimona.types import Anomaly, Result, ResultCode

        kept = {"result": "B" if self.blocks else "W", "anomalies": [{"code": self.code}]}
        anomalies = (Anomaly(self.code, "Refus", "Weigering"),)
        if self.blocks:
            return Result(ResultCode.REFUSED, anomalies, None, json.dumps(kept))
        return Result(ResultCode.WARNING, anomalies, "261000000148", json.dumps(kept))


def test_no_anomaly_is_lost(world: Any) -> None:
    """Each one at the start of an ordinary contract: accepted, said anew, or in the queue with its code."""
    day = date(2026, 11, 10)
    for code in [*CODES, "12345-678"]:
        one_day = {"starts_on": day, "ends_on": day, "hours": D("7.6")}
        contract = world.submit(world.contract("200.00", **one_day))
        _meets_its_fate(world, contract, code)
        day += timedelta(days=1)


def _meets_its_fate(world: Any, contract: Any, code: str) -> None:
    from payroll.dimona.anomalies import known
    from payroll.models import Declaration, DeclarationStop
    from payroll.services.declarations import carry, lift_stop

    row = known(code)
    blocks = row is None or row.blocks
    carry(world.cooperative, contract.declarations.get().pk, gateway=Answering(code, blocks))

    contract.refresh_from_db()
    first = contract.declarations.order_by("pk")[0]
    leads_to = Consequence.PERSON if row is None else row.leads_to
    if not blocks:
        assert (first.state, contract.state) == ("accepted_with_warning", "declared"), code
    elif leads_to is Consequence.STOP:
        stop = DeclarationStop.objects.get(lifted_at=None)
        assert (first.state, stop.code) == ("draft", code)
        lift_stop(stop_id=stop.pk, at=timezone.now(), actor=world.member)
    elif leads_to is Consequence.LATER:
        assert first.state == "draft" and first.next_attempt_at > timezone.now() + timedelta(minutes=10)
    elif leads_to in (Consequence.CANCELLED, Consequence.REPLACE, Consequence.REST_APART):
        assert (first.state, first.handled, first.handled_by) == ("refused", True, ""), code
        assert [row.state for row in contract.declarations.all()][1:] == ["draft"], "it is said anew"
    else:
        assert (first.state, first.handled) == ("refused", False), code
        assert Declaration.objects.filter(contract=contract).count() == 1
    assert contract.state == ("submitted" if blocks else "declared"), code
    assert first.anomalies == [{"code": code, "fr": "Refus", "nl": "Weigering"}]


def test_a_duplicate_is_adopted(world: Any, carry: Any, office: Any, number: str) -> None:
    """Somebody declared it on the office's website: the period is ours, nothing is declared twice."""
    from payroll.dimona.types import DimonaIn, Employer

    contract = world.contract()
    period = office.poll(
        office.submit(
            DimonaIn(
                "BY-HAND",
                timezone.now(),
                Employer(contract.entity.nsso_number, contract.entity.enterprise_number),
                number,
                contract.starts_on,
                contract.ends_on,
            )
        )
    ).period_id
    world.submit(contract)
    carry()

    contract.refresh_from_db()
    row = contract.declarations.get()
    assert (row.state, row.period_id, contract.state) == ("accepted_with_warning", period, "declared")
    assert len(office.periods_of(number)) == 1


def test_an_overlap_names_the_period_that_is_in_the_way(
    world: Any, carry: Any, office: Any, number: str
) -> None:
    from payroll.dimona.types import DimonaIn, Employer

    contract = world.contract()
    employer = Employer(contract.entity.nsso_number, contract.entity.enterprise_number)
    other = DimonaIn("BY-HAND", timezone.now(), employer, number, date(2026, 11, 1), date(2026, 11, 5))
    period = office.poll(office.submit(other)).period_id
    world.submit(contract)
    carry()

    row = contract.declarations.get()
    assert (row.state, row.handled) == ("refused", False)
    (held,) = row.answer["held"]
    assert (held["period"], held["from"], held["until"]) == (period, "2026-11-01", "2026-11-05")
    assert number not in json.dumps(row.answer)


def test_without_a_mandate_nothing_is_sent_and_one_thing_is_to_do(
    world: Any, carry: Any, office: Any, moment: Any
) -> None:
    from payroll.models import Declaration, DeclarationStop
    from payroll.selectors import declaration_queue
    from payroll.services.declarations import due_declarations, lift_stop

    contracts = [
        world.submit(world.contract("200.00", starts_on=day, ends_on=day, hours=D("7.6")))
        for day in (date(2026, 11, n) for n in (10, 12, 16, 18))
    ]
    number = contracts[0].entity.nsso_number
    office.register(number, mandate=False)
    carry()

    assert office.count_declarations() == 1, "the first refusal is enough"
    assert not declaration_queue().exists() and due_declarations() == []
    stop = DeclarationStop.objects.get()
    assert stop.code == "90256-155"

    office.register(number)
    for _ in range(2):
        lift_stop(stop_id=stop.pk, at=moment(2026, 11, 3), actor=world.member)
    carry()
    assert set(Declaration.objects.values_list("state", flat=True)) == {"accepted"}


def test_the_hours_of_a_student_beyond_the_quota_bear_ordinary_contributions(
    world: Any, carry: Any, office: Any, number: str
) -> None:
    from core.models import OutboxMessage

    office.work_elsewhere(number, 2026, 640)
    contract = world.submit(world.contract(contract_type="student"))
    carry()

    row = contract.declarations.get()
    assert (row.state, row.outside_quota) == ("accepted_with_warning", True)
    news = OutboxMessage.objects.get(topic="declaration.quota_exceeded")
    assert news.payload == {"contract_id": str(contract.pk), "code": "90017-369"}


def test_a_student_declared_late_is_outside_the_quota_an_employee_is_not(
    world: Any, carry: Any, moment: Any
) -> None:
    student = world.submit(world.contract(contract_type="student"), moment(2026, 11, 5), accept_late=True)
    employee = world.submit(
        world.contract("200.00", starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 10), hours=D("7.6")),
        moment(2026, 11, 11),
        accept_late=True,
    )
    carry()
    rows = [contract.declarations.get() for contract in (student, employee)]
    assert [row.state for row in rows] == ["accepted_with_warning"] * 2
    assert [row.outside_quota for row in rows] == [True, False]


def test_a_start_that_may_not_be_postponed_is_taken_back_and_declared_anew(
    world: Any, carry: Any, office: Any, number: str, moment: Any
) -> None:
    from payroll.models import EmploymentContract
    from payroll.services.reconciliation import reconcile_contracts

    contract = world.submit(world.contract())
    carry()
    # The first two days fell through, known only afterwards.
    EmploymentContract.objects.filter(pk=contract.pk).update(starts_on=date(2026, 11, 6))
    reconcile_contracts([contract.pk], at=moment(2026, 11, 5))
    carry()

    kinds = [(row.kind, row.state) for row in contract.declarations.all()]
    assert kinds == [("in", "cancelled"), ("update", "refused"), ("cancel", "accepted"), ("in", "accepted")]
    held = [p for p in office.periods_of(number) if not p.is_cancelled]
    assert [(p.starts_on, p.ends_on) for p in held] == [(date(2026, 11, 6), date(2026, 11, 6))]


def test_an_extension_that_comes_too_late_becomes_a_period_of_its_own(
    world: Any, carry: Any, office: Any, number: str, moment: Any
) -> None:
    from payroll.models import EmploymentContract
    from payroll.services.reconciliation import reconcile_contracts

    contract = world.submit(world.contract())
    carry()
    EmploymentContract.objects.filter(pk=contract.pk).update(ends_on=date(2026, 11, 10))
    reconcile_contracts([contract.pk], at=moment(2026, 11, 9))
    carry()

    held = [p for p in office.periods_of(number) if not p.is_cancelled]
    assert [(p.starts_on.day, p.ends_on.day) for p in held] == [(4, 6), (7, 10)]
    assert reconcile_contracts([contract.pk], at=moment(2026, 11, 10)) == []

    EmploymentContract.objects.filter(pk=contract.pk).update(ends_on=date(2026, 11, 6))
    reconcile_contracts([contract.pk], at=moment(2026, 11, 10))
    carry()
    held = [p for p in office.periods_of(number) if not p.is_cancelled]
    assert [(p.starts_on.day, p.ends_on.day) for p in held] == [(4, 6)]


def test_a_period_that_the_office_cancelled_is_declared_anew(
    world: Any, carry: Any, office: Any, number: str, moment: Any
) -> None:
    from payroll.services import shorten_contract

    contract = world.submit(world.contract())
    carry()
    office.change(contract.declarations.get().period_id, cancelled=1)
    shorten_contract(
        contract_id=contract.pk,
        last_day=date(2026, 11, 5),
        hours=D("15"),
        on=moment(2026, 11, 4),
        actor=world.member,
    )
    carry()
    held = [p for p in office.periods_of(number) if not p.is_cancelled]
    assert [(p.starts_on.day, p.ends_on.day) for p in held] == [(4, 5)]
    assert [(row.kind, row.state) for row in contract.declarations.all()] == [
        ("in", "cancelled"),
        ("update", "refused"),
        ("in", "accepted"),
    ]
