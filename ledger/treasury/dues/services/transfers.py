"""What passes between two entities: two entries, opposite and equal, in one transaction."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from core import audit, outbox
from core.locks import for_update
from core.models import StoredFile
from core.money import CENT, ZERO
from core.rates import policy
from core.types import Actor
from ledger.enums import Fund, Journal, PartyKind
from ledger.models import Account, LegalEntity, Party
from ledger.services import create_party, post_entries
from ledger.treasury.dues.current import owed_between
from ledger.treasury.dues.enums import TransferKind, TransferState
from ledger.treasury.dues.errors import (
    CostAccountWrong,
    SameEntity,
    TransferAmountWrong,
    TransferDecided,
    TransferNeedsColleague,
)
from ledger.treasury.dues.models import EntityParty, EntityTransfer
from ledger.treasury.dues.types import OWED_BY_US, OWED_TO_US, TRANSFER
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.errors import NoBankAccount
from ledger.treasury.models import BankAccount, Payout
from ledger.treasury.services import request_payout
from ledger.types import Entry, cr, dr

SECOND_PERSON_FROM = "entity_transfer_second_person_threshold"
"""Policy: from this amount on a colleague agrees to a transfer."""


@transaction.atomic
def propose_transfer(
    *,
    kind: str,
    giver_id: UUID,
    taker_id: UUID,
    amount: Decimal,
    account: str,
    on: date,
    reason: str,
    document: StoredFile | None,
    actor: Actor,
) -> EntityTransfer:
    """Write down what one entity bears for, lends to, or gets back from another. Below the policy's amount
    it is agreed at once; a payment still goes through a batch that somebody else releases.

    Locks: the two entities' places in the books, in the order of their keys. Raises `SameEntity`,
    `TransferAmountWrong`, `CostAccountWrong`, `NoBankAccount`, `NoRateInForce`; then nothing is written.
    """
    if giver_id == taker_id:
        raise SameEntity
    giver, taker = LegalEntity.objects.get(pk=giver_id), LegalEntity.objects.get(pk=taker_id)
    _lock(giver, taker)
    kind = TransferKind(kind)
    owed = owed_between(giver, taker) - _on_its_way(giver, taker)
    too_much = kind == TransferKind.SETTLEMENT and amount > owed
    if amount <= ZERO or amount != amount.quantize(CENT) or too_much:
        raise TransferAmountWrong(owed=owed)
    if kind == TransferKind.COST and not _is_cost(account):
        raise CostAccountWrong
    transfer = EntityTransfer.objects.create(
        kind=kind,
        giver=giver,
        taker=taker,
        amount=amount,
        account=account if kind == TransferKind.COST else "",
        on=on,
        reason=reason[:140],
        document=document,
        created_by=actor.label[:120],
        created_by_user=actor.user_id,
        created_by_person=actor.person_id,
    )
    audit.record(actor, "dues.transfer_proposed", transfer, amount=str(amount), kind=str(kind))
    if amount < policy(SECOND_PERSON_FROM, on=on).rate:
        _carry_out(transfer, on)
    return transfer


@transaction.atomic
def agree_transfer(*, transfer_id: UUID, today: date, actor: Actor) -> EntityTransfer:
    """A colleague agrees: a cost is posted in both books, a payment is asked for. Locks the transfer.

    Raises `TransferDecided` (also on a second call), `TransferNeedsColleague`, `NoBankAccount`.
    """
    transfer = _proposed(transfer_id)
    if actor.kind != "user" or (actor.user_id is None and actor.person_id is None) or _own(transfer, actor):
        raise TransferNeedsColleague
    _decide(transfer, actor)
    _carry_out(transfer, max(transfer.on, today))
    audit.record(actor, "dues.transfer_agreed", transfer, amount=str(transfer.amount))
    return transfer


@transaction.atomic
def refuse_transfer(*, transfer_id: UUID, actor: Actor) -> EntityTransfer:
    """Give a proposed transfer up; whoever wrote it may. Locks it. Raises `TransferDecided`."""
    transfer = _proposed(transfer_id)
    _decide(transfer, actor)
    transfer.state = TransferState.REFUSED
    transfer.save()
    audit.record(actor, "dues.transfer_refused", transfer)
    return transfer


def receiving_entry(payout: Payout, moment: str, on: date) -> Entry:
    """What the receiving entity books when a payment between entities is released, or comes back."""
    transfer = EntityTransfer.objects.select_related("giver", "taker").get(pk=payout.source_id)
    if transfer.kind == TransferKind.MONEY:
        receiver, account, payer = transfer.taker, OWED_BY_US, transfer.giver
    else:
        receiver, account, payer = transfer.giver, OWED_TO_US, transfer.taker
    party, amount = party_of(payer).pk, payout.amount
    lines = (dr("580", amount), cr(account, amount, party=party))
    if moment == "returned":
        lines = (dr(account, amount, party=party), cr("580", amount))
    return Entry(
        receiver.pk,
        on,
        Journal.VARIOUS,
        TRANSFER,
        transfer.pk,
        f"{moment}_{payout.attempt}",
        f"{payer.name}: {transfer.reason}"[:140],
        lines,
    )


def party_of(entity: LegalEntity) -> Party:
    """As whom an entity stands in the books of the others; made when it is needed first."""
    known = EntityParty.objects.filter(entity=entity).select_related("party").first()
    if known is None:
        party = create_party(kind=PartyKind.FIRM, name=entity.name)
        known = EntityParty.objects.create(entity=entity, party=party)
    found: Party = known.party
    return found


def _lock(giver: LegalEntity, taker: LegalEntity) -> None:
    list(for_update(LegalEntity.objects.filter(pk__in=[giver.pk, taker.pk])))


def _is_cost(account: str) -> bool:
    return account.startswith("6") and Account.objects.filter(code=account, internal=False).exists()


def _on_its_way(giver: LegalEntity, taker: LegalEntity) -> Decimal:
    """Settlements written down and not yet released: the books do not know them."""
    rows = EntityTransfer.objects.filter(giver=giver, taker=taker, kind=TransferKind.SETTLEMENT).exclude(
        state=TransferState.REFUSED
    )
    gone = Payout.objects.filter(
        source_type=TRANSFER, state__in=(PayoutState.RELEASED, PayoutState.PAID)
    ).values("source_id")
    found: Decimal = rows.exclude(pk__in=gone).aggregate(total=Sum("amount", default=ZERO))["total"]
    return found


def _carry_out(transfer: EntityTransfer, on: date) -> None:
    transfer.state = TransferState.AGREED
    transfer.save()
    giver, taker, amount = transfer.giver, transfer.taker, transfer.amount
    if transfer.kind != TransferKind.COST:
        payer, payee = (giver, taker) if transfer.kind == TransferKind.MONEY else (taker, giver)
        account = BankAccount.objects.filter(entity=payee).first()
        if account is None:
            raise NoBankAccount(entity=payee.name)
        request_payout(
            entity_id=payer.pk,
            kind=PayoutKind.INTERNAL,
            party_id=party_of(payee).pk,
            payee_name=payee.name,
            iban=account.iban,
            amount=amount,
            communication=transfer.reason,
            due_on=on,
            source_type=TRANSFER,
            source_id=transfer.pk,
            settles_account=OWED_TO_US if transfer.kind == TransferKind.MONEY else OWED_BY_US,
        )
    else:
        given = (
            dr(OWED_TO_US, amount, party=party_of(taker).pk),
            cr(transfer.account, amount, fund=Fund.POT),
        )
        taken = (
            dr(transfer.account, amount, fund=Fund.POT),
            cr(OWED_BY_US, amount, party=party_of(giver).pk),
        )
        post_entries(
            [
                Entry(entity.pk, on, Journal.VARIOUS, TRANSFER, transfer.pk, kind, transfer.reason, lines)
                for entity, kind, lines in ((giver, "given", given), (taker, "taken", taken))
            ]
        )
    outbox.publish("transfer.agreed", transfer, kind=transfer.kind, amount=str(amount))


def _proposed(transfer_id: UUID) -> EntityTransfer:
    rows = EntityTransfer.objects.filter(pk=transfer_id).select_related("giver", "taker")
    transfer = for_update(rows).get()
    if transfer.state != TransferState.PROPOSED:
        raise TransferDecided
    return transfer


def _decide(transfer: EntityTransfer, actor: Actor) -> None:
    transfer.decided_by = actor.label[:120]
    transfer.decided_by_user, transfer.decided_by_person = actor.user_id, actor.person_id


def _own(transfer: EntityTransfer, actor: Actor) -> bool:
    same_user = actor.user_id is not None and actor.user_id == transfer.created_by_user
    return same_user or (actor.person_id is not None and actor.person_id == transfer.created_by_person)
