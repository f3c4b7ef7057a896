"""One act sends: over the network, by e-mail or on paper, and what comes back is drawn to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from core.documents import render_one
from core.models import Cooperative, DocumentJob, OutboxMessage, PolicyRate
from core.registry import Message
from core.tenancy import tenant_scope
from core.uuid7 import uuid7
from invoicing.content import ubl_of
from invoicing.einvoicing.access_point.port import AccessPointUnavailable
from invoicing.einvoicing.access_point.simulator import Behaviour, PeppolSimulator
from invoicing.einvoicing.access_point.types import Status, Submission
from invoicing.einvoicing.enums import Channel, SendingState
from invoicing.einvoicing.errors import ChannelClosed, DeliveryNotOpen, DeliveryUnderWay
from invoicing.einvoicing.models import Delivery, DeliveryAnswer
from invoicing.einvoicing.notices import tell_rejected
from invoicing.einvoicing.policy import sending_policy
from invoicing.einvoicing.selectors import open_deliveries
from invoicing.einvoicing.services import (
    carry_due,
    note_handed_over,
    note_lost,
    send_at_issue,
    send_credit_note,
    send_document,
    send_many,
    set_aside,
    settle_letters,
)
from invoicing.errors import InvoiceNotIssued, NoEmailAddress
from invoicing.models import ClientMessage, Invoice, IssuedDocument
from invoicing.services import credit_invoice, send_invoice, send_waiting_messages
from members.notices.models import Notice
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_draft, make_invoice, two_days
from tests.factories import SYSTEM, load_cooperative

CONSUMER = {"kind": "consumer", "vat_number": "", "enterprise_number": "", "name": "Anna Dubois"}


@pytest.fixture
def network(tmp_path: Path) -> PeppolSimulator:
    """The network, with nothing in its memory."""
    return PeppolSimulator(tmp_path / "peppol.sqlite3")


@pytest.fixture
def coop(cooperative_be: Cooperative) -> Iterator[Cooperative]:
    """The Belgian cooperative with its reference data; scopes are opened by whoever needs one."""
    with tenant_scope(cooperative_be):
        load_cooperative()
    yield cooperative_be


@pytest.fixture
def carried(coop: Cooperative, network: PeppolSimulator) -> Callable[..., Delivery]:
    """Send an invoice and let the house work on it: the copies are made, and it is carried so many times."""

    def act(times: int = 4, behaviour: Behaviour | None = None, **client: Any) -> Delivery:
        with tenant_scope(coop):
            activity = make_activity()
            invoice = make_invoice(activity, make_client(activity, **client))
            send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
            delivery = Delivery.objects.get(document__invoice=invoice)
        if behaviour is not None:
            network.teach(delivery.receiver, behaviour)
        go_on(coop, network, times)
        return delivery

    return act


def go_on(coop: Cooperative, network: Any, times: int = 1) -> None:
    """Documents are made, and time passes so many times until the next attempt."""
    while render_one(coop):
        pass
    for _ in range(times):
        let_time_pass(coop)
        carry_due(coop, through=network)


def let_time_pass(coop: Cooperative) -> None:
    """Leases run out, pauses are over."""
    with tenant_scope(coop):
        moment = timezone.now() - timedelta(seconds=1)
        Delivery.objects.filter(lease_until__isnull=False).update(lease_until=moment)
        Delivery.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=moment)


def fresh(coop: Cooperative, delivery: Delivery) -> Delivery:
    """The row as it stands now."""
    with tenant_scope(coop):
        return Delivery.objects.select_related("document__invoice").get(pk=delivery.pk)


def change_policy(changes: dict[str, Any] | None) -> None:
    """The policy says something else since last summer; None: it is taken back."""
    last = PolicyRate.objects.filter(key="einvoice.policy").order_by("-valid_from")[0]
    since = date(2026, 7, 1)
    PolicyRate.objects.create(
        key=last.key,
        valid_from=since,
        valid_to=since if changes is None else None,
        value=last.value | (changes or {}),
        status="confirmed",
        source="tests",
    )


# --- which way ---


@pytest.mark.parametrize(
    ("client", "channel"),
    [
        ({}, "peppol"),
        ({"kind": "public_body"}, "peppol"),
        (CONSUMER, "email"),
        ({"vat_number": ""}, "email"),
        ({"country": "FR", "vat_number": "FR83404833048", "enterprise_number": ""}, "email"),
        ({**CONSUMER, "email": ""}, "paper"),
    ],
    ids=("firm", "public body", "person", "association", "abroad", "nothing known"),
)
def test_the_policy_chooses_the_way(be: Cooperative, client: dict[str, Any], channel: str) -> None:
    activity = make_activity()
    code = "reverse_charge" if client.get("country") == "FR" else "standard"
    invoice = make_invoice(activity, make_client(activity, **client), two_days(vat_code=code))

    send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)

    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.state, delivery.round) == (channel, "pending", 1)
    assert ClientMessage.objects.count() == (1 if channel == "email" else 0)


def test_before_the_law_firms_are_written_e_mails(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    send_invoice(invoice_id=invoice.pk, on=date(2025, 12, 31), actor=SYSTEM)
    assert Delivery.objects.get().channel == Channel.EMAIL


def test_a_cooperative_without_policy_writes_e_mails(be: Cooperative) -> None:
    change_policy(None)
    invoice = make_invoice(make_activity())
    send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    assert Delivery.objects.get().channel == Channel.EMAIL


def test_a_policy_with_unknown_ways_writes_e_mails(be: Cooperative) -> None:
    change_policy({"business": ["pigeon"], "consumer": "email", "public_body": ["pigeon", "paper"]})
    policy = sending_policy(NOVEMBER)
    assert policy.order == {"business": ("email",), "consumer": ("email",), "public_body": ("paper",)}


def test_one_may_choose_another_way(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    send_invoice(
        invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM, channel="email", sentence="Merci  encore !"
    )
    letter = ClientMessage.objects.get()
    assert letter.body.split("\n\n")[:2] == ["Bonjour,", "Merci encore !"]
    invoice.refresh_from_db()
    assert invoice.sent_on == NOVEMBER


def test_what_cannot_be_sent_is_refused_and_nothing_is_written(be: Cooperative) -> None:
    activity = make_activity()
    person = make_invoice(activity, make_client(activity, **CONSUMER | {"email": ""}))
    for channel, refusal in (("peppol", ChannelClosed), ("email", NoEmailAddress)):
        with pytest.raises(refusal):
            send_invoice(invoice_id=person.pk, on=NOVEMBER, actor=SYSTEM, channel=channel)
    with pytest.raises(InvoiceNotIssued):
        send_invoice(invoice_id=make_draft(activity).pk, on=NOVEMBER, actor=SYSTEM)
    assert not Delivery.objects.exists()
    person.refresh_from_db()
    assert person.sent_on is None


def test_what_is_under_way_is_not_sent_again(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    with pytest.raises(DeliveryUnderWay):
        send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    assert Delivery.objects.count() == 1


def test_a_batch_sends_what_can_be_sent(be: Cooperative) -> None:
    activity = make_activity()
    good, draft = make_invoice(activity), make_draft(activity)
    done = send_many(invoice_ids=[draft.pk, good.pk], on=NOVEMBER, actor=SYSTEM)
    assert [(sent.invoice_id, sent.code) for sent in done] == [
        (draft.pk, "invoice_not_issued"),
        (good.pk, ""),
    ]
    assert Delivery.objects.get().document.invoice_id == good.pk


# --- over the network ---


def test_a_document_goes_over_the_network_and_is_received(
    coop: Cooperative, network: PeppolSimulator, carried: Callable[..., Delivery]
) -> None:
    delivery = fresh(coop, carried())
    assert (delivery.state, delivery.handled) == ("delivered", True)
    assert network.received(delivery.receiver) == [ubl_of(delivery.document)]
    assert network.count_messages() == 1
    assert delivery.document.invoice.sent_on is not None
    with tenant_scope(coop):
        assert OutboxMessage.objects.filter(topic="invoice.delivered").count() == 1


def test_it_waits_until_its_copy_is_made(coop: Cooperative, network: PeppolSimulator) -> None:
    with tenant_scope(coop):
        invoice = make_invoice(make_activity())
        send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    carry_due(coop, through=network)
    with tenant_scope(coop):
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempt) == ("pending", 0)
    assert network.count_messages() == 0
    go_on(coop, network, 2)
    assert fresh(coop, delivery).state == SendingState.DELIVERED


def test_a_document_that_breaks_a_rule_is_shown_and_not_sent(
    coop: Cooperative, network: PeppolSimulator
) -> None:
    with tenant_scope(coop):
        invoice = make_invoice(make_activity())
        send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
        DocumentJob.objects.filter(kind="invoice_ubl").update(
            state="failed", error="UblRefused: BR-CO-15: the total"
        )
    carry_due(coop, through=network)
    with tenant_scope(coop):
        delivery = open_deliveries().get()
    assert (delivery.state, delivery.reason_code) == ("failed", "not_valid")
    assert "BR-CO-15" in delivery.reason
    assert network.count_messages() == 0


def test_what_the_client_answers_is_kept_in_order(
    coop: Cooperative, carried: Callable[..., Delivery]
) -> None:
    delivery = fresh(coop, carried(6, Behaviour.PAYS))
    assert (delivery.state, delivery.response, delivery.next_attempt_at) == ("delivered", "PD", None)
    with tenant_scope(coop):
        said = DeliveryAnswer.objects.filter(delivery=delivery).values_list("position", "level", "code")
        assert list(said) == [(1, "transport", "AB"), (2, "business", "AP"), (3, "business", "PD")]


def test_a_client_who_says_no_is_shown_and_gets_no_e_mail(
    coop: Cooperative, carried: Callable[..., Delivery]
) -> None:
    delivery = fresh(coop, carried(6, Behaviour.REFUSES))
    assert (delivery.state, delivery.response, delivery.reason_code) == ("rejected", "RE", "UNR")
    assert delivery.reason == "Nous n'avons pas commandé cette prestation."
    with tenant_scope(coop):
        assert list(open_deliveries()) == [delivery]
        assert Delivery.objects.count() == 1
        news = OutboxMessage.objects.get(topic="invoice.rejected")
        assert news.payload["level"] == "business"
        assert news.subject_id == delivery.document.invoice_id
        for _ in range(2):
            tell_rejected(
                Message(news.id, news.topic, news.subject_type, news.subject_id, dict(news.payload))
            )
        (notice,) = Notice.objects.all()
        assert delivery.document.number in notice.subject and "commandé" in notice.body


@pytest.mark.parametrize(
    ("behaviour", "state", "code"),
    [(Behaviour.UNKNOWN, "no_receiver", "no_receiver"), (Behaviour.REJECTED, "rejected", "SV")],
)
def test_what_the_network_cannot_bring_goes_by_e_mail_once(
    coop: Cooperative,
    network: PeppolSimulator,
    carried: Callable[..., Delivery],
    behaviour: Behaviour,
    state: str,
    code: str,
) -> None:
    delivery = fresh(coop, carried(8, behaviour))
    assert (delivery.state, delivery.reason_code, delivery.handled) == (state, code, True)
    go_on(coop, network, 3)
    with tenant_scope(coop):
        replaced = Delivery.objects.get(follows=delivery)
        assert (replaced.channel, replaced.round) == ("email", 2)
        assert ClientMessage.objects.count() == 1
        assert not open_deliveries().exists()


def test_without_fallback_somebody_has_to_look(coop: Cooperative, carried: Callable[..., Delivery]) -> None:
    with tenant_scope(coop):
        change_policy({"fallback": False})
    delivery = carried(3, Behaviour.UNKNOWN)
    with tenant_scope(coop):
        assert list(open_deliveries()) == [delivery]
        assert not ClientMessage.objects.exists()


def test_a_closed_way_is_tried_again_and_then_given_up(
    coop: Cooperative, network: PeppolSimulator, carried: Callable[..., Delivery]
) -> None:
    delivery = carried(11, Behaviour.UNREACHABLE)
    assert fresh(coop, delivery).state == SendingState.PENDING
    go_on(coop, network)
    found = fresh(coop, delivery)
    assert (found.state, found.reason_code, found.failures) == ("failed", "unavailable", 12)
    with tenant_scope(coop):
        assert Delivery.objects.get(follows=delivery).channel == Channel.EMAIL


def test_an_answer_lost_on_the_way_sends_nothing_twice(
    coop: Cooperative, network: PeppolSimulator, carried: Callable[..., Delivery]
) -> None:
    delivery = fresh(coop, carried(4, Behaviour.LOSES_ANSWERS))
    assert delivery.state == SendingState.DELIVERED
    assert network.count_messages() == 1
    assert len(network.received(delivery.receiver)) == 1


class Dying:
    """A network whose carrier dies as soon as the document is over."""

    def __init__(self, network: PeppolSimulator) -> None:
        self.network = network

    def submit(self, submission: Submission) -> str:
        self.network.submit(submission)
        raise ConnectionError("the carrier died")

    def statuses(self, network_key: str) -> list[Status]:
        raise AccessPointUnavailable(network_key)


def test_a_carrier_who_dies_between_handing_over_and_recording_sends_nothing_twice(
    coop: Cooperative, network: PeppolSimulator
) -> None:
    with tenant_scope(coop):
        invoice = make_invoice(make_activity())
        send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    with pytest.raises(ConnectionError):
        go_on(coop, Dying(network))
    with tenant_scope(coop):
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.network_key, delivery.attempt) == ("pending", "", 1)
    carry_due(coop, through=network)  # its lease stands: nobody else takes it
    assert fresh(coop, delivery).attempt == 1
    go_on(coop, network, 2)
    found = fresh(coop, delivery)
    assert (found.state, found.attempt) == ("delivered", 3)
    assert network.count_messages() == 1


def test_a_carrier_who_comes_back_late_records_nothing(coop: Cooperative, network: PeppolSimulator) -> None:
    with tenant_scope(coop):
        invoice = make_invoice(make_activity())
        send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)

    class Slow:
        def submit(self, submission: Submission) -> str:
            answer = network.submit(submission)
            let_time_pass(coop)
            carry_due(coop, through=network)  # somebody else was faster
            return answer

        def statuses(self, network_key: str) -> list[Status]:
            return network.statuses(network_key)

    go_on(coop, Slow())
    with tenant_scope(coop):
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempt) == ("delivered", 2)
        assert DeliveryAnswer.objects.count() == 1
        assert OutboxMessage.objects.filter(topic="invoice.delivered").count() == 1
    assert network.count_messages() == 1


def test_silence_is_shown_after_three_days_and_nothing_is_sent_again(
    coop: Cooperative, network: PeppolSimulator, carried: Callable[..., Delivery]
) -> None:
    delivery = carried(3, Behaviour.SILENT)
    assert fresh(coop, delivery).state == SendingState.SENT
    with tenant_scope(coop):
        Delivery.objects.update(sent_at=timezone.now() - timedelta(days=4))
    go_on(coop, network)
    found = fresh(coop, delivery)
    assert (found.state, found.reason_code, found.handled) == ("failed", "no_answer", False)
    with tenant_scope(coop):
        assert Delivery.objects.count() == 1


def test_sending_again_is_refused_as_a_duplicate_by_the_receiver(
    coop: Cooperative, network: PeppolSimulator, carried: Callable[..., Delivery]
) -> None:
    delivery = carried()
    with tenant_scope(coop):
        send_document(document_id=delivery.document_id, on=NOVEMBER, actor=SYSTEM, channel="peppol")
    go_on(coop, network, 3)
    with tenant_scope(coop):
        again = Delivery.objects.get(document=delivery.document_id, round=2)
        assert (again.state, again.reason_code) == ("rejected", "DUP")
        assert not ClientMessage.objects.exists()  # the client has it: no e-mail on top
    assert len(network.received(delivery.receiver)) == 1


def test_what_the_network_brought_goes_by_e_mail_when_it_is_sent_again(
    coop: Cooperative, carried: Callable[..., Delivery]
) -> None:
    delivery = carried()
    with tenant_scope(coop):
        again = send_document(document_id=delivery.document_id, on=NOVEMBER, actor=SYSTEM)
    assert again.channel == Channel.EMAIL


# --- by e-mail and on paper ---


def test_the_letter_leaves_with_the_archive_copy_and_two_forms(coop: Cooperative) -> None:
    with tenant_scope(coop):
        activity = make_activity()
        invoice = make_invoice(activity, make_client(activity, language="nl", **CONSUMER))
        send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM, sentence="Tot <binnenkort>")
        delivery = Delivery.objects.get()
    while render_one(coop):
        pass
    assert send_waiting_messages(coop) == 1
    (letter,) = mail.outbox
    assert letter.attachments[0].filename == f"{invoice.number}.pdf"
    html = letter.alternatives[0].content
    assert "Tot &lt;binnenkort&gt;" in html and 'lang="nl"' in html
    assert "Tot <binnenkort>" in letter.body
    with tenant_scope(coop):
        holder = activity.holders.get().person
        assert letter.reply_to == [holder.email]
        assert settle_letters(on=NOVEMBER) == 1
        assert settle_letters(on=NOVEMBER) == 0
        assert OutboxMessage.objects.filter(topic="invoice.delivered").count() == 1
    assert fresh(coop, delivery).state == SendingState.SENT


def test_a_letter_that_was_given_up_is_shown_until_it_leaves(be: Cooperative) -> None:
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity, **CONSUMER))
    send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    ClientMessage.objects.update(state="failed", error="SMTPRecipientsRefused: nobody")
    assert settle_letters(on=NOVEMBER) == 1
    delivery = open_deliveries().get()
    assert (delivery.state, delivery.reason_code) == ("failed", "SMTPRecipientsRefused")
    ClientMessage.objects.update(state="sent", sent_at=timezone.now())
    assert settle_letters(on=NOVEMBER) == 1
    assert not open_deliveries().exists()


def test_a_letter_that_comes_back_is_noted_by_hand(be: Cooperative) -> None:
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity, **CONSUMER))
    send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    delivery = Delivery.objects.get()
    with pytest.raises(DeliveryNotOpen):
        note_lost(delivery_id=delivery.pk, reason="", on=NOVEMBER, actor=SYSTEM)
    ClientMessage.objects.update(state="sent", sent_at=timezone.now())
    settle_letters(on=NOVEMBER)

    note_lost(delivery_id=delivery.pk, reason="Boîte pleine", on=NOVEMBER, actor=SYSTEM)

    found = open_deliveries().get()
    assert (found.state, found.reason_code, found.reason) == ("rejected", "returned", "Boîte pleine")
    with pytest.raises(DeliveryNotOpen):
        note_lost(delivery_id=delivery.pk, reason="", on=NOVEMBER, actor=SYSTEM)
    set_aside(delivery_id=delivery.pk, actor=SYSTEM)
    assert not open_deliveries().exists()
    with pytest.raises(DeliveryNotOpen):
        set_aside(delivery_id=delivery.pk, actor=SYSTEM)


def test_paper_waits_until_it_is_handed_over(be: Cooperative) -> None:
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity, **CONSUMER | {"email": ""}))
    send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM)
    delivery = open_deliveries().get()
    note_handed_over(delivery_id=delivery.pk, on=NOVEMBER, actor=SYSTEM)
    invoice.refresh_from_db()
    assert invoice.sent_on == NOVEMBER
    assert not open_deliveries().exists()
    with pytest.raises(DeliveryNotOpen):
        note_handed_over(delivery_id=delivery.pk, on=NOVEMBER, actor=SYSTEM)


# --- by itself ---


def news(invoice: Invoice, **payload: Any) -> Message:
    """News of an invoice, as handlers hear it."""
    return Message(
        id=uuid7(), topic="x", subject_type="invoicing.invoice", subject_id=invoice.pk, payload=payload
    )


def test_invoices_leave_at_issue_only_where_the_policy_says_so(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    send_at_issue(news(invoice))
    assert not Delivery.objects.exists()
    change_policy({"at_issue": True})
    send_at_issue(news(invoice))
    send_at_issue(news(invoice))
    assert Delivery.objects.count() == 1


def test_a_credit_note_follows_an_invoice_that_was_sent(be: Cooperative) -> None:
    activity = make_activity()
    sent, kept = make_invoice(activity), make_invoice(activity)
    send_invoice(invoice_id=sent.pk, on=NOVEMBER, actor=SYSTEM, channel="email")
    for invoice in (sent, kept):
        document = credit_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM, reason="Annulé")
        for _ in range(2):
            send_credit_note(news(invoice, document=str(document.pk)))
    delivery = Delivery.objects.get(document__kind="credit_note")
    assert delivery.document.invoice_id == sent.pk
    assert delivery.channel == Channel.PEPPOL
    send_invoice(invoice_id=kept.pk, on=NOVEMBER, actor=SYSTEM, channel="email")
    assert IssuedDocument.objects.filter(invoice=kept).count() == 2
    subjects = list(ClientMessage.objects.order_by("pk").values_list("subject", flat=True))
    assert [text.split()[0] for text in subjects] == ["Facture", "Facture", "Note"]
