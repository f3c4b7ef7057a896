"""Sales: clients made known, drafts written and issued, credited, disputed, reminded."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from activities.enums import Tool
from core.types import Actor
from invoicing.collection.services import dispute_invoice, run_reminders
from invoicing.enums import OPEN_STATES, InvoiceState
from invoicing.models import Client, Invoice, Reminder
from invoicing.services import (
    create_client,
    create_draft,
    credit_invoice,
    issue_invoice,
    send_invoice,
)
from invoicing.types import CreditLine, LineInput
from ledger.enums import VatRegime
from smart.demo.cast import ClientProfile
from smart.demo.stage import OpenActivity, Stage

FIRST_SALE = 2
"""Working days before the first Activities can invoice."""
LEFT_AS_DRAFTS = 3
"""Drafts of the last working day that nobody issued yet."""

WORK = {
    "musique": ("Concert", "Répétition", "Enregistrement"),
    "arts_spectacle": ("Représentation", "Atelier théâtre", "Régie de tournée"),
    "arts_plastiques": ("Fresque", "Atelier d'illustration", "Sculpture"),
    "audiovisuel": ("Tournage", "Montage", "Étalonnage"),
    "informatique_graphisme": ("Site web", "Traduction", "Identité graphique"),
    "formation": ("Formation en langues", "Formation en gestion", "Coaching d'équipe"),
    "architecture_design": ("Aménagement d'un bureau", "Plans", "Maquette"),
    "bien_etre": ("Séance collective", "Massage en entreprise", "Cycle de yoga"),
    "autres": ("Montage de stands", "Jardinage", "Petits travaux"),
    "connexes": ("Production déléguée", "Médiation culturelle", "Communication"),
    "costumes_decor": ("Costumes", "Décor", "Maquillage de scène"),
    "images_sons_scenes": ("Sonorisation", "Éclairage", "Captation"),
}
"""What is sold, by occupation."""

STAGE_TRADES = ("musique", "arts_spectacle")
"""Occupations whose performances are sold at 6 % (Royal Decree no. 20, table A, XXVIII and XXIX)."""


def quota(total: int, place: int, places: int) -> int:
    """How many of `total` fall on one of `places` days when they are spread evenly."""
    if not 0 <= place < places:
        return 0
    return total * (place + 1) // places - total * place // places


def client_of(stage: Stage, it: OpenActivity, jobs: int) -> tuple[ClientProfile, Client | None]:
    """Who buys the next job of an Activity: it has one to three clients, in turn."""
    choices = list(range(it.place % len(stage.clients), len(stage.clients), stage.script.activities))
    profile = stage.clients[choices[jobs % len(choices)]]
    return profile, Client.objects.filter(email=profile.email).first()


def make_known(profile: ClientProfile, it: OpenActivity) -> Client:
    """The member enters a client."""
    return create_client(
        kind=profile.kind,
        name=profile.name,
        activity_id=it.activity_id,
        actor=it.actor,
        vat_number=profile.vat_number,
        enterprise_number=profile.enterprise_number,
        street=profile.street,
        postal_code=profile.postal_code,
        city=profile.city,
        country=profile.country,
        email=profile.email,
        language=profile.language,
    )


def vat_code_of(it: OpenActivity, profile: ClientProfile, draw: Random) -> str:
    """The VAT code of a job: what fits by itself, 6 % on stage, goods that leave the country."""
    if it.activity.entity.vat_regime != VatRegime.NORMAL:
        return ""
    if profile.country == "BE":
        return "6" if it.member.function in STAGE_TRADES and draw.random() < 0.5 else ""
    if it.member.function == "arts_plastiques" and profile.vat_number:
        return "intra_eu"
    if profile.country in ("CH", "GB") and draw.random() < 0.5:
        return "export"
    return ""


def lines_of(it: OpenActivity, profile: ClientProfile, draw: Random) -> list[LineInput]:
    """One to three lines of work, by day, hour, piece or flat: some 870 € without VAT on average."""
    code = vat_code_of(it, profile, draw)
    lines = []
    for text in draw.sample(WORK[it.member.function], draw.choice((1, 1, 1, 2))):
        unit = draw.choice(("day", "day", "hour", "flat", "piece"))
        quantity, price = {
            "day": (draw.randint(1, 3), draw.randrange(260, 460, 10)),
            "hour": (draw.randint(6, 20), draw.randrange(38, 62, 2)),
            "piece": (draw.randint(1, 6), draw.randrange(60, 240, 15)),
            "flat": (1, draw.randrange(350, 1500, 25)),
        }[unit]
        cents = Decimal(draw.choice(("0", "0", "0.50", "0.75")))
        lines.append(LineInput(text, Decimal(quantity), unit, Decimal(price) + cents, code))
    return lines


def sell(stage: Stage) -> None:
    """Members of Activities with a budget invoice their work, Activity after Activity."""
    selling_days = len(stage.script.working_days) - FIRST_SALE - 1
    many = quota(stage.script.invoices, stage.index - FIRST_SALE, selling_days)
    sellers = [it for it in stage.open_activities() if it.activity.tool == Tool.ACTIVITY]
    if not sellers:
        return
    draw = stage.draw("sales")
    done = Invoice.objects.filter(activity__tool=Tool.ACTIVITY).count()
    for turn in range(done, done + many):
        it = sellers[turn % len(sellers)]
        invoice = draft(stage, it, draw)
        issue_invoice(invoice_id=invoice.pk, issued_on=stage.today, actor=it.actor)
        if invoice.client.email and draw.random() < 0.9:
            send_invoice(invoice_id=invoice.pk, on=stage.today, actor=it.actor)


def leave_drafts(stage: Stage) -> None:
    """The last morning: some drafts are written and not issued yet."""
    sellers = [it for it in stage.open_activities() if it.activity.tool == Tool.ACTIVITY]
    for it in sellers[:LEFT_AS_DRAFTS]:
        draft(stage, it, stage.draw(f"draft {it.place}"))


def draft(stage: Stage, it: OpenActivity, draw: Random) -> Invoice:
    """One draft of an Activity for its next client."""
    jobs = Invoice.objects.filter(activity_id=it.activity_id).count()
    profile, client = client_of(stage, it, jobs)
    client = client or make_known(profile, it)
    return create_draft(
        activity_id=it.activity_id,
        client_id=client.pk,
        lines=lines_of(it, profile, draw),
        delivery_date=stage.today,
        buyer_reference=f"BC-{stage.today:%y%m}-{it.place:03}" if profile.kind == "public_body" else "",
        actor=it.actor,
    )


def credit_some(stage: Stage) -> None:
    """Now and then an invoice of some days ago is given back, every second time in part, once by line."""
    if stage.index % 6 != 5:
        return
    day = stage.days_before(2)
    candidates = Invoice.objects.filter(
        issued_on=day, state=InvoiceState.ISSUED, activity__tool=Tool.ACTIVITY, paid=0, credited=0
    ).select_related("activity")
    invoice = candidates.order_by("number").first()
    if invoice is None:
        return
    actor = stage.staff("finance")
    part, by_line = stage.index % 12 == 11, stage.index == 23
    codes = set(invoice.lines.values_list("vat_code", flat=True))
    credit_invoice(
        invoice_id=invoice.pk,
        on=stage.today,
        actor=actor,
        reason="Remise convenue avec le client" if part else "Prestation annulée par le client",
        amounts=Decimal("80.00") if part and not by_line and len(codes) == 1 and invoice.net > 160 else None,
        lines=[CreditLine(1, amount=Decimal("60.00"))] if by_line else None,
    )


def remind(stage: Stage) -> None:
    """The daily reminders; the credit controller once notes that a client contests an invoice."""
    already = Invoice.objects.filter(disputed_on__isnull=False).exists()
    if stage.is_working and not already:
        known = [profile.email for profile in stage.clients]
        reminded = Reminder.objects.filter(
            sent_on__lt=stage.today, invoice__state__in=OPEN_STATES, invoice__client__email__in=known
        )
        first = reminded.order_by("invoice__number").first()
        if first is not None:
            dispute_invoice(
                invoice_id=first.invoice_id,
                on=stage.today,
                reason="Le client dit n'avoir reçu que la moitié du travail.",
                actor=stage.staff("credit_controller"),
            )
    run_reminders(on=stage.today, actor=Actor.system("reminders"))
