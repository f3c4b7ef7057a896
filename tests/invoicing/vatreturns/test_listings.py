"""Listings of clients: inside the Union with the return, Belgian firms by the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from invoicing.services import credit_invoice
from invoicing.vatreturns import services
from invoicing.vatreturns.enums import Paper, ReturnState
from invoicing.vatreturns.errors import EarlierReturnOpen, ReturnStale, SecondPersonNeeded
from invoicing.vatreturns.intervat.port import Answer
from invoicing.vatreturns.models import ListedClient, VatReturn
from invoicing.vatreturns.periods import parse_period
from invoicing.vatreturns.selectors import version_of
from invoicing.vatreturns.services.filing import content_of
from ledger.models import JournalEntry, LegalEntity
from ledger.treasury.models import Payout
from members.models import Person
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, actor

QUARTER, YEAR = parse_period("2026-Q4"), parse_period("2026")
SEPTEMBER, OCTOBER, DECEMBER, JANUARY = (
    date(2026, 9, 9),
    date(2026, 10, 8),
    date(2026, 12, 3),
    date(2027, 1, 11),
)
FRENCH = {"vat_number": "FR40303265045", "enterprise_number": "", "country": "FR"}
DUTCH = {"vat_number": "NL4495445B01", "enterprise_number": "", "country": "NL"}


def euro(text: str) -> Decimal:
    return Decimal(text)


def prepare(entity: LegalEntity, paper: Paper, who: Person) -> VatReturn:
    period = YEAR if paper == Paper.CLIENTS else QUARTER
    return services.prepare_return(entity=entity, paper=paper, period=period, today=JANUARY, actor=actor(who))


def listed(row: VatReturn) -> list[tuple[str, str, Decimal, date | None]]:
    rows = ListedClient.objects.filter(version=version_of(row)).order_by("vat_number", "amount")
    return list(rows.values_list("vat_number", "code", "amount", "corrects_first"))


# --- inside the Union ---------------------------------------------------------------------------------------


def test_services_and_goods_by_client_with_corrections_of_earlier_periods(
    pa: LegalEntity, one: Person
) -> None:
    activity = make_activity()
    french, dutch = make_client(activity, **FRENCH), make_client(activity, **DUTCH)
    old = make_invoice(activity, french, flat("900.00", "reverse_charge"), issued_on=SEPTEMBER)
    new = make_invoice(activity, french, flat("800.00", "reverse_charge"), issued_on=OCTOBER)
    make_invoice(activity, dutch, flat("400.00", "intra_eu"), issued_on=DECEMBER)
    make_invoice(activity, make_client(activity), flat("300.00", "cocontractor"), issued_on=DECEMBER)
    for invoice, amount in ((old, "50.00"), (new, "30.00")):
        credit_invoice(invoice_id=invoice.pk, on=DECEMBER, actor=SYSTEM, reason="Geste", amounts=euro(amount))
    figures = version_of(prepare(pa, Paper.RETURN, one)).grids

    row = prepare(pa, Paper.INTRA, one)

    assert listed(row) == [
        ("FR40303265045", "S", euro("-50.00"), date(2026, 7, 1)),
        ("FR40303265045", "S", euro("770.00"), None),
        ("NL004495445B01", "L", euro("400.00"), None),
    ]
    total = sum((amount for _, _, amount, _ in listed(row)), euro("0.00"))
    assert total == euro(figures["44"]) + euro(figures["46"]) - euro(figures["48"])
    assert version_of(row).grids == {"amount": "1120.00", "vat": "0.00"}


def test_the_listing_of_the_union_is_read_from_the_return(pa: LegalEntity, one: Person) -> None:
    with pytest.raises(EarlierReturnOpen):
        prepare(pa, Paper.INTRA, one)
    assert not VatReturn.objects.exists()


# --- Belgian firms ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("net", "there"), [("250.00", False), ("250.01", True)])
def test_firms_are_listed_above_the_threshold(pa: LegalEntity, one: Person, net: str, there: bool) -> None:
    activity = make_activity()
    make_invoice(activity, make_client(activity), flat(net), issued_on=OCTOBER)

    assert bool(listed(prepare(pa, Paper.CLIENTS, one))) is there


def test_turnover_and_vat_of_the_year_without_what_was_credited(pa: LegalEntity, one: Person) -> None:
    activity = make_activity()
    firm, small = make_client(activity, name="Firme"), make_client(activity, name="Petite")
    private = make_client(activity, kind="consumer", name="Anne", vat_number="", enterprise_number="")
    french = make_client(activity, **FRENCH)
    make_invoice(activity, firm, flat("1000.00") + flat("100.00", "6"), issued_on=SEPTEMBER)
    credited = make_invoice(activity, small, flat("300.00"), issued_on=OCTOBER)
    credit_invoice(invoice_id=credited.pk, on=DECEMBER, actor=SYSTEM, reason="Geste", amounts=euro("50.00"))
    make_invoice(activity, private, flat("5000.00"), issued_on=OCTOBER)
    make_invoice(activity, french, flat("5000.00", "reverse_charge"), issued_on=OCTOBER)
    make_invoice(activity, firm, flat("7000.00"), issued_on=JANUARY)

    row = prepare(pa, Paper.CLIENTS, one)

    found = ListedClient.objects.get(version=version_of(row))
    assert (found.name, found.amount, found.vat) == ("Firme", euro("1100.00"), euro("216.00"))
    assert row.due_on == date(2027, 3, 31)


def test_an_empty_year_is_told_by_the_last_return(pa: LegalEntity, one: Person) -> None:
    row = prepare(pa, Paper.RETURN, one)
    assert b"<ns2:ClientListingNihil>YES<" in content_of(row)

    activity = make_activity()
    make_invoice(activity, make_client(activity), flat("300.00"), issued_on=OCTOBER)
    assert b"<ns2:ClientListingNihil>NO<" in content_of(row)
    assert b'ClientsNbr="1"' in content_of(prepare(pa, Paper.CLIENTS, one))


def test_a_listing_lives_as_a_return_does_without_touching_the_books(
    pa: LegalEntity, one: Person, two: Person
) -> None:
    activity = make_activity()
    client = make_client(activity)
    make_invoice(activity, client, flat("300.00"), issued_on=OCTOBER)
    row = prepare(pa, Paper.CLIENTS, one)
    entries = JournalEntry.objects.count()

    with pytest.raises(SecondPersonNeeded):
        services.approve_return(vat_return_id=row.pk, today=JANUARY, actor=actor(one))
    services.approve_return(vat_return_id=row.pk, today=JANUARY, actor=actor(two))
    services.submit_return(vat_return_id=row.pk, on=JANUARY, actor=actor(one))
    row = services.record_answer(
        vat_return_id=row.pk, answer=Answer(True, reference="L-1"), on=JANUARY, actor=SYSTEM
    )

    assert row.state == ReturnState.ACCEPTED
    assert JournalEntry.objects.count() == entries
    assert not Payout.objects.exists()


def test_a_listing_that_is_no_longer_true_is_not_approved(pa: LegalEntity, one: Person, two: Person) -> None:
    activity = make_activity()
    client = make_client(activity)
    make_invoice(activity, client, flat("300.00"), issued_on=OCTOBER)
    row = prepare(pa, Paper.CLIENTS, one)
    make_invoice(activity, client, flat("1.00"), issued_on=DECEMBER)

    with pytest.raises(ReturnStale):
        services.approve_return(vat_return_id=row.pk, today=JANUARY, actor=actor(two))
    row.refresh_from_db()
    assert row.state == ReturnState.PREPARED
    assert prepare(pa, Paper.CLIENTS, one).version_number == 2
