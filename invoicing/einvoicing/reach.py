"""How a client can be reached."""

from __future__ import annotations

from datetime import date

from invoicing.content import ubl_document
from invoicing.einvoicing.access_point.types import Participant
from invoicing.einvoicing.enums import Channel, SendingState
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.policy import SendingPolicy, sending_policy
from invoicing.enums import ClientKind, DocumentKind
from invoicing.models import Client, IssuedDocument
from invoicing.registers.selectors import receives_einvoices
from invoicing.selectors import addresses_for

INVOICES = "invoices"
"""What contacts of a client are named for, among others: to receive its invoices."""


def receiver_of(document: IssuedDocument) -> Participant | None:
    """The buyer's number on the network, as the document itself names it; None: they have none."""
    endpoint = ubl_document(document.content).buyer.endpoint
    return None if endpoint is None else Participant(endpoint.scheme, endpoint.value)


def sender_of(document: IssuedDocument) -> Participant:
    """The seller's number on the network. Raises `ValueError`: a seller without one sends nothing there."""
    endpoint = ubl_document(document.content).seller.endpoint
    if endpoint is None:
        raise ValueError("the seller has no number on the network")
    return Participant(endpoint.scheme, endpoint.value)


def receives(client: Client, kind: str) -> bool:
    """Whether a client receives such documents over the network, by the directory's last answer. While nobody
    knows, a firm or public body of Belgium with a VAT number is believed to: the law wants it (6 February
    2024, in force since 1 January 2026), and the network has the last word.
    """
    if client.kind == ClientKind.CONSUMER:
        return False
    known = receives_einvoices(client, kind)
    return client.country == "BE" and bool(client.vat_number) if known is None else known


def mail_addresses(client: Client) -> list[str]:
    """Where invoices of a client go by e-mail: to its contacts who are named for them, else to itself."""
    return addresses_for(client, INVOICES)


def must_receive(client: Client) -> bool:
    """Whether the law wants the client to receive structured invoices: a Belgian VAT payer."""
    return client.kind == ClientKind.BUSINESS and client.country == "BE" and bool(client.vat_number)


def cannot_be_reached(client: Client, kind: str = DocumentKind.INVOICE) -> bool:
    """Whether the law wants a client to receive by the network while the directory says that it does not:
    the member is told, so that they tell the client.
    """
    return must_receive(client) and not receives(client, kind)


def is_open(channel: str, document: IssuedDocument, client: Client) -> bool:
    """Whether a channel leads to the client at all."""
    match channel:
        case Channel.PEPPOL:
            return receiver_of(document) is not None
        case Channel.EMAIL:
            return bool(mail_addresses(client))
        case _:
            return True


def channel_for(document: IssuedDocument, client: Client, on: date) -> Channel:
    """The channel of the policy of the day; on paper when nothing else reaches the client. What the network
    brought already goes by e-mail when it is sent again: there it would be refused as a duplicate.
    """
    brought = Delivery.objects.filter(
        document=document, channel=Channel.PEPPOL, state__in=(SendingState.SENT, SendingState.DELIVERED)
    )
    if brought.exists() and mail_addresses(client):
        return Channel.EMAIL
    return chosen(sending_policy(on), document, client)


def chosen(policy: SendingPolicy, document: IssuedDocument, client: Client) -> Channel:
    """The first channel of the policy that leads to the client."""
    for channel in policy.order[client.kind]:
        if is_open(channel, document, client) and (
            channel != Channel.PEPPOL or receives(client, document.kind)
        ):
            return channel
    return Channel.EMAIL if mail_addresses(client) else Channel.PAPER
