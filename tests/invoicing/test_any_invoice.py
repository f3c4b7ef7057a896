"""Whatever is invoiced, and however it is given back: books, UBL and paper say the same cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings

from core.models import Cooperative
from invoicing.checks import documents_are_whole, invoices_equal_books, invoices_equal_payments
from invoicing.content import ubl_of
from invoicing.models import IssuedDocument
from invoicing.rendering import pdf_of
from invoicing.services.messages import written_amount
from ledger.models import Budget, JournalLine
from ledger.selectors import fund_balance
from tests.activities.builders import make_activity, make_client
from tests.conformance import en16931_stylesheet, failed_assertions, peppol_stylesheets
from tests.factories import load_cooperative
from tests.invoicing.any_invoice import Case, Shop, any_case, differences, give_back, issue
from tests.invoicing.test_documents import pdf_text

NO_NUMBERS: dict[str, Any] = {"vat_number": "", "enterprise_number": ""}


def some(count: int) -> Any:
    """So many examples, the same ones each time."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def shop(tenant: Cooperative) -> Shop:
    load_cooperative()
    activity = make_activity()
    trainer = make_activity(entity_code="FA", function_code="formation")
    dutch = {"country": "NL", "vat_number": "NL004495445B01", "enterprise_number": "", "language": "nl"}
    swiss = {"country": "CH", "vat_number": "CHE107787577", "enterprise_number": "", "language": "de"}
    return Shop(
        activity,
        trainer,
        {
            "belgian": make_client(activity),
            "dutch": make_client(activity, **dutch),
            "swiss": make_client(activity, **swiss),
            "american": make_client(activity, country="US", language="en", **NO_NUMBERS),
            "trainee": make_client(trainer),
        },
    )


def check_books_and_ubl(shop: Shop, case: Case) -> None:
    """An invoice and its credit notes: each document equal everywhere, and nothing left at the end."""
    with transaction.atomic():
        invoices = issue(shop, case)
        issued = {str(row.number): row.total for row in invoices}
        for invoice in reversed(invoices):
            give_back(case, invoice)
        found = list(IssuedDocument.objects.order_by("pk"))

        assert not [difference for row in found for difference in differences(row)]
        assert {row.number: row.total for row in found if row.kind == "invoice"} == issued
        sums = JournalLine.objects.values("account").annotate(left=Sum("debit") - Sum("credit"))
        assert all(row["left"] == 0 for row in sums), list(sums)
        assert not Budget.objects.exclude(balance=0).exists()
        assert fund_balance("pot") == 0
        assert not [*invoices_equal_books(), *invoices_equal_payments(), *documents_are_whole()]
        transaction.set_rollback(True)


def check_public_rules(shop: Shop, case: Case) -> None:
    """Each document of a case passes EN 16931 and, where its files are there, Peppol BIS: not one message."""
    with transaction.atomic():
        for invoice in reversed(issue(shop, case)):
            give_back(case, invoice)
        written = [(row.number, ubl_of(row)) for row in IssuedDocument.objects.all()]
        transaction.set_rollback(True)
    sheets = peppol_stylesheets() or [en16931_stylesheet()]
    assert not {number: found for number, xml in written if (found := failed_assertions(xml, sheets))}


def check_paper(shop: Shop, case: Case) -> None:
    """The amounts of a document stand on its paper as they stand in the books."""
    with transaction.atomic():
        issue(shop, case)
        contents = [row.content for row in IssuedDocument.objects.all()]
        transaction.set_rollback(True)
    for content in contents:
        text = pdf_text(pdf_of(content)).replace(" ", "").replace("\u202f", "")
        parts = [part[name] for part in content["vat"] for name in ("base", "tax")]
        amounts = [content["net"], content["vat_total"], content["total"], *parts]
        amounts += [line["net"] for line in content["lines"]]
        language = content["language"]
        for amount in amounts:
            shown = written_amount(Decimal(amount), language).replace("\xa0", "").replace("\u202f", "")
            assert shown.replace(" ", "") in text, (amount, content["lines"])


def test_any_invoice_and_its_credit_notes_leave_nothing(shop: Shop) -> None:
    some(200)(given(any_case())(lambda case: check_books_and_ubl(shop, case)))()


def test_any_document_passes_the_public_rules(shop: Shop) -> None:
    some(60)(given(any_case())(lambda case: check_public_rules(shop, case)))()


def test_any_paper_shows_the_amounts_of_the_books(shop: Shop) -> None:
    some(6)(given(any_case())(lambda case: check_paper(shop, case)))()


@pytest.mark.soak
def test_two_thousand_invoices_leave_nothing(shop: Shop) -> None:
    some(2000)(given(any_case())(lambda case: check_books_and_ubl(shop, case)))()


@pytest.mark.soak
@pytest.mark.conformance
def test_five_hundred_documents_pass_the_public_rules(shop: Shop) -> None:
    some(500)(given(any_case())(lambda case: check_public_rules(shop, case)))()


@pytest.mark.soak
def test_thirty_papers_show_the_amounts_of_the_books(shop: Shop) -> None:
    some(30)(given(any_case())(lambda case: check_paper(shop, case)))()
