"""Clients: what people write is made whole or refused, and who is written to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError, StaleVersion
from core.locks import row_version
from core.models import Cooperative
from core.registry import own_money
from invoicing import selectors, services
from invoicing.client_data import normal_vat_number, plain, whole
from invoicing.enums import ClientKind
from invoicing.errors import (
    ClientNameMissing,
    ConsumerHasNoVatNumber,
    ContactNameMissing,
    ContactNotFound,
    ContactUnreachable,
    CountryInvalid,
    EmailInvalid,
    EnterpriseNumberInvalid,
    OrderReferenceMissing,
    PaymentTermTooLong,
    PeppolIdInvalid,
    VatNumberInvalid,
    VatNumberUnknown,
)
from invoicing.models import Client, ClientContact, Invoice
from invoicing.registers import services as registers
from invoicing.registers.enums import Outcome, Register
from invoicing.registers.models import RegisterAnswer
from invoicing.services import create_client, issue_invoice
from ledger.models import JournalEntry
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_draft, two_days
from tests.factories import SYSTEM, load_cooperative, make_person

GIVEN: dict[str, Any] = {
    "kind": "business", "name": "Zoo", "vat_number": "", "enterprise_number": "", "country": "BE",
    "street": "", "postal_code": "", "city": "", "email": "", "phone": "", "language": "fr",
    "payment_term_days": None, "reference": "", "peppol_id": "", "order_reference_required": False,
}  # fmt: skip


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        ("BE", "0403.019.261", "BE0403019261"),
        ("BE", "BE 403.019.261", "BE0403019261"),
        ("FR", "40 303 265 045", "FR40303265045"),
        ("FR", "fr40303265045", "FR40303265045"),
        ("MC", "FR40303265045", "FR40303265045"),
        ("GR", "GR 094259216", "EL094259216"),
        ("GR", "094259216", "EL094259216"),
        ("AT", "U13585627", "ATU13585627"),
        ("NL", "004495445B01", "NL004495445B01"),
        ("ES", "ESA58818501", "ESA58818501"),
        ("LU", "26375245", "LU26375245"),
        ("DE", "LU26375245", "LU26375245"),
        ("GB", "980 7806 84", "GB980780684"),
        ("GB", "XI 110305878", "XI110305878"),
        ("CH", "CHE-100.155.212 MWST", "CHE100155212"),
        ("NO", "NO 995 525 828 MVA", "NO995525828MVA"),
        ("US", "12-3456789", "123456789"),
        ("BE", "  ", ""),
    ],
)
def test_vat_numbers_are_kept_as_their_country_writes_them(country: str, written: str, kept: str) -> None:
    assert normal_vat_number(written, country) == kept
    assert normal_vat_number(kept, country) == kept


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "  \u200b\n"}, ClientNameMissing),
        ({"country": "ZZ"}, CountryInvalid),
        ({"country": "B"}, CountryInvalid),
        ({"vat_number": "BE0403019262"}, VatNumberInvalid),
        ({"vat_number": "980780685", "country": "GB"}, VatNumberInvalid),
        ({"vat_number": "ｅ" * 30, "country": "US"}, VatNumberInvalid),
        ({"vat_number": "BE0403019261", "kind": "consumer"}, ConsumerHasNoVatNumber),
        ({"enterprise_number": "0403019262"}, EnterpriseNumberInvalid),
        ({"vat_number": "BE0403019261", "enterprise_number": "0202239951"}, EnterpriseNumberInvalid),
        ({"email": "zoo@"}, EmailInvalid),
        ({"email": "zoo@example.org, other@example.org"}, EmailInvalid),
        ({"peppol_id": "0403019261"}, PeppolIdInvalid),
        ({"peppol_id": "1234:0403019261"}, PeppolIdInvalid),
        ({"peppol_id": "0208:0403019262"}, PeppolIdInvalid),
        ({"peppol_id": "0088:7300010000002"}, PeppolIdInvalid),
        ({"payment_term_days": 61}, PaymentTermTooLong),
        ({"payment_term_days": 61, "kind": "public_body"}, PaymentTermTooLong),
        ({"payment_term_days": -1}, PaymentTermTooLong),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(
    be: Cooperative, changes: dict[str, Any], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal) as told:
        create_client(**(GIVEN | changes), actor=SYSTEM)
    assert told.value.detail
    assert not Client.objects.exists()


def test_what_can_be_right_is_made_whole() -> None:
    kept = whole(
        GIVEN
        | {
            "name": "  Zoo\u0000 d’Anvers \n SA ",
            "email": "Compta@ZOO.Example",
            "phone": "+32 (0)3 224 89 10<script>",
            "enterprise_number": "BE 0403.019.261",
            "peppol_id": "iso6523-actorid-upis::0208:0403.019.261",
            "payment_term_days": 60,
        },
        house="BE",
    )
    assert kept["name"] == "Zoo d’Anvers SA"
    assert kept["email"] == "Compta@zoo.example"
    assert kept["phone"] == "+32 (0)3 224 89 10script"
    assert (kept["enterprise_number"], kept["peppol_id"]) == ("0403019261", "0208:0403019261")
    assert kept["payment_term_days"] == 60


def test_a_private_person_may_be_given_more_time() -> None:
    assert (
        whole(GIVEN | {"kind": "consumer", "payment_term_days": 120}, house="BE")["payment_term_days"] == 120
    )


HOSTILE = st.text(alphabet=st.characters(), max_size=60)


TEXTS = (
    *("name", "vat_number", "enterprise_number", "street", "postal_code", "city"),
    *("email", "phone", "reference", "peppol_id"),
)


@given(
    st.fixed_dictionaries(dict.fromkeys(TEXTS, HOSTILE)),
    st.sampled_from(["BE", "FR", "US", "GR", "CH", "GB", "XX", ""]),
    st.sampled_from([str(kind) for kind in ClientKind]),
)
def test_whatever_is_written_fits_its_column_or_is_refused_by_name(
    texts: dict[str, str], country: str, kind: str
) -> None:
    try:
        kept = whole(GIVEN | texts | {"country": country, "kind": kind}, house="BE")
    except DomainError:
        return
    again = whole({name: kept[name] for name in GIVEN}, house="BE")
    assert again == kept, "what is kept is kept as it is when it is saved again"
    for name in texts:
        most = Client._meta.get_field(name).max_length
        assert most is not None
        assert len(kept[name]) <= most
        assert kept[name].isprintable()


@given(HOSTILE, st.integers(1, 40))
def test_a_line_is_one_line(text: str, most: int) -> None:
    kept = plain(text, most)
    assert kept == plain(kept, most)
    assert len(kept) <= most


def test_a_change_names_the_version_it_saw(be: Cooperative) -> None:
    client = make_client()
    seen = row_version(client)
    services.change_client(client_id=client.pk, actor=SYSTEM, city="Namur", version=seen)
    with pytest.raises(StaleVersion):
        # The same transaction: the row has its number, so an older one is told.
        services.change_client(client_id=client.pk, actor=SYSTEM, city="Liège", version=seen - 1)
    client.refresh_from_db()
    assert client.city == "Namur"


# --- people at a client ------------------------------------------------------------------------------------


def test_letters_go_to_whoever_is_named_for_them_else_to_the_client(be: Cooperative) -> None:
    client = make_client(email="info@zoo.example")
    assert selectors.addresses_for(client, "invoices") == ["info@zoo.example"]

    services.add_contact(
        client_id=client.pk, name="Ada", email="ada@zoo.example", for_invoices=True, actor=SYSTEM
    )
    bob = services.add_contact(
        client_id=client.pk, name="Bob", email="bob@zoo.example", for_invoices=True, for_reminders=True,
        function="Comptable", actor=SYSTEM,
    )  # fmt: skip
    assert selectors.addresses_for(client, "invoices") == ["ada@zoo.example", "bob@zoo.example"]
    assert selectors.addresses_for(client, "reminders") == ["bob@zoo.example"]
    assert selectors.addresses_for(client, "quotes") == ["info@zoo.example"]

    services.change_contact(
        client_id=client.pk, contact_id=bob.pk, name="Bob", email="bob@zoo.example", actor=SYSTEM
    )
    assert selectors.addresses_for(client, "reminders") == ["info@zoo.example"]
    services.remove_contact(client_id=client.pk, contact_id=bob.pk, actor=SYSTEM)
    assert [contact.name for contact in selectors.contacts_of(client)] == ["Ada"]


def test_a_contact_has_a_name_and_an_address_for_what_they_receive(be: Cooperative) -> None:
    client, other = make_client(), make_client()
    contact = services.add_contact(client_id=client.pk, name="Ada", actor=SYSTEM)
    with pytest.raises(ContactNameMissing):
        services.add_contact(client_id=client.pk, name=" ", actor=SYSTEM)
    with pytest.raises(ContactUnreachable):
        services.add_contact(client_id=client.pk, name="Bob", for_quotes=True, actor=SYSTEM)
    with pytest.raises(EmailInvalid):
        services.add_contact(client_id=client.pk, name="Bob", email="bob", actor=SYSTEM)
    for act in (services.change_contact, services.remove_contact):
        with pytest.raises(ContactNotFound):
            act(client_id=other.pk, contact_id=contact.pk, actor=SYSTEM, **({"name": "X"} if act is
                services.change_contact else {}))  # fmt: skip
    assert [row.name for row in ClientContact.objects.all()] == ["Ada"]


# --- what a document needs of its buyer --------------------------------------------------------------------


def answered(number: str, outcome: Outcome) -> None:
    RegisterAnswer.objects.create(
        register=Register.VIES, number=number, on=NOVEMBER, outcome=outcome, source="simulator"
    )


def test_an_invoice_without_vat_does_not_leave_for_a_number_that_vies_does_not_know(be: Cooperative) -> None:
    activity = make_activity()
    french = make_client(
        activity, country="FR", vat_number="FR40303265045", enterprise_number="", postal_code="75001"
    )
    draft = make_draft(activity, french, two_days(vat_code=""))
    answered("FR40303265045", Outcome.VALID)
    answered("FR40303265045", Outcome.INVALID)
    answered("FR40303265045", Outcome.UNAVAILABLE)
    entries = JournalEntry.objects.count()

    with pytest.raises(VatNumberUnknown):
        issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)
    assert Invoice.objects.get(pk=draft.pk).number == ""
    assert JournalEntry.objects.count() == entries

    answered("FR40303265045", Outcome.VALID)
    assert issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM).number


def test_silence_of_vies_and_belgian_vat_stop_nobody(be: Cooperative) -> None:
    activity = make_activity()
    french = make_client(
        activity, country="FR", vat_number="FR40303265045", enterprise_number="", postal_code="75001"
    )
    answered("FR40303265045", Outcome.UNAVAILABLE)
    draft = make_draft(activity, french, two_days(vat_code=""))
    assert issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM).vat == 0
    answered("FR40303265045", Outcome.INVALID)
    taxed = make_draft(activity, french, two_days(vat_code="standard"))
    assert issue_invoice(invoice_id=taxed.pk, issued_on=NOVEMBER, actor=SYSTEM).vat > 0


def test_a_public_body_that_asks_for_its_order_number_gets_it(be: Cooperative) -> None:
    activity = make_activity()
    town = make_client(activity, kind="public_body", order_reference_required=True)
    bare = make_draft(activity, town)
    with pytest.raises(OrderReferenceMissing):
        issue_invoice(invoice_id=bare.pk, issued_on=NOVEMBER, actor=SYSTEM)
    assert Invoice.objects.get(pk=bare.pk).number == ""

    ordered = make_draft(activity, town, buyer_reference="BC-2026-17")
    assert issue_invoice(invoice_id=ordered.pk, issued_on=NOVEMBER, actor=SYSTEM).number


def test_a_client_who_is_a_member_is_the_member_s_own_money(be: Cooperative) -> None:
    person = make_person()
    client = make_client()
    assert client.party_id not in own_money(person.pk)
    services.link_person(client_id=client.pk, person=person, actor=SYSTEM)
    assert client.party_id in own_money(person.pk)
    services.link_person(client_id=client.pk, person=None, actor=SYSTEM)
    assert client.party_id not in own_money(person.pk)


def test_a_new_client_is_news_that_makes_the_registers_be_asked(be: Cooperative) -> None:
    from core.models import OutboxMessage

    client = make_client(vat_number="BE0403019261", enterprise_number="")
    news = OutboxMessage.objects.get(topic="client.changed")
    assert news.subject_id == client.pk
    assert registers.ask_about(client) == 2


def test_a_letter_goes_to_every_contact_who_is_named_for_it(be: Cooperative) -> None:
    from django.core.mail import EmailMultiAlternatives

    from invoicing.models import ClientMessage
    from invoicing.services.messages import _enclose, write_message

    client = make_client(email="info@zoo.example")
    for name in ("ada", "bob"):
        services.add_contact(
            client_id=client.pk, name=name, email=f"{name}@zoo.example", for_reminders=True, actor=SYSTEM
        )
    letter = write_message(client=client, kind="reminder", subject="Rappel", body="Bonjour", on=NOVEMBER)
    other = write_message(client=client, kind="invoice", subject="Facture", body="Bonjour", on=NOVEMBER)
    assert (letter.recipient, other.recipient) == ("ada@zoo.example", "info@zoo.example")

    email = EmailMultiAlternatives(to=[letter.recipient])
    assert _enclose(ClientMessage.objects.get(pk=letter.pk), email)
    assert email.to == ["ada@zoo.example", "bob@zoo.example"]
