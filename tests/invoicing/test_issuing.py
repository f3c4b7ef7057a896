"""Issuing an invoice: example A of the domain, to the cent, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import NoRateInForce
from core.identifiers import format_structured_communication, is_structured_communication
from core.models import AuditEvent, Cooperative, DocumentJob, PolicyRate
from core.tenancy import tenant_scope
from invoicing.enums import InvoiceState
from invoicing.errors import (
    EmptyInvoice,
    InvoiceNotDraft,
    LineInvalid,
    MixedScope,
    StaleInvoice,
    VatCodeNotAllowed,
    VatCodeNotInForce,
)
from invoicing.models import Invoice, IssuedDocument
from invoicing.services import change_draft, delete_draft, issue_invoice
from invoicing.types import LineInput
from ledger.models import JournalEntry, JournalLine, LegalEntity, NumberSeries
from ledger.selectors import account_balance, fund_balance
from ledger.services import open_budget
from tests.activities.builders import (
    NOVEMBER,
    flat,
    make_activity,
    make_client,
    make_draft,
    make_invoice,
    two_days,
)
from tests.factories import SYSTEM, load_cooperative


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def posted(invoice: Invoice) -> list[tuple[str, Decimal, Decimal]]:
    lines = JournalLine.objects.filter(entry__source_id=invoice.pk).order_by("entry_id", "position")
    return [(line.account, line.debit, line.credit) for line in lines]


def test_example_a_posts_sale_vat_and_levy_to_the_cent(be: Cooperative) -> None:
    activity = make_activity()

    invoice = make_invoice(activity)

    zero = Decimal("0.00")
    assert posted(invoice) == [
        ("400", Decimal("1210.00"), zero),
        ("700", zero, Decimal("1000.00")),
        ("451", zero, Decimal("210.00")),
        ("6190", Decimal("65.00"), zero),
        ("748", zero, Decimal("65.00")),
    ]
    activity.budget.refresh_from_db()
    assert activity.budget.balance == Decimal("935.00")
    assert fund_balance("pot") == Decimal("65.00")
    assert (invoice.net, invoice.vat, invoice.total) == (
        Decimal("1000.00"),
        Decimal("210.00"),
        Decimal("1210.00"),
    )
    assert (invoice.levy_rate, invoice.levy) == (Decimal("0.065"), Decimal("65.00"))


def test_the_receivable_stands_on_the_client_and_the_levy_on_budget_and_pot(be: Cooperative) -> None:
    activity = make_activity()
    invoice = make_invoice(activity)
    lines = {line.account: line for line in JournalLine.objects.filter(entry__source_id=invoice.pk)}

    assert lines["400"].party_id == invoice.client.party_id
    assert lines["700"].budget_id == lines["6190"].budget_id == activity.budget_id
    assert lines["748"].fund == "pot"
    assert lines["451"].budget_id is lines["451"].fund is None


def test_the_number_counts_per_entity_and_year_and_the_communication_follows_it(be: Cooperative) -> None:
    painter, trainer = make_activity(), make_activity(entity_code="FA", function_code="formation")

    first, second = make_invoice(painter), make_invoice(painter)
    course = make_invoice(trainer, lines=flat("300.00", "exempt_training"))
    last_year = make_invoice(painter, issued_on=date(2025, 12, 30))

    assert [first.number, second.number] == ["PA-2026-000001", "PA-2026-000002"]
    assert course.number == "FA-2026-000001"
    assert last_year.number == "PA-2025-000001"
    communications = {row.communication for row in (first, second, course, last_year)}
    assert len(communications) == 4
    assert all(is_structured_communication(digits) for digits in communications)
    assert first.communication.startswith("26") and first.communication[4:10] == "000001"


def test_the_term_runs_from_the_later_of_issue_and_delivery(be: Cooperative) -> None:
    activity = make_activity()

    behind = make_invoice(activity, delivery_date=date(2026, 10, 1))
    ahead = make_invoice(activity, delivery_date=date(2026, 11, 20))
    own_term = make_invoice(activity, make_client(payment_term_days=45))

    assert behind.due_on == date(2026, 12, 2)
    assert ahead.due_on == date(2026, 12, 20)
    assert own_term.due_on == date(2026, 12, 17)


def test_vat_is_computed_once_per_rate_on_the_sum_of_its_lines(be: Cooperative) -> None:
    lines = [LineInput(f"Timbre {n}", Decimal("1"), "piece", Decimal("0.33"), "standard") for n in range(3)]
    lines += [LineInput("Droits", Decimal("3"), "flat", Decimal("10.03"), "6")]

    invoice = make_invoice(make_activity(), lines=lines)

    # 0.99 at 21 % is 0.21 (by line it would be 3 × 0.07); 30.09 at 6 % is 1.81 (half-up of 1.8054).
    content = IssuedDocument.objects.get(invoice=invoice).content
    assert [(p["code"], p["base"], p["tax"]) for p in content["vat"]] == [
        ("standard", "0.99", "0.21"),
        ("6", "30.09", "1.81"),
    ]
    assert invoice.total == Decimal("33.10")
    assert invoice.levy == Decimal("2.02")


def test_half_a_cent_of_levy_rounds_up(be: Cooperative) -> None:
    assert make_invoice(make_activity(), lines=flat("10.00")).levy == Decimal("0.65")
    assert make_invoice(make_activity(), lines=flat("0.10")).levy == Decimal("0.01")
    assert make_invoice(make_activity(), lines=flat("9.00")).levy == Decimal("0.59")


def test_levy_and_vat_are_those_of_the_day_of_issue(be: Cooperative) -> None:
    PolicyRate.objects.create(
        key="levy.rate", valid_from=date(2026, 12, 1), value="0.07", source="assembly", status="confirmed"
    )
    activity = make_activity()

    assert make_invoice(activity, issued_on=date(2026, 11, 30)).levy == Decimal("65.00")
    assert make_invoice(activity, issued_on=date(2026, 12, 1)).levy == Decimal("70.00")


def test_the_exempt_entity_charges_no_vat_and_says_why(be: Cooperative) -> None:
    trainer = make_activity(entity_code="FA", function_code="formation")

    invoice = make_invoice(trainer, lines=[LineInput("Cours", Decimal("1"), "day", Decimal("400.00"))])

    assert (invoice.vat, invoice.total) == (Decimal("0.00"), Decimal("400.00"))
    document = IssuedDocument.objects.get(invoice=invoice)
    assert document.content["seller"]["vat_number"] is None
    assert "article 44" in document.content["mentions"][0]
    with pytest.raises(VatCodeNotAllowed):
        make_invoice(trainer, lines=flat("100.00", "standard"))


def test_services_to_a_firm_of_the_union_take_the_reverse_charge(be: Cooperative) -> None:
    activity = make_activity()
    dutch = make_client(country="NL", vat_number="NL004495445B01", enterprise_number="", language="nl")

    invoice = make_invoice(activity, dutch, [LineInput("Ontwerp", Decimal("1"), "flat", Decimal("100.00"))])

    assert invoice.vat == 0
    assert "Verlegging van heffing" in IssuedDocument.objects.get(invoice=invoice).content["mentions"]
    consumer = make_client(country="NL", kind="consumer", vat_number="", enterprise_number="")
    with pytest.raises(VatCodeNotAllowed):
        make_invoice(activity, consumer, flat("100.00", "reverse_charge"))


def test_a_refusal_writes_nothing(be: Cooperative) -> None:
    activity = make_activity()
    mixed = make_draft(
        activity,
        make_client(country="US", vat_number="", enterprise_number=""),
        [*flat("100.00", "out_of_scope"), *flat("50.00", "standard")],
    )
    events = AuditEvent.objects.count()

    with pytest.raises(MixedScope):
        issue_invoice(invoice_id=mixed.pk, issued_on=NOVEMBER, actor=SYSTEM)

    mixed.refresh_from_db()
    assert mixed.state == InvoiceState.DRAFT and mixed.number == ""
    assert not JournalEntry.objects.exists()
    assert not IssuedDocument.objects.exists()
    assert not NumberSeries.objects.exists()
    assert not DocumentJob.objects.exists()
    assert AuditEvent.objects.count() == events


def test_without_a_levy_in_force_nobody_invoices(be: Cooperative) -> None:
    draft = make_draft(make_activity())
    PolicyRate.objects.create(
        key="levy.rate",
        valid_from=date(2026, 9, 1),
        valid_to=date(2026, 10, 31),
        value="0.065",
        source="ended",
        status="confirmed",
    )

    with pytest.raises(NoRateInForce) as refused:
        issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)

    assert refused.value.params["key"] == "levy.rate"
    assert not JournalEntry.objects.exists() and not IssuedDocument.objects.exists()


@pytest.mark.parametrize("slug", ["fr", "se"])
def test_cooperatives_without_a_published_levy_refuse_to_invoice(slug: str, db: None) -> None:
    from core.reference import published

    file = published(slug)["cooperative"]
    cooperative = Cooperative.objects.create(**file)
    with tenant_scope(cooperative):
        load_cooperative()
        from activities.enums import ActivityState
        from activities.models import Activity, Function

        entity = LegalEntity.objects.create(
            code="E1",
            name="Entité",
            enterprise_number="123456782",
            iban="FR7630006000011234567890189",
            bic="AGRIFRPP",
            street="Rue",
            postal_code="75000",
            city="Paris",
            country=file["country"],
        )
        function = Function.objects.create(code="x", name="x", isco="0000")
        activity = Activity.objects.create(
            name="A",
            entity=entity,
            tool="activity",
            budget=open_budget(entity=entity, name="A"),
            function=function,
            state=ActivityState.OPEN,
            requested_on=NOVEMBER,
            opened_on=NOVEMBER,
        )
        client = make_client(country=file["country"], vat_number="", enterprise_number="")
        draft = make_draft(activity, client)
        with pytest.raises(NoRateInForce):
            issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)
        assert not JournalEntry.objects.exists() and not NumberSeries.objects.exists()


def test_an_issued_invoice_is_issued_once_and_never_edited(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())

    with pytest.raises(InvoiceNotDraft):
        issue_invoice(invoice_id=invoice.pk, issued_on=NOVEMBER, actor=SYSTEM)
    with pytest.raises(InvoiceNotDraft):
        change_draft(
            invoice_id=invoice.pk,
            client_id=invoice.client_id,
            lines=two_days("1.00"),
            delivery_date=NOVEMBER,
            actor=SYSTEM,
        )
    with pytest.raises(InvoiceNotDraft):
        delete_draft(invoice_id=invoice.pk, actor=SYSTEM)

    assert JournalEntry.objects.count() == 1
    assert Invoice.objects.get().total == Decimal("1210.00")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE invoicing_issueddocument SET total = 1", "DELETE FROM invoicing_issueddocument"],
)
def test_documents_as_issued_refuse_every_change_in_raw_sql(be: Cooperative, statement: str) -> None:
    make_invoice(make_activity())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert IssuedDocument.objects.get().total == Decimal("1210.00")


def test_the_document_keeps_everything_as_issued(be: Cooperative) -> None:
    activity = make_activity()
    client = make_client(name="Avant SRL", reference="BC-778")
    invoice = make_invoice(activity, client)
    type(client).objects.filter(pk=client.pk).update(name="Après SRL", street="Ailleurs 1")

    document = IssuedDocument.objects.get(invoice=invoice)

    assert document.content["buyer"]["name"] == "Avant SRL"
    assert document.content["buyer_reference"] == "BC-778"
    assert document.content["number"] == invoice.number
    assert document.content["communication"] == invoice.communication
    assert document.content["lines"][0]["unit_price"] == "500"
    assert format_structured_communication(invoice.communication).startswith("+++26")
    assert account_balance("400") == Decimal("1210.00")


def test_a_draft_can_be_changed_until_it_is_issued(be: Cooperative) -> None:
    draft = make_draft(make_activity())

    changed = change_draft(
        invoice_id=draft.pk,
        client_id=draft.client_id,
        lines=two_days("250.00"),
        delivery_date=NOVEMBER,
        version=1,
        actor=SYSTEM,
    )

    assert (changed.total, changed.version) == (Decimal("605.00"), 2)
    with pytest.raises(StaleInvoice):
        change_draft(
            invoice_id=draft.pk,
            client_id=draft.client_id,
            lines=two_days("1.00"),
            delivery_date=NOVEMBER,
            version=1,
            actor=SYSTEM,
        )
    assert Invoice.objects.get().total == Decimal("605.00")
    delete_draft(invoice_id=draft.pk, actor=SYSTEM)
    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (LineInput("", Decimal("1"), "day", Decimal("1.00"), "standard"), LineInvalid),
        (LineInput("x", Decimal("0"), "day", Decimal("1.00"), "standard"), LineInvalid),
        (LineInput("x", Decimal("1"), "day", Decimal("-1.00"), "standard"), LineInvalid),
        (LineInput("x", Decimal("1"), "day", Decimal("1.00"), "19"), VatCodeNotInForce),
    ],
)
def test_a_line_that_says_too_little_is_refused(
    be: Cooperative, line: LineInput, refusal: type[Exception]
) -> None:
    activity = make_activity()

    with pytest.raises(refusal):
        make_draft(activity, lines=[line])

    assert not Invoice.objects.exists()


def test_an_invoice_of_zero_is_not_issued(be: Cooperative) -> None:
    draft = make_draft(make_activity(), lines=flat("0.00"))

    with pytest.raises(EmptyInvoice):
        issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)
