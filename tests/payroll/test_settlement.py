"""From the contract to the pay item: example B of the domain, the month of two contracts, what waits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

SYSTEM = Actor.system("settlement")
D = Decimal


def settle(on: date = date(2026, 12, 1)) -> Any:
    from payroll.services import settle_due

    return settle_due(on=on, actor=SYSTEM)


@pytest.mark.parametrize(
    ("kind", "budget", "lines", "net"),
    [
        (
            "employee",
            "775.00",
            [
                ("620", D("500.00"), D(0), "A"),
                ("621", D("227.05"), D(0), "A"),
                ("6218", D("47.95"), D(0), "A"),
                ("4540", D(0), D("200.35"), ""),
                ("455", D(0), D("434.65"), ""),
                ("4560", D(0), D("87.05"), ""),
                ("4590", D(0), D("5.00"), ""),
                ("749", D(0), D("47.95"), "pot"),
            ],
            "434.65",
        ),
        (
            "artistic",
            "785.00",
            [
                ("620", D("500.00"), D(0), "A"),
                ("621", D("236.34"), D(0), "A"),
                ("6218", D("48.66"), D(0), "A"),
                ("4540", D(0), D("246.46"), ""),
                ("4541", D(0), D("55.46"), ""),
                ("455", D(0), D("429.42"), ""),
                ("4590", D(0), D("5.00"), ""),
                ("749", D(0), D("48.66"), "pot"),
            ],
            "429.42",
        ),
        (
            "student",
            "545.00",
            [
                ("620", D("500.00"), D(0), "A"),
                ("621", D("32.15"), D(0), "A"),
                ("6218", D("12.85"), D(0), "A"),
                ("4540", D(0), D("40.70"), ""),
                ("455", D(0), D("486.45"), ""),
                ("4590", D(0), D("5.00"), ""),
                ("749", D(0), D("12.85"), "pot"),
            ],
            "486.45",
        ),
    ],
)
def test_example_b_is_posted_to_the_cent(
    world: Any, kind: str, budget: str, lines: list[Any], net: str
) -> None:
    contract = world.submit(world.contract(contract_type=kind))
    assert world.budget() == (D("10000.00"), D(budget))

    done = settle()

    assert len(done.items) == 1
    assert world.lines(source_type="payroll.payitem") == lines
    assert world.budget() == (D("10000.00") - D(budget), D("0.00"))
    contract.refresh_from_db()
    assert contract.state == "settled"
    assert contract.items.get().net == D(net)


def test_the_two_contracts_of_november_add_up_to_the_exact_month(world: Any) -> None:
    """DOMAIN §7: 1,200.00 for 76.0 h nets 1,157.59; then 1,100.00 for 53.2 h nets 779.97."""
    from ledger.treasury.models import Payout
    from payroll.models import PayItem

    first = world.contract(
        "1200.00", starts_on=date(2026, 11, 3), ends_on=date(2026, 11, 13), hours=D("76.0")
    )
    second = world.contract(
        "1100.00", starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 24), hours=D("53.2")
    )
    world.submit(first)
    world.submit(second)

    settle(date(2026, 11, 14))
    settle(date(2026, 11, 25))

    one, two = PayItem.objects.order_by("settled_at", "id")
    assert (one.onss, one.work_bonus_a, one.work_bonus_b) == (D("156.84"), D("60.73"), D("53.70"))
    assert (one.withholding_tax, one.net) == (D("0.00"), D("1157.59"))
    assert one.onss + two.onss == D("300.61")
    assert one.work_bonus_a + two.work_bonus_a == D("103.25")
    assert one.work_bonus_b + two.work_bonus_b == D("21.12")
    assert one.withholding_tax + two.withholding_tax == D("174.66")
    assert one.special_contribution + two.special_contribution == D("11.54")
    assert two.net == D("779.97")
    assert two.totals["tax_after"]["withholding_tax"] == "174.66"
    assert [(p.amount, p.due_on) for p in Payout.objects.order_by("due_on")] == [
        (D("1157.59"), date(2026, 11, 24)),
        (D("779.97"), date(2026, 12, 3)),
    ]
    net_wages = [
        credit - debit
        for account, debit, credit, _ in world.lines(source_type="payroll.payitem")
        if account == "455"
    ]
    assert sum(net_wages) == D("1937.56")


def test_pay_is_due_seven_working_days_after_the_last_day(world: Any) -> None:
    from ledger.treasury.models import Payout

    world.submit(world.contract())
    settle(date(2026, 11, 7))
    assert Payout.objects.get().due_on == date(2026, 11, 18)


def test_settled_twice_changes_nothing(world: Any, snapshot: Any) -> None:
    world.submit(world.contract())
    settle()
    before = snapshot()
    again = settle()
    assert again.items == ()
    assert snapshot() == before


def test_nothing_is_settled_before_the_last_day_is_over(world: Any, snapshot: Any) -> None:
    world.submit(world.contract())
    before = snapshot()
    assert settle(date(2026, 11, 6)).items == ()
    assert snapshot() == before


def test_one_workers_error_is_a_row_and_the_others_are_paid(world: Any) -> None:
    """A worker under 19 has no figures: the row says so, Nora is paid."""
    from core.identifiers import fictional_national_number
    from payroll.models import PayException
    from tests.factories import make_person

    born = date(2009, 5, 4)
    young = make_person(national_number=fictional_national_number(born, 7), birth_date=born)
    world.submit(world.contract(person_id=young.pk))
    world.submit(world.contract())

    done = settle()

    assert (len(done.items), done.exceptions) == (1, 1)
    row = PayException.objects.get()
    assert (row.person_id, row.code, row.resolved_at) == (young.pk, "unsupported_situation", None)
    assert world.budget() == (D("9225.00"), D("775.00")), "his money stays reserved"
    settle()
    assert PayException.objects.count() == 1, "met again it is the same row"


def test_the_cause_mended_the_exception_is_over(world: Any) -> None:
    from members.services import update_person
    from payroll.models import PayException

    world.submit(world.contract())
    update_person(person_id=world.worker.pk, actor=world.member, country="FR")
    assert settle().exceptions == 1
    update_person(person_id=world.worker.pk, actor=world.member, country="BE")
    assert len(settle().items) == 1
    assert PayException.objects.get().resolved_at is not None


def test_so_many_at_a_time_until_none_remains(world: Any) -> None:
    from payroll.services import settle_due

    for day in (3, 5, 9):
        world.submit(
            world.contract(
                "150.00", starts_on=date(2026, 11, day), ends_on=date(2026, 11, day), hours=D("7.6")
            )
        )
    report = settle_due(on=date(2026, 12, 1), actor=SYSTEM, limit=2)
    assert (len(report.items), report.remaining) == (2, True)
    report = settle_due(on=date(2026, 12, 1), actor=SYSTEM, limit=2)
    assert (len(report.items), report.remaining) == (1, False)


def test_every_amount_says_where_it_comes_from(world: Any) -> None:
    contract = world.submit(world.contract())
    settle()
    lines = {line.code: line for line in contract.items.get().lines.all()}
    assert (lines["onss"].base, lines["onss"].rate, lines["onss"].amount) == (
        D("500.00"),
        D("0.1307"),
        D("65.35"),
    )
    assert lines["margin"].amount == D("47.95")
    assert all(line.source for line in lines.values())


def test_the_books_and_the_pay_agree(world: Any) -> None:
    from payroll import checks

    world.submit(world.contract())
    world.submit(
        world.contract("200.00", starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 9), hours=D("7.6"))
    )
    settle(date(2026, 11, 8))
    found = [
        broken
        for check in (
            checks.owed_equals_books,
            checks.unpaid_wages_equal_account,
            checks.reservations_equal_open_contracts,
        )
        for broken in check()
    ]
    assert found == []


def test_a_wage_that_the_books_do_not_know_breaks_the_check(world: Any) -> None:
    from core.uuid7 import uuid7
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr
    from payroll import checks

    world.submit(world.contract())
    settle()
    lines = (dr("455", D("1.00")), cr("580", D("1.00")))
    post_entry(Entry(world.activity.entity_id, date(2026, 12, 1), "VAR", "test", uuid7(), "x", "x", lines))
    (broken,) = checks.unpaid_wages_equal_account()
    assert broken.code == "unpaid_wages_differ"


def test_a_wage_that_the_bank_sends_back_is_owed_again(world: Any) -> None:
    """Paid on the 18th, returned on the 20th: the contract waits for payment again and the books agree."""
    from core.outbox import drain
    from ledger.selectors import account_balance
    from ledger.treasury.bank_simulator import BankMovement, BankStatement, batch_debit, write_coda
    from ledger.treasury.models import Payout
    from ledger.treasury.services import create_batch, import_statement, release_batch
    from payroll import checks

    contract = world.submit(world.contract())
    settle(date(2026, 11, 7))
    entity, day = contract.entity, date(2026, 11, 18)
    batch = create_batch(
        entity_id=entity.pk, kind="wage", due_until=day, on=day, actor=world.actor(world.clerk)
    )
    release_batch(batch_id=batch.pk, on=day, actor=world.actor(world.chief))
    payout = Payout.objects.get()

    def says(number: int, on: date, opening: str, movement: BankMovement) -> None:
        statement = BankStatement(entity.iban, number, on, D(opening), (movement,), holder=entity.name)
        import_statement(content=write_coda([statement]), filename="x.cod", today=on, actor=SYSTEM)
        drain(world.cooperative)
        contract.refresh_from_db()

    says(1, day, "1000.00", batch_debit(total=batch.total, message_id=batch.number, transfers=1))
    assert contract.state == "paid"
    assert account_balance("455", entity) == D("0.00")

    back = BankMovement(
        D("434.65"), communication="RETOUR", end_to_end_id=payout.end_to_end_id, return_reason="AC04"
    )
    says(2, date(2026, 11, 20), "565.35", back)
    assert contract.state == "settled"
    assert account_balance("455", entity) == D("-434.65")
    assert list(checks.unpaid_wages_equal_account()) == []


def test_work_that_stops_with_the_settled_month_ends_there(world: Any, moment: Any) -> None:
    """November is settled, December never happens: its money is free, nothing is planned after the end."""
    from payroll.errors import InvalidShortening
    from payroll.services import shorten_contract

    contract = world.submit(
        world.contract("1000.00", starts_on=date(2026, 11, 26), ends_on=date(2026, 12, 4), hours=D("53.2"))
    )
    settle(date(2026, 12, 1))
    given = {"contract_id": contract.pk, "on": moment(2026, 12, 2), "actor": world.member}
    before = world.budget()
    with pytest.raises(InvalidShortening):
        shorten_contract(last_day=date(2026, 11, 30), hours=D("30.4"), **given)
    assert world.budget() == before

    shorten_contract(last_day=date(2026, 11, 30), hours=D("22.8"), **given)

    contract.refresh_from_db()
    assert (contract.state, contract.gross, contract.hours) == ("settled", D("428.57"), D("22.80"))
    assert world.budget() == (D("9335.71"), D("0.00"))
    assert settle(date(2027, 1, 1)).items == ()
