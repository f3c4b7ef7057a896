"""People who never return: what they owe is found, asked back, paid, left, given up by two, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError
from core.types import Actor
from members.enums import Role
from tests.factories import make_person

D = Decimal
SYSTEM = Actor.system("test")
TODAY = date(2026, 12, 10)


def breaks() -> list[str]:
    """What does not agree in the books; the income of these stories has no invoice."""
    from core.registry import ledger_checks

    return [str(one) for check in ledger_checks() for one in check() if one.code != "receivables"]


def settle(on: date) -> None:
    from payroll.services import settle_due

    settle_due(on=on, actor=SYSTEM)


class House:
    """Nora's pay is paid by the bank, then taken back; payroll, finance and the bank at work."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.finance = make_person(Role.FINANCE)
        self.entity = world.activity.entity
        self.statements = 0
        self.cash = D("9000.00")

    def wages_leave(self, day: date) -> None:
        """A batch leaves, and the statement of that day says so."""
        from ledger.treasury.bank_simulator import batch_debit
        from ledger.treasury.services import create_batch, release_batch

        clerk, chief = self.world.actor(self.world.clerk), self.world.actor(self.world.chief)
        batch = create_batch(entity_id=self.entity.pk, kind="wage", due_until=day, on=day, actor=clerk)
        release_batch(batch_id=batch.pk, on=day, actor=chief)
        self.says(
            day, batch_debit(total=batch.total, message_id=batch.number, transfers=batch.payouts.count())
        )

    def receives(self, day: date, amount: str, communication: str) -> None:
        """Somebody pays."""
        from ledger.treasury.bank_simulator import BankMovement

        self.says(day, BankMovement(D(amount), communication=communication, counterparty_name="Nora Peeters"))

    def says(self, day: date, movement: Any) -> None:
        from core.outbox import drain
        from ledger.treasury.bank_simulator import BankStatement, write_coda
        from ledger.treasury.services import import_statement

        self.statements += 1
        statement = BankStatement(
            self.entity.iban, self.statements, day, self.cash, (movement,), holder=self.entity.name
        )
        self.cash += movement.amount
        import_statement(content=write_coda([statement]), filename="x.cod", today=day, actor=SYSTEM)
        drain(self.world.cooperative)

    def take_back(self, contract: Any, hours: str = "-22.8", gross: str = "-500.00") -> None:
        """The work turns out not to have been done, and that is settled."""
        from payroll.services import correct_month

        correct_month(
            contract_month_id=contract.months.get(number=0).pk,
            hours=D(hours),
            gross=D(gross),
            reason="pas presté",
            actor=self.world.actor(self.world.clerk),
        )
        settle(date(2026, 12, 3))

    def owes(self) -> Any:
        """434.65 that were paid for work that was not done; the contract ended on 6 November."""
        from payroll.balances.models import Balance
        from payroll.balances.services import find_balances

        contract = self.world.submit(self.world.contract())
        settle(date(2026, 11, 10))
        self.wages_leave(date(2026, 11, 18))
        self.take_back(contract)
        find_balances(on=TODAY)
        return Balance.objects.get(kind="net")

    def act(self, name: str, row: Any, by: Any = None, **more: Any) -> Any:
        """One of the acts, by payroll unless said otherwise."""
        from payroll.balances import services

        person = by or self.world.clerk
        given = {"balance_id": row.pk, "on": TODAY, "actor": self.world.actor(person)} | more
        done = getattr(services, name)(**given)
        row.refresh_from_db()
        return done


@pytest.fixture
def house(world: Any) -> House:
    return House(world)


def refused(call: Any, code: str) -> None:
    from core.models import AuditEvent, OutboxMessage
    from ledger.models import JournalEntry
    from members.notices.models import Notice
    from payroll.balances.models import Balance, BalanceAct
    from payroll.models import PayCarry

    def snapshot() -> Any:
        models = (AuditEvent, OutboxMessage, JournalEntry, Notice, BalanceAct, PayCarry)
        return [model.objects.count() for model in models], list(Balance.objects.order_by("pk").values())

    before = snapshot()
    with pytest.raises(DomainError) as refusal:
        call()
    assert refusal.value.code == code
    assert snapshot() == before


