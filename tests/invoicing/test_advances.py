"""Advances and final statements: VAT and levy are taken once, and no more is deducted than was advanced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.models import Cooperative
from invoicing.advances import advances_to_deduct, deduction_lines, left_of
from invoicing.checks import documents_are_whole, invoices_equal_books
from invoicing.content import ubl_document, ubl_of
from invoicing.enums import InvoiceKind
from invoicing.errors import (
    AdvanceDeducted,
    AdvanceNotDeductible,
    AdvanceTooSmall,
    EmptyInvoice,
    NegativeVatBase,
)
from invoicing.models import Client, Invoice, IssuedDocument
from invoicing.services import credit_invoice
from invoicing.types import CreditLine, DraftTerms, LineInput
from invoicing.ubl import DocumentKind
from ledger.models import Budget, JournalEntry
from ledger.selectors import account_balance, fund_balance
from tests.activities.builders import flat, make_activity, make_client, make_draft, make_invoice
from tests.conformance import en16931_stylesheet, failed_assertions, peppol_stylesheets
from tests.factories import SYSTEM, load_cooperative

LATER = date(2026, 11, 20)
ADVANCE = DraftTerms(kind="advance")


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


class Job:
    """A client of an Activity who pays 300.00 in advance for a work of 1,000.00."""

    def __init__(self) -> None:
        self.activity = make_activity()
        self.client: Client = make_client(self.activity)
        self.advance = self.invoice(flat("300.00"), terms=ADVANCE)

    def invoice(self, lines: list[LineInput], **fields: object) -> Invoice:
        return make_invoice(self.activity, self.client, lines, **fields)  # type: ignore[arg-type]

    def less(self, amount: str, code: str = "standard") -> LineInput:
        return LineInput("", Decimal(-1), "flat", Decimal(amount), code, advance=self.advance.pk)

    def final(self, deducted: str = "300.00") -> Invoice:
        return self.invoice([*flat("1000.00"), self.less(deducted)])

    @property
    def left(self) -> Decimal:
        return left_of([self.advance])[self.advance.pk]["standard"]


@pytest.fixture
def job(be: Cooperative) -> Job:
    return Job()


def test_an_advance_is_a_prepayment_invoice_with_its_own_vat_and_levy(job: Job) -> None:
    advance = job.advance

    assert (advance.kind, advance.vat, advance.levy) == (
        InvoiceKind.ADVANCE,
        Decimal("63.00"),
        Decimal("19.50"),
    )
    document = ubl_document(IssuedDocument.objects.get(invoice=advance).content)
    assert document.kind is DocumentKind.ADVANCE and document.delivered_on is None


def test_the_final_statement_invoices_the_rest_so_that_nothing_is_taken_twice(job: Job) -> None:
    final = job.final()

    assert final.kind == InvoiceKind.FINAL
    assert (final.net, final.vat, final.total, final.levy) == tuple(
        map(Decimal, ("700.00", "147.00", "847.00", "45.50"))
    )
    assert account_balance("451") == Decimal("-210.00")
    assert fund_balance("pot") == Decimal("65.00")
    content = IssuedDocument.objects.get(invoice=final).content
    assert content["purpose"] == "final"
    assert content["deducts"] == [{"number": job.advance.number, "issued_on": "2026-11-02"}]
    assert content["lines"][1]["description"] == (
        f"Acompte déjà facturé : {job.advance.number} du 02/11/2026"
    )
    xml = ubl_of(IssuedDocument.objects.get(invoice=final)).decode()
    assert f"<cbc:ID>{job.advance.number}</cbc:ID>" in xml
    assert job.left == 0 and advances_to_deduct(job.activity.pk, job.client) == []
    assert not [*invoices_equal_books(), *documents_are_whole()]


def test_both_documents_and_their_credit_notes_pass_the_public_rules(job: Job) -> None:
    final = job.final()
    for invoice in (final, job.advance):
        credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason="Annulé")

    sheets = peppol_stylesheets() or [en16931_stylesheet()]
    for row in IssuedDocument.objects.all():
        assert failed_assertions(ubl_of(row), sheets) == [], row.number
    assert account_balance("451") == account_balance("400") == fund_balance("pot") == 0
    assert Budget.objects.get(pk=job.activity.budget_id).balance == 0


def test_all_that_is_left_of_an_advance_is_proposed_per_vat_code(be: Cooperative) -> None:
    activity = make_activity()
    client = make_client(activity)
    advance = make_invoice(activity, client, [*flat("100.00"), *flat("50.00", "6")], terms=ADVANCE)
    credit_invoice(
        invoice_id=advance.pk, on=LATER, actor=SYSTEM, reason="Moins", amounts={"6": Decimal("20.00")}
    )

    [(found, left)] = advances_to_deduct(activity.pk, client)

    assert found == advance and left == {"standard": Decimal("100.00"), "6": Decimal("30.00")}
    assert [(line.vat_code, line.net) for line in deduction_lines([advance])] == [
        ("standard", Decimal("-100.00")),
        ("6", Decimal("-30.00")),
    ]


def test_no_more_is_deducted_than_was_advanced(job: Job) -> None:
    entries = JournalEntry.objects.count()

    with pytest.raises(AdvanceTooSmall) as refused:
        job.final("300.01")
    assert refused.value.params["most"] == Decimal("300.00")
    assert JournalEntry.objects.count() == entries

    job.final("200.00")
    assert job.left == Decimal("100.00")
    with pytest.raises(AdvanceTooSmall):
        job.final("100.01")
    with pytest.raises(AdvanceTooSmall):
        job.invoice([*flat("1000.00", "6"), job.less("50.00", "6")])
    assert job.left == Decimal("100.00")


def test_a_final_statement_below_zero_at_one_rate_or_empty_is_refused(job: Job) -> None:
    with pytest.raises(NegativeVatBase):
        job.invoice([*flat("200.00"), *flat("500.00", "6"), job.less("300.00")])
    with pytest.raises(EmptyInvoice):
        job.invoice([*flat("300.00"), job.less("300.00")])
    assert job.left == Decimal("300.00")


def test_only_an_issued_advance_of_the_same_client_and_activity_is_deducted(job: Job) -> None:
    plain = job.invoice(flat("300.00"))
    draft = make_draft(job.activity, job.client, flat("10.00"), terms=ADVANCE)
    for other in (plain, draft):
        line = LineInput("", Decimal(-1), "flat", Decimal("1.00"), "standard", advance=other.pk)
        with pytest.raises(AdvanceNotDeductible):
            make_draft(job.activity, job.client, [*flat("100.00"), line])
    with pytest.raises(AdvanceNotDeductible):
        make_draft(job.activity, make_client(job.activity), [*flat("100.00"), job.less("1.00")])
    with pytest.raises(AdvanceNotDeductible):
        make_draft(job.activity, job.client, [*flat("100.00"), job.less("1.00")], terms=ADVANCE)


def test_what_a_final_statement_deducts_cannot_be_credited_as_well(job: Job) -> None:
    final = job.final("250.00")
    entries = JournalEntry.objects.count()

    with pytest.raises(AdvanceDeducted):
        credit_invoice(invoice_id=job.advance.pk, on=LATER, actor=SYSTEM, reason="Annulé")
    assert JournalEntry.objects.count() == entries
    credit_invoice(
        invoice_id=job.advance.pk, on=LATER, actor=SYSTEM, reason="Solde", amounts=Decimal("50.00")
    )

    credit_invoice(invoice_id=final.pk, on=LATER, actor=SYSTEM, reason="Annulé")

    assert job.left == Decimal("250.00")
    credit_invoice(invoice_id=job.advance.pk, on=LATER, actor=SYSTEM, reason="Annulé")
    assert account_balance("400") == account_balance("700") == 0


def test_crediting_the_line_that_deducts_frees_the_advance(job: Job) -> None:
    final = job.final("200.00")

    note = credit_invoice(
        invoice_id=final.pk,
        on=LATER,
        actor=SYSTEM,
        reason="Refait",
        lines=[CreditLine(1, amount=Decimal("400.00")), CreditLine(2, amount=Decimal("-150.00"))],
    )

    assert note.net == Decimal("250.00")
    assert job.left == Decimal("250.00")
