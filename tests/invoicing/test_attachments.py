"""Files that go with an invoice reach the client by mail as they do inside the UBL."""

from __future__ import annotations

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from core.documents import render_one
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.services import attach_file, issue_invoice, send_invoice, send_waiting_messages
from tests.activities.builders import NOVEMBER, PDF, make_activity, make_draft
from tests.factories import SYSTEM, load_cooperative


def test_the_letter_of_an_invoice_carries_the_pdf_and_the_files(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        draft = make_draft(make_activity())
        upload = SimpleUploadedFile("relevé d'heures.pdf", PDF)
        attach_file(invoice_id=draft.pk, file=upload, actor=SYSTEM)
        number = issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM).number
        send_invoice(invoice_id=draft.pk, on=NOVEMBER, actor=SYSTEM, channel="email")
    while render_one(cooperative_be):
        pass

    assert send_waiting_messages(cooperative_be) == 1

    [letter] = mail.outbox
    found = {name: content for name, content, _kind in letter.attachments}
    assert set(found) == {f"{number}.pdf", "relevé d'heures.pdf"}
    assert found["relevé d'heures.pdf"] == PDF
