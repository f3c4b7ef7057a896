"""The UI kit: what a person reads, and what a keyboard or a screen reader finds."""

from __future__ import annotations

import mimetypes
import re
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.shortcuts import render
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from core import ui_views
from core.forms import DateField, FileDrop, KitForm, MoneyField, SearchSelect, parse_money
from core.kit import formats
from core.middleware import CONTENT_SECURITY_POLICY
from core.tables import Column, Table
from core.templatetags import ui

ROOT = Path(__file__).resolve().parents[2]
SPACE, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def draw(source: str, /, **values: Any) -> str:
    """Render template source with the kit loaded."""
    return Template("{% load ui %}" + source).render(Context(values))


@pytest.fixture(autouse=True)
def _in_french() -> Any:
    with translation.override("fr"):
        yield


# --- figures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "style", "shown"),
    [
        (Decimal("1234.56"), "", f"1{NARROW}234,56{SPACE}€"),
        (Decimal("0.645"), "", f"0,65{SPACE}€"),
        (Decimal("-65"), "", f"−65,00{SPACE}€"),
        (Decimal("935"), "signed", f"+935,00{SPACE}€"),
        (Decimal("0"), "signed", f"0,00{SPACE}€"),
        (Decimal("1234.56"), "plain", f"1{NARROW}234,56"),
        (Decimal("1234.56"), "round", f"1{NARROW}235{SPACE}€"),
        (None, "", "—"),
    ],
)
def test_money_is_written_as_a_belgian_reads_it(amount: Decimal | None, style: str, shown: str) -> None:
    assert formats.money(amount, style) == shown


def test_money_follows_the_language_of_the_reader() -> None:
    with translation.override("nl"):
        assert formats.money(Decimal("1234.56")) == f"€{SPACE}1.234,56"
    with translation.override("en"):
        assert formats.money(Decimal("-1234.56")) == "−€1,234.56"


def test_days_months_moments_and_rates_are_words() -> None:
    day = date(2026, 11, 14)

    assert formats.day(day) == "14 nov. 2026"
    assert formats.day(day, "long") == "14 novembre 2026"
    assert formats.day(day, "short") == "14/11/2026"
    assert formats.month(day) == "novembre 2026"
    assert formats.moment(datetime(2026, 11, 14, 23, 30, tzinfo=ZoneInfo("UTC"))) == "15 nov. 2026, 00:30"
    assert formats.percent(Decimal("0.065")) == f"6,5{SPACE}%"
    assert formats.percent("6.5", "points") == f"6,5{SPACE}%"
    assert formats.day(None) == formats.percent("") == "—"


def test_from_a_day_to_a_day_nothing_is_said_twice() -> None:
    first = date(2026, 11, 30)

    assert formats.days(first, first) == "30 nov. 2026"
    assert formats.days(date(2026, 12, 7), date(2026, 12, 8)) == "7–8 déc. 2026"
    assert formats.days(first, date(2026, 12, 2)) == "30 nov.\N{THIN SPACE}–\N{THIN SPACE}2 déc. 2026"
    over_new_year = formats.days(date(2026, 12, 30), date(2027, 1, 2))
    assert over_new_year == "30 déc. 2026\N{THIN SPACE}–\N{THIN SPACE}2 janv. 2027"
    assert formats.days(first, date.max) == "dès le 30 nov. 2026, sans fin"
    assert formats.days(first, None) == "30 nov. 2026"
    assert formats.days(None, None) == "—"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1 234,56", "1234.56"),
        (f"1{NARROW}234,56{SPACE}€", "1234.56"),
        ("1.234,56 €", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        ("1234.5", "1234.50"),
        (",5", "0.50"),
        ("−12", "-12.00"),
    ],
)
def test_an_amount_is_understood_however_people_write_it(typed: str, meant: str) -> None:
    assert parse_money(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["1.234", "12,345", "abc", "12,3,4", "", "1e5", "--3"])
