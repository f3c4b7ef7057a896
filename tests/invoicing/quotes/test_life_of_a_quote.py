"""A quote from its first line to its answer: what is sent stands, what is answered stays."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core.models import AuditEvent, Cooperative, DocumentJob
from invoicing.content import digest_of
from invoicing.errors import EmptyInvoice, LineInvalid
from invoicing.models import ClientActivity, ClientMessage
from invoicing.quotes import selectors, services
from invoicing.quotes.enums import QuoteState
from invoicing.quotes.errors import (
    ConsentMissing,
    QuoteAnswered,
    QuoteExpired,
    QuoteNotDraft,
    QuoteNotSent,
    QuoteOver,
    QuoteReplaced,
    QuoteTitleMissing,
    QuoteWithdrawn,
    StaleQuote,
)
from invoicing.quotes.models import Quote, QuoteAnswer, SentQuote
from invoicing.quotes.services.answers import digest_of_answer
from invoicing.types import LineInput
from ledger.models import JournalEntry, NumberSeries
from tests.activities.builders import make_activity, make_client, two_days
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.quotes.builders import (
    AGREED,
    CLIENT,
    MONDAY,
    VISITOR,
    accept,
    make_quote,
    noon,
    sent_quote,
    version_of,
)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def change(quote: Quote, **fields: object) -> Quote:
    given = {
        "client_id": quote.client_id,
        "title": quote.title,
        "lines": two_days(),
        "valid_until": quote.valid_until,
        "on": MONDAY,
        "actor": SYSTEM,
    } | fields
    return services.change_quote(quote_id=quote.pk, **given)  # type: ignore[arg-type]


# --- writing -----------------------------------------------------------------------------------------------


def test_a_quote_adds_up_as_the_invoice_will(be: Cooperative) -> None:
    activity = make_activity()

    quote = make_quote(activity)

    assert (quote.net, quote.vat, quote.total) == (Decimal("1000"), Decimal("210"), Decimal("1210"))
    assert quote.total_cents == 121000
    assert ClientActivity.objects.filter(activity=activity, client=quote.client).exists()
    assert not JournalEntry.objects.exists()


def test_a_quote_without_title_or_lines_is_refused_and_nothing_stays(be: Cooperative) -> None:
    activity = make_activity()
    client = make_client(activity)
    nothing = [LineInput("", Decimal(1), "flat", Decimal(1))]
    for refusal, fields in (
        (QuoteTitleMissing, {"title": " "}),
        (LineInvalid, {"lines": nothing}),
    ):
        with pytest.raises(refusal), transaction.atomic():
            make_quote(activity, client, **fields)  # type: ignore[arg-type]

    assert not Quote.objects.exists()


def test_the_second_writer_of_a_quote_is_told_that_it_changed(be: Cooperative) -> None:
    quote = make_quote()
    change(quote, title="Affiche d’été", version=1)

    with pytest.raises(StaleQuote), transaction.atomic():
        change(quote, title="Autre chose", version=1)

    quote.refresh_from_db()
    assert (quote.title, quote.version) == ("Affiche d’été", 2)


def test_only_a_quote_that_was_never_sent_can_be_thrown_away(be: Cooperative) -> None:
    sent, draft = sent_quote(), make_quote()

    services.delete_quote(quote_id=draft.pk, actor=SYSTEM)
    with pytest.raises(QuoteNotDraft), transaction.atomic():
        services.delete_quote(quote_id=sent.pk, actor=SYSTEM)

    assert list(Quote.objects.values_list("pk", flat=True)) == [sent.pk]


# --- sending -----------------------------------------------------------------------------------------------


def test_sending_numbers_freezes_and_writes_in_the_clients_language(be: Cooperative) -> None:
    activity = make_activity()
    client = make_client(activity, language="nl", email="kas@theater.example")

    quote = services.send_quote(quote_id=make_quote(activity, client).pk, on=MONDAY, actor=SYSTEM)

    sent = version_of(quote)
    letter = ClientMessage.objects.get()
    assert (quote.state, quote.number, sent.number) == ("sent", "PA-DV-2026-000001", "PA-DV-2026-000001")
    assert sent.digest == digest_of(sent.content)
    assert sent.content["kind"] == "quote"
    assert sent.content["language"] == "nl"
    assert (letter.kind, letter.recipient) == ("quote", "kas@theater.example")
    assert "Offerte PA-DV-2026-000001" in letter.subject
    assert "/be/offre/" in letter.body
    assert DocumentJob.objects.filter(kind="quote_pdf", source_id=sent.pk).exists()
    assert AuditEvent.objects.filter(action="quote.sent", subject_id=quote.pk).exists()
    assert not JournalEntry.objects.exists()


def test_a_quote_that_would_be_over_or_empty_is_not_sent(be: Cooperative) -> None:
    late = make_quote(valid_until=MONDAY - timedelta(days=1))
    free = make_quote(lines=[LineInput("Cadeau", Decimal(1), "flat", Decimal(0))])

    with pytest.raises(QuoteOver), transaction.atomic():
        services.send_quote(quote_id=late.pk, on=MONDAY, actor=SYSTEM)
    with pytest.raises(EmptyInvoice), transaction.atomic():
        services.send_quote(quote_id=free.pk, on=MONDAY, actor=SYSTEM)

    assert not SentQuote.objects.exists()
    assert not NumberSeries.objects.filter(journal="QUO").exists()
    assert not ClientMessage.objects.exists()


def test_numbers_have_no_gap_per_entity_and_year(be: Cooperative) -> None:
    with pytest.raises(QuoteOver), transaction.atomic():
        sent_quote(valid_until=MONDAY - timedelta(days=1))

    numbers = [sent_quote().number for _ in range(3)]

    assert numbers == [f"PA-DV-2026-{n:06}" for n in (1, 2, 3)]


def test_what_was_sent_cannot_be_changed_even_in_the_database(be: Cooperative) -> None:
    quote = sent_quote()
    accept(quote)

    with pytest.raises(QuoteNotDraft), transaction.atomic():
        change(quote)
    for rows in (SentQuote.objects, QuoteAnswer.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(number="X") if rows is SentQuote.objects else rows.update(name="X")

    assert version_of(quote).number == "PA-DV-2026-000001"


# --- answers -----------------------------------------------------------------------------------------------


def test_an_acceptance_keeps_who_when_from_where_and_what_was_agreed(be: Cooperative) -> None:
    quote = sent_quote()

    answer = accept(quote, order_reference="BC 77")

    quote.refresh_from_db()
    assert (quote.state, quote.answered_on, quote.buyer_reference) == ("accepted", MONDAY, "BC 77")
    assert (answer.name, answer.email, answer.consent) == ("Zoé Maes", "zoe@theatre.example", AGREED)
    assert (answer.address, answer.user_agent) == ("192.0.2.7", "Firefox on a telephone")
    assert answer.document_digest == version_of(quote).digest
    kept = QuoteAnswer.objects.get()
    assert kept.digest == digest_of_answer(kept)
    kept.order_reference = "BC 78"
    assert kept.digest != digest_of_answer(kept)


def test_without_name_address_or_consent_nothing_is_accepted(be: Cooperative) -> None:
    quote = sent_quote()

    for fields in ({"name": ""}, {"email": "nobody"}, {"consent": ""}):
        with pytest.raises(ConsentMissing), transaction.atomic():
            accept(quote, **fields)

    quote.refresh_from_db()
    assert quote.state == QuoteState.SENT
    assert not QuoteAnswer.objects.exists()


def test_a_quote_is_good_through_its_last_day_and_not_a_day_longer(be: Cooperative) -> None:
    last = MONDAY + timedelta(days=30)
    in_time, too_late = sent_quote(), sent_quote()

    accept(in_time, on=last)
    with pytest.raises(QuoteExpired), transaction.atomic():
        accept(too_late, on=last + timedelta(days=1))

    too_late.refresh_from_db()
    assert too_late.state == QuoteState.SENT
    assert QuoteAnswer.objects.count() == 1


def test_a_second_answer_is_told_what_stands(be: Cooperative) -> None:
    quote = sent_quote()
    accept(quote)

    with pytest.raises(QuoteAnswered) as refusal, transaction.atomic():
        services.refuse_quote(
            sent_id=version_of(quote).pk, reason="", visitor=VISITOR, at=noon(MONDAY), actor=CLIENT
        )

    assert refusal.value.params["state"] == "accepté" or "accept" in str(refusal.value.params["state"])
    assert QuoteAnswer.objects.get().kind == "accepted"


def test_a_refusal_keeps_its_reason_and_the_quote_can_be_written_anew(be: Cooperative) -> None:
    quote = sent_quote()
    first = version_of(quote)
    services.refuse_quote(
        sent_id=first.pk, reason="Trop cher", visitor=VISITOR, at=noon(MONDAY), actor=CLIENT
    )

    services.revise_quote(quote_id=quote.pk, valid_until=MONDAY, actor=SYSTEM)
    change(quote, lines=two_days("450.00"))
    again = services.send_quote(quote_id=quote.pk, on=MONDAY, actor=SYSTEM)

    assert QuoteAnswer.objects.get().reason == "Trop cher"
    assert [row.number for row in selectors.versions_of(again)] == [
        "PA-DV-2026-000001-V2", "PA-DV-2026-000001",
    ]  # fmt: skip
    assert (again.number, again.total) == ("PA-DV-2026-000001", Decimal("1089.00"))
    assert first.total == Decimal("1210.00")
    assert NumberSeries.objects.get(journal="QUO").last_number == 1


def test_a_replaced_version_cannot_be_accepted(be: Cooperative) -> None:
    quote = sent_quote()
    first = version_of(quote)
    services.revise_quote(quote_id=quote.pk, valid_until=MONDAY, actor=SYSTEM)

    with pytest.raises(QuoteReplaced), transaction.atomic():
        services.accept_quote(
            sent_id=first.pk, name="Zoé", email="z@x.example", consent=AGREED, visitor=VISITOR,
            at=noon(MONDAY), actor=CLIENT,
        )  # fmt: skip

    assert not QuoteAnswer.objects.exists()


def test_a_withdrawn_quote_cannot_be_accepted_and_an_accepted_one_not_withdrawn(be: Cooperative) -> None:
    withdrawn, accepted, draft = sent_quote(), sent_quote(), make_quote()
    services.withdraw_quote(quote_id=withdrawn.pk, on=MONDAY, actor=SYSTEM)
    services.withdraw_quote(quote_id=withdrawn.pk, on=MONDAY, actor=SYSTEM)
    accept(accepted)

    with pytest.raises(QuoteWithdrawn), transaction.atomic():
        accept(withdrawn)
    with pytest.raises(QuoteAnswered), transaction.atomic():
        services.withdraw_quote(quote_id=accepted.pk, on=MONDAY, actor=SYSTEM)
    with pytest.raises(QuoteNotSent), transaction.atomic():
        services.withdraw_quote(quote_id=draft.pk, on=MONDAY, actor=SYSTEM)

    assert QuoteAnswer.objects.count() == 1
    assert AuditEvent.objects.filter(action="quote.withdrawn").count() == 1


def test_what_was_agreed_is_not_rewritten(be: Cooperative) -> None:
    quote = sent_quote()
    accept(quote)

    with pytest.raises(QuoteAnswered), transaction.atomic():
        services.revise_quote(quote_id=quote.pk, valid_until=MONDAY, actor=SYSTEM)

    quote.refresh_from_db()
    assert (quote.state, quote.revision) == ("accepted", 1)


def test_a_member_notes_what_the_client_said_by_telephone(be: Cooperative) -> None:
    quote = sent_quote()

    answer = services.note_answer(
        quote_id=quote.pk, accepted=True, name="Zoé Maes", how="Au téléphone, le matin", at=noon(MONDAY),
        actor=SYSTEM,
    )  # fmt: skip

    quote.refresh_from_db()
    assert (quote.state, answer.door, answer.reason) == ("accepted", "member", "Au téléphone, le matin")


# --- time --------------------------------------------------------------------------------------------------


def test_quotes_past_their_last_day_expire_once_whenever_the_task_runs(be: Cooperative) -> None:
    quote = sent_quote()
    day_after = quote.valid_until + timedelta(days=1)

    done = [services.expire_quotes(on=day, actor=SYSTEM) for day in (quote.valid_until, day_after, day_after)]

    quote.refresh_from_db()
    assert (done, quote.state) == ([0, 1, 0], "expired")
    assert quote.is_over(day_after) is False
    with pytest.raises(QuoteExpired), transaction.atomic():
        accept(quote, on=quote.valid_until)


def test_an_unanswered_quote_is_recalled_once_gently(be: Cooperative) -> None:
    waiting, answered, silent = sent_quote(), sent_quote(), sent_quote(remind=False)
    accept(answered)
    ClientMessage.objects.filter().delete()
    sixth, seventh = MONDAY + timedelta(days=6), MONDAY + timedelta(days=7)

    done = [services.remind_quotes(on=day, actor=SYSTEM) for day in (MONDAY, sixth, seventh, seventh)]
    services.remind_quotes(on=MONDAY + timedelta(days=20), actor=SYSTEM)

    assert done == [0, 0, 1, 0]
    letter = ClientMessage.objects.get()
    assert waiting.number in letter.subject
    silent.refresh_from_db()
    assert silent.reminded_on is None
