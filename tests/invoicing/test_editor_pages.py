"""The editor of invoices: lines, totals, discounts, advances and files, before anything is issued."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from core.tenancy import tenant_scope
from invoicing.einvoicing.models import Delivery
from invoicing.models import Invoice, InvoiceAttachment
from tests.activities.builders import PDF
from tests.activities.world import TWO_DAYS, World, head, lines, only


def test_from_the_editor_to_the_issued_invoice(world: World) -> None:
    browser = world.browser(world.member)
    assert browser.get(f"/be/factures/nouvelle/?activity={world.activity.pk}").status_code == 200

    head = {
        "client": str(world.client.pk),
        "delivery_date": "2026-11-18",
        "buyer_reference": "",
        "note": "",
        "act": "issue",
    }
    saved = browser.post(f"/be/factures/nouvelle/?activity={world.activity.pk}", head | TWO_DAYS)
    with tenant_scope(world.cooperative):
        draft = Invoice.objects.get()
    assert saved.status_code == 302 and saved["Location"] == f"/be/factures/{draft.pk}/emettre/"
    assert draft.total == Decimal("1210.00")

    confirm = browser.get(saved["Location"]).content.decode()
    assert "935,00" in confirm and "65,00" in confirm
    assert browser.get(f"/be/factures/{draft.pk}/apercu/").status_code == 200
    issued = browser.post(saved["Location"], {"send": "1"})

    assert issued.status_code == 302
    with tenant_scope(world.cooperative):
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.issued_on, invoice.sent_on) == (
            "PA-2026-000001",
            date(2026, 11, 20),
            date(2026, 11, 20),
        )
        assert Delivery.objects.get().channel == "peppol"
    page = browser.get(issued["Location"]).content.decode()
    assert "PA-2026-000001" in page and "+++26" in page


def test_the_editor_works_without_javascript_and_says_what_is_wrong(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/nouvelle/?activity={world.activity.pk}"

    more = browser.post(url, {"client": "", "act": "add"} | TWO_DAYS)
    assert (
        more.status_code == 200
        and 'value="3"' in more.content.decode()
        and "Graphisme" in more.content.decode()
    )
    wrong = browser.post(url, {"client": "", "delivery_date": "", "act": "keep"} | TWO_DAYS)
    empty = browser.post(
        url,
        {"client": str(world.client.pk), "delivery_date": "2026-11-18", "act": "keep"}
        | lines(("", "", "day", "", "")),
    )

    assert (wrong.status_code, empty.status_code) == (422, 422)
    with tenant_scope(world.cooperative):
        assert not Invoice.objects.exists()


def test_the_live_total_names_vat_levy_and_budget(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/total/{world.activity.pk}/"

    total = browser.post(url, {"client": str(world.client.pk)} | TWO_DAYS).content.decode()

    assert all(amount in total for amount in ("210,00", "65,00", "935,00"))
    assert world.browser(world.stranger).post(url, TWO_DAYS).status_code == 404


def test_a_draft_is_changed_by_its_people_until_somebody_else_was_faster(world: World) -> None:
    draft, browser = world.draft(), world.browser(world.member)
    url = f"/be/factures/{draft.pk}/modifier/"
    assert browser.get(url).status_code == 200
    head = {"client": str(world.client.pk), "delivery_date": "2026-11-18", "act": "keep", "version": "1"}

    assert browser.post(url, head | lines(("Graphisme", "1", "day", "400", "standard"))).status_code == 302
    assert browser.post(url, head | lines(("Graphisme", "1", "day", "1", "standard"))).status_code == 422

    with tenant_scope(world.cooperative):
        assert Invoice.objects.get().total == Decimal("484.00")
    assert world.browser(world.stranger).get(url).status_code == 404
    assert world.browser(world.adviser).get(url).status_code == 403
    assert browser.post(f"/be/factures/{draft.pk}/supprimer/").status_code == 302


def test_lines_are_added_moved_copied_and_taken_away_before_anything_is_kept(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/nouvelle/?activity={world.activity.pk}"
    three = lines(*((name, "1", "day", "10,5", "") for name in ("Un", "Deux", "Trois")))

    def order(act: str) -> list[str]:
        page = browser.post(url, head(world, act=act, note="Merci") | three)
        text = page.content.decode()
        assert page.status_code == 200 and 'value="Merci"' in text
        return re.findall(r'name="line-\d-description" value="([^"]*)"', text)

    assert order("up:2") == ["Un", "Trois", "Deux"]
    assert order("down:0") == ["Deux", "Un", "Trois"]
    assert order("copy:1") == ["Un", "Deux", "Deux", "Trois"]
    assert order("drop:0") == ["Deux", "Trois"]
    assert order("up:0") == order("down:9") == order("drop:x") == ["Un", "Deux", "Trois"]
    with tenant_scope(world.cooperative):
        assert not Invoice.objects.exists()


def test_discounts_and_early_payment_are_kept_and_shown_again(world: World) -> None:
    browser = world.browser(world.member)
    sent = lines(("Graphisme", "7,125", "hour", "33,3333", ""))
    sent |= {"line-0-discount_percent": "12,5", "line-0-starts_on": "2026-11-16"}
    terms = {"discount_amount": "7,81", "early_percent": "2", "early_days": "8", "show_employment": "on"}

    answer = browser.post(f"/be/factures/nouvelle/?activity={world.activity.pk}", head(world, **terms) | sent)

    draft = only(world)
    assert answer.status_code == 302
    assert (draft.net, draft.vat, draft.early_days) == (Decimal("200.00"), Decimal("41.16"), 8)
    again = browser.get(f"/be/factures/{draft.pk}/modifier/").content.decode()
    for shown in ("7,125", "33,3333", "12,5", "7,81", "2026-11-16"):
        assert f'value="{shown}"' in again
    preview = browser.get(f"/be/factures/{draft.pk}/apercu/").content.decode()
    assert "Remise 12,5 %" in preview and "Escompte de 2 %" in preview and "Rémunération brute" in preview


def test_the_total_says_the_reason_of_the_vat_and_what_is_wrong(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/total/{world.activity.pk}/"
    line = lines(("Graphisme", "1", "flat", "100", "reverse_charge"))

    said = browser.post(url, head(world) | line).content.decode()
    wrong = browser.post(url, head(world, discount_amount="100,01") | line).content.decode()

    assert "Autoliquidation" in said and "100,00" in said
    assert "field-error" in wrong and "100,00 €" in wrong


def test_an_advance_is_asked_and_deducted_by_ticking_it(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/nouvelle/?activity={world.activity.pk}"
    browser.post(url, head(world, kind="advance") | lines(("Acompte", "1", "flat", "300", "")))
    advance = only(world)
    browser.post(f"/be/factures/{advance.pk}/emettre/")
    assert f'value="{advance.pk}"' in browser.get(url).content.decode()

    work = lines(("Spectacle", "1", "flat", "1000", ""))
    answer = browser.post(url, head(world, advances=[str(advance.pk)]) | work)

    final = only(world, kind="final")
    assert answer.status_code == 302 and final.net == Decimal("700.00")
    again = browser.get(f"/be/factures/{final.pk}/modifier/").content.decode()
    assert 'value="Spectacle"' in again and "Acompte déjà facturé" not in again
    browser.post(f"/be/factures/{final.pk}/modifier/", head(world, advances=[str(advance.pk)]) | work)
    assert only(world, kind="final").net == Decimal("700.00")


def test_a_copy_of_an_invoice_opens_in_the_editor(world: World) -> None:
    invoice = world.invoice()

    answer = world.browser(world.member).post(f"/be/factures/{invoice.pk}/copier/")

    draft = only(world, state="draft")
    assert answer["Location"] == f"/be/factures/{draft.pk}/modifier/" and draft.net == invoice.net
    refused = world.browser(world.adviser).post(f"/be/factures/{invoice.pk}/copier/")
    assert refused.status_code in (403, 404)
    only(world, state="draft")


def test_a_file_is_added_downloaded_and_taken_off_a_draft(world: World) -> None:
    draft = world.draft()
    browser = world.browser(world.member)
    url = f"/be/factures/{draft.pk}/joindre/"

    refused = browser.post(url, {"file": SimpleUploadedFile("x.pdf", b"<script>")})
    kept = browser.post(url, {"file": SimpleUploadedFile("plan.pdf", PDF)})

    assert (refused.status_code, kept.status_code) == (422, 302)
    with tenant_scope(world.cooperative):
        row = InvoiceAttachment.objects.get()
    assert "plan.pdf" in browser.get(f"/be/factures/{draft.pk}/").content.decode()
    file = browser.get(f"/be/pieces-jointes/{row.pk}/")
    assert file.content == PDF and file["Content-Disposition"].startswith("attachment")
    assert world.browser(world.adviser).get(f"/be/pieces-jointes/{row.pk}/").status_code == 200
    assert world.browser(world.stranger).get(f"/be/pieces-jointes/{row.pk}/").status_code == 404
    assert world.browser(world.adviser).post(f"/be/pieces-jointes/{row.pk}/retirer/").status_code in (
        403,
        404,
    )
    browser.post(f"/be/pieces-jointes/{row.pk}/retirer/")
    with tenant_scope(world.cooperative):
        assert not InvoiceAttachment.objects.exists()