def test_an_amount_that_could_mean_two_things_is_refused_not_guessed(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_money(typed)


# --- forms --------------------------------------------------------------------------------------------------


class JobForm(KitForm):
    """A few fields, one of each danger."""

    amount = MoneyField(label="Montant", help_text="Hors TVA", minimum="1.00", maximum="5000")
    day = DateField(label="Jour", earliest=date(2026, 11, 1))
    client = forms.ChoiceField(label="Client", choices=[("1", "Théâtre")], widget=SearchSelect)
    receipt = forms.FileField(label="Reçu", required=False, widget=FileDrop(accept=".pdf", hint="PDF"))


def test_a_money_field_gives_exact_cents() -> None:
    form = JobForm({"amount": "1 234,56", "day": "2026-11-14", "client": "1"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Decimal("1234.56")
    assert form.cleaned_data["day"] == date(2026, 11, 14)


def test_a_money_field_shows_its_first_value_in_the_format_of_the_reader() -> None:
    form = JobForm(initial={"amount": Decimal("1234.56")})

    assert f'value="1{NARROW}234,56"' in str(form["amount"])


def test_bounds_are_said_in_the_refusal() -> None:
    form = JobForm({"amount": "0,99", "day": "2026-10-31", "client": "1"})

    assert (
        form.errors["amount"] == ["Le montant doit être d’au moins 1.00 €."]
        or "1" in form.errors["amount"][0]
    )
    assert "01/11/2026" in form.errors["day"][0]


def test_help_and_error_are_tied_to_their_control() -> None:
    html = draw("{% render_form form submit='Go' %}", form=JobForm({"amount": "1.234"}))

    described = re.search(r'name="amount"[^>]*aria-describedby="([^"]+)"', html)
    assert described is not None
    for target in described[1].split():
        assert f'id="{target}"' in html
    assert 'aria-invalid="true"' in html
    assert 'href="#id_amount"' in html, "the summary leads to the field"


def test_a_form_with_a_file_is_sent_as_multipart() -> None:
    assert 'enctype="multipart/form-data"' in draw("{% render_form form %}", form=JobForm())


def test_text_from_people_is_escaped_everywhere() -> None:
    nasty = "<script>alert(1)</script>"
    html = draw(
        "{% button n %}{% badge 'paid' n %}{% stat n n %}{% definitions n n %}{% page_header n %}"
        "{% endpage_header %}"
        "{% timeline e %}{% waterfall w %}{% empty_state n n %}{% toast n %}{% breadcrumb n %}"
        "{% sparkline v label=n %}",
        n=nasty,
        e=[{"when": date(2026, 1, 1), "title": nasty, "text": nasty}],
        w=[{"label": nasty, "amount": Decimal(1), "kind": "start", "note": nasty}],
        v=[1, 2],
    )  # fmt: skip

    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 12


# --- states, lists, pictures --------------------------------------------------------------------------------


def test_a_state_is_a_word_with_a_tone_never_a_colour_alone() -> None:
    assert "badge-success" in draw("{% badge 'paid' 'Payée' %}")
    assert "Payée" in draw("{% badge 'paid' 'Payée' %}")
    assert formats.tone_of("late") == "warning"
    assert formats.tone_of("lost") == "danger"
    assert formats.tone_of("never heard of") == "neutral"


def test_waterfall_bars_start_where_the_amount_stood() -> None:
    """Example C of the levy: 1 000.00 − 65.00 − 100.00 = 835.00, in thousandths of 1 000.00."""
    steps = [
        {"label": "Facture", "amount": Decimal("1000.00"), "kind": "start"},
        {"label": "Prélèvement", "amount": Decimal("65.00"), "kind": "minus"},
        {"label": "Frais", "amount": Decimal("100.00"), "kind": "minus"},
        {"label": "Budget", "amount": Decimal("835.00"), "kind": "total"},
    ]
    html = draw("{% waterfall steps %}", steps=steps)

    bars = re.findall(r'<rect x="([\d.]+)" y="0" width="([\d.]+)"', html)
    assert bars == [("0.0", "1000.0"), ("935.0", "65.0"), ("835.0", "100.0"), ("0.0", "835.0")]
    assert f"−65,00{SPACE}€" in html


def test_a_waterfall_below_zero_stays_inside_its_frame() -> None:
    steps = [
        {"label": "a", "amount": Decimal("100"), "kind": "start"},
        {"label": "b", "amount": Decimal("300"), "kind": "minus"},
        {"label": "c", "amount": Decimal("-200"), "kind": "total"},
    ]
    bars = re.findall(
        r'<rect x="([\d.]+)" y="0" width="([\d.]+)"', draw("{% waterfall steps %}", steps=steps)
    )

    assert all(float(x) >= 0 and float(x) + float(width) <= 1000.1 for x, width in bars)


def test_a_list_has_its_own_region_and_says_what_to_do_when_empty() -> None:
    columns = (
        Column("Numéro", "number", lead=True, sort="number"),
        Column("Montant", "amount", kind="money"),
    )
    rows = [SimpleNamespace(number=f"2026/{i}", amount=Decimal(i)) for i in range(1, 8)]
    request = RequestFactory().get("/", {"page": "2", "state": "late", "sort": "number"})
    full = Table("invoices", "Factures", columns, Paginator(rows, 3).get_page(2))
    empty = Table(
        "invoices",
        "Factures",
        columns,
        Paginator([], 3).get_page(1),
        "Rien",
        "Écrivez-en une",
        "Créer",
        "/new",
    )

    html = draw("{% data_table t %}", t=full, request=request)
    assert 'id="invoices"' in html
    assert 'data-label="Montant"' in html
    assert 'aria-sort="ascending"' in html
    assert "page=3" in html and "state=late" in html, "pages keep the filters"
    assert "sort=-number" in html
    assert "4–6 sur 7" in html

    html = draw("{% data_table t %}", t=empty, request=request)
    assert "Écrivez-en une" in html and 'href="/new"' in html
    assert "<table" not in html


def test_a_chart_carries_its_figures_as_a_table() -> None:
    points = [
        {"date": date(2026, 10, 1), "amount": Decimal("0")},
        {"date": date(2026, 10, 5), "amount": Decimal("935.00")},
        {"date": date(2026, 10, 31), "amount": Decimal("-160.00"), "forecast": True},
    ]
    html = draw("{% line_chart p label='Budget' %}", p=points)

    assert html.count(f"935,00{SPACE}€") == 2, "in the description of the picture and in the table"
    assert f"−160,00{SPACE}€" in html
    assert "chart-planned" in html
    assert "chart-line" not in draw("{% line_chart p label='Budget' %}", p=points[:1])


def test_a_refusal_says_why_and_what_to_do() -> None:
    error = SimpleNamespace(
        detail="Budget trop petit.", next_step="Attendez la facture.", next_url="/x", code="small"
    )
    html = draw("{% refusal e %}", e=error)

    assert "Budget trop petit." in html
    assert '<a href="/x">Attendez la facture.</a>' in html
    assert "small" in html


def test_a_post_button_carries_the_token_of_the_page() -> None:
    html = draw("{% post_button 'Annuler' '/x/' confirm='Sûr ?' %}", csrf_token="abc")

    assert 'value="abc"' in html and 'data-confirm="Sûr ?"' in html


# --- the whole kit ------------------------------------------------------------------------------------------


def kit_page(address: str = "/ui-kit/") -> str:
    """The living page as a visitor gets it."""
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    response = ui_views.ui_kit(request)
    assert response.status_code == 200
    return response.content.decode()


def test_every_tag_is_on_the_living_page() -> None:
    source = (ROOT / "templates/core/ui_kit.html").read_text() + (ROOT / "templates/base.html").read_text()
    source += "".join(path.read_text() for path in (ROOT / "templates/core").rglob("*.html"))
    absent = [name for name in ui.register.tags if not re.search(rf"{{%\s*{name}\b", source)]

    assert absent == []


def test_no_template_needs_an_inline_style_or_script() -> None:
    """The content security policy allows neither; htmx must not evaluate either."""
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text()
        if "@page" in source or path.name.endswith("_pdf.html"):
            continue  # a document on paper: made into a PDF, never sent to a browser
        if path.name == "letter.html":
            continue  # mail programs read no style but the inline one, under no policy of ours
        source = source.replace("<style>{{ style|safe }}</style>", "")  # paper too, with its style in a file
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|\shx-on|javascript:", source), path
        assert not re.search(r"<script(?![^>]*(?:src=|application/json))", source), path


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_pair_of_text_and_ground_is_legible(scheme: int) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for the edge of a control."""
    source = (ROOT / "core/static/core/tokens.css").read_text()
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", source))
    for name, *pair in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", source):
        colours[name] = pair[scheme]
    grounds = ("ground", "surface", "surface-raised", "sunken")
    pairs = [(text, ground) for text in ("ink", "ink-soft", "muted", "red-text", "bad") for ground in grounds]
    pairs += [
        ("on-red", "red-fill"),
        ("on-red", "red-fill-strong"),
        ("red-text", "red-soft"),
        ("ink", "red-soft"),
    ]
    pairs += [("good", "good-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("good", "surface")]
    pairs += [("warn", "surface"), ("ink-soft", "neutral-soft"), ("muted", "neutral-soft")]

    faint = [
        (a, b, _contrast(colours[a], colours[b])) for a, b in pairs if _contrast(colours[a], colours[b]) < 4.5
    ]
    assert faint == []
    assert all(_contrast(colours["line-strong"], colours[ground]) >= 3 for ground in grounds)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_living_page_is_accessible_and_keeps_the_security_policy(width: int, scheme: Any) -> None:
    import axe_core_python
    from playwright.sync_api import Route, sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    axe = next(Path(axe_core_python.__file__).parent.rglob("axe.min.js")).read_text()

    def serve(route: Route) -> None:
        path = re.sub(r"^https?://[^/]+", "", route.request.url).split("?")[0]
        if "q=refuse" in route.request.url:
            request = RequestFactory().get(path)
            request.user = AnonymousUser()
            answer = render(request, "core/refusal.html", {"refusal": ui_views.SampleRefusal()}, status=409)
            route.fulfill(status=409, body=answer.content.decode(), content_type="text/html; charset=utf-8")
            return
        if path == "/ui-kit/":
            headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
            route.fulfill(
                body=kit_page(route.request.url), content_type="text/html; charset=utf-8", headers=headers
            )
            return
        if path == "/ui-kit/live/":
            answer = ui_views.ui_kit_live(RequestFactory().get(route.request.url))
            route.fulfill(body=answer.content.decode(), content_type="text/html; charset=utf-8")
            return
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if isinstance(found, str):
            route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0] or "text/plain")
        else:
            route.fulfill(status=404, body="")

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        noise: list[str] = []
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("console", lambda line: noise.append(line.text) if "Security Policy" in line.text else None)
        page.route("**/*", serve)
        page.goto("http://kit.test/ui-kit/")
        page.wait_for_function("document.documentElement.classList.contains('scripted')")

        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(item["id"], [n["target"] for n in item["nodes"]]) for item in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            "nothing is wider than the screen"
        )

        small = page.evaluate(
            "[...document.querySelectorAll('button, .btn, summary, select, input:not([type=hidden])')]"
            ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])"
            ".filter(([, box]) => box.width && (box.width < 22 || box.height < 22)).map(([html]) => html)"
        )
        assert small == [], "large enough for a thumb"

        # the dialog opens and closes; the amount is grouped when the field is left; "/" leads to the search
        page.click("[data-dialog=sample-dialog]")
        assert page.is_visible("#sample-dialog")
        page.keyboard.press("Escape")
        page.fill("[name=a-amount]", "98765,4")
        page.press("[name=a-amount]", "Tab")
        assert page.input_value("[name=a-amount]") == f"98{NARROW}765,40"
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"

        # the select with search keeps the native value
        page.click("[role=combobox] >> nth=0")
        page.keyboard.type("liege")
        page.keyboard.press("Enter")
        assert (
            page.eval_on_selector("[name=a-client]", "select => select.selectedOptions[0].text")
            == "Théâtre de Liège"
        )

        # an act that asks first is not sent until agreed
        page.click("form[data-confirm] button")
        assert page.is_visible("#confirm-dialog")
        page.click("#confirm-dialog button[value=no]")

        # a page of a list replaces the list alone; its address can be shared
        page.evaluate("window.stays = true")
        page.click("#invoices .pagination a[rel=next]")
        page.wait_for_selector("#invoices >> text=2026/0006")
        assert page.url.endswith("?page=2")
        assert page.evaluate("window.stays") is True
        page.fill("#id_q", "Li")
        page.wait_for_url("**/ui-kit/?q=Li**")
        assert page.evaluate("window.stays") is True
        assert page.is_visible("#invoices")

        # a refusal is read in place of the page, not swallowed by the part that asked
        page.fill("#id_q", "refuse")
        page.wait_for_selector("main .refusal >> text=Ramenez le brut")
        assert page.evaluate("window.stays") is True

        assert noise == []
        browser.close()
