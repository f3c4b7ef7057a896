"""The bank: what clients, members and the cooperative move, as files that are imported the next day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.identifiers import belgian_iban
from core.money import ZERO
from governance.enums import SubscriptionState
from governance.models import ShareSubscription
from ledger.models import LegalEntity
from ledger.treasury.bank_simulator import BankMovement, BankStatement, batch_debit, write_coda
from ledger.treasury.camt_simulator import write_camt
from ledger.treasury.enums import BatchState, MatchState, PayoutKind, PayoutState
from ledger.treasury.matching import Claim, candidates_for
from ledger.treasury.models import BankAccount, BankTransaction, Payout, PayoutBatch
from ledger.treasury.models import BankStatement as KnownStatement
from ledger.treasury.services import (
    create_batch,
    identify_transaction,
    import_statement,
    mend_payout,
    release_batch,
    take_statements,
)
from smart.demo.stage import Stage
from smart.demo.takings import client_payments, unsure_payments

OPENING = {
    "PA": Decimal("250000.00"),
    "FA": Decimal("40000.00"),
    "PI": Decimal("15000.00"),
    "SC": Decimal("60000.00"),
}
"""What stood on each account before the first day."""

BY_CAMT = ("FA",)
"""Entities whose bank gives CAMT.053 files; that of the others gives CODA."""

SHARES_PAID_AFTER = 2
"""Working days between a subscription and its payment."""

RETURN_AFTER = 2
"""Working days after which the bank sends one wage back."""


def statements_of(stage: Stage, day: date) -> list[bytes]:
    """The bank's files of a day: one per account on which something moved, and of all on the first day."""
    files = []
    for account in BankAccount.objects.select_related("entity").order_by("iban"):
        last = KnownStatement.objects.filter(account=account).order_by("-year", "-number").first()
        movements = tuple(_movements(stage, account.entity, day))
        if not movements and last is not None:
            continue
        statement = BankStatement(
            iban=account.iban,
            number=last.number + 1 if last and last.year == day.year else 1,
            day=day,
            opening=last.closing if last else OPENING.get(account.entity.code, ZERO),
            movements=movements,
            holder=account.entity.name,
            bic=account.bic,
        )
        files.append(write_camt([statement]) if account.entity.code in BY_CAMT else write_coda([statement]))
    return files


def _movements(stage: Stage, entity: LegalEntity, day: date) -> list[BankMovement]:
    return [
        *client_payments(stage, entity, day),
        *_share_payments(stage, entity),
        *_batch_debits(entity, day),
        *_returned(stage, entity, day),
        *_strangers(stage, entity),
        *unsure_payments(stage, entity),
    ]


def _share_payments(stage: Stage, entity: LegalEntity) -> list[BankMovement]:
    """Subscriptions are paid after some days; one in twelve never is."""
    subscribed_on = stage.days_before(SHARES_PAID_AFTER)
    if subscribed_on is None:
        return []
    due = ShareSubscription.objects.filter(
        entity=entity, state=SubscriptionState.PENDING, subscribed_on=subscribed_on
    ).select_related("person")
    return [
        BankMovement(
            amount=subscription.amount,
            structured_reference=subscription.communication,
            counterparty_name=str(subscription.person),
            counterparty_iban=subscription.person.iban or belgian_iban(3_640_000_000 + place),
        )
        for place, subscription in enumerate(due.order_by("pk"))
        if place % 12 != 11
    ]


def _batch_debits(entity: LegalEntity, day: date) -> list[BankMovement]:
    """One debit per payment file released that day."""
    released = PayoutBatch.objects.filter(entity=entity, state=BatchState.RELEASED, released_on=day)
    return [
        batch_debit(total=batch.total, message_id=batch.number, transfers=batch.payments)
        for batch in released.order_by("number")
    ]


