"""`check_ledger` finds what somebody with the owner's keys did behind the application's back."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg2
import pytest

from core.models import Cooperative
from core.reference import published
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.checks import check_books
from ledger.loaders import load_books
from ledger.selectors import entity_by_code
from ledger.services import open_budget, post_entry, reserve
from ledger.treasury import bank_simulator as bank
from ledger.treasury.loaders import load_bank_accounts
from ledger.treasury.services import import_statement
from ledger.types import Entry, cr, dr

DAY = date(2026, 11, 18)


@pytest.fixture
def committed(fresh_database: Any) -> Iterator[Callable[[str], None]]:
    """A small cooperative with a subsidy, a commitment, a loan of the pot and a statement; gives the owner's
    SQL.
    """
    cooperative = Cooperative.objects.create(id=1, slug="be", name="Smart", country="BE", languages=["fr"])
    file = published("be")
    with tenant_scope(cooperative):
        load_books(file)
        load_bank_accounts(file)
        entity = entity_by_code("PA")
        budget = open_budget(entity=entity, name="A")
        poor = open_budget(entity=entity, name="B")
        post_entry(
            Entry(entity.pk, DAY, "SAL", "test", uuid4(), "issued", "Facture",
                  (dr("416", Decimal("1210.00")), cr("700", Decimal("1000.00"), budget=budget.pk),
                   cr("451", Decimal("210.00")), dr("6190", Decimal("65.00"), budget=budget.pk),
                   cr("748", Decimal("65.00"), fund="pot")))
        )  # fmt: skip
        post_entry(
            Entry(entity.pk, DAY, "SAL", "test", uuid4(), "credited", "Note de crédit",
                  (dr("700", Decimal("30.00"), budget=poor.pk), cr("416", Decimal("30.00"))), imposed=True)
        )  # fmt: skip
        reserve(
            budget_id=budget.pk, amount=Decimal("100.00"), source_type="test", source_id=uuid4(), text="c"
        )
        import_statement(
            content=bank.write_coda(
                [
                    bank.BankStatement(
                        entity.iban, 1, DAY, Decimal("0.00"), (bank.BankMovement(Decimal("1210.00")),)
                    )
                ]
            ),
            filename="a.cod",
            today=DAY,
            actor=Actor.system("test"),
        )
    assert check_books().ok
    owner = psycopg2.connect(fresh_database.owner_url)
    owner.autocommit = True

    def as_owner(sql: str) -> None:
        with owner.cursor() as cursor:
            cursor.execute(sql)

    yield as_owner
    owner.close()


def codes() -> set[str]:
    """The codes of what does not hold now."""
    return {broken.code for _, broken in check_books().breaks}


LINE_OFF = "ALTER TABLE ledger_journalline DISABLE TRIGGER USER;"
LINE_ON = "ALTER TABLE ledger_journalline ENABLE TRIGGER USER;"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (f"{LINE_OFF} UPDATE ledger_journalline SET debit = 1211 WHERE debit = 1210; {LINE_ON}",
         {"entry_unbalanced", "bank_balance", "statement_booked"}),
        (f"{LINE_OFF} DELETE FROM ledger_journalline WHERE account = '451'; {LINE_ON}", {"entry_unbalanced"}),
        (f"{LINE_OFF} DELETE FROM ledger_journalline WHERE entry_id = (SELECT id FROM ledger_journalentry "
         f"WHERE kind = 'issued'); {LINE_ON}", {"entry_unbalanced", "budget_balance"}),
        ("UPDATE ledger_budget SET balance = balance + 0.01 WHERE name = 'A'", {"budget_balance"}),
        ("UPDATE ledger_reservation SET amount = 99", {"budget_reserved"}),
        ("ALTER TABLE ledger_budget DROP CONSTRAINT ledger_budget_available; "
         "UPDATE ledger_budget SET reserved = 936 WHERE name = 'A'", {"budget_overspent", "budget_reserved"}),
        (f"{LINE_OFF} UPDATE ledger_journalline SET account = '749' WHERE account = '748'; {LINE_ON}",
         {"internal_pair"}),
        (f"ALTER TABLE ledger_journalline DROP CONSTRAINT ledger_journalline_bearer; {LINE_OFF} "
         f"UPDATE ledger_journalline SET fund = NULL WHERE account = '748'; {LINE_ON}", {"line_bearer"}),
        ("UPDATE ledger_budget SET shortfall = 0 WHERE name = 'B'", {"shortfall"}),
        ("UPDATE ledger_budget SET entity_id = (SELECT id FROM ledger_legalentity WHERE code = 'FA') "
         "WHERE name = 'A'", {"budget_entity"}),
        ("ALTER TABLE treasury_bankstatement DISABLE TRIGGER USER; "
         "UPDATE treasury_bankstatement SET closing = closing + 1", {"bank_balance", "statement_lines"}),
        ("INSERT INTO treasury_payoutbatch (id, tenant_id, entity_id, account_id, kind, number, state, "
         "total, payments, created_on, created_by, released_by) SELECT gen_random_uuid(), 1, entity_id, id, "
         "'wage', 'X', 'draft', 5, 1, '2026-11-18', 'x', '' FROM treasury_bankaccount LIMIT 1",
         {"batch_total"}),
    ],
)  # fmt: skip
def test_tampering_is_found(committed: Callable[[str], None], sql: str, found: set[str]) -> None:
    committed(sql)

    assert codes() == found


def test_the_command_answers_and_exits(committed: Callable[[str], None], fresh_database: Any) -> None:
    good = fresh_database.manage("check_ledger", "--json")
    assert good.returncode == 0, good.stderr
    counted = {"ok": True, "entries": 4, "lines": 11, "budgets": 2, "unsealed": 4, "breaks": []}
    assert json.loads(good.stdout) == counted

    committed("UPDATE ledger_reservation SET amount = 99")

    bad = fresh_database.manage("check_ledger", "--json")
    assert bad.returncode == 1
    answer = json.loads(bad.stdout)
    assert not answer["ok"]
    assert answer["breaks"][0]["code"] == "budget_reserved"
    assert answer["breaks"][0]["cooperative"] == "be"
