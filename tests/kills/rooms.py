"""Stories of the rooms of invoicing and of the treasury: what is collected, gathered, declared, bought, owed.

Whatever is made here before the act is made anew in each play: it must have the same names each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.kills.house import TODAY, House
from tests.kills.story import Story, task

OCTOBER = date(2026, 10, 5)
LONG_WRITTEN = 1_600_000_000
"""When the files of a folder were written, in seconds: long ago, so that they count as whole."""


def _call(name: str) -> Callable[[House], None]:
    """The step of a story that is one task of the cooperative."""
    return lambda house: task(name)(house.cooperative.pk)


def _person(house: House, name: str) -> Any:
    from members.models import Person
    from tests.factories import actor

    return actor(Person.objects.get(pk=house.id(name)))


def _of_october() -> list[Any]:
    from invoicing.models import Invoice

    return list(Invoice.objects.filter(issued_on=OCTOBER).order_by("number"))


# --- collection ---------------------------------------------------------------------------------------------


def _claim(house: House) -> None:
    """The collector claims what lateness costs; without an answer the browser sends the same key again."""
    from django.test import Client

    from core.tenancy import tenant_scope
    from members.models import Person

    with tenant_scope(house.cooperative):
        user = Person.objects.get(pk=house.id("collector")).user
        invoice = _of_october()[0]
    browser = Client()
    browser.force_login(user)
    answer = browser.post(
        f"/be/api/v1/invoices/{invoice.pk}/charges/", headers={"Idempotency-Key": "the one of the claim"}
    )
    assert answer.status_code == 201, answer.content
    assert {row["kind"] for row in answer.json()} == {"interest", "indemnity"}


def _instalments(house: House) -> None:
    """Two plans were agreed in October; the first instalment of both was not paid."""
    from core.tenancy import tenant_scope
    from invoicing.collection.services import agree_plan
    from tests.factories import SYSTEM

    with tenant_scope(house.cooperative):
        for invoice in _of_october()[:2]:
            half = invoice.total / 2
            agree_plan(
                client_id=invoice.client_id,
                invoice_ids=[invoice.pk],
                instalments=[(date(2026, 11, 2), half), (date(2026, 12, 31), invoice.total - half)],
                interest_free=False,
                on=date(2026, 10, 20),
                actor=SYSTEM,
            )


# --- quotes, grouped invoices, links of clients -------------------------------------------------------------


def _quotes(house: House) -> None:
    """One quote was good until yesterday, two are not answered and may be recalled."""
    from core.tenancy import tenant_scope
    from invoicing.quotes.services import create_quote, send_quote
    from tests.activities.builders import two_days
    from tests.factories import SYSTEM

    sent = date(2026, 11, 16)
    with tenant_scope(house.cooperative):
        for invoice, last in zip(_of_october(), (1, 20, 21), strict=False):
            quote = create_quote(
                activity_id=invoice.activity_id,
                client_id=invoice.client_id,
                title="Affiche",
                lines=two_days(),
                valid_until=date(2026, 12, last),
                on=sent,
                actor=SYSTEM,
            )
            send_quote(quote_id=quote.pk, on=sent, actor=SYSTEM)


def _gathered(house: House) -> None:
    """The client wants one document a month, from October on."""
    from core.tenancy import tenant_scope
    from invoicing.portal.services import set_grouping
    from tests.factories import SYSTEM

    with tenant_scope(house.cooperative):
        client_id = _of_october()[0].client_id
        set_grouping(client_id=client_id, since=OCTOBER, on=OCTOBER, actor=SYSTEM)


# --- the electronic network ---------------------------------------------------------------------------------


def copy_made(house: House, behaviour: str = "") -> None:
    """A member sends an invoice over the network and looks at its electronic copy, so it is made first.

    `behaviour`: how its receiver behaves.
    """
    from core.documents import request_document
    from core.tenancy import tenant_scope
    from invoicing.einvoicing.access_point.chosen import simulator
    from invoicing.einvoicing.access_point.simulator import Behaviour
    from invoicing.einvoicing.models import Delivery
    from invoicing.models import IssuedDocument
    from invoicing.services import send_invoice
    from tests.factories import SYSTEM

    with tenant_scope(house.cooperative):
        send_invoice(invoice_id=house.id("issued"), on=TODAY, actor=SYSTEM, channel="peppol")
        document = IssuedDocument.objects.get(invoice_id=house.id("issued"))
        request_document("invoice_ubl", document.pk, urgent=True)
        receiver = Delivery.objects.get(document=document).receiver
    if behaviour:
        simulator().teach(receiver, Behaviour(behaviour))
    task("core.render_documents")(house.cooperative.pk, 1)


def _handed_over(house: House) -> None:
    """The network has it, and said that it arrived; the client will approve it."""
    copy_made(house, "approves")
    task("einvoicing.carry_due")(house.cooperative.pk)
    house.ask("UPDATE einvoicing_delivery SET next_attempt_at = now() - interval '1 second'")


# --- purchases ----------------------------------------------------------------------------------------------


def _supplier_wrote(house: House) -> None:
    """Two documents wait at the access point, between them one that nobody can read."""
    from core.tenancy import tenant_scope
    from invoicing.ubl import write_document
    from tests.invoicing.purchases.papers import paper

    folder = house.files / "simulators" / "peppol" / "inbox" / "be"
    folder.mkdir(parents=True)
    with tenant_scope(house.cooperative):
        for name, number in (("a.xml", "F-901"), ("c.xml", "F-902")):
            (folder / name).write_bytes(write_document(paper(number=number)))
    (folder / "b.xml").write_bytes(b"<html/>")


def _refused(house: House) -> None:
    """A document of a supplier was refused; nobody told the network yet."""
    from core.tenancy import tenant_scope
    from invoicing.purchases.services import receive_document, refuse_purchase
    from invoicing.ubl import write_document
    from tests.factories import SYSTEM
    from tests.invoicing.purchases.papers import paper

    with tenant_scope(house.cooperative):
        received = receive_document(
            content=write_document(paper(number="F-903")),
            name="F-903.xml",
            origin="network",
            received_on=TODAY,
            actor=SYSTEM,
        )
        refuse_purchase(purchase_id=received.purchase.pk, reason="Jamais commandé", on=TODAY, actor=SYSTEM)


# --- VAT returns --------------------------------------------------------------------------------------------


def _figures(house: House) -> None:
    """Finance freezes the figures of October; pressed again, what stands is kept."""
    from core.tenancy import tenant_scope
    from invoicing.vatreturns.periods import parse_period
    from invoicing.vatreturns.services import prepare_return
    from ledger.models import LegalEntity

    with tenant_scope(house.cooperative):
        prepare_return(
            entity=LegalEntity.objects.get(pk=house.id("entity")),
            paper="return",
            period=parse_period("2026-10"),
            today=TODAY,
            actor=_person(house, "payer"),
        )


def _approve(house: House) -> None:
    """Another person approves them; seeing no answer they look at the return and press again if it waits."""
    from core.tenancy import tenant_scope
    from invoicing.vatreturns.models import VatReturn
    from invoicing.vatreturns.services import approve_return

    with tenant_scope(house.cooperative):
        row = VatReturn.objects.get()
        if row.state == "prepared":
            approve_return(vat_return_id=row.pk, today=TODAY, actor=_person(house, "other payer"))


def _submitted(house: House) -> None:
    """The return of October was approved and sent on its way."""
    from core.tenancy import tenant_scope
    from invoicing.vatreturns.models import VatReturn
    from invoicing.vatreturns.services import submit_return

    _figures(house)
    _approve(house)
    with tenant_scope(house.cooperative):
        submit_return(vat_return_id=VatReturn.objects.get().pk, on=TODAY, actor=_person(house, "other payer"))


def _declare(house: House) -> None:
    [(key,)] = house.ask("SELECT id FROM vatreturns_vatreturn")
    task("vatreturns.carry")(house.cooperative.pk, str(key))


# --- treasury -----------------------------------------------------------------------------------------------


def _terms(house: House) -> None:
    """Finance entered where and how each office is paid; the wages of November are owed."""
    from core.tenancy import tenant_scope
    from ledger.models import LegalEntity
    from tests.ledger.dues.papers import tell_terms

    with tenant_scope(house.cooperative):
        tell_terms(LegalEntity.objects.get(pk=house.id("entity")))


def coda_of(house: House) -> bytes:
    """What the bank says: the invoices of October are paid, and somebody gave something; in a scope."""
    from ledger.models import LegalEntity
    from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda

    entity = LegalEntity.objects.get(pk=house.id("entity"))
    movements = tuple(
        BankMovement(invoice.total, structured_reference=invoice.communication.replace("/", "").strip("+"))
        for invoice in sorted(_of_october(), key=lambda invoice: str(invoice.pk))
    )
    gift = BankMovement(Decimal("12.00"), "cadeau")
    return write_coda([BankStatement(entity.iban, 1, TODAY, Decimal("1000.00"), (*movements, gift))])


def _bank_wrote(house: House) -> None:
    """The bank put its file into the folder, and somebody one that is none."""
    from core.tenancy import tenant_scope

    folder = Path(settings.STATEMENTS_DIR) / "be"
    folder.mkdir(parents=True)
    with tenant_scope(house.cooperative):
        content = coda_of(house)
    for name, written in (("a.cod", content), ("b.cod", b"nothing of a bank")):
        (folder / name).write_bytes(written)
        os.utime(folder / name, (LONG_WRITTEN, LONG_WRITTEN))


_quietly = partial(Story, queues=("default",))
"""Nothing is printed."""

ROOMS = {
    "claim": _quietly(_claim, again=_claim),
    "plans": _quietly(_call("collection.follow"), ("plans",), before=_instalments),
    "quotes": _quietly(_call("quotes.follow"), ("quotes", "letters"), before=_quotes),
    "group": _quietly(_call("portal.group"), ("grouped invoices", "letters"), before=_gathered),
    "listen": _quietly(_call("einvoicing.carry_due"), ("sending",), before=_handed_over),
    "turned away": _quietly(
        _call("einvoicing.carry_due"), ("sending", "letters"), before=partial(copy_made, behaviour="rejected")
    ),
    "inbox": _quietly(_call("purchases.fetch"), ("documents of suppliers",), before=_supplier_wrote),
    "answer": _quietly(_call("purchases.answer"), ("documents of suppliers",), before=_refused),
    "figures": _quietly(_figures, again=_figures),
    "approve": _quietly(_approve, again=_approve, before=_figures),
    "vat return": _quietly(_declare, ("vat_returns",), before=_submitted),
    "dues": _quietly(_call("dues.raise"), ("dues",), before=_terms),
    "folder": _quietly(_call("treasury.watch"), ("statements",), before=_bank_wrote),
}
