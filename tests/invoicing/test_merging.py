"""Two clients that are one: what moves, what stays as issued, and what the books say before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from core.errors import DomainError
from core.models import Cooperative, OutboxMessage
from core.tenancy import tenant_scope
from invoicing import merging, selectors, services
from invoicing.checks import documents_are_whole, invoices_equal_books, invoices_equal_payments
from invoicing.duplicates import Sign, name_key, possible_duplicates
from invoicing.errors import ClientMerged, ClientNotFound, ClientsNotMergeable
from invoicing.models import Client, ClientActivity, ClientDistinction, ClientMessage, Invoice, IssuedDocument
from invoicing.services import (
    create_client,
    credit_invoice,
    issue_invoice,
    merge_clients,
    send_invoice,
    tell_apart,
)
from invoicing.services.merging import open_items
from ledger.models import JournalEntry, JournalLine
from ledger.treasury.models import Payout
from ledger.treasury.services import request_payout
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_draft, make_invoice
from tests.cluster import FreshDatabase
from tests.factories import SYSTEM, load_cooperative, make_person

TODAY = date(2026, 11, 20)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def namesake(activity: Any = None, **fields: Any) -> Client:
    """The same firm, made a second time without its numbers."""
    return make_client(activity, **({"vat_number": "", "enterprise_number": ""} | fields))


def on_400(client: Client) -> Decimal:
    return sum((accounts.get("400", Decimal(0)) for accounts in open_items(client).values()), Decimal(0))


def books_are_right() -> None:
    for check in (invoices_equal_books, invoices_equal_payments, documents_are_whole):
        assert list(check()) == []


def test_everything_open_is_the_survivor_s_and_what_was_issued_stays_as_it_was(be: Cooperative) -> None:
    one, two = make_activity(), make_activity()
    survivor, merged = make_client(one, name="Zoo SA"), namesake(two, name="Zoo", email="x@zoo.example")
    own, open_invoice = make_invoice(one, survivor), make_invoice(two, merged)
    draft = make_draft(two, merged)
    send_invoice(invoice_id=open_invoice.pk, on=TODAY, actor=SYSTEM)
    services.add_contact(client_id=merged.pk, name="Ada", email="ada@zoo.example", actor=SYSTEM)
    said = IssuedDocument.objects.get(invoice=open_invoice)

    merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)

    merged.refresh_from_db()
    survivor.refresh_from_db()
    assert (merged.merged_into_id, merged.merged_on) == (survivor.pk, TODAY)
    assert set(Invoice.objects.filter(client=survivor)) == {own, open_invoice, draft}
    assert set(ClientActivity.objects.filter(client=survivor).values_list("activity", flat=True)) == {
        one.pk, two.pk,
    }  # fmt: skip
    assert not ClientActivity.objects.filter(client=merged).exists()
    assert [row.name for row in selectors.contacts_of(survivor)] == ["Ada"]
    assert ClientMessage.objects.filter(client=merged).count() == 0
    document = IssuedDocument.objects.get(invoice=open_invoice)
    assert (document.client_id, document.content, document.digest) == (merged.pk, said.content, said.digest)
    assert document.content["buyer"]["name"] == "Zoo"
    assert (on_400(merged), on_400(survivor)) == (0, own.total + open_invoice.total)
    books_are_right()
    news = OutboxMessage.objects.filter(subject_id=survivor.pk, topic="client.changed")
    assert news.exists()


def test_the_entry_moves_the_balance_from_party_to_party(be: Cooperative) -> None:
    activity = make_activity()
    survivor, merged = make_client(activity), namesake(activity)
    invoice = make_invoice(activity, merged)

    merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)

    entry = JournalEntry.objects.get(source_type="invoicing.client", source_id=merged.pk)
    lines = JournalLine.objects.filter(entry=entry).order_by("position")
    assert [(line.account, line.debit, line.credit, line.party_id) for line in lines] == [
        ("400", invoice.total, Decimal("0.00"), survivor.party_id),
        ("400", Decimal("0.00"), invoice.total, merged.party_id),
    ]
    assert entry.date == TODAY


def test_a_credit_of_the_merged_client_moves_the_other_way(be: Cooperative) -> None:
    activity = make_activity()
    survivor, merged = make_client(activity), namesake(activity)
    invoice = make_invoice(activity, merged)
    credit_invoice(invoice_id=invoice.pk, on=TODAY, reason="annulé", actor=SYSTEM, amounts=None)
    nothing_open = merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)
    assert nothing_open == survivor
    assert not JournalEntry.objects.filter(source_type="invoicing.client").exists(), "nothing to move"
    books_are_right()


def test_what_happens_to_an_old_invoice_afterwards_is_the_survivor_s(be: Cooperative) -> None:
    activity = make_activity()
    survivor, merged = make_client(activity), namesake(activity)
    invoice = make_invoice(activity, merged)
    merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)

    credit_invoice(invoice_id=invoice.pk, on=TODAY, reason="annulé", actor=SYSTEM, amounts=None)

    assert (on_400(merged), on_400(survivor)) == (0, 0)
    books_are_right()


def test_the_survivor_takes_what_it_lacks_and_keeps_what_it_has(be: Cooperative) -> None:
    person = make_person()
    survivor = namesake(email="", street="", postal_code="", city="", phone="02 1")
    merged = make_client(email="x@zoo.example", phone="02 2", payment_term_days=45)
    services.link_person(client_id=merged.pk, person=person, actor=SYSTEM)
    number = merged.vat_number

    found = merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)

    found.refresh_from_db()
    assert (found.vat_number, found.email, found.phone) == (number, "x@zoo.example", "02 1")
    assert (found.payment_term_days, found.person_id, found.city) == (45, person.pk, "Bruxelles")
    again = create_client(kind="business", name="Zoo", vat_number=number, actor=SYSTEM)
    assert again == found, "who makes the firm known again is given the survivor"


def test_whoever_asks_for_the_merged_client_is_given_the_survivor(be: Cooperative) -> None:
    activity = make_activity()
    first, second, third = namesake(activity), namesake(activity), namesake(activity)
    merge_clients(merged_id=first.pk, survivor_id=second.pk, on=TODAY, actor=SYSTEM)
    merge_clients(merged_id=second.pk, survivor_id=third.pk, on=TODAY, actor=SYSTEM)

    assert make_draft(activity, first).client == third
    finance = frozenset({"finance"})
    assert selectors.client_for(make_person(), first.pk, roles=finance) == third
    assert list(selectors.visible_clients(make_person(), finance)) == [third]


def test_the_account_that_paid_for_the_merged_client_is_the_survivor_s(be: Cooperative) -> None:
    survivor, merged, third = namesake(), namesake(), namesake()
    merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)
    parties = [merged.party_id, survivor.party_id, third.party_id]
    assert selectors.current_parties(parties) == {merged.party_id: survivor.party_id}


def test_an_old_invoice_sent_again_goes_to_the_survivor(be: Cooperative) -> None:
    activity = make_activity()
    survivor, merged = (
        make_client(activity, email="new@zoo.example"),
        namesake(activity, email="old@zoo.example"),
    )
    invoice = make_invoice(activity, merged)
    merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)
    send_invoice(invoice_id=invoice.pk, on=TODAY, actor=SYSTEM, channel="email")
    assert ClientMessage.objects.get().recipient == "new@zoo.example"


def test_merging_again_gives_the_same_answer(be: Cooperative) -> None:
    survivor, merged, third = namesake(), namesake(), namesake()
    for _ in range(2):
        assert merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM) == survivor
    with pytest.raises(ClientMerged):
        merge_clients(merged_id=merged.pk, survivor_id=third.pk, on=TODAY, actor=SYSTEM)
    with pytest.raises(ClientMerged):
        merge_clients(merged_id=third.pk, survivor_id=merged.pk, on=TODAY, actor=SYSTEM)
    with pytest.raises(ClientNotFound):
        merge_clients(merged_id=make_person().pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)


@pytest.mark.parametrize(
    "other",
    [
        {"vat_number": "BE0403019261", "enterprise_number": ""},
        {"vat_number": "", "enterprise_number": "0403019261"},
        {"kind": "public_body"},
        {"country": "FR", "postal_code": "75001"},
    ],
)
def test_two_firms_stay_two(be: Cooperative, other: dict[str, Any]) -> None:
    survivor, merged = make_client(), namesake(**other)
    with pytest.raises(ClientsNotMergeable) as told:
        merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)
    assert told.value.detail
    with pytest.raises(ClientsNotMergeable):
        merge_clients(merged_id=merged.pk, survivor_id=merged.pk, on=TODAY, actor=SYSTEM)
    assert not Client.objects.filter(merged_into__isnull=False).exists()


def test_money_on_its_way_back_to_a_client_arrives_first(be: Cooperative) -> None:
    activity = make_activity()
    survivor, merged = make_client(activity), namesake(activity)
    request_payout(
        entity_id=activity.entity_id,
        party_id=merged.party_id,
        kind="refund",
        amount=Decimal("10.00"),
        settles_account="400",
        source_type="test",
        source_id=merged.pk,
        payee_name=merged.name,
        iban="BE68539007547034",
        due_on=TODAY,
        communication="remboursement",
    )
    with pytest.raises(ClientsNotMergeable):
        merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)
    assert not Client.objects.filter(merged_into__isnull=False).exists()
    assert Payout.objects.get().party_id == merged.party_id


def test_every_table_that_names_a_client_follows_or_never_changes() -> None:
    followed = {model for model, _field in merging.followers()}
    from django.apps import apps

    for model in apps.get_models():
        fields = [
            field for field in model._meta.local_fields if getattr(field.remote_field, "model", 0) is Client
        ]
        if fields and model not in followed:
            assert getattr(model, "append_only", False) or model in merging._OWN_WAY, model


# --- which clients may be one ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoo SA", "S.A. Zoo"), ("Théâtre de l’Étoile ASBL", "theatre de l etoile"), ("ACME B.V.", "Acme")],
)
def test_names_without_their_legal_form(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_duplicates_are_found_by_number_mail_and_name_the_surest_first(be: Cooperative) -> None:
    number = make_client(name="Zoo", email="", postal_code="2018")
    by_number = namesake(
        name="Dierentuin", enterprise_number=number.enterprise_number, email="", postal_code=""
    )
    mail = namesake(name="Alpha", email="a@x.example", postal_code="1000")
    by_mail = namesake(name="Beta", email="A@X.example", postal_code="4000")
    name = namesake(name="Imprimerie Vanderlinden SPRL", email="", postal_code="1030")
    by_name = namesake(name="Imprimerie Vander Linden", email="", postal_code="1030")
    namesake(name="Imprimerie Vanderlinden SPRL", email="", postal_code="4000")
    namesake(name="Alpha", email="a@x.example", kind="consumer")

    found = possible_duplicates()

    assert [(pair.older, pair.newer, pair.sign) for pair in found] == [
        (number.pk, by_number.pk, Sign.NUMBER),
        (mail.pk, by_mail.pk, Sign.EMAIL),
        (name.pk, by_name.pk, Sign.NAME),
    ]


def test_who_was_told_apart_is_not_proposed_again(be: Cooperative) -> None:
    one, two = namesake(name="Zoo"), namesake(name="Zoo")
    assert len(possible_duplicates()) == 1
    for _ in range(2):
        tell_apart(first_id=two.pk, second_id=one.pk, on=TODAY, actor=SYSTEM)
    assert possible_duplicates() == []
    assert ClientDistinction.objects.count() == 1
    with pytest.raises(ClientsNotMergeable):
        tell_apart(first_id=one.pk, second_id=one.pk, on=TODAY, actor=SYSTEM)


def test_a_hundred_clients_of_one_mailbox_are_no_duplicates(be: Cooperative) -> None:
    for number in range(61):
        namesake(name=f"{number} rue", email="mairie@example.org", postal_code="")
    assert possible_duplicates() == []


# --- at the same moment ------------------------------------------------------------------------------------


@pytest.fixture
def house(fresh_database: FreshDatabase) -> Iterator[Cooperative]:
    """The Belgian cooperative in a database of its own."""
    cooperative, _ = Cooperative.objects.get_or_create(
        slug="be", defaults={"id": 1, "name": "Smart Belgique", "country": "BE", "languages": ["fr"]}
    )
    with tenant_scope(cooperative):
        load_cooperative()
    yield cooperative


def at_once(house: Cooperative, *acts: Callable[[], Any]) -> list[Any]:
    """Run acts in threads of their own; what each gave back or was refused with."""
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with tenant_scope(house):
                answers[place] = act()
        except DomainError as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return answers


def merging_of(merged: Client, survivor: Client) -> Callable[[], Any]:
    return lambda: merge_clients(merged_id=merged.pk, survivor_id=survivor.pk, on=TODAY, actor=SYSTEM)


def issuing_of(draft: Invoice) -> Callable[[], Any]:
    return lambda: issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)


def drafting_of(activity: Any, client: Client) -> Callable[[], Any]:
    return lambda: make_draft(activity, client)


def test_two_merges_of_the_same_two_at_once_make_one_client(house: Cooperative) -> None:
    for _ in range(3):
        with tenant_scope(house):
            activity = make_activity()
            one, two = namesake(activity), namesake(activity)
            make_invoice(activity, one)
            make_invoice(activity, two)
        at_once(house, merging_of(one, two), merging_of(two, one))
        with tenant_scope(house):
            rows = Client.objects.filter(pk__in=[one.pk, two.pk])
            assert rows.filter(merged_into=None).count() == 1
            gone, left = rows.get(merged_into__isnull=False), rows.get(merged_into=None)
            assert (on_400(gone), on_400(left)) == (0, Decimal("2420.00"))
            books_are_right()


def test_merging_while_issuing_loses_no_cent(house: Cooperative) -> None:
    for _ in range(4):
        with tenant_scope(house):
            activity = make_activity()
            survivor, merged = make_client(activity), namesake(activity)
            drafts = [make_draft(activity, merged) for _ in range(4)]

        answers = at_once(
            house,
            *map(issuing_of, drafts[:2]),
            merging_of(merged, survivor),
            *map(issuing_of, drafts[2:]),
        )
        assert not [answer for answer in answers if isinstance(answer, DomainError)]
        with tenant_scope(house):
            assert Invoice.objects.filter(client=survivor, state="issued").count() == 4
            assert (on_400(merged), on_400(survivor)) == (0, Decimal("4840.00"))
            books_are_right()


def test_a_draft_written_during_a_merge_is_the_survivor_s_or_is_told(house: Cooperative) -> None:
    for _ in range(4):
        with tenant_scope(house):
            activity = make_activity()
            survivor, merged = make_client(activity), namesake(activity)
        answers = at_once(
            house,
            drafting_of(activity, merged),
            merging_of(merged, survivor),
        )
        with tenant_scope(house):
            assert not Invoice.objects.filter(client=merged).exists()
            if isinstance(answers[0], DomainError):
                assert isinstance(answers[0], ClientMerged)
            else:
                assert Invoice.objects.get(pk=answers[0].pk).client_id == survivor.pk
