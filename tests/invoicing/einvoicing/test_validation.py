"""Electronic documents pass the public rules before they are kept."""

from __future__ import annotations

from typing import Any

import pytest

from core.documents import finished_file, render_one
from core.enums import DocumentState
from core.files import read_file
from core.models import Cooperative, DocumentJob
from invoicing.content import ubl_of
from invoicing.einvoicing.validation import UblRefused, check_ubl, failures_of, validated_ubl
from invoicing.models import IssuedDocument
from invoicing.services import credit_invoice
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_invoice, two_days
from tests.factories import SYSTEM

pytestmark = pytest.mark.usefixtures("be")


def test_an_invoice_and_its_credit_note_pass() -> None:
    invoice = make_invoice(make_activity())
    credit_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM, reason="Annulé")
    documents = list(IssuedDocument.objects.order_by("pk"))
    assert [document.kind for document in documents] == ["invoice", "credit_note"]
    for document in documents:
        assert validated_ubl(document) == ubl_of(document)


@pytest.mark.parametrize(
    ("client", "code"),
    [
        ({"kind": "consumer", "vat_number": "", "enterprise_number": ""}, "standard"),
        ({"country": "FR", "vat_number": "FR40303265045", "enterprise_number": ""}, "reverse_charge"),
        ({"country": "US", "vat_number": "", "enterprise_number": ""}, "standard"),
    ],
    ids=("private person", "French firm", "American firm"),
)
def test_other_clients_pass_too(client: dict[str, Any], code: str) -> None:
    activity = make_activity()
    make_invoice(activity, make_client(activity, **client), two_days(vat_code=code))
    assert failures_of(validated_ubl(IssuedDocument.objects.get())) == []


def test_a_wrong_sum_is_refused_by_name() -> None:
    make_invoice(make_activity())
    content = ubl_of(IssuedDocument.objects.get()).replace(b">1210.00<", b">1211.00<")
    with pytest.raises(UblRefused) as refused:
        check_ubl(content)
    assert "BR-CO-15" in refused.value.rules
    assert "BR-CO-15" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<Invoice", "XML"),
        (b"<Order xmlns='urn:x'/>", "XSD"),
        (b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><a/></Invoice>", "XSD"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Invoice>&b;</Invoice>', "XSD"),
    ],
    ids=("cut", "another document", "empty", "entities"),
)
def test_what_is_no_document_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(UblRefused) as refused:
        check_ubl(content)
    assert refused.value.rules == (rule,)


def test_a_document_that_breaks_a_rule_is_not_kept_and_says_why(
    be: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_invoice(make_activity())
    document = IssuedDocument.objects.get()
    wrong = ubl_of(document).replace(b">1210.00<", b">1211.00<")
    monkeypatch.setattr("invoicing.einvoicing.validation.ubl_of", lambda _: wrong)
    while render_one(be):
        pass
    job = DocumentJob.objects.get(kind="invoice_ubl", source_id=document.pk)
    assert job.state == DocumentState.PENDING
    assert "BR-CO-15" in job.error
    assert finished_file("invoice_ubl", document.pk) is None


def test_what_is_kept_is_what_was_checked(be: Cooperative) -> None:
    make_invoice(make_activity())
    document = IssuedDocument.objects.get()
    while render_one(be):
        pass
    file = finished_file("invoice_ubl", document.pk)
    assert file is not None
    assert read_file(file) == ubl_of(document)
