"""The clients' own area: somebody at a client has an account, and gets one document a month."""

from __future__ import annotations

from invoicing.models import Client
from invoicing.portal.services import keep_statement, set_grouping
from invoicing.services import add_contact, check_addresses
from members.enums import Role
from members.services import register_person
from smart.demo.cast import CONTACT
from smart.demo.deals import BEGINS
from smart.demo.people import account
from smart.demo.stage import Stage


def let_client_in(stage: Stage) -> None:
    """Somebody at the client gets an account; finance vouches for its addresses and agrees to gather the
    invoices.
    """
    if stage.index != BEGINS + 1:
        return
    client = _client(stage)
    if client is None:
        return
    finance = stage.staff("finance")
    register_person(
        first_name=CONTACT.first_name,
        last_name=CONTACT.last_name,
        email=CONTACT.email,
        user=account(CONTACT.email),
        joined_on=stage.today,
        role=Role.CLIENT_CONTACT,
        actor=stage.staff("coop_admin"),
    )
    add_contact(
        client_id=client.pk,
        actor=finance,
        name=f"{CONTACT.first_name} {CONTACT.last_name}",
        function="Comptabilité",
        email=CONTACT.email,
        for_invoices=True,
        vouched=True,
    )
    check_addresses(client_id=client.pk, on=stage.today, actor=finance)
    set_grouping(client_id=client.pk, since=stage.today, on=stage.today, actor=finance)


def leave_statement(stage: Stage) -> None:
    """The last morning: finance prints the client's account since the first day."""
    client = _client(stage)
    if client is not None:
        keep_statement(
            client=client,
            since=stage.script.first_day,
            until=stage.today,
            on=stage.today,
            actor=stage.staff("finance"),
        )


def _client(stage: Stage) -> Client | None:
    """The first seller's client, with whom everything is tried."""
    return Client.objects.filter(email=stage.clients[0].email).first()