def test_what_was_paid_and_taken_back_stands_with_its_day_and_the_last_end(house: House) -> None:
    from payroll.balances.services import find_balances
    from payroll.models import PayItem

    row = house.owes()
    assert (row.amount, row.state, row.last_end, row.works) == (D("434.65"), "open", date(2026, 11, 6), False)
    assert row.since == PayItem.objects.get(gross__lt=0).paid_on
    assert find_balances(on=TODAY) == 0, "read again, nothing changes"
    assert breaks() == []


def test_asked_back_by_mail_with_account_and_communication_and_paid(house: House) -> None:
    """The bank's line finds the balance: Dr 550 / Cr 455, and the next pay is not lowered."""
    from core.identifiers import format_iban, format_structured_communication
    from members.notices.models import Notice
    from payroll.models import PayItem

    row = house.owes()
    house.act("ask_back", row)

    letter = Notice.objects.get(person=house.world.worker, kind="balance_net")
    told = letter.body.replace("\u202f", " ").replace("\xa0", " ")
    communication = format_structured_communication(row.communication)
    assert "434,65" in told and format_iban(house.entity.iban) in told and communication in told
    assert (row.state, row.asked, row.due_on) == ("asked", D("434.65"), date(2027, 1, 9))
    assert row.communication.startswith("96")

    house.receives(date(2026, 12, 14), "434.65", communication)
    row.refresh_from_db()
    assert (row.state, row.amount) == ("over", D("0.00"))
    assert [act.kind for act in row.acts.all()] == ["asked", "repaid"]
    assert breaks() == []

    house.world.submit(house.world.contract(starts_on=date(2026, 12, 14), ends_on=date(2026, 12, 16)))
    settle(date(2026, 12, 18))
    item = PayItem.objects.order_by("settled_at", "pk").last()
    assert item is not None and item.payable == item.net == D("434.65")
    assert breaks() == []


def test_in_the_workers_language(house: House) -> None:
    from members.notices.models import Notice

    house.world.worker.language = "nl"
    house.world.worker.save()
    house.act("ask_back", house.owes())
    assert "terug te betalen" in Notice.objects.get(kind="balance_net").subject


def test_a_part_is_paid_the_rest_given_up_by_a_second_person(house: House) -> None:
    """100.00 come back; 334.65 are written off: Dr 634 of the pot / Cr 455 of the worker."""
    from ledger.models import JournalLine

    row = house.owes()
    house.act("ask_back", row)
    house.receives(date(2026, 12, 14), "100.00", row.communication)
    row.refresh_from_db()
    assert (row.state, row.amount) == ("open", D("334.65"))

    house.act("propose_write_off", row, because="Parti à l’étranger")
    refused(lambda: house.act("write_off", row, by=house.world.worker), "balance_second_person")
    refused(lambda: house.act("write_off", row), "balance_second_person")
    act = house.act("write_off", row, by=house.finance)

    lines = JournalLine.objects.filter(entry=act.entry_id).order_by("position")
    assert [(line.account, line.debit, line.credit, line.fund or "") for line in lines] == [
        ("634", D("334.65"), D("0.00"), "pot"),
        ("455", D("0.00"), D("334.65"), ""),
    ]
    assert lines[1].party_id == house.world.worker.party_id
    assert (row.state, row.amount) == ("over", D("0.00"))
    refused(lambda: house.act("write_off", row, by=house.finance), "balance_over")
    assert breaks() == []


def test_more_than_is_owed_waits_for_a_person(house: House) -> None:
    from ledger.treasury.models import BankTransaction

    row = house.owes()
    house.act("ask_back", row)
    house.receives(date(2026, 12, 14), "500.00", row.communication)
    row.refresh_from_db()
    assert (row.state, row.amount) == ("asked", D("434.65"))
    assert BankTransaction.objects.get(amount=D("500.00")).state == "unidentified"