def _returned(stage: Stage, entity: LegalEntity, day: date) -> list[BankMovement]:
    """The first wage ever paid by an entity comes back once: its account was closed."""
    paid = Payout.objects.filter(entity=entity, kind=PayoutKind.WAGE, state=PayoutState.PAID)
    first = paid.order_by("paid_on", "due_on", "pk").first()
    returned = Payout.objects.filter(entity=entity, state=PayoutState.RETURNED).exists()
    before = stage.days_before(RETURN_AFTER)
    if entity.code != "PA" or returned or first is None or first.paid_on is None:
        return []
    if before is None or first.paid_on > before:
        return []
    return [
        BankMovement(
            amount=first.amount,
            communication=f"RETOUR {first.communication}"[:100],
            counterparty_name=first.payee_name,
            end_to_end_id=first.end_to_end_id,
            return_reason="AC04",
            value_date=day,
        )
    ]


def _strangers(stage: Stage, entity: LegalEntity) -> list[BankMovement]:
    """Now and then money comes in that nobody can place."""
    if entity.code != "PA" or stage.index % 14 != 11:
        return []
    return [
        BankMovement(
            amount=Decimal(45 + stage.index * 5),
            communication="Merci pour votre aide",
            counterparty_name="VAN DEN BROECK - LECLERCQ",
            counterparty_iban=belgian_iban(3_660_000_000 + stage.index),
        )
    ]


def import_yesterday(stage: Stage) -> None:
    """Finance imports the statements of the last working day, and says what the opening balances are."""
    day = stage.days_before(1)
    if day is None:
        return
    finance = stage.staff("finance")
    for content in statements_of(stage, day):
        for statement in import_statement(
            content=content,
            filename=f"{day:%Y%m%d}.{'xml' if content.startswith(b'<') else 'cod'}",
            today=stage.today,
            actor=finance,
        ):
            opening = BankTransaction.objects.filter(
                statement=statement, sequence=0, state=MatchState.UNIDENTIFIED
            ).first()
            if opening is not None:
                identify_transaction(
                    transaction_id=opening.pk,
                    claim=Claim("140", text="Solde d'ouverture"),
                    actor=finance,
                    today=stage.today,
                )


def leave_gap(stage: Stage) -> None:
    """The last morning: a statement of the production house came, and the one before it did not."""
    account = BankAccount.objects.filter(entity=stage.entities["PI"]).select_related("entity").first()
    last = KnownStatement.objects.filter(account=account).order_by("-year", "-number").first()
    if account is None or last is None:
        return
    statement = BankStatement(
        iban=account.iban,
        number=last.number + 2,
        day=stage.today,
        opening=last.closing + Decimal("125.00"),
        movements=(BankMovement(amount=Decimal("-18.50"), communication="Frais de dossier"),),
        holder=account.entity.name,
        bic=account.bic,
    )
    take_statements(
        content=write_coda([statement]),
        filename=f"{stage.today:%Y%m%d}.cod",
        today=stage.today,
        actor=stage.staff("finance"),
    )


def clear_queue(stage: Stage) -> None:
    """On Fridays somebody of finance looks at what nobody recognised: sure cases are cleared, others wait."""
    if stage.today.weekday() != 4:
        return
    waiting = BankTransaction.objects.filter(state=MatchState.UNIDENTIFIED, amount__gt=0, sequence__gt=0)
    for line in waiting.order_by("pk"):
        found = candidates_for(line)
        if len(found) == 1:
            identify_transaction(
                transaction_id=line.pk, claim=found[0][0], actor=stage.staff("finance"), today=stage.today
            )


def mend_returned(stage: Stage) -> None:
    """The member whose wage came back gives another account; it is paid again."""
    for payout in Payout.objects.filter(state=PayoutState.HELD, due_on__lt=stage.today).order_by("pk"):
        mend_payout(
            payout_id=payout.pk,
            iban=belgian_iban(3_650_000_001),
            payee_name=payout.payee_name,
            due_on=stage.today,
            actor=stage.staff("finance"),
        )


def pay_out(stage: Stage) -> None:
    """What is due goes into batches that one colleague makes and another releases."""
    due = Payout.objects.filter(state=PayoutState.OPEN, due_on__lte=stage.today)
    pairs = due.values_list("entity__code", "kind").distinct().order_by("entity__code", "kind")
    for code, kind in list(pairs):
        batch = create_batch(
            entity_id=stage.entities[code].pk,
            kind=kind,
            due_until=stage.today,
            on=stage.today,
            actor=stage.staff("finance"),
        )
        release_batch(batch_id=batch.pk, on=stage.today, actor=stage.staff("finance", 1))
