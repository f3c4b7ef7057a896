"""The living page of the UI kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.access import public
from core.digits import whole_number
from core.forms import Choices, DateField, FileDrop, KitForm, MoneyField, SearchSelect
from core.icons import ICONS
from core.tables import Column, Table

PLACES = ("Bruxelles", "Liège", "Gand", "Anvers", "Namur", "Mons", "Charleroi", "Louvain", "Bruges", "Arlon")


class SampleForm(KitForm):
    """One field of each sort."""

    client = forms.ChoiceField(
        label="Client",
        choices=[("", "—"), *((str(i), f"Théâtre de {place}") for i, place in enumerate(PLACES))],
        widget=SearchSelect,
        help_text="Tapez quelques lettres du nom.",
    )
    job = forms.CharField(label="Mission", max_length=120)
    amount = MoneyField(
        label="Montant hors TVA", minimum="1", help_text="Ce que vous avez convenu avec le client."
    )
    first_day = DateField(label="Premier jour de travail", earliest=date(2026, 11, 1))
    hours = forms.DecimalField(label="Heures", required=False)
    kind = forms.ChoiceField(
        label="Type de contrat",
        choices=[("employee", "Employé·e"), ("artistic", "Prestation artistique"), ("student", "Étudiant·e")],
        widget=Choices,
    )
    note = forms.CharField(label="Note pour votre conseiller·e", required=False, widget=forms.Textarea)
    receipt = forms.FileField(
        label="Justificatif", required=False, widget=FileDrop(accept=".pdf,image/*", hint="PDF, JPEG – 10 Mo")
    )
    agree = forms.BooleanField(label="Le client a confirmé par écrit")


class SampleFilters(forms.Form):
    """What a list of invoices is narrowed by."""

    q = forms.CharField(label="Client ou numéro", required=False)
    state = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), ("paid", "Payée"), ("late", "En retard")]
    )


@dataclass(frozen=True)
class SampleInvoice:
    """A row of the sample list."""

    number: str
    client: str
    day: date
    amount: Decimal
    state: str
    word: Any


class SampleRefusal(Exception):
    """What a refusal looks like to the kit."""

    code = "budget_too_small"
    detail = "Ce contrat coûte 775,00 € et le budget « Lumières » dispose de 610,00 €."
    next_step = "Ramenez le brut à 393,54 €, ou attendez la facture 2026/0042."
    next_url = "#"


def _samples(request: HttpRequest) -> dict[str, Any]:
    """Everything that the living page shows, from the examples of the domain."""
    words = {"paid": "Payée", "late": "En retard", "draft": "Brouillon", "lost": "Perdue"}
    states = ("paid", "late", "draft", "paid", "lost")
    invoices = [
        SampleInvoice(
            f"2026/{i:04}", f"Théâtre de {PLACES[i % 10]}", date(2026, 11, 1 + i % 28),
            Decimal(1000 + i * 137) + Decimal("0.5"), states[i % 5], words[states[i % 5]],
        )
        for i in range(1, 24)
    ]  # fmt: skip
    page = Paginator(invoices, 5).get_page(request.GET.get("page"))
    columns = (
        Column("Numéro", "number", lead=True, sort="number", href=lambda row: "#" + row.number),
        Column("Client", "client"),
        Column("Date", "day", kind="date", sort="day"),
        Column("État", "state", kind="badge", shown="word"),
        Column("Montant", "amount", kind="money", sort="amount"),
    )
    table = Table("invoices", "Factures", columns, page)
    steps = [
        {"label": "Le client paie", "amount": Decimal("1210.00"), "kind": "start"},
        {"label": "TVA", "amount": Decimal("210.00"), "kind": "minus", "note": "Reversée à l’État."},
        {"label": "Prélèvement mutualisé", "amount": Decimal("65.00"), "kind": "minus",
         "note": "6,5 % au pot commun : conseil, assurance, garantie de votre paie."},
        {"label": "Frais", "amount": Decimal("100.00"), "kind": "minus"},
        {"label": "Budget emploi", "amount": Decimal("835.00"), "kind": "subtotal"},
        {"label": "Cotisations de l’employeur", "amount": Decimal("296.29"), "kind": "minus"},
        {"label": "Salaire brut", "amount": Decimal("538.71"), "kind": "subtotal"},
        {"label": "Vos cotisations et l’impôt", "amount": Decimal("70.41"), "kind": "minus"},
        {"label": "Vous recevez", "amount": Decimal("468.30"), "kind": "total"},
    ]  # fmt: skip
    amounts = (0, 935, 160, 1095, 870, 2272, 1497, 1420, 2355)
    days = (1, 5, 12, 20, 26, 33, 41, 48, 55)
    points = [
        {
            "date": date.fromordinal(date(2026, 10, 1).toordinal() + day),
            "amount": Decimal(amount),
            "forecast": day > 45,
        }
        for day, amount in zip(days, amounts, strict=True)
    ]
    moments = [datetime(2026, 11, day, 9, 30, tzinfo=timezone.get_current_timezone()) for day in (2, 9, 14)]
    return {
        "form": SampleForm(initial={"amount": Decimal("1234.56"), "kind": "employee"}, prefix="a"),
        "refused_form": SampleForm({"b-amount": "1.234", "b-job": ""}, prefix="b"),
        "filters": SampleFilters(request.GET),
        "table": table,
        "page": page,
        "empty_table": Table("none", "Factures", columns, Paginator([], 5).get_page(1),
                             empty_title="Pas encore de facture",
                             empty_text="Rédigez la première : le budget suit dès qu’elle est émise.",
                             empty_action_label="Nouvelle facture", empty_action_url="#"),
        "steps": steps,
        "points": points,
        "trend": [3, 5, 4, 6, 9, 8, 12],
        "fall": [9, 9, 7, 8, 4, 3, 2],
        "events": [
            {"when": moments[2], "title": "Paiement reçu", "text": "1 210,00 € · +++090/9337/55493+++",
             "tone": "success"},
            {"when": moments[1], "title": "Premier rappel envoyé", "actor": "Smart", "tone": "warning"},
            {"when": moments[0], "title": "Facture émise", "href": "#", "actor": "Nora Peeters"},
        ],
        "next": [
            {"title": "Votre travail est déclaré", "text": "DIMONA 0123456789", "state": "done"},
            {"title": "Vous travaillez", "text": "Le 14 novembre, 7,6 heures.", "state": "current"},
            {"title": "Vous recevez 468,30 €", "text": "Au plus tard le 25 novembre.", "state": "todo"},
        ],
        "refusal": SampleRefusal(),
        "badges": [
            ("paid", "Payée"), ("late", "En retard"), ("lost", "Perdue"), ("draft", "Brouillon"),
            ("submitted", "Soumis"), ("declared", "Déclaré"), ("refused", "Refusé"),
        ],
        "icons": sorted(ICONS),
        "amount": Decimal("1234.56"), "minus": Decimal("-65.00"), "plus": Decimal("935.00"),
        "day": date(2026, 11, 14), "rate": Decimal("0.065"),
    }  # fmt: skip


@public
def ui_kit(request: HttpRequest) -> HttpResponse:
    """Every component with its states; `?bare` leaves out the navigation sample."""
    context = _samples(request)
    if "bare" not in request.GET:
        places = [
            ("activity", "Activités"), ("bolt", "Job express"), ("invoice", "Factures"), ("pay", "Ma paie"),
            ("expense", "Frais"), ("shares", "Mes parts"), ("calculator", "Simulateur"),
        ]  # fmt: skip
        context["nav"] = [
            {"key": icon, "icon": icon, "label": label, "href": f"#{icon}", "active": icon == "activity"}
            for icon, label in places
        ]
        context["clock_banner"] = date(2026, 11, 14)
        context["search_url"] = "#"
    return render(request, "core/ui_kit.html", context)


@public
def ui_kit_live(request: HttpRequest) -> HttpResponse:
    """The part of the living page that refreshes itself: done after ten steps."""
    step = min((whole_number(request.GET.get("step", "")) or 0) + 1, 10)
    return render(
        request, "core/ui_kit_live.html", {"step": step, "step_text": str(step), "step_done": step == 10}
    )
