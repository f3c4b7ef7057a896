"""Days of years that are none: refused in words where they are written, before anything counts with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DayOutOfReach
from core.models import Cooperative
from invoicing.models import Invoice
from invoicing.quotes.models import Order, Quote
from invoicing.quotes.services import change_order, change_quote
from invoicing.recurring.models import RecurringInvoice, RecurringPrice
from invoicing.recurring.services import change_template, new_price
from invoicing.recurring.services.templates import Rule
from invoicing.services import change_draft, issue_invoice
from invoicing.timesheets.models import TimeEntry
from invoicing.timesheets.services import change_hours
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_draft, two_days
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.quotes.builders import make_order, make_quote
from tests.invoicing.recurring.test_recurring import hosting, make_template
from tests.invoicing.timesheets.test_hours import Job

FAR = (date(9999, 12, 31), date(2101, 1, 1), date(1999, 12, 31), date(1, 1, 1))


@pytest.fixture(autouse=True)
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def rows() -> list[Any]:
    """All that could be written."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Invoice, RecurringInvoice, RecurringPrice, TimeEntry, Quote, Order)
    ]


def refused(act: Callable[[], Any]) -> None:
    before = rows()
    with pytest.raises(DayOutOfReach):
        act()
    assert rows() == before


@pytest.mark.parametrize("day", FAR)
def test_no_draft_is_delivered_at_the_end_of_time(day: date) -> None:
    activity = make_activity()
    client = make_client(activity)
    draft = make_draft(activity, client)
    month = [replace(two_days()[0], starts_on=min(NOVEMBER, day), ends_on=max(NOVEMBER, day))]
    same: dict[str, Any] = {"invoice_id": draft.pk, "client_id": client.pk, "actor": SYSTEM}

    refused(lambda: make_draft(activity, client, delivery_date=day))
    refused(lambda: make_draft(activity, client, month))
    refused(lambda: change_draft(**same, lines=two_days(), delivery_date=day))
    refused(lambda: change_draft(**same, lines=month, delivery_date=NOVEMBER))


def test_a_draft_of_before_that_is_delivered_then_is_not_issued() -> None:
    draft = make_draft(make_activity())
    Invoice.objects.filter(pk=draft.pk).update(delivery_date=date(9999, 12, 31))

    refused(lambda: issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM))


@pytest.mark.parametrize("day", FAR)
def test_nothing_recurs_at_the_end_of_time(day: date) -> None:
    activity = make_activity()
    client = make_client(activity)
    template = make_template(activity, client=client)
    far = Rule("month", min(NOVEMBER, day), ends_on=max(NOVEMBER, day))

    refused(lambda: make_template(activity, client=client, rule=Rule("month", day)))
    refused(lambda: make_template(activity, client=client, rule=far))
    refused(
        lambda: change_template(
            template_id=template.pk, client_id=client.pk, title="x", lines=hosting(), rule=far, actor=SYSTEM
        )
    )
    refused(lambda: new_price(template_id=template.pk, valid_from=day, lines=hosting(), actor=SYSTEM))


@pytest.mark.parametrize("day", FAR)
def test_nobody_works_at_the_end_of_time(day: date) -> None:
    job = Job()
    entry = job.work(NOVEMBER, "1")

    refused(lambda: job.work(day, "1"))
    refused(
        lambda: change_hours(entry_id=entry.pk, day=day, hours=Decimal(1), rate=Decimal(60), actor=SYSTEM)
    )


@pytest.mark.parametrize("day", FAR)
def test_no_quote_is_good_and_no_work_planned_until_the_end_of_time(day: date) -> None:
    activity = make_activity(make_person())
    client = make_client(activity)
    quote, order = make_quote(activity, client), make_order(activity)
    planned: dict[str, Any] = {"planned_from": min(NOVEMBER, day), "planned_to": max(NOVEMBER, day)}

    refused(lambda: make_quote(activity, client, valid_until=day))
    refused(
        lambda: change_quote(
            quote_id=quote.pk, client_id=client.pk, title="x", lines=two_days(), valid_until=day,
            on=NOVEMBER, actor=SYSTEM,
        )
    )  # fmt: skip
    refused(lambda: change_order(order_id=order.pk, client_reference="", actor=SYSTEM, **planned))
