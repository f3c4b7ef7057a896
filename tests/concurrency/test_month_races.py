"""A month closed by several hands at once: started, approved, settled, corrected, batched, rendered."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.types import Actor
from tests.cluster import FreshDatabase

D = Decimal
SYSTEM = Actor.system("test")
NOVEMBER = date(2026, 11, 1)
SECOND = date(2026, 12, 2)


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


def at(month: int, day: int, hour: int = 9) -> datetime:
    from core.clock import ZONE

    return datetime(2026, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def house(fresh_database: FreshDatabase) -> dict[str, Any]:
    """Four workers with a contract in November, not settled; three people of payroll. `elsewhere`
    hires them in another entity too.
    """
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from members.enums import Role
    from payroll.services import create_contract, submit_contract
    from tests.activities.builders import flat, make_activity, make_invoice
    from tests.factories import actor, load_cooperative, make_person

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    parts: list[UUID] = []

    def hire(worker: Any, first: int, **more: Any) -> Any:
        activity = make_activity(worker, **more)
        make_invoice(activity, lines=flat("5000.00", "exempt_training" if more else "standard"))
        draft = create_contract(
            activity_id=activity.pk,
            person_id=worker.pk,
            contract_type="employee",
            starts_on=date(2026, 11, first),
            ends_on=date(2026, 11, first + 2),
            hours=D("22.8"),
            gross=D("500.00"),
            description="Graphisme",
            place="Bruxelles",
            actor=actor(worker),
        )
        return submit_contract(contract_id=draft.pk, on=at(11, 2), actor=actor(worker))

    def elsewhere() -> UUID:
        with tenant_scope(belgium()):
            for number, worker in enumerate(workers):
                key: UUID = hire(worker, 18 + number, entity_code="FA").entity_id
        return key

    with tenant_scope(belgium()):
        load_cooperative()
        workers = [make_person() for _ in range(4)]
        for number, worker in enumerate(workers):
            contract = hire(worker, 4 + number)
            parts.append(contract.months.get().pk)
        clerks = [actor(make_person(Role.PAYROLL_ADMIN)) for _ in range(3)]
    return {"entity": contract.entity_id, "parts": parts, "clerks": clerks, "elsewhere": elsewhere}


@pytest.fixture(autouse=True)
def _clean_books(fresh_database: FreshDatabase) -> Any:
    """Whatever raced, the books hold."""
    yield
    from ledger.checks import check_books

    assert check_books().breaks == ()


def act(what: str, *given: Any) -> Any:
    """One hand: what it does, in a scope of its own."""
    from core.tenancy import tenant_scope
    from payroll import services
    from payroll.services import runs

    cooperative = belgium()
    if what == "work":
        runs.work_run(cooperative, given[0])
        return None
    with tenant_scope(cooperative):
        match what:
            case "start":
                entity, actor = given
                return runs.start_run(
                    month=NOVEMBER, on=SECOND, at=at(12, 2), actor=actor, entity_id=entity
                ).pk
            case "start month":
                return [
                    run.pk
                    for run in runs.start_month(month=NOVEMBER, on=SECOND, at=at(12, 2), actor=given[0])
                ]
            case "approve":
                return runs.approve_run(run_id=given[0], on=SECOND, at=at(12, 2), actor=given[1]).state
            case "compute":
                return runs.compute_again(run_id=given[0], on=SECOND, actor=given[1]).state
            case "pause":
                return runs.pause_run(run_id=given[0], at=at(12, 2), actor=given[1]).state
            case "settle":
                return len(services.settle_due(on=SECOND, actor=SYSTEM).items)
            case "settle one":
                return bool(services.settle_month(contract_month_id=given[0], on=SECOND, actor=SYSTEM)[0])
            case "correct":
                return services.correct_month(
                    contract_month_id=given[0], hours=D("1"), gross=D("30.00"), reason="Oubli", actor=SYSTEM
                ).number
            case "batch":
                from ledger.treasury.services import create_batch

                return create_batch(
                    entity_id=given[0], kind="wage", due_until=SECOND, on=SECOND, actor=given[1]
                ).payments
    raise AssertionError(what)


def outcome_of(outcomes: Any) -> list[str]:
    return sorted(outcome.code or outcome.error or "done" for outcome in outcomes)


def run_state(pk: UUID) -> Any:
    from core.tenancy import tenant_scope
    from payroll.models import PayrollRun

    with tenant_scope(belgium()):
        return PayrollRun.objects.get(pk=pk)


@pytest.mark.parametrize("other", ["entity", "all", "month"])
def test_a_run_started_by_two_at_once_is_one(
    fresh_database: FreshDatabase, house: dict[str, Any], other: str
) -> None:
    """Of the same entity, of all entities in one, or of each entity: the month has one run, or none twice."""
    from core.tenancy import tenant_scope
    from payroll.models import PayrollRun

    first, second, _ = house["clerks"]
    calls = {
        "entity": ("start", house["entity"], second),
        "all": ("start", None, second),
        "month": ("start month", second),
    }
    outcomes = fresh_database.in_threads(act, ("start", house["entity"], first), calls[other])

    assert outcome_of(outcomes) in (["done", "run_exists"], ["done", "nothing_to_run"]), outcomes
    with tenant_scope(belgium()):
        assert PayrollRun.objects.count() == 1


def test_settlement_beside_the_run_pays_each_contract_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from ledger.treasury.models import Payout
    from payroll.models import PayItem, RunLine

    run = act("start", house["entity"], house["clerks"][0])
    outcomes = fresh_database.in_threads(
        act, ("work", run), ("settle",), ("settle one", house["parts"][2]), ("work", run)
    )

    assert outcome_of(outcomes) == ["done"] * 4, outcomes
    act("work", run)
    with tenant_scope(belgium()):
        assert PayItem.objects.count() == Payout.objects.count() == 4
        assert RunLine.objects.filter(run_id=run).count() == 4
    assert run_state(run).state == "review"
    assert run_state(run).totals["payslips"] == 4


def test_approved_by_two_or_computed_again_at_once_closes_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    """Payslips are numbered without a gap, one batch is made."""
    from core.tenancy import tenant_scope
    from ledger.treasury.models import PayoutBatch
    from payroll.models import HolidayBlock, Payslip

    first, second, third = house["clerks"]
    run = act("start", house["entity"], first)
    act("work", run)
    outcomes = fresh_database.in_threads(
        act, ("approve", run, second), ("approve", run, third), ("compute", run, second)
    )
    assert outcome_of(outcomes) == ["done", "run_state", "run_state"], outcomes
    if run_state(run).state != "closing":
        act("work", run)
        act("approve", run, second)
    outcomes = fresh_database.in_threads(
        act, ("work", run), ("work", run), ("batch", house["entity"], third), ("work", run)
    )
    assert set(outcome_of(outcomes)) <= {"done", "nothing_to_pay"}, outcomes

    with tenant_scope(belgium()):
        numbers = sorted(Payslip.objects.values_list("number", flat=True))
        assert numbers == [f"FP-PA-2026-{n:06}" for n in range(1, 5)]
        assert HolidayBlock.objects.count() == 4
        assert sum(batch.payments for batch in PayoutBatch.objects.all()) == 8
    assert run_state(run).state == "closed"


def test_a_correction_while_the_run_closes_stands_on_this_payslip_or_the_next(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from payroll.models import PayItem, Payslip, PayslipPart

    first, second, _ = house["clerks"]
    run = act("start", house["entity"], first)
    act("work", run)
    act("approve", run, second)
    outcomes = fresh_database.in_threads(
        act, ("work", run), *[("correct", part) for part in house["parts"]], ("settle",)
    )
    assert outcome_of(outcomes) == ["done"] * 6, outcomes
    act("settle")
    act("work", run)

    with tenant_scope(belgium()):
        assert PayItem.objects.count() == 8
        assert Payslip.objects.count() == 4
        placed = PayslipPart.objects.exclude(item=None).count()
        assert 4 <= placed <= 8
        for slip in Payslip.objects.all():
            paid = sum(part.item.net if part.item else part.holiday.net for part in slip.parts.all())
            assert slip.net == paid


def test_a_wage_batch_made_by_two_at_once_holds_each_payment_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from ledger.treasury.models import PayoutBatch

    act("settle")
    first, second, third = house["clerks"]
    outcomes = fresh_database.in_threads(
        act, *[("batch", house["entity"], clerk) for clerk in (first, second, third)]
    )
    assert outcome_of(outcomes) == ["done", "nothing_to_pay", "nothing_to_pay"], outcomes
    with tenant_scope(belgium()):
        assert PayoutBatch.objects.get().payments == 4


def test_stopped_while_its_last_part_is_at_work_it_can_still_be_approved_and_closes(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    """The stop was for the computation, which is over: who approves wants it closed."""
    from core.tenancy import tenant_scope
    from payroll.services.run_work import _work_shard
    from payroll.services.shards import take_shard

    first, second, _ = house["clerks"]
    run = act("start", house["entity"], first)
    taken = take_shard(belgium(), run)
    assert taken is not None
    act("pause", run, first)
    _work_shard(belgium(), run, *taken)
    act("work", run)
    assert run_state(run).state == "review"

    assert act("approve", run, second) == "closing"
    act("work", run)
    with tenant_scope(belgium()):
        assert run_state(run).state == "closed"


def render(what: str, slip: UUID) -> str:
    """The worker of documents, or somebody who opens the payslip at once."""
    from core.documents import render_one, request_document
    from core.tenancy import tenant_scope
    from payroll.services.payslips import KIND

    cooperative = belgium()
    if what == "read":
        with tenant_scope(cooperative):
            return request_document(KIND, slip, urgent=True).state
    while render_one(cooperative):
        pass
    return "rendered"


def test_a_payslip_asked_for_while_it_is_made_is_made_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    from core.models import DocumentJob, StoredFile
    from core.tenancy import tenant_scope
    from payroll.models import Payslip

    first, second, _ = house["clerks"]
    run = act("start", house["entity"], first)
    act("work", run)
    act("approve", run, second)
    act("work", run)
    with tenant_scope(belgium()):
        slip = Payslip.objects.values_list("pk", flat=True)[0]
        DocumentJob.objects.exclude(source_id=slip).delete()
    outcomes = fresh_database.in_threads(
        render, ("work", slip), ("read", slip), ("work", slip), ("read", slip)
    )
    assert outcome_of(outcomes) == ["done"] * 4, outcomes
    with tenant_scope(belgium()):
        job = DocumentJob.objects.get()
        assert (job.state, job.attempt) == ("done", 1)
        assert [job.file] == list(StoredFile.objects.all())


def test_two_entities_close_the_month_of_the_same_people_at_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    """Each run pays its own: nobody waits for ever, no contract is in both or in neither."""
    from core.tenancy import tenant_scope
    from payroll.models import HolidayBlock, PayItem, Payslip

    other = house["elsewhere"]()
    first, second, _ = house["clerks"]
    runs = [act("start", entity, first) for entity in (house["entity"], other)]
    worked = fresh_database.in_threads(act, *[("work", run) for run in (*runs, *runs)])
    assert outcome_of(worked) == ["done"] * 4, worked
    assert [run_state(run).totals["payslips"] for run in runs] == [4, 4]
    approved = fresh_database.in_threads(act, *[("approve", run, second) for run in runs])
    assert outcome_of(approved) == ["done"] * 2, approved
    closed = fresh_database.in_threads(act, *[("work", run) for run in (*runs, *runs)])
    assert outcome_of(closed) == ["done"] * 4, closed

    with tenant_scope(belgium()):
        assert {run_state(run).state for run in runs} == {"closed"}
        numbers = sorted(Payslip.objects.values_list("number", flat=True))
        assert numbers == [f"FP-{code}-2026-{n:06}" for code in ("FA", "PA") for n in range(1, 5)]
        assert PayItem.objects.count() == HolidayBlock.objects.count() == 8
        assert all(slip.parts.count() == 2 for slip in Payslip.objects.all())
