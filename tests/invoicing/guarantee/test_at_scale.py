"""60,000 open invoices of 3,000 clients: the treasury's pages stay quick."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from invoicing.guarantee.exposure import exposures, unguaranteed
from invoicing.models import Client, Invoice
from ledger.models import Budget, Party
from ledger.treasury.forecast.days import flows_on, forecast
from tests.activities.builders import make_activity
from tests.factories import load_cooperative

ON = date(2026, 11, 16)
SECONDS = 20  # on a loaded machine; a second or two otherwise


@pytest.mark.soak
def test_the_pages_of_the_treasury_with_sixty_thousand_open_invoices(tenant: Any) -> None:
    load_cooperative()
    model = make_activity()
    budgets = Budget.objects.bulk_create(Budget(entity=model.entity, name=f"B{n}") for n in range(300))
    activities = Activity.objects.bulk_create(
        Activity(
            name=f"A{n}", entity=model.entity, tool="activity", budget=budget, function=model.function,
            state="open", requested_on=ON, opened_on=ON,
        )
        for n, budget in enumerate(budgets)
    )  # fmt: skip
    parties = Party.objects.bulk_create(Party(kind="client", name=f"C{n}") for n in range(3000))
    clients = Client.objects.bulk_create(
        Client(party=party, kind="business", name=party.name, search_key=f"c{n}")
        for n, party in enumerate(parties)
    )
    Invoice.objects.bulk_create(
        (
            Invoice(
                activity=activities[n % 300], entity=model.entity, client=clients[n * 7 % 3000],
                state="issued" if n < 60_000 else "paid", delivery_date=ON, net=Decimal(100 + n % 900),
                total=Decimal(100 + n % 900), number=f"X{n}", issued_on=ON - timedelta(days=n % 90),
                due_on=ON + timedelta(days=n % 100 - 30), levy=Decimal(n % 7),
                paid=Decimal(0) if n < 60_000 else Decimal(100 + n % 900),
                paid_on=None if n < 60_000 else ON + timedelta(days=n % 100 - 20),
            )
            for n in range(90_000)
        ),
        batch_size=5000,
    )  # fmt: skip

    def timed(what: Any, queries: int) -> Any:
        began = time.monotonic()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = what()
        took = time.monotonic() - began
        print(f"{took:.2f} s, {len(asked)} queries")  # noqa: T201 - what was measured
        assert len(asked) <= queries
        assert took < SECONDS
        return found

    days = timed(lambda: forecast(ON, 90), 30)
    assert sum(day.count for day in days.days) == 60_000
    timed(lambda: flows_on(ON + timedelta(days=20), ON), 30)
    rows = timed(lambda: exposures(ON), 5)
    assert len(rows) == 3000
    assert sum(row.at_risk for row in rows) == sum(Decimal(100 + n % 900) for n in range(60_000))
    timed(lambda: exposures(ON, [clients[0].pk]), 6)
    timed(lambda: unguaranteed(activities[0].pk, ON), 3)
