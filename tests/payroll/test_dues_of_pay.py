"""What a month of pay makes owed to bodies, by its day, paid through a batch, beside what was declared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from core.types import Actor

D = Decimal
SYSTEM = Actor.system("test")


def balances() -> dict[str, Decimal]:
    """Credits of the accounts of bodies."""
    from django.db.models import F, Sum

    from ledger.models import JournalLine

    rows = JournalLine.objects.filter(account__in=("4540", "453", "4541", "4590"))
    found = rows.values_list("account").annotate(total=Sum(F("credit") - F("debit"))).order_by("account")
    return {account: total for account, total in found if total}


def test_pay_of_november_is_raised_by_each_day_and_paid(world: Any) -> None:
    """One employee and one artistic contract: each cent of 4540, 453, 4541, 4590 finds its due and day."""
    from core.identifiers import belgian_iban, make_structured_communication
    from ledger.treasury.dues.models import Due
    from ledger.treasury.dues.services import agree_due, enter_terms, make_batch, raise_dues
    from ledger.treasury.services import release_batch
    from payroll.services import settle_due

    world.submit(world.contract("1500.00"))
    artistic = {"contract_type": "artistic", "starts_on": date(2026, 11, 9), "ends_on": date(2026, 11, 11)}
    world.submit(world.contract("900.00", **artistic))
    settle_due(on=date(2026, 11, 16), actor=SYSTEM)
    owed = balances()
    assert set(owed) == {"4540", "453", "4541", "4590"}

    raise_dues(today=date(2026, 12, 1), actor=SYSTEM)
    december = {row.kind: (row.amount, row.due_on) for row in Due.objects.all()}
    assert december == {
        "onss_advance": (owed["4540"], date(2026, 12, 4)),  # the 5th is a Saturday
        "withholding_tax": (owed["453"], date(2026, 12, 15)),
    }
    raise_dues(today=date(2027, 1, 25), actor=SYSTEM)
    raise_dues(today=date(2027, 4, 1), actor=SYSTEM)
    later = {row.kind: (row.amount, row.due_on) for row in Due.objects.all()}
    assert later["insurance"] == (owed["4590"], date(2027, 1, 29))
    assert later["onva_year"] == (owed["4541"], date(2027, 4, 30))
    assert "onss_balance" not in later  # the advance paid the quarter whole

    day = date(2027, 4, 1)
    maker, releaser = (Actor("user", name, place) for place, name in ((201, "maker"), (202, "releaser")))
    for place, due in enumerate(Due.objects.select_related("entity")):
        enter_terms(
            entity=due.entity, creditor=due.creditor, valid_from=date(2026, 1, 1),
            iban="" if due.creditor == "onss" else belgian_iban(6_790_000_000 + place),
            reference=make_structured_communication(70_000_000 + place), source="avis", actor=maker,
        )  # fmt: skip
        agree_due(due_id=due.pk, today=day, actor=maker)
    batch = make_batch(
        entity_id=world.activity.entity_id,
        kind="contribution",
        until=date(2027, 4, 30),
        today=day,
        actor=maker,
    )
    assert batch.total == sum(owed.values())
    release_batch(batch_id=batch.pk, on=day, actor=releaser)
    assert balances() == {}


def test_the_page_of_a_due_says_what_was_declared(world: Any, client: Any) -> None:
    """The withholding tax of November beside the return of November; alike, nothing to explain."""
    from ledger.treasury.dues.models import Due
    from ledger.treasury.dues.registry import declared_for
    from ledger.treasury.dues.services import raise_dues
    from members.enums import Role
    from payroll.returns.models import PublicReturn
    from payroll.services import settle_due
    from tests.factories import make_person, make_user

    world.submit(world.contract("3000.00"))
    settle_due(on=date(2026, 11, 16), actor=SYSTEM)
    raise_dues(today=date(2026, 12, 1), actor=SYSTEM)
    due = Due.objects.get(kind="withholding_tax")
    assert declared_for(due.kind, due.entity_id, due.first, due.last) is None
    PublicReturn.objects.create(
        kind="withholding_tax", entity_id=due.entity_id, first=due.first, last=due.last,
        due_on=due.due_on, state="draft", built_on=date(2026, 12, 1), built_by="test",
        totals={"declared": str(due.amount)},
    )  # fmt: skip
    found = declared_for(due.kind, due.entity_id, due.first, due.last)
    assert found is not None
    assert found.amount == due.amount
    finance = make_person(Role.FINANCE)
    finance.user = make_user(finance.email)
    finance.save(update_fields=["user"])
    client.force_login(finance.user)
    page = client.get(f"/be/dues/{due.pk}/").content.decode()
    assert "Declared for this period" in page or "Déclaré pour cette période" in page
    assert "Not what was declared" not in page and "Pas ce qui a été déclaré" not in page
