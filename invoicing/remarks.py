"""What is missing or looks wrong about a client, in sentences that say what to do. Nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoicing.countries import postal_code_example
from invoicing.enums import ClientKind
from invoicing.models import Client
from invoicing.vat.territories import UNION


def remarks_on(client: Client) -> list[str]:
    """Sentences, the weightiest first."""
    return list(_remarks(client))


def _remarks(client: Client) -> Iterator[str]:
    firm = client.kind == ClientKind.BUSINESS
    if firm and client.country in UNION and not client.vat_number:
        yield _(
            "There is no VAT number: ask for it, else Belgian VAT is due and no electronic invoice leaves."
        )
    if not (client.street and client.postal_code and client.city):
        yield _("The address is not complete: the law wants it on the invoice.")
    elif example := postal_code_example(client.country, client.postal_code):
        yield _("A postal code of that country looks like %(example)s: check it.") % {"example": example}
    if not client.email:
        yield _("There is no e-mail address: invoices and reminders cannot be sent by mail.")
    if client.kind == ClientKind.PUBLIC_BODY and not (client.enterprise_number or client.vat_number):
        yield _("A public body takes electronic invoices by its enterprise number: enter it.")
