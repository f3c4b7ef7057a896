"""Hours: noted, invoiced once, free again when the invoice goes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.models import Cooperative
from core.registry import Message
from core.tenancy import tenant_scope
from invoicing.content import attached_to, ubl_of
from invoicing.models import Invoice, IssuedDocument
from invoicing.quotes.errors import OrderExceeded
from invoicing.services import credit_invoice, delete_draft, issue_invoice
from invoicing.timesheets import services
from invoicing.timesheets.errors import (
    HoursInvalid,
    HoursInvoiced,
    NothingToInvoice,
    OrderOfAnother,
    StaleHours,
)
from invoicing.timesheets.forms import HoursField
from invoicing.timesheets.models import InvoicedHours, TimeEntry
from tests.activities.builders import flat, make_activity, make_client
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.quotes.builders import MONDAY, make_order
from tests.invoicing.test_numbers_at_once import belgium


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


class Job:
    """A member who works by the hour for a client."""

    def __init__(self) -> None:
        self.member = make_person()
        self.activity = make_activity(self.member)
        self.client = make_client(self.activity)

    def work(self, day: date, hours: str, task: str = "", rate: str = "60", **fields: Any) -> TimeEntry:
        return services.write_hours(
            activity_id=self.activity.pk,
            client_id=self.client.pk,
            person=self.member,
            day=day,
            hours=Decimal(hours),
            rate=Decimal(rate),
            task=task,
            actor=SYSTEM,
            **fields,
        )

    def invoice(self, grouping: str = "task", last: date = date(2026, 11, 30)) -> Invoice:
        return services.invoice_hours(
            activity_id=self.activity.pk, client_id=self.client.pk, last=last, grouping=grouping, actor=SYSTEM
        )


def shown(invoice: Invoice) -> list[tuple[str, Decimal, Decimal]]:
    return [(row.description, row.quantity, row.net) for row in invoice.lines.order_by("position")]


@pytest.mark.parametrize(
    ("grouping", "lines"),
    [
        ("task", [("Maquette", "2.75", "165.00"), ("Heures prestées", "1", "60.00")]),
        ("one", [("Heures prestées", "3.75", "225.00")]),
        (
            "day",
            [("2/11/2026 – Maquette", "1.5", "90.00"), ("3/11/2026 – Maquette", "1.25", "75.00"),
             ("3/11/2026 – Heures prestées", "1", "60.00")],
        ),
    ],
)  # fmt: skip
def test_hours_are_grouped_as_asked(be: Cooperative, grouping: str, lines: Any) -> None:
    job = Job()
    job.work(MONDAY, "1.5", "Maquette")
    job.work(date(2026, 11, 3), "1.25", "Maquette")
    job.work(date(2026, 11, 3), "1")

    invoice = job.invoice(grouping)

    assert shown(invoice) == [(text, Decimal(hours), Decimal(net)) for text, hours, net in lines]
    assert invoice.note == "Prestations du 2/11/2026 au 3/11/2026 : 3.75 h"
    assert invoice.delivery_date == date(2026, 11, 3)


def test_hours_at_two_rates_never_share_a_line(be: Cooperative) -> None:
    job = Job()
    job.work(MONDAY, "1", "Maquette")
    job.work(MONDAY, "1", "Maquette", rate="80")

    assert [net for _text, _hours, net in shown(job.invoice("one"))] == [Decimal("60.00"), Decimal("80.00")]


def test_hours_are_invoiced_once(be: Cooperative) -> None:
    job = Job()
    entry = job.work(MONDAY, "1")
    invoice = job.invoice()

    with pytest.raises(NothingToInvoice), transaction.atomic():
        job.invoice()
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoicedHours.objects.create(entry=entry, invoice=invoice)
    with pytest.raises(HoursInvoiced), transaction.atomic():
        services.delete_hours(entry_id=entry.pk, actor=SYSTEM)
    with pytest.raises(HoursInvoiced), transaction.atomic():
        services.change_hours(entry_id=entry.pk, day=MONDAY, hours=Decimal(2), rate=Decimal(60), actor=SYSTEM)

    entry.refresh_from_db()
    assert (Invoice.objects.count(), entry.hours) == (1, Decimal("1"))


def test_hours_after_the_day_wait(be: Cooperative) -> None:
    job = Job()
    job.work(MONDAY, "1")
    job.work(date(2026, 12, 1), "8")

    assert job.invoice(last=date(2026, 11, 30)).net == Decimal("60.00")
    assert job.invoice(last=date(2026, 12, 31)).net == Decimal("480.00")


def test_a_draft_thrown_away_and_an_invoice_given_back_free_their_hours(be: Cooperative) -> None:
    job = Job()
    job.work(MONDAY, "1")
    delete_draft(invoice_id=job.invoice().pk, actor=SYSTEM)
    issued = issue_invoice(invoice_id=job.invoice().pk, issued_on=MONDAY, actor=SYSTEM)
    credit_invoice(invoice_id=issued.pk, on=MONDAY, actor=SYSTEM, reason="Erreur")
    news = Message(issued.pk, "invoice.credited", "invoicing.invoice", issued.pk, {"in_full": True})

    services.invoice_credited(Message(issued.pk, "x", "x", issued.pk, {"in_full": False}))
    assert InvoicedHours.objects.exists()
    services.invoice_credited(news)
    services.invoice_credited(news)

    assert job.invoice().net == Decimal("60.00")


def test_hours_of_an_order_count_on_it_and_never_pass_it(be: Cooperative) -> None:
    job = Job()
    order = make_order(job.activity, client=job.client, lines=flat("100.00"))
    job.work(MONDAY, "1", order_id=order.pk)
    job.invoice()
    job.work(MONDAY, "1", order_id=order.pk)

    with pytest.raises(OrderExceeded), transaction.atomic():
        job.invoice()

    order.refresh_from_db()
    assert (order.invoiced, Invoice.objects.count()) == (Decimal("60.00"), 1)


def test_an_order_of_another_client_is_refused(be: Cooperative) -> None:
    job, other = Job(), Job()
    order = make_order(other.activity, client=other.client)

    with pytest.raises(OrderOfAnother), transaction.atomic():
        job.work(MONDAY, "1", order_id=order.pk)

    assert not TimeEntry.objects.exists()


@pytest.mark.parametrize(("hours", "rate"), [("0", "60"), ("-1", "60"), ("24.25", "60"), ("1", "0")])
def test_hours_without_sense_are_refused(be: Cooperative, hours: str, rate: str) -> None:
    job = Job()

    with pytest.raises(HoursInvalid), transaction.atomic():
        job.work(MONDAY, hours, rate=rate)

    assert not TimeEntry.objects.exists()


def test_the_second_writer_is_told(be: Cooperative) -> None:
    job = Job()
    entry = job.work(MONDAY, "1")
    fields: dict[str, Any] = {"entry_id": entry.pk, "day": MONDAY, "rate": Decimal(60), "actor": SYSTEM}
    services.change_hours(hours=Decimal(2), version=1, **fields)

    with pytest.raises(StaleHours), transaction.atomic():
        services.change_hours(hours=Decimal(3), version=1, **fields)

    entry.refresh_from_db()
    assert entry.hours == Decimal("2")


@pytest.mark.parametrize(
    ("text", "hours"), [("1,25", "1.25"), ("1.5", "1.50"), ("1:15", "1.25"), ("2h", "2.00"), ("0h20", "0.33")]
)
def test_hours_are_read_as_people_write_them(text: str, hours: str) -> None:
    assert HoursField().clean(text) == Decimal(hours)


@pytest.mark.parametrize("text", ["0", "25", "1:75", "une heure", "-1", "NaN", "1:1:1", "1:²", "²", "1h٣٣٣"])
def test_what_is_no_hours_is_refused_in_words(text: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        HoursField().clean(text)


def test_eight_who_invoice_the_same_hours_at_once_make_one_invoice(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        job = Job()
        for day in range(2, 7):
            job.work(date(2026, 11, day), "8")

    def invoice(_n: int) -> Any:
        with tenant_scope(Cooperative.objects.get(slug="be")):
            return job.invoice().pk

    outcomes = fresh_database.in_threads(invoice, *[(n,) for n in range(8)])

    assert len([outcome for outcome in outcomes if outcome.ok]) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"no_hours_to_invoice"}
    with tenant_scope(cooperative):
        assert Invoice.objects.get().net == Decimal("2400.00")


def test_the_time_sheet_goes_with_the_invoice_and_inside_its_ubl(be: Cooperative) -> None:
    job = Job()
    job.work(MONDAY, "1.5", "Maquette")
    draft = job.invoice()
    issue_invoice(invoice_id=draft.pk, issued_on=date(2026, 11, 3), actor=SYSTEM)

    [annex] = attached_to(IssuedDocument.objects.get(invoice=draft).content)

    assert (annex.file_name, annex.media_type) == ("releve-heures.csv", "text/csv")
    head, row = annex.content.decode("utf-8-sig").splitlines()
    assert head == "Jour;Qui;Tâche;Travail;Heures;Tarif horaire hors TVA;Montant hors TVA"
    assert row.startswith("2026-11-02;") and row.endswith(";90,00")
    assert b"releve-heures.csv" in ubl_of(IssuedDocument.objects.get(invoice=draft))
