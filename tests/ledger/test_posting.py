"""Posting: the examples of the domain to the cent, loans of the pot, repeats, reversals, closed months."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from core.models import AuditEvent, Cooperative
from core.types import Actor
from ledger.enums import Fund
from ledger.errors import AlreadyReserved, BudgetExceeded, PeriodClosed, UnbalancedEntry, UnknownLegalEntity
from ledger.models import Budget, JournalEntry, JournalLine, LegalEntity, Party, Reservation
from ledger.selectors import (
    account_balance,
    budget_statement,
    entity_by_code,
    fund_balance,
    party_balance,
    trial_balance,
)
from ledger.services import (
    close_period,
    open_budget,
    post_entries,
    post_entry,
    release,
    reserve,
    reverse_entry,
    take_number,
)
from ledger.types import Entry, Line, Release, cr, dr, without_zeros

DAY = date(2026, 11, 2)


def euro(text: str) -> Decimal:
    """An amount."""
    return Decimal(text.replace(",", ""))


def invoice(budget: Budget, party: Party | None = None, net: str = "1,000.00", **more: Any) -> Entry:
    """Example A of the domain: an invoice at 21 % with the levy of 6.5 %."""
    amount = euro(net)
    levy, vat = (amount * 65 / 1000).quantize(euro("0.01")), (amount * 21 / 100).quantize(euro("0.01"))
    lines = (
        dr("400", amount + vat, party=party.pk if party else None),
        cr("700", amount, budget=budget.pk),
        cr("451", vat),
        dr("6190", levy, budget=budget.pk),
        cr("748", levy, fund=Fund.POT),
    )
    return Entry(
        budget.entity_id, DAY, "SAL", "invoicing.invoice", uuid4(), "issued", "Facture", lines, **more
    )


def spend(budget: Budget, amount: str, **more: Any) -> Entry:
    """An expense."""
    lines = (dr("6121", euro(amount), budget=budget.pk), cr("440", euro(amount)))
    return Entry(
        budget.entity_id, DAY, "PUR", "activities.expense", uuid4(), "approved", "Frais", lines, **more
    )


def now(budget: Budget) -> tuple[Decimal, Decimal, Decimal]:
    """Balance, reserved, shortfall."""
    budget.refresh_from_db()
    return budget.balance, budget.reserved, budget.shortfall


# --- examples --------------------------------------------------------------------------------------------


def test_example_a_invoice_and_levy(budget: Budget, client: Party, at_commit: Any) -> None:
    entry_id = post_entry(invoice(budget, client))
    at_commit()

    lines = JournalLine.objects.filter(entry=entry_id).order_by("position")
    assert [(line.account, line.debit, line.credit) for line in lines] == [
        ("400", euro("1,210.00"), 0),
        ("700", 0, euro("1,000.00")),
        ("451", 0, euro("210.00")),
        ("6190", euro("65.00"), 0),
        ("748", 0, euro("65.00")),
    ]
    assert now(budget) == (euro("935.00"), 0, 0)
    assert fund_balance(Fund.POT) == euro("65.00")
    assert account_balance("400") == euro("1,210.00")
    assert party_balance("400", client.pk) == euro("1,210.00")
    assert [(line.change, line.balance) for line in budget_statement(budget.pk)] == [
        (euro("1,000.00"), euro("1,000.00")),
        (euro("-65.00"), euro("935.00")),
    ]


def test_example_b_a_reserved_contract_is_settled(budget: Budget, worker: Party, at_commit: Any) -> None:
    post_entry(invoice(budget))
    contract = uuid4()
    reserve(
        budget_id=budget.pk,
        amount=euro("775.00"),
        source_type="payroll.contract",
        source_id=contract,
        text="c",
    )
    assert now(budget) == (euro("935.00"), euro("775.00"), 0)

    post_entry(
        Entry(
            budget.entity_id, date(2026, 11, 18), "PAY", "payroll.payitem", uuid4(), "settled", "Décompte",
            (dr("620", euro("500.00"), budget=budget.pk), dr("621", euro("227.05"), budget=budget.pk),
             dr("6218", euro("47.95"), budget=budget.pk), cr("4540", euro("200.35")),
             cr("455", euro("434.65"), party=worker.pk), cr("4560", euro("87.05")), cr("4590", euro("5.00")),
             cr("749", euro("47.95"), fund="pot")),
            releases=(Release(budget.pk, "payroll.contract", contract),),
        )
    )  # fmt: skip
    at_commit()

    assert now(budget) == (euro("160.00"), 0, 0)
    assert fund_balance("pot") == euro("112.95")
    assert Reservation.objects.get().amount == 0
    rows = {row.account: row.balance for row in trial_balance(entity_by_code("PA"), date(2026, 11, 30))}
    assert sum(rows.values()) == 0
    assert rows["4540"] == euro("-200.35")


def test_example_c_an_advance_of_the_pot(budget: Budget) -> None:
    lines = (dr("4199", euro("1000.00")), cr("4899", euro("1000.00"), budget=budget.pk))
    entry = Entry(budget.entity_id, DAY, "VAR", "activities.advance", uuid4(), "lent", "Avance", lines)
    post_entry(entry)
    assert now(budget) == (euro("1000.00"), 0, 0)

    back = (dr("4899", euro("100.00"), budget=budget.pk), cr("4199", euro("100.00")))
    post_entry(replace(entry, kind="instalment:1", lines=back))
    assert now(budget) == (euro("900.00"), 0, 0)


def test_internal_trade_moves_two_budgets(budget: Budget, books: LegalEntity) -> None:
    buyer = open_budget(entity=books, name="Activity B")
    post_entry(invoice(buyer))
    lines = (dr("6199", euro("300.00"), budget=buyer.pk), cr("7099", euro("300.00"), budget=budget.pk))
    post_entry(Entry(books.pk, DAY, "VAR", "activities.trade", uuid4(), "traded", "Échange", lines))

    assert now(buyer)[0] == euro("635.00")
    assert now(budget)[0] == euro("300.00")


# --- money that is not there -----------------------------------------------------------------------------


def test_nothing_is_spent_that_is_not_there(budget: Budget, snapshot: Any) -> None:
    post_entry(invoice(budget))
    reserve(budget_id=budget.pk, amount=euro("900.00"), source_type="c", source_id=uuid4(), text="Contrat")
    before = snapshot()

    with pytest.raises(BudgetExceeded) as refusal, transaction.atomic():
        post_entry(spend(budget, "35.01"))
    assert refusal.value.params == {"available": euro("35.00"), "needed": euro("35.01")}
    with pytest.raises(BudgetExceeded):
        reserve(budget_id=budget.pk, amount=euro("35.01"), source_type="c", source_id=uuid4(), text="Contrat")

    assert snapshot() == before
    post_entry(spend(budget, "35.00"))
    assert now(budget) == (euro("900.00"), euro("900.00"), 0)


def test_an_imposed_act_is_lent_by_the_pot_and_repaid_first(budget: Budget, at_commit: Any) -> None:
    post_entry(spend(budget, "80.00", imposed=True))
    at_commit()

    assert now(budget) == (0, 0, euro("80.00"))
    assert account_balance("4199") == euro("80.00")
    assert account_balance("4899") == euro("-80.00")
    with pytest.raises(BudgetExceeded), transaction.atomic():
        post_entry(spend(budget, "0.01"))

    post_entry(invoice(budget, net="50.00"))  # 50.00 − 3.25 = 46.75, all of it to the pot
    assert now(budget) == (0, 0, euro("33.25"))
    post_entry(invoice(budget, net="100.00"))  # 93.50 − 33.25
    at_commit()
    assert now(budget) == (euro("60.25"), 0, 0)
    assert account_balance("4199") == account_balance("4899") == 0


def test_one_batch_lends_and_repays_in_order(budget: Budget, at_commit: Any) -> None:
    post_entries([spend(budget, "80.00", imposed=True), invoice(budget), spend(budget, "855.00")])
    at_commit()

    assert now(budget) == (0, 0, 0)
    assert account_balance("4199") == 0
    kinds = JournalEntry.objects.filter(source_type="ledger.journalentry").values_list("kind", flat=True)
    assert {kind.split(":")[0] for kind in kinds} == {"shortfall", "shortfall_repaid"}


def test_what_is_reserved_is_lent_for_too(budget: Budget) -> None:
    post_entry(invoice(budget))
    reserve(budget_id=budget.pk, amount=euro("900.00"), source_type="c", source_id=uuid4(), text="c")

    post_entry(spend(budget, "135.00", imposed=True))

    assert now(budget) == (euro("900.00"), euro("900.00"), euro("100.00"))


# --- once ------------------------------------------------------------------------------------------------


def test_an_act_is_posted_once(budget: Budget, snapshot: Any) -> None:
    entry = invoice(budget)
    first = post_entry(entry)
    before = snapshot()

    assert post_entry(entry) == first
    assert snapshot() == before
    ids = post_entries([entry, spend(budget, "10.00"), entry])
    assert ids[0] == ids[2] == first
    assert now(budget)[0] == euro("925.00")


def test_the_same_act_twice_in_one_batch_is_posted_once(budget: Budget) -> None:
    entry = invoice(budget)

    ids = post_entries([entry, entry])

    assert ids[0] == ids[1]
    assert now(budget)[0] == euro("935.00")
    assert JournalEntry.objects.count() == 1


def test_a_reversal_is_the_opposite_and_happens_once(budget: Budget, client: Party, at_commit: Any) -> None:
    entry = JournalEntry.objects.get(pk=post_entry(invoice(budget, client)))
    post_entry(spend(budget, "900.00"))

    first = reverse_entry(entry, on=date(2026, 11, 3), kind="credited", text="Note de crédit")
    again = reverse_entry(entry, on=date(2026, 11, 3), kind="credited", text="Note de crédit")
    at_commit()

    assert again == first
    assert JournalEntry.objects.get(pk=first).reverses_id == entry.pk
    assert account_balance("400") == account_balance("700") == account_balance("748") == 0
    assert now(budget) == (0, 0, euro("900.00"))


def test_a_commitment_is_reserved_once_and_freed_in_parts(budget: Budget) -> None:
    post_entry(invoice(budget))
    key = {"source_type": "payroll.contract", "source_id": uuid4()}
    reserve(budget_id=budget.pk, amount=euro("300.00"), text="Contrat", **key)
    with pytest.raises(AlreadyReserved):
        reserve(budget_id=budget.pk, amount=euro("300.00"), text="Contrat", **key)

    release(budget_id=budget.pk, amount=euro("120.00"), **key)
    assert now(budget)[1] == euro("180.00")
    release(budget_id=budget.pk, amount=euro("999.00"), **key)
    assert now(budget)[1] == 0
    release(budget_id=budget.pk, **key)
    assert now(budget) == (euro("935.00"), 0, 0)


def test_two_months_free_a_contract_in_two_parts(budget: Budget) -> None:
    post_entry(invoice(budget))
    key = ("payroll.contract", uuid4())
    reserve(budget_id=budget.pk, amount=euro("775.00"), source_type=key[0], source_id=key[1], text="Contrat")

    post_entry(spend(budget, "375.00", releases=(Release(budget.pk, *key, euro("375.00")),)))
    assert now(budget) == (euro("560.00"), euro("400.00"), 0)
    post_entry(spend(budget, "400.00", releases=(Release(budget.pk, *key),)))
    assert now(budget) == (euro("160.00"), 0, 0)


def test_one_entry_may_free_two_commitments(budget: Budget) -> None:
    post_entry(invoice(budget))
    keys = [("c", uuid4()), ("c", uuid4())]
    for key in keys:
        reserve(budget_id=budget.pk, amount=euro("100.00"), source_type=key[0], source_id=key[1], text="c")

    post_entry(spend(budget, "935.00", releases=tuple(Release(budget.pk, *key) for key in keys)))

    assert now(budget) == (0, 0, 0)


# --- refusals --------------------------------------------------------------------------------------------


def test_entries_that_do_not_hold_are_refused(budget: Budget, snapshot: Any) -> None:
    before = snapshot()
    good = invoice(budget)
    ten, eleven, none = euro("10.00"), euro("11.00"), euro("0.00")
    wrong: list[tuple[Line, ...]] = [
        (),
        (dr("400", none),),
        (dr("400", ten), cr("451", eleven)),
        (dr("400", -ten), cr("451", -ten)),
        (Line("400", ten, ten), Line("451", ten, ten)),
        (dr("400", none), cr("451", none)),
    ]
    for lines in wrong:
        with pytest.raises(UnbalancedEntry):
            post_entry(replace(good, lines=lines))
    assert snapshot() == before


def test_a_budget_of_another_entity_is_refused(budget: Budget, snapshot: Any) -> None:
    before = snapshot()
    with pytest.raises(UnbalancedEntry), transaction.atomic():
        post_entry(replace(invoice(budget), entity=entity_by_code("FA").pk))
    assert snapshot() == before


def test_a_budget_that_does_not_exist_is_refused(budget: Budget, snapshot: Any) -> None:
    before = snapshot()
    ghost = Budget(pk=uuid4(), entity=budget.entity)
    with pytest.raises(Budget.DoesNotExist), transaction.atomic():
        post_entry(invoice(ghost))
    assert snapshot() == before


def test_a_closed_month_refuses_and_says_which(
    budget: Budget, books: LegalEntity, clerk: Actor, snapshot: Any
) -> None:
    post_entry(invoice(budget))
    period = close_period(entity=books, year=2026, month=11, actor=clerk)
    assert close_period(entity=books, year=2026, month=11, actor=clerk).closed_at == period.closed_at
    assert AuditEvent.objects.filter(action="ledger.period_closed").count() == 1
    before = snapshot()

    with pytest.raises(PeriodClosed) as refusal, transaction.atomic():
        post_entry(invoice(budget))
    assert refusal.value.params == {"month": "2026-11"}
    assert snapshot() == before
    post_entry(replace(invoice(budget), date=date(2026, 12, 1)))
    other = open_budget(entity=entity_by_code("FA"), name="F")
    post_entry(invoice(other))


def test_an_unknown_entity_is_named(books: LegalEntity) -> None:
    with pytest.raises(UnknownLegalEntity):
        entity_by_code("XX")


# --- small things ----------------------------------------------------------------------------------------


def test_numbers_follow_each_other_per_entity_journal_and_year(books: LegalEntity) -> None:
    other = entity_by_code("FA")
    numbers = [take_number(entity_id=books.pk, journal="SAL", year=2026) for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert take_number(entity_id=other.pk, journal="SAL", year=2026) == 1
    assert take_number(entity_id=books.pk, journal="SAL", year=2027) == 1
    assert take_number(entity_id=books.pk, journal="CN", year=2026) == 1


def test_a_number_taken_in_a_refused_act_is_given_again(books: LegalEntity) -> None:
    with pytest.raises(UnbalancedEntry), transaction.atomic():
        assert take_number(entity_id=books.pk, journal="SAL", year=2026) == 1
        raise UnbalancedEntry
    assert take_number(entity_id=books.pk, journal="SAL", year=2026) == 1


def test_lines_without_amount_go_and_negative_ones_change_sides() -> None:
    zero, ten = euro("0.00"), euro("10.00")
    lines = without_zeros(dr("6218", -ten, fund="pot"), cr("749", zero), cr("453", -ten), dr("455", ten))

    assert lines == (cr("6218", ten, fund="pot"), dr("453", ten), dr("455", ten))


def test_accents_tabs_and_backslashes_survive(budget: Budget) -> None:
    text = "Thé\tâtre \\N \\ ligne\nsuite \r'\" ; 100 %s {}"
    one = post_entry(replace(invoice(budget), text=text))

    assert JournalEntry.objects.get(pk=one).text == text


def test_the_pot_is_shared_by_the_entities_of_a_cooperative(budget: Budget, tenant: Cooperative) -> None:
    other = open_budget(entity=entity_by_code("FA"), name="F")
    post_entries([invoice(budget), invoice(other, net="10.00")])

    assert fund_balance("pot") == euro("65.65")
    assert fund_balance("pot", entity_by_code("FA")) == euro("0.65")
    assert isinstance(tenant.pk, int)
    assert isinstance(budget.pk, UUID)
