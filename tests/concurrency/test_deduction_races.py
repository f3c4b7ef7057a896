"""A creditor, an advance and the pay at once: a month is seized once, an advance comes back once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.types import Actor
from tests.cluster import FreshDatabase
from tests.payroll.deductions.conftest import TABLE

D = Decimal
SYSTEM = Actor.system("test")
MONDAY = date(2026, 11, 16)
MAKER, RELEASER, THIRD = (Actor(kind="user", label=str(n), user_id=n) for n in (101, 102, 103))


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


@pytest.fixture
def house(fresh_database: FreshDatabase, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A worker with two contracts in November, days over, not settled; two people of payroll."""
    from core.clock import ZONE
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from members.enums import Role
    from payroll.deductions import sources
    from payroll.engine.statutory import STATUTORY, load_figures
    from payroll.services import create_contract, submit_contract
    from tests.activities.builders import fund, make_activity
    from tests.factories import actor, load_cooperative, make_person

    (tmp_path / "seizures.yaml").write_text(TABLE, encoding="utf-8")
    loaded = load_figures("be", [STATUTORY / "be", tmp_path])
    monkeypatch.setattr(sources, "figures", lambda: loaded)
    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        load_cooperative()
        worker = make_person()
        activity = make_activity(worker)
        fund(activity, "5000.00")
        parts: list[UUID] = []
        for first, last in ((4, 6), (9, 11)):
            draft = create_contract(
                activity_id=activity.pk,
                person_id=worker.pk,
                contract_type="employee",
                starts_on=date(2026, 11, first),
                ends_on=date(2026, 11, last),
                hours=D("22.8"),
                gross=D("500.00"),
                description="Graphisme",
                place="Bruxelles",
                actor=actor(worker),
            )
            when = datetime(2026, 11, 2, 9, tzinfo=ZONE)
            contract = submit_contract(contract_id=draft.pk, on=when, actor=actor(worker))
            parts.append(contract.months.get().pk)
        clerks = [actor(make_person(Role.PAYROLL_ADMIN)) for _ in range(2)]
    return {"worker": worker, "entity": activity.entity_id, "parts": parts, "clerks": clerks}


@pytest.fixture(autouse=True)
def _clean_books(fresh_database: FreshDatabase) -> Any:
    """Whatever raced, the books hold."""
    yield
    from ledger.checks import check_books

    assert check_books().breaks == ()


def settle(part: UUID) -> Any:
    from core.tenancy import tenant_scope
    from payroll.services import settle_month

    with tenant_scope(belgium()):
        item, stopped = settle_month(contract_month_id=part, on=MONDAY, actor=SYSTEM)
        return (item.net if item else None, stopped)


def test_two_settlements_of_one_worker_seize_the_month_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    """Each contract is settled by another worker process: together they take what the month's net gives."""
    from core.tenancy import tenant_scope
    from payroll.deductions import sources
    from payroll.deductions.services import agree_seizure, enter_seizure
    from payroll.deductions.table import WORK, seizable
    from payroll.models import PayDeduction

    first, second = house["clerks"]
    with tenant_scope(belgium()):
        row = enter_seizure(
            person=house["worker"], kind="seizure", creditor_name="Étude", creditor_iban="BE71096123456769",
            reference="12", notified_on=date(2026, 11, 2), on=date(2026, 11, 2), total=D("5000.00"),
            actor=first,
        )  # fmt: skip
        agree_seizure(seizure_id=row.pk, on=date(2026, 11, 3), actor=second)

    outcomes = fresh_database.in_threads(settle, *[(part,) for part in house["parts"]])

    assert all(outcome.ok for outcome in outcomes), outcomes
    net = sum(outcome.value[0] for outcome in outcomes)
    with tenant_scope(belgium()):
        taken = sum(PayDeduction.objects.values_list("amount", flat=True))
        assert taken == seizable(net, sources.figures().on(WORK, MONDAY), 0) > 0


def advance_or_settle(what: str, key: UUID) -> Any:
    from core.tenancy import tenant_scope
    from payroll.deductions.services import agree_advance

    if what == "settle":
        return settle(key)
    with tenant_scope(belgium()):
        actor = Actor("user", "agrees", 102, UUID(what))
        return agree_advance(advance_id=key, on=MONDAY, actor=actor).state


def test_an_advance_agreed_by_two_while_the_pay_is_settled_comes_back_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    """Whichever is first: one payout of 100.00, and 100.00 less of wages."""
    from django.db.models import Sum

    from core.tenancy import tenant_scope
    from ledger.treasury.models import Payout
    from payroll.deductions.models import Advance
    from payroll.deductions.services import ask_advance
    from payroll.models import PayItem

    first, second = house["clerks"]
    with tenant_scope(belgium()):
        worker = house["worker"]
        mine = Actor("user", "worker", worker.user_id, worker.pk)
        row = ask_advance(person=worker, amount=D("100.00"), on=MONDAY, actor=mine)

    outcomes = fresh_database.in_threads(
        advance_or_settle,
        (str(first.person_id), row.pk),
        (str(second.person_id), row.pk),
        *[("settle", part) for part in house["parts"]],
    )

    assert [outcome.code for outcome in outcomes if not outcome.ok] == ["deduction_state"]
    with tenant_scope(belgium()):
        assert Advance.objects.get().state == "recovered"
        assert [paid.amount for paid in Payout.objects.filter(settles_account="4164")] == [D("100.00")]
        wages = Payout.objects.filter(settles_account="455").aggregate(total=Sum("amount"))["total"]
        assert wages == PayItem.objects.aggregate(total=Sum("net"))["total"] - 100


