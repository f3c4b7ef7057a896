"""What comes in and goes out: each euro once, on the day on which it moves."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.selectors import account_balance, entity_by_code
from ledger.services import create_party, post_entry
from ledger.treasury import bank_simulator as bank
from ledger.treasury.forecast import FlowKind
from ledger.treasury.forecast.bodies import due_parts, owed_by_month
from ledger.treasury.forecast.days import flows_on, forecast
from ledger.treasury.services import request_payout, take_statements
from ledger.types import Entry, cr, dr
from members.enums import Role
from tests.factories import SYSTEM, load_cooperative, make_person

TODAY = date(2026, 11, 16)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    """Belgium with its policies."""
    load_cooperative()
    return tenant


def ask(amount: str, due_on: date, kind: str = "supplier", account: str = "440") -> Any:
    """A payment that is asked for."""
    return request_payout(
        entity_id=entity_by_code("PA").pk,
        kind=kind,
        party_id=create_party(kind="body", name="Somebody").pk,
        payee_name="Somebody",
        iban="BE68539007547034",
        amount=Decimal(amount),
        communication="x",
        due_on=due_on,
        source_type="test",
        source_id=uuid4(),
        settles_account=account,
    )


def owe(account: str, amount: str, on: date) -> None:
    """A debt to a public body, booked on a day."""
    money = Decimal(amount)
    lines = (dr("621", money, fund="pot"), cr(account, money))
    post_entry(Entry(entity_by_code("PA").pk, on, "OD", "test", uuid4(), "debt", "debt", lines))


def says(balance: str) -> None:
    """The bank's last word."""
    movement = bank.BankMovement(Decimal(balance), "apport")
    statement = bank.BankStatement(entity_by_code("PA").iban, 1, TODAY, Decimal("0.00"), [movement])
    content = bank.write_coda([statement])
    take_statements(content=content, filename="x.cod", today=TODAY, actor=SYSTEM)


def test_payments_leave_on_their_day_and_late_ones_today(be: Cooperative) -> None:
    says("1000.00")
    ask("100.00", TODAY - timedelta(days=40))
    ask("250.00", TODAY + timedelta(days=3), "wage", "455")
    ask("50.00", TODAY + timedelta(days=200))

    found = forecast(TODAY, 5)

    assert found.opening == Decimal("1000.00")
    assert [span.closing for span in found.days] == [
        Decimal(text) for text in ("900.00", "900.00", "900.00", "650.00", "650.00")
    ]
    assert found.days[0].moves[FlowKind.SUPPLIERS] == Decimal("-100.00")
    assert found.days[3].moves[FlowKind.WAGES] == Decimal("-250.00")
    assert found.lowest.first == TODAY + timedelta(days=3)
    assert [span.lowest for span in found.days] == [False, False, False, True, False]


def test_the_flows_of_each_day_make_its_total(be: Cooperative) -> None:
    ask("100.00", TODAY)
    ask("12.34", TODAY, "contribution", "453")
    owe("453", "500.00", date(2026, 11, 3))
    owe("4540", "1000.01", date(2026, 11, 3))

    found = forecast(TODAY, 90)

    for span in found.days:
        flows = [flow for flow in flows_on(span.first, TODAY) if not flow.possible]
        assert sum((flow.amount for flow in flows), Decimal("0.00")) == sum(span.moves.values())
    moved = sum((sum(span.moves.values()) for span in found.days), Decimal("0.00"))
    assert moved == Decimal("-1600.01")  # 453 owes 500.00, of which 12.34 is asked for already


def test_social_security_is_paid_in_an_advance_and_at_the_end_of_the_month_after_the_quarter(
    be: Cooperative,
) -> None:
    owe("4540", "1000.00", date(2026, 10, 20))

    before = forecast(date(2026, 10, 30), 120)
    after = forecast(TODAY, 90)

    paid = {span.first: span.moves[FlowKind.CHARGES] for span in before.days if span.moves[FlowKind.CHARGES]}
    assert paid == {date(2026, 11, 5): Decimal("-300.00"), date(2027, 1, 31): Decimal("-700.00")}
    # the day of the advance has passed and nothing was paid: all of it is still owed
    late = {span.first: span.moves[FlowKind.CHARGES] for span in after.days if span.moves[FlowKind.CHARGES]}
    assert late == {date(2027, 1, 31): Decimal("-1000.00")}


def test_what_is_paid_settles_the_oldest_debt(be: Cooperative) -> None:
    owe("453", "300.00", date(2026, 9, 10))
    owe("453", "200.00", date(2026, 10, 10))
    lines = (dr("453", Decimal("350.00")), cr("580", Decimal("350.00")))
    entity = entity_by_code("PA")
    post_entry(Entry(entity.pk, TODAY, "FIN", "test", uuid4(), "paid", "paid", lines))

    left = list(owed_by_month(["453"]))

    assert [(row.month, row.amount) for row in left] == [(date(2026, 10, 1), Decimal("150.00"))]
    assert -account_balance("453", entity) == Decimal("150.00")


def test_what_no_rule_tells_is_due_at_once(be: Cooperative) -> None:
    assert due_parts("999", date(2026, 10, 1), Decimal("10.00"), {}, TODAY) == [(TODAY, Decimal("10.00"))]


def test_other_entities_are_left_out_when_one_is_asked_for(be: Cooperative) -> None:
    ask("100.00", TODAY)

    other = forecast(TODAY, 5, entity_id=entity_by_code("SC").pk)

    assert other.days[0].closing == Decimal("0.00")
    assert forecast(TODAY, 5, entity_id=entity_by_code("PA").pk).days[0].closing == Decimal("-100.00")


def test_weeks_add_up_to_the_days(be: Cooperative) -> None:
    says("1000.00")
    for days in range(0, 300, 11):
        ask("10.00", TODAY + timedelta(days=days))

    found = forecast(TODAY, 364)
    weeks = found.weeks()

    assert weeks[-1].closing == found.days[-1].closing
    assert all(week.first.weekday() == 0 for week in weeks)
    assert [week.opening for week in weeks[1:]] == [week.closing for week in weeks[:-1]]


def test_finance_reads_the_page_by_day_by_week_and_as_a_file(
    cooperative_be: Cooperative, django_assert_max_num_queries: Any
) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        person = make_person(Role.FINANCE, user=True)
        today = clock.today()
        ask("123.45", today)
    browser = Client()
    browser.force_login(person.user)

    with django_assert_max_num_queries(45):
        page = browser.get("/be/tresorerie/")
    body = page.content.decode()
    assert page.status_code == 200
    assert "123,45" in body
    assert browser.get("/be/tresorerie/?per=week&delay=30&entity=PA").status_code == 200
    day = browser.get(f"/be/tresorerie/{today.isoformat()}/").content.decode()
    assert "Somebody" in day
    assert browser.get("/be/tresorerie/2020-01-01/").status_code == 404
    assert browser.get("/be/tresorerie/nonsense/").status_code == 404
    file = browser.get("/be/tresorerie/?format=csv").content.decode()
    assert file.count("\r\n") == 91
    assert "-123,45" in file
    assert browser.get("/be/tresorerie/?format=xlsx").content[:2] == b"PK"
    rest = browser.get("/be/api/v1/forecast/?days=3").json()
    assert [row["closing"] for row in rest] == ["-123.45"] * 3
    flows = browser.get(f"/be/api/v1/forecast/flows/?day={today.isoformat()}").json()["results"]
    assert [flow["amount"] for flow in flows] == ["-123.45"]
