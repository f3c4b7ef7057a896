"""Papers that come to the wrong house: statements of another's bank account, payments that name another's
invoice, supplier invoices addressed to another's company.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from core import clock
from core.errors import DomainError
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Invoice
from invoicing.purchases.models import Purchase
from invoicing.purchases.services import assign_purchase, receive_document
from invoicing.ubl import write_document
from ledger.models import JournalLine, LegalEntity
from ledger.selectors import entity_by_code
from ledger.treasury import bank_simulator as bank
from ledger.treasury.errors import UnknownBankAccount
from ledger.treasury.models import BankAccount, BankStatement, BankTransaction
from ledger.treasury.services import import_statement
from tests.activities.builders import make_activity, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.purchases.papers import paper
from tests.isolation.towns import load_belgian_rules

TODAY = date(2026, 11, 12)
OTHER_IBAN, OTHER_NUMBER = "BE71096123456769", "0403019261"


@pytest.fixture
def houses(cooperative_be: Cooperative) -> tuple[Cooperative, Cooperative]:
    """Two cooperatives of Belgian rules, each with a bank account and a number of its own, no scope open."""
    other = Cooperative.objects.create(id=2, slug="fr", name="fr", country="BE", languages=["fr"])
    for house in (cooperative_be, other):
        clock.set_clock(house, datetime(2026, 11, 12, 12, tzinfo=clock.ZONE))
        with tenant_scope(house):
            load_belgian_rules()
    with tenant_scope(other):
        entity = entity_by_code("PA")
        BankAccount.objects.filter(entity=entity).update(iban=OTHER_IBAN)
        LegalEntity.objects.filter(pk=entity.pk).update(iban=OTHER_IBAN, enterprise_number=OTHER_NUMBER)
    return cooperative_be, other


def rows(house: Cooperative) -> list[int]:
    """How much is in the bank, the books and the purchases."""
    with tenant_scope(house):
        return [
            model._default_manager.count()
            for model in (BankStatement, BankTransaction, JournalLine, Purchase)
        ]


def statement_of(house: Cooperative, communication: str = "???") -> bytes:
    """A receipt of 1 210 € on the account of a house."""
    with tenant_scope(house):
        iban = entity_by_code("PA").iban
    receipt = bank.BankMovement(Decimal("1210.00"), communication=communication, counterparty_name="Théâtre")
    return bank.write_coda([bank.BankStatement(iban, 1, TODAY, Decimal("0.00"), (receipt,))])


def test_a_statement_of_anothers_account_is_refused(houses: tuple[Cooperative, Cooperative]) -> None:
    be, fr = houses
    content, before = statement_of(be), (rows(be), rows(fr))

    with pytest.raises(UnknownBankAccount), tenant_scope(fr):
        import_statement(content=content, filename="x.cod", today=TODAY, actor=SYSTEM)

    assert (rows(be), rows(fr)) == before


def test_a_receipt_pays_no_invoice_of_another(houses: tuple[Cooperative, Cooperative]) -> None:
    """The payer writes the communication of an invoice of Belgium and pays to the other house's account."""
    be, fr = houses
    with tenant_scope(be):
        invoice = make_invoice(make_activity())
    content, before = statement_of(fr, invoice.communication), rows(be)

    with tenant_scope(fr):
        import_statement(content=content, filename="x.cod", today=TODAY, actor=SYSTEM)
        line = BankTransaction.objects.get(amount=Decimal("1210.00"))
    assert line.state == "unidentified"
    with tenant_scope(be):
        assert Invoice.objects.get(pk=invoice.pk).open_amount == invoice.total
        assert invoice.total == Decimal("1210.00")
    assert rows(be) == before

    with tenant_scope(be):  # on the right account it does
        import_statement(
            content=statement_of(be, invoice.communication), filename="x.cod", today=TODAY, actor=SYSTEM
        )
        assert Invoice.objects.get(pk=invoice.pk).open_amount == 0


def test_a_document_for_anothers_company_waits_for_a_person_and_is_no_purchase_of_either(
    houses: tuple[Cooperative, Cooperative],
) -> None:
    be, fr = houses
    with tenant_scope(be):
        content = write_document(paper())
        activity = make_activity()
    before = rows(be)

    with tenant_scope(fr):
        received = receive_document(
            content=content, name="in.xml", origin="network", received_on=TODAY, actor=SYSTEM
        ).purchase
    assert received.entity_id is None and received.activity_id is None
    assert rows(be) == before
    with pytest.raises(DomainError, match="not_found"), tenant_scope(be):
        assign_purchase(purchase_id=received.pk, activity_id=activity.pk, on=TODAY, actor=SYSTEM)
    with pytest.raises(DomainError, match="not_found"), tenant_scope(fr):
        assign_purchase(purchase_id=received.pk, activity_id=activity.pk, on=TODAY, actor=SYSTEM)
    assert rows(be) == before
