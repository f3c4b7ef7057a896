"""The letter of a quote leaves with the PDF of the version that it speaks of."""

from __future__ import annotations

from django.core import mail

from core.documents import render_one
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import ClientMessage
from invoicing.quotes.services import resend_quote
from invoicing.services import send_waiting_messages
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.quotes.builders import MONDAY, sent_quote, version_of


def test_the_letter_waits_for_the_pdf_and_carries_it(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        quote = sent_quote()
        number = version_of(quote).number

    assert send_waiting_messages(cooperative_be) == 0
    assert mail.outbox == []
    while render_one(cooperative_be):
        pass
    with tenant_scope(cooperative_be):
        ClientMessage.objects.update(lease_until=None)  # the minute after which it is looked at again is over
    assert send_waiting_messages(cooperative_be) == 1
    with tenant_scope(cooperative_be):
        resend_quote(quote_id=quote.pk, on=MONDAY, actor=SYSTEM)
    assert send_waiting_messages(cooperative_be) == 1

    for letter in mail.outbox:
        [(name, content, kind)] = letter.attachments
        assert (name, kind) == (f"{number}.pdf", "application/pdf")
        assert content.startswith(b"%PDF")
