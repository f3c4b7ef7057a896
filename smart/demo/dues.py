"""Public bodies: what wages of the month before make owed, agreed, paid in time, and compared with a body's
own statement; what entities bear for each other.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.identifiers import belgian_iban, make_structured_communication
from core.types import Actor
from ledger.treasury.dues.models import CreditorTerms, Due
from ledger.treasury.dues.reading import ReadLine
from ledger.treasury.dues.services import (
    agree_due,
    agree_transfer,
    enter_statement,
    enter_terms,
    make_batch,
    propose_transfer,
    raise_dues,
)
from ledger.treasury.models import BankAccount
from ledger.treasury.services import release_batch
from smart.demo.stage import Stage

DAYS_BEFORE = 4
"""Days before the due day on which finance pays."""


def pay_bodies(stage: Stage) -> None:
    """What is owed is raised, agreed by one person, batched by the same, released by a colleague."""
    finance, colleague = stage.staff("finance"), stage.staff("finance", 1)
    for due in raise_dues(today=stage.today, actor=Actor.system("dues")):
        _know(stage, due, finance)
        agree_due(due_id=due.pk, today=stage.today, actor=finance)
    until = stage.today + timedelta(days=DAYS_BEFORE)
    ready = Due.objects.filter(state="agreed", due_on__lte=until)
    for entity_id in list(ready.order_by("entity__code").values_list("entity_id", flat=True).distinct()):
        batch = make_batch(
            entity_id=entity_id, kind="contribution", until=until, today=stage.today, actor=finance
        )
        release_batch(batch_id=batch.pk, on=stage.today, actor=colleague)


def _know(stage: Stage, due: Due, finance: Actor) -> None:
    """Account and reference as the first notice shows them."""
    if CreditorTerms.objects.filter(entity=due.entity, creditor=due.creditor).exists():
        return
    place = sum(map(ord, due.creditor + due.entity.code))
    enter_terms(
        entity=due.entity,
        creditor=due.creditor,
        valid_from=date(2026, 1, 1),
        iban="" if due.creditor == "onss" else belgian_iban(6_790_000_000 + place),
        reference=make_structured_communication(70_000_000 + place),
        source=f"Avis du {stage.today:%d/%m/%Y}",
        actor=finance,
    )


def leave_dues(stage: Stage) -> None:
    """A statement that claims a supplement, a rent that one entity bore for another, one that waits."""
    finance, colleague = stage.staff("finance"), stage.staff("finance", 1)
    due = Due.objects.filter(creditor="onss", entity=stage.entities["PA"]).order_by("due_on").first()
    if due is not None:
        lines = [
            ReadLine(due.due_on, f"Provision {due.last:%m/%Y}", due.amount),
            ReadLine(due.due_on, f"Versement {due.last:%m/%Y}", -due.amount),
            ReadLine(stage.today, "Majoration de retard", Decimal("37.20")),
        ]
        enter_statement(
            entity=due.entity, creditor="onss", on=stage.today, closing=Decimal("37.20"), lines=lines,
            file=None, actor=finance,
        )  # fmt: skip
    if BankAccount.objects.filter(entity=stage.entities["SC"]).exists():
        for reason, amount in (("Loyer d'octobre", "1850.00"), ("Loyer de novembre", "1850.00")):
            transfer = propose_transfer(
                kind="cost", giver_id=stage.entities["SC"].pk, taker_id=stage.entities["PA"].pk,
                amount=Decimal(amount), account="6124", on=stage.today, reason=reason, document=None,
                actor=finance,
            )  # fmt: skip
            if reason == "Loyer d'octobre":
                agree_transfer(transfer_id=transfer.pk, today=stage.today, actor=colleague)
