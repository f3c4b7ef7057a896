"""Why a document was refused by the rules, on the operations page and beside a sending."""

from __future__ import annotations

from django.utils.translation import override

from core.enums import DocumentState
from core.models import Cooperative, DocumentJob
from core.operations.given_up import HOUSE
from core.uuid7 import uuid7
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.validation import Failure, UblRefused
from invoicing.einvoicing.words import why

REFUSED = UblRefused(
    [
        Failure("BR-CO-15", "[BR-CO-15]-Invoice total amount with VAT; see Anna Dubois: SECRET-1: x"),
        Failure("XSD", "The value 'Anna Dubois' is not accepted", "line 3"),
        Failure("BR-CO-15", "again"),
    ]
)
KEPT = f"UblRefused: {REFUSED}"


def test_the_operations_page_names_the_rules_and_nothing_that_people_wrote(be: Cooperative) -> None:
    DocumentJob.objects.create(
        kind="invoice_ubl", source_id=uuid7(), state=DocumentState.FAILED, error=KEPT, attempt=3
    )
    documents = next(rows for rows in HOUSE if rows.kind == "document")

    (dead,) = documents.find(10)

    assert dead.code == "UblRefused"
    assert "BR-CO-15, XSD" in dead.error
    assert "Anna" not in dead.error and "again" not in dead.error


def test_a_sending_names_them_too_and_other_failures_stay_what_they_are(be: Cooperative) -> None:
    with override("en"):
        assert "BR-CO-15, XSD" in why(Delivery(reason_code="not_valid", reason=KEPT[:300]))
        assert "database" in why(Delivery(reason_code="not_valid", reason="OperationalError: away"))