def test_work_that_comes_takes_it_by_itself(house: House) -> None:
    """Nothing is asked or given up then; settled, the balance is over."""
    from payroll.balances.services import find_balances

    row = house.owes()
    house.world.submit(
        house.world.contract("900.00", starts_on=date(2026, 12, 14), ends_on=date(2026, 12, 16))
    )
    for act, more in (("ask_back", {}), ("propose_write_off", {"because": "parti"})):
        with pytest.raises(DomainError) as refusal:
            house.act(act, row, **more)
        assert refusal.value.code == "balance_pay_to_come"
    settle(date(2026, 12, 18))
    find_balances(on=date(2026, 12, 18))
    row.refresh_from_db()
    assert (row.state, row.amount) == ("over", D("0.00"))
    assert breaks() == []


def test_left_until_a_day_then_to_look_at_again(house: House) -> None:
    from payroll.balances.services import find_balances

    row = house.owes()
    refused(lambda: house.act("wait_for", row, until=TODAY, note=""), "balance_wait_until")
    house.act("wait_for", row, until=date(2027, 2, 1), note="Revient en mars")
    find_balances(on=date(2027, 1, 31))
    row.refresh_from_db()
    assert row.state == "waiting"
    find_balances(on=date(2027, 2, 1))
    row.refresh_from_db()
    assert (row.state, row.wait_until) == ("open", None)


def test_a_write_off_that_is_refused_stands_to_look_at_again(house: House) -> None:
    row = house.owes()
    refused(lambda: house.act("propose_write_off", row, because=" "), "balance_why")
    house.act("propose_write_off", row, because="Décédé")
    refused(lambda: house.act("ask_back", row), "balance_state")
    refused(lambda: house.act("refuse_write_off", row, by=house.finance, answer=""), "balance_why")
    house.act("refuse_write_off", row, by=house.finance, answer="Demander à la succession")
    assert (row.state, row.proposed_by_id, row.because) == ("open", None, "")


def test_nobody_asks_or_gives_up_their_own_and_nobody_without_address(house: House) -> None:
    row = house.owes()
    refused(
        lambda: house.act("propose_write_off", row, by=house.world.worker, because="x"),
        "balance_second_person",
    )
    house.world.worker.email = ""
    house.world.worker.save()
    refused(lambda: house.act("ask_back", row), "balance_no_address")


def test_exit_holiday_paid_too_much(house: House, moment: Any) -> None:
    """87.05 were held and paid out of 4560 in the run of November; the work is taken back in December. Net
    45.13 of it is asked, the rest given up: Dr 634 / Cr 4560.
    """
    from ledger.selectors import account_balance
    from payroll.balances.models import Balance
    from payroll.balances.services import find_balances
    from payroll.models import HolidayBlock
    from payroll.services.holidays import held_totals
    from payroll.services.runs import approve_run, start_run, work_run

    world = house.world
    contract = world.submit(world.contract())
    settle(date(2026, 11, 10))
    at = {"on": date(2026, 12, 2), "at": moment(2026, 12, 2)}
    run = start_run(month=date(2026, 11, 1), actor=world.actor(world.clerk), **at)
    work_run(world.cooperative, run.pk)
    approve_run(run_id=run.pk, actor=world.actor(world.chief), **at)
    work_run(world.cooperative, run.pk)
    block = HolidayBlock.objects.get()
    house.take_back(contract)

    find_balances(on=TODAY)
    row = Balance.objects.get(kind="holiday")
    assert (row.amount, row.state) == (block.held, "open") == (D("87.05"), "open")
    house.act("ask_back", row)
    assert row.asked == block.net
    house.receives(date(2026, 12, 14), str(block.net), row.communication)
    row.refresh_from_db()
    assert (row.state, row.amount) == ("open", D("87.05") - block.net)
    find_balances(on=TODAY)
    row.refresh_from_db()
    assert row.amount == D("87.05") - block.net, "what was paid back is no longer owed"

    house.act("propose_write_off", row, because="Cotisations et impôt")
    act = house.act("write_off", row, by=house.finance)
    assert world.lines(pk=act.entry_id) == [
        ("634", act.amount, D("0.00"), "pot"),
        ("4560", D("0.00"), act.amount, ""),
    ]
    assert held_totals([world.worker.pk])[(world.worker.pk, house.entity.pk)].total == 0
    assert account_balance("4560", house.entity) == D("0.00")
    assert find_balances(on=TODAY) == 0
    assert breaks() == []