def release(batch: UUID, place: int) -> str:
    from core.tenancy import tenant_scope
    from ledger.treasury.services import release_batch

    with tenant_scope(belgium()):
        actor = (RELEASER, THIRD)[place]
        return str(release_batch(batch_id=batch, on=MONDAY, actor=actor).state)


def test_released_by_two_at_once_leaves_once(fresh_database: FreshDatabase, house: dict[str, Any]) -> None:
    from core.tenancy import tenant_scope
    from ledger.models import JournalLine
    from ledger.treasury.services import create_batch

    for part in house["parts"]:
        settle(part)
    with tenant_scope(belgium()):
        batch = create_batch(
            entity_id=house["entity"], kind="wage", due_until=date(2026, 12, 31), on=MONDAY, actor=MAKER
        )
    outcomes = fresh_database.in_threads(release, (batch.pk, 0), (batch.pk, 1))
    assert sorted(outcome.value if outcome.ok else outcome.code for outcome in outcomes) == [
        "batch_not_draft",
        "released",
    ]
    with tenant_scope(belgium()):
        assert JournalLine.objects.filter(account="580").count() == batch.payments


def enter_or_settle(what: str, house: dict[str, Any]) -> Any:
    from core.tenancy import tenant_scope
    from payroll.deductions.services import (
        agree_advance,
        agree_seizure,
        enter_seizure,
        refuse_advance,
        withdraw_advance,
    )

    if what.startswith("part"):
        return settle(house["parts"][int(what[-1])])
    first, second = house["clerks"]
    with tenant_scope(belgium()):
        match what:
            case "enter":
                row = enter_seizure(
                    person=house["worker"], kind="seizure", creditor_name="Étude",
                    creditor_iban="BE71096123456769", reference="12", notified_on=date(2026, 11, 2),
                    on=MONDAY, total=D("5000.00"), actor=first,
                )  # fmt: skip
                return row.pk
            case "agree":
                return agree_seizure(seizure_id=house["seizure"], on=MONDAY, actor=second).state
            case "yes":
                return agree_advance(advance_id=house["advance"], on=MONDAY, actor=first).state
            case "no":
                return refuse_advance(
                    advance_id=house["advance"], answer="Non", on=MONDAY, actor=second
                ).state
            case "never mind":
                worker = house["worker"]
                mine = Actor("user", "worker", worker.user_id, worker.pk)
                return withdraw_advance(advance_id=house["advance"], actor=mine).state
    raise AssertionError(what)


def test_an_order_that_comes_while_the_pay_is_settled_holds_back_what_comes_after_it(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    """Each pay is whole or waits; agreed while they are tried again, the month gives what its net gives."""
    from django.db.models import Sum

    from core.tenancy import tenant_scope
    from ledger.treasury.models import Payout
    from payroll.deductions import sources
    from payroll.deductions.table import WORK, seizable
    from payroll.models import PayDeduction, PayException, PayItem

    tried = fresh_database.in_threads(enter_or_settle, ("part0", house), ("enter", house), ("part1", house))
    assert all(outcome.ok for outcome in tried), tried
    house["seizure"] = tried[1].value
    with tenant_scope(belgium()):
        free = PayItem.objects.count()
        held = PayException.objects.filter(resolved_at=None, code="seizure_not_agreed").count()
        assert free + held == 2
        assert not PayDeduction.objects.exists()

    tried = fresh_database.in_threads(
        enter_or_settle, ("part0", house), ("agree", house), ("part1", house), ("part0", house)
    )
    assert all(outcome.ok for outcome in tried), tried
    for part in house["parts"]:
        settle(part)
    with tenant_scope(belgium()):
        net = PayItem.objects.aggregate(total=Sum("net"))["total"]
        taken = sum(PayDeduction.objects.values_list("amount", flat=True))
        assert PayItem.objects.count() == 2
        assert taken <= seizable(net, sources.figures().on(WORK, MONDAY), 0)
        assert (taken > 0) is (free < 2)
        assert Payout.objects.aggregate(total=Sum("amount"))["total"] == net


def test_an_advance_agreed_refused_and_withdrawn_at_once_has_one_answer(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from ledger.treasury.models import Payout
    from payroll.deductions.models import Advance
    from payroll.deductions.services import ask_advance

    with tenant_scope(belgium()):
        worker = house["worker"]
        mine = Actor("user", "worker", worker.user_id, worker.pk)
        house["advance"] = ask_advance(person=worker, amount=D("100.00"), on=MONDAY, actor=mine).pk

    tried = fresh_database.in_threads(
        enter_or_settle, *[(what, house) for what in ("yes", "no", "never mind", "yes")]
    )

    assert sorted(outcome.code for outcome in tried) == ["", *["deduction_state"] * 3], tried
    with tenant_scope(belgium()):
        state = Advance.objects.get().state
        assert Payout.objects.count() == (1 if state in ("agreed", "recovered") else 0)
