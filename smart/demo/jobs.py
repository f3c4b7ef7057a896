"""Jobs with the Contract tool: client, days and amount in one act; a few are called off before they start."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from activities.enums import Tool
from core.calendar import nth_working_day_after
from core.files import store_file
from core.money import r
from invoicing.models import Invoice
from payroll.enums import OPEN_STATES
from payroll.models import EmploymentContract, QuickJobExpense
from payroll.services.quick_jobs import cancel_quick_job, quick_job
from payroll.types import ExpenseInput
from smart.demo.receipts import receipt_pdf
from smart.demo.sales import FIRST_SALE, WORK, client_of, make_known, quota, vat_code_of
from smart.demo.stage import OpenActivity, Stage
from smart.demo.work import HOURS_A_DAY, PLACES, free_days

TRAIN_VAT = Decimal("0.06")


def do_quick_jobs(stage: Stage) -> None:
    """The day's jobs, Activity after Activity, of whoever is free on the days."""
    days = len(stage.script.working_days) - FIRST_SALE - 1
    many = quota(stage.script.quick_jobs, stage.index - FIRST_SALE, days)
    doers = [it for it in stage.open_activities() if it.activity.tool == Tool.CONTRACT]
    draw = stage.draw("jobs")
    start = EmploymentContract.objects.filter(invoice__isnull=False).count()
    for turn in range(start, start + len(doers)):
        if many == 0:
            return
        many -= _do_one(stage, doers[turn % len(doers)], draw)


def _do_one(stage: Stage, it: OpenActivity, draw: Random) -> bool:
    days = free_days(it, nth_working_day_after(stage.today, draw.randint(1, 4)), draw.choice((1, 1, 2, 3)))
    if not days:
        return False
    jobs = Invoice.objects.filter(activity_id=it.activity_id).count()
    profile, client = client_of(stage, it, jobs)
    client = client or make_known(profile, it)
    quick_job(
        person=it.person,
        activity_id=it.activity_id,
        client=client.pk,
        description=draw.choice(WORK[it.member.function]),
        dates=days,
        hours=HOURS_A_DAY * len(days),
        amount=Decimal(len(days) * draw.randrange(320, 520, 5)),
        vat_code=vat_code_of(it, profile, draw),
        expenses=_train(stage, draw),
        contract_type=it.member.contract_type,
        place=draw.choice(PLACES),
        buyer_reference=f"CMD {stage.today:%y%m%d}" if profile.kind == "public_body" else "",
        actor=it.actor,
        now=stage.at(15),
    )
    return True


def _train(stage: Stage, draw: Random) -> tuple[ExpenseInput, ...]:
    """One job in four has a train ticket."""
    if draw.random() >= 0.25:
        return ()
    total = Decimal(draw.randrange(1200, 4800, 20)) / 100
    vat = r(total * TRAIN_VAT / (1 + TRAIN_VAT))
    content = receipt_pdf("Billet de train", total, vat, stage.today)
    receipt = store_file(content, name=f"train-{stage.today}.pdf", content_type="application/pdf")
    return (ExpenseInput("travel", total, vat, stage.today, "Billet de train", receipt),)


def call_off_jobs(stage: Stage) -> None:
    """Now and then a client calls a job off before it starts: contract and invoice are undone."""
    if stage.index % 9 != 8:
        return
    coming = EmploymentContract.objects.filter(
        state__in=OPEN_STATES, starts_on__gt=stage.today, invoice__isnull=False
    ).exclude(pk__in=QuickJobExpense.objects.values("contract_id"))
    contract = coming.order_by("starts_on", "pk").first()
    if contract is not None:
        cancel_quick_job(
            contract_id=contract.pk,
            now=stage.at(11),
            actor=stage.actor(contract.person.email),
            reason="Date annulée par le client.",
        )
