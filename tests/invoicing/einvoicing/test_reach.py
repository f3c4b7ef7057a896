"""How a client is reached: what the directory says, whom it named for invoices, what the law wants."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.einvoicing.enums import Channel
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.reach import cannot_be_reached, channel_for
from invoicing.einvoicing.services import send_document
from invoicing.errors import NoEmailAddress
from invoicing.models import Client, IssuedDocument
from invoicing.registers.enums import Outcome, Register
from invoicing.registers.models import RegisterAnswer
from invoicing.registers.selectors import participant_of
from invoicing.services import add_contact
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative, make_person

PERSON = {"kind": "consumer", "vat_number": "", "enterprise_number": "", "name": "Anna Dubois", "email": ""}


def issued(**client: Any) -> IssuedDocument:
    """A document for a new client."""
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity, **client))
    return IssuedDocument.objects.get(invoice=invoice)


def directory_says(client: Client, **receives: bool) -> None:
    """The last answer of the directory about a client."""
    RegisterAnswer.objects.create(
        register=Register.PEPPOL,
        number=participant_of(client),
        on=NOVEMBER,
        outcome=Outcome.VALID if receives else Outcome.INVALID,
        source="simulator",
        **receives,
    )


@pytest.mark.parametrize(
    ("answer", "way", "told"),
    [
        (None, Channel.PEPPOL, False),  # nobody knows: the law says they receive
        ({"receives_invoices": True}, Channel.PEPPOL, False),
        ({"receives_credit_notes": True}, Channel.EMAIL, True),
        ({}, Channel.EMAIL, True),
    ],
)
def test_the_directory_decides_and_where_it_is_silent_the_law(
    be: Cooperative, answer: dict[str, bool] | None, way: Channel, told: bool
) -> None:
    document = issued()
    if answer is not None:
        directory_says(document.client, **answer)
    assert channel_for(document, document.client, NOVEMBER) == way
    assert cannot_be_reached(document.client) is told


def test_who_is_named_for_invoices_reaches_a_client_without_an_address(be: Cooperative) -> None:
    document = issued(**PERSON)
    assert channel_for(document, document.client, NOVEMBER) == Channel.PAPER
    with pytest.raises(NoEmailAddress):
        send_document(document_id=document.pk, on=NOVEMBER, actor=SYSTEM, channel="email")
    assert not Delivery.objects.exists()

    add_contact(
        client_id=document.client_id,
        name="Paul",
        email="paul@quotes.example",
        for_quotes=True,
        actor=SYSTEM,
    )
    assert channel_for(document, document.client, NOVEMBER) == Channel.PAPER, "named for something else"
    add_contact(
        client_id=document.client_id,
        name="Léa",
        email="lea@books.example",
        for_invoices=True,
        actor=SYSTEM,
    )

    assert channel_for(document, document.client, NOVEMBER) == Channel.EMAIL
    sent = send_document(document_id=document.pk, on=NOVEMBER, actor=SYSTEM)
    assert (sent.channel, sent.receiver) == ("email", "lea@books.example")


def test_the_member_is_told_before_sending_that_the_client_should_receive(
    cooperative_be: Cooperative,
) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        member = make_person(user=True)
        activity = make_activity(member)
        invoice = make_invoice(activity, make_client(activity))
        document = IssuedDocument.objects.get(invoice=invoice)
        directory_says(document.client)
    browser = Browser()
    browser.force_login(member.user)
    page = browser.get(f"/be/envois/document/{document.pk}/").content.decode()
    assert 'value="email"' in page
    assert "est assujetti à la TVA en Belgique" in page
