"""The public rules are asked about what suppliers send; what breaks them waits for a person."""

from __future__ import annotations

import pytest

from core.documents import render_one
from core.models import AuditEvent, Cooperative, DocumentJob
from core.tenancy import tenant_scope
from invoicing.purchases.errors import (
    NothingToOverride,
    OverrideReasonMissing,
    PurchaseBeingChecked,
    PurchaseBreaksRules,
)
from invoicing.purchases.models import Purchase
from invoicing.purchases.routing import activity_reference
from invoicing.purchases.services import accept_purchase, override_rules, receive_document
from invoicing.ubl import write_document
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.purchases.papers import DAY, holder, lines_of, open_activity, paper


@pytest.fixture
def house(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative with its reference data, no scope open."""
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


def brought(house: Cooperative, *, broken: bool = False, encoding: str = "utf-8") -> Purchase:
    """A document for an open Activity, as it came; broken: of a type that no list knows."""
    with tenant_scope(house):
        activity = open_activity()
        text = write_document(paper(buyer_reference=activity_reference(activity.pk))).decode()
        if broken:
            text = text.replace("<cbc:InvoiceTypeCode>380", "<cbc:InvoiceTypeCode>999")
        content = text.replace("UTF-8", encoding.upper(), 1).encode(encoding)
        return receive_document(
            content=content, name="a.xml", origin="network", received_on=DAY, actor=SYSTEM
        ).purchase


def check(house: Cooperative) -> None:
    """The queue of documents does its work."""
    while render_one(house):
        pass


def accepted(house: Cooperative, purchase: Purchase) -> Purchase:
    """Its holder accepts it."""
    with tenant_scope(house):
        activity = Purchase.objects.get(pk=purchase.pk).activity
        assert activity is not None
        return accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))


def now(house: Cooperative, purchase: Purchase) -> Purchase:
    """The row as it stands."""
    with tenant_scope(house):
        found = Purchase.objects.get(pk=purchase.pk)
        assert lines_of(found) == [] or found.booked_on is not None
        return found


def test_a_document_is_accepted_once_the_rules_were_asked(house: Cooperative) -> None:
    purchase = brought(house)
    assert now(house, purchase).rule_check == "waiting"
    with pytest.raises(PurchaseBeingChecked):
        accepted(house, purchase)
    assert now(house, purchase).state == "assigned"

    check(house)

    assert (now(house, purchase).rule_check, now(house, purchase).broken_rules) == ("passed", [])
    assert accepted(house, purchase).state == "to_pay"


def test_a_document_that_breaks_a_rule_waits_for_a_person_with_a_reason(house: Cooperative) -> None:
    purchase = brought(house, broken=True)
    check(house)

    found = now(house, purchase)
    assert found.rule_check == "broken"
    names = [rule["rule"] for rule in found.broken_rules if rule["fatal"]]
    assert names == ["BR-CL-01"]
    with pytest.raises(PurchaseBreaksRules) as refusal:
        accepted(house, purchase)
    assert names[0] in refusal.value.detail
    with tenant_scope(house), pytest.raises(OverrideReasonMissing):
        override_rules(purchase_id=purchase.pk, reason=" ", on=DAY, actor=SYSTEM)
    assert now(house, purchase).rule_check == "broken"

    with tenant_scope(house):
        override_rules(purchase_id=purchase.pk, reason="Arrondi du fournisseur", on=DAY, actor=SYSTEM)
        with pytest.raises(NothingToOverride):
            override_rules(purchase_id=purchase.pk, reason="Encore", on=DAY, actor=SYSTEM)
        event = AuditEvent.objects.get(action="purchase.rules_overridden")
        assert names[0] in str(event.data)
    assert (now(house, purchase).override_reason, now(house, purchase).overridden_on) == (
        "Arrondi du fournisseur",
        DAY,
    )
    accepted(house, purchase)


def test_a_person_does_not_wait_for_rules_that_cannot_be_asked(house: Cooperative) -> None:
    purchase = brought(house)
    with tenant_scope(house):
        override_rules(purchase_id=purchase.pk, reason="La file est arrêtée", on=DAY, actor=SYSTEM)
    accepted(house, purchase)

    check(house)

    assert now(house, purchase).rule_check == "overridden", "a late answer changes nothing"
    with tenant_scope(house):
        assert DocumentJob.objects.get(kind="purchase_check").state == "done"


def test_the_encoding_of_a_file_is_no_fault(house: Cooperative) -> None:
    purchase = brought(house, encoding="iso-8859-1")
    check(house)
    assert now(house, purchase).rule_check == "passed"
