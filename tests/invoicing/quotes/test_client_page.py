"""The page behind the link: read without an account, answered once, closed to everyone else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from core import clock
from core.documents import render_one
from core.models import Cooperative, DocumentJob
from core.signed_links import make_token
from core.tenancy import tenant_scope
from invoicing.quotes import selectors, services
from invoicing.quotes.links import path_of, token_of
from invoicing.quotes.models import Quote, QuoteAnswer
from tests.activities.builders import make_activity, make_client
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.quotes.builders import MONDAY, sent_quote, version_of

GIVEN = {"name": "Zoé Maes", "email": "zoe@theatre.example", "consent": "yes", "order_reference": "BC 77"}


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 2 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 2, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


@pytest.fixture
def fr(cooperative_fr: Cooperative) -> Cooperative:
    """The French cooperative on the same day."""
    clock.set_clock(cooperative_fr, datetime(2026, 11, 2, 9, tzinfo=clock.ZONE))
    return cooperative_fr


def offered(cooperative: Cooperative, **fields: Any) -> tuple[Quote, str]:
    """A sent quote and the path of its page."""
    with tenant_scope(cooperative):
        activity = make_activity()
        client = make_client(activity, **fields)
        quote = sent_quote(activity, client=client, terms="Deux tours de corrections.")
        return quote, path_of(quote, version_of(quote))


def state_of(cooperative: Cooperative, quote: Quote) -> str:
    with tenant_scope(cooperative):
        return str(Quote.objects.get(pk=quote.pk).state)


def answers(cooperative: Cooperative) -> int:
    with tenant_scope(cooperative):
        return QuoteAnswer.objects.count()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_client_reads_the_quote_without_an_account_and_nothing_happens(be: Cooperative) -> None:
    quote, path = offered(be)
    browser = Browser()

    for _time in range(3):  # mail programs open links by themselves
        answer = browser.get(path)
        assert browser.head(path).status_code == 200

    page = text(answer)
    assert answer.status_code == 200
    assert "Affiche de saison" in page
    assert "1.210,00 €" in page or "1 210,00 €" in page
    assert "Deux tours de corrections." in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]
    assert state_of(be, quote) == "sent"


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Accepter ce devis"), ("nl", "Deze offerte aanvaarden"), ("de", "Dieses Angebot annehmen"),
     ("en", "Accept this quote")],
)  # fmt: skip
def test_the_page_speaks_the_clients_language_whatever_the_browser_says(
    be: Cooperative, language: str, words: str
) -> None:
    _quote, path = offered(be, language=language)
    browser = Browser(headers={"accept-language": "it"})

    answer = browser.get(path)

    assert words in text(answer)
    assert f'<html lang="{language}"' in text(answer)
    assert answer["Content-Language"] == language


def test_accepting_keeps_the_evidence_and_the_page_says_thank_you(be: Cooperative) -> None:
    quote, path = offered(be)
    browser = Browser(headers={"user-agent": "Firefox on a telephone"})

    answer = browser.post(f"{path}accepter/", GIVEN, follow=True)

    assert "Vous avez accepté ce devis" in text(answer)
    with tenant_scope(be):
        kept = QuoteAnswer.objects.get()
        assert (kept.name, kept.address, kept.user_agent) == (
            "Zoé Maes", "127.0.0.1", "Firefox on a telephone",
        )  # fmt: skip
        assert "J’ai lu le devis PA-DV-2026-000001" in kept.consent
        assert kept.document_digest == version_of(quote).digest
    assert state_of(be, quote) == "accepted"


def test_a_second_click_is_told_what_stands(be: Cooperative) -> None:
    _quote, path = offered(be)
    Browser().post(f"{path}accepter/", GIVEN)

    again = Browser().post(f"{path}accepter/", GIVEN | {"name": "Un autre"})
    no = Browser().post(f"{path}refuser/", {"reason": "trop tard"})

    for answer in (again, no):
        assert answer.status_code == 409
        assert "Vous avez accepté ce devis" in text(answer)
        assert "Zoé Maes" in text(answer)
    assert answers(be) == 1


def test_without_consent_the_form_comes_back_as_it_was_filled(be: Cooperative) -> None:
    quote, path = offered(be)

    answer = Browser().post(f"{path}accepter/", {"name": "Zoé Maes", "email": "zoe@theatre.example"})

    assert answer.status_code == 422
    assert 'value="Zoé Maes"' in text(answer)
    assert "cochez la case" in text(answer)
    assert (state_of(be, quote), answers(be)) == ("sent", 0)


def test_a_refusal_keeps_its_reason(be: Cooperative) -> None:
    quote, path = offered(be)

    answer = Browser().post(f"{path}refuser/", {"reason": "Trop cher"}, follow=True)

    assert "Vous avez refusé ce devis" in text(answer)
    with tenant_scope(be):
        assert QuoteAnswer.objects.get().reason == "Trop cher"
    assert state_of(be, quote) == "refused"


def test_after_its_last_day_it_is_refused_in_words(be: Cooperative) -> None:
    quote, path = offered(be)
    clock.set_clock(be, datetime(2026, 12, 3, 0, 1, tzinfo=clock.ZONE))

    read, late = Browser().get(path), Browser().post(f"{path}accepter/", GIVEN)

    assert read.status_code == 200
    assert late.status_code == 409
    for answer in (read, late):
        assert "Ce devis n’est plus valable" in text(answer)
    assert (state_of(be, quote), answers(be)) == ("sent", 0)


def test_one_minute_before_midnight_of_its_last_day_it_is_accepted(be: Cooperative) -> None:
    quote, path = offered(be)
    clock.set_clock(be, datetime(2026, 12, 2, 23, 59, tzinfo=clock.ZONE))

    Browser().post(f"{path}accepter/", GIVEN)

    assert state_of(be, quote) == "accepted"


def test_withdrawn_and_replaced_versions_stay_readable_and_say_so(be: Cooperative) -> None:
    first, withdrawn_path = offered(be)
    second, replaced_path = offered(be)
    with tenant_scope(be):
        services.withdraw_quote(quote_id=first.pk, on=MONDAY, actor=SYSTEM)
        services.revise_quote(quote_id=second.pk, valid_until=MONDAY, actor=SYSTEM)

    for path, words in (
        (withdrawn_path, "Ce devis a été retiré"),
        (replaced_path, "Cette version a été remplacée"),
    ):
        read, accepted = Browser().get(path), Browser().post(f"{path}accepter/", GIVEN)
        assert (read.status_code, accepted.status_code) == (200, 409)
        assert words in text(read)
        assert words in text(accepted)
        assert "Affiche de saison" in text(read)
    assert answers(be) == 0


def test_a_forged_an_expired_a_revoked_and_a_foreign_token_get_the_same_words(
    be: Cooperative, fr: Cooperative
) -> None:
    quote, path = offered(be)
    with tenant_scope(be):
        sent = version_of(quote)
        token = token_of(quote, sent)
        expired = make_token("quote", sent.pk, generation=1, last_day=date(2026, 11, 1))
        other_purpose = make_token("timesheet", sent.pk, generation=1, last_day=sent.link_until)
        of_nothing = make_token("quote", quote.pk, generation=1, last_day=sent.link_until)
    with tenant_scope(fr):
        foreign = make_token("quote", sent.pk, generation=1, last_day=sent.link_until)
    head, _dot, mac = token.partition(".")
    wrong = {
        "no token": "devis",
        "cut": token[:-1],
        "another head": f"{'B' + head[1:] if head[0] != 'B' else 'C' + head[1:]}.{mac}",
        "expired": expired,
        "another purpose": other_purpose,
        "of nothing": of_nothing,
        "of another cooperative": foreign,
    }
    pages = {}
    for place, (name, given) in enumerate(wrong.items()):
        browser = Browser(REMOTE_ADDR=f"192.0.2.{place + 10}")
        answer = browser.get(f"/be/offre/{given}/")
        assert answer.status_code == 404, name
        assert browser.post(f"/be/offre/{given}/accepter/", GIVEN).status_code == 404, name
        page = text(answer)
        pages[name] = page[page.index("<main") : page.index("</main>")]
    elsewhere = Browser().get(f"/fr/offre/{token}/")
    with tenant_scope(be):
        services.revoke_links(quote_id=quote.pk, actor=SYSTEM)
    assert elsewhere.status_code == 404
    assert Browser().get(path).status_code == 404
    assert len(set(pages.values())) == 1
    assert "Affiche" not in next(iter(pages.values()))
    assert answers(be) == 0


def test_whoever_guesses_is_slowed_down(be: Cooperative) -> None:
    _quote, path = offered(be)
    guesser = Browser()

    codes = [guesser.get(f"/be/offre/guess{n}/").status_code for n in range(12)]

    assert codes == [404] * 10 + [429] * 2
    assert Browser(REMOTE_ADDR="192.0.2.9").get(path).status_code == 200


def test_a_visitor_who_comes_too_often_waits_a_minute(be: Cooperative) -> None:
    _quote, path = offered(be)
    browser = Browser()

    codes = [browser.get(path).status_code for _ in range(61)]

    assert codes[:60] == [200] * 60
    assert codes[60] == 429


def test_the_acts_want_a_csrf_token_and_a_post(be: Cooperative) -> None:
    quote, path = offered(be)
    strict = Browser(enforce_csrf_checks=True)

    assert strict.post(f"{path}accepter/", GIVEN).status_code == 403
    assert strict.get(f"{path}accepter/").status_code == 405
    assert state_of(be, quote) == "sent"


def test_the_pdf_is_the_one_of_the_version(be: Cooperative) -> None:
    _quote, path = offered(be)

    before = Browser().get(f"{path}pdf/")
    while render_one(be):
        pass
    after = Browser().get(f"{path}pdf/")

    assert before.status_code == 202
    assert after["Content-Type"] == "application/pdf"
    assert after.content.startswith(b"%PDF")
    with tenant_scope(be):
        assert DocumentJob.objects.filter(kind="quote_pdf", state="done").count() == 1


def test_markup_in_what_people_write_stays_text(be: Cooperative) -> None:
    with tenant_scope(be):
        activity = make_activity()
        quote = sent_quote(activity, title="<script>alert(1)</script>", terms="<b>gras</b>")
        path = path_of(quote, version_of(quote))

    page = text(Browser().get(path))

    assert "<script>alert" not in page
    assert "<b>gras" not in page


def test_a_new_version_is_answered_by_its_own_link(be: Cooperative) -> None:
    quote, _old = offered(be)
    with tenant_scope(be):
        services.revise_quote(quote_id=quote.pk, valid_until=MONDAY + timedelta(days=30), actor=SYSTEM)
        again = services.send_quote(quote_id=quote.pk, on=MONDAY, actor=SYSTEM)
        path = path_of(again, version_of(again))

    Browser().post(f"{path}accepter/", GIVEN)

    with tenant_scope(be):
        assert QuoteAnswer.objects.get().sent.number == "PA-DV-2026-000001-V2"
        assert selectors.standing_version(again) is not None
