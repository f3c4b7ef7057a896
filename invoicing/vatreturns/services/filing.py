"""The way of a return to the tax office and back.

Sending is a row first; carrying it is three steps (prepare in a scope, call outside of any, record in a
scope), so that no transaction waits for the office. Without a gateway a person carries the file and notes the
answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit, clock
from core.doorbell import ring
from core.files import read_file, store_file
from core.gateway import carry as carry_errand
from core.models import Cooperative
from core.outbox import publish
from core.tenancy import current_tenant_id, tenant_scope
from core.types import Actor
from invoicing.vatreturns import selectors
from invoicing.vatreturns.enums import DECLARED, Paper, ReturnState
from invoicing.vatreturns.errors import (
    EarlierReturnOpen,
    ReasonMissing,
    ReturnNotApproved,
    ReturnNotRefused,
    ReturnNotSubmitted,
)
from invoicing.vatreturns.grids import form_of
from invoicing.vatreturns.intervat.port import Answer, IntervatGateway, IntervatUnavailable
from invoicing.vatreturns.intervat.simulator import IntervatSimulator
from invoicing.vatreturns.intervat.xml import (
    Declarant,
    write_client_listing,
    write_intra_listing,
    write_return,
)
from invoicing.vatreturns.listings import firms_of_the_year
from invoicing.vatreturns.models import ListedClient, VatReturn
from invoicing.vatreturns.periods import VatPeriod, period_of
from invoicing.vatreturns.services.payments import ask_payment
from invoicing.vatreturns.types import Listed
from ledger.models import JournalEntry
from ledger.services import reverse_entry

LEASE = timedelta(minutes=3)
BY_HAND = "by_hand"
"""Value of the setting where a person carries the file."""

OFFICE = Actor.system("tax office")


@transaction.atomic
def submit_return(*, vat_return_id: UUID, on: date, actor: Actor, ask_refund: bool = False) -> VatReturn:
    """Write the file of an approved return or listing and send it on its way.

    `ask_refund`: the State pays back what grid 72 says. Locks: the return. Raises `ReturnNotApproved` (also
    on a second call).
    """
    row = selectors.return_for_update(vat_return_id)
    if row.state != ReturnState.APPROVED:
        raise ReturnNotApproved(state=row.get_state_display())
    row.ask_refund = ask_refund
    period = period_of(row.first, row.rhythm)
    row.file = store_file(
        content_of(row),
        name=f"{row.entity.code}-{row.paper}-{period.code}.xml",
        content_type="application/xml",
    )
    row.state = ReturnState.SUBMITTED
    row.submitted_on = on
    row.lease_until = None
    row.save()
    audit.record(actor, "vat.submitted", row, sha256=row.file.sha256)
    if settings.INTERVAT_GATEWAY != BY_HAND:
        ring("vatreturns.carry", current_tenant_id(), str(row.pk))
    return row


@transaction.atomic
def record_answer(*, vat_return_id: UUID, answer: Answer, on: date, actor: Actor) -> VatReturn:
    """Keep what the tax office said of a return. Accepted, grid 71 is asked to be paid by its day.

    Locks: the return. Raises `ReturnNotSubmitted` (also on a second call), `ReasonMissing`.
    """
    row = selectors.return_for_update(vat_return_id)
    if row.state != ReturnState.SUBMITTED:
        raise ReturnNotSubmitted(state=row.get_state_display())
    if not answer.accepted and not answer.reason.strip():
        raise ReasonMissing
    row.state = ReturnState.ACCEPTED if answer.accepted else ReturnState.REFUSED
    row.reference, row.answer = answer.reference.strip()[:60], answer.reason.strip()[:500]
    row.answered_on = on
    row.lease_until = None
    row.save()
    audit.record(actor, f"vat.{row.state}", row, reference=row.reference)
    if answer.accepted and row.paper == Paper.RETURN:
        ask_payment(row, selectors.version_of(row), on=on)
    publish(f"vat_return.{row.state}", row)
    return row


@transaction.atomic
def reopen_return(*, vat_return_id: UUID, on: date, actor: Actor) -> VatReturn:
    """Take back what the tax office refused: the netting is reversed, the figures may be prepared anew.

    Locks: the return. Raises `ReturnNotRefused` (also on a second call), `EarlierReturnOpen` when a later
    return is declared already, which counts on this one.
    """
    row = selectors.return_for_update(vat_return_id)
    if row.state != ReturnState.REFUSED:
        raise ReturnNotRefused(state=row.get_state_display())
    later = VatReturn.objects.filter(
        entity=row.entity, paper=row.paper, first__gt=row.last, state__in=DECLARED
    ).first()
    if later is not None and row.paper == Paper.RETURN:
        raise EarlierReturnOpen(period=period_of(later.first, later.rhythm).label)
    if row.entry_id is not None:
        entry = JournalEntry.objects.get(pk=row.entry_id)
        reverse_entry(
            entry, on=on, kind=f"reopened:{row.version_number}", text=f"Extourne : {entry.text}"[:140]
        )
    row.state = ReturnState.PREPARED
    row.entry = None
    row.approved_on, row.approved_by = None, ""
    row.approved_by_user = row.approved_by_person = None
    row.save()
    audit.record(actor, "vat.reopened", row)
    return row


def content_of(row: VatReturn) -> bytes:
    """The file of a return or listing, the same bytes each time."""
    entity, version = row.entity, selectors.version_of(row)
    period = period_of(row.first, row.rhythm)
    declarant = Declarant(
        entity.enterprise_number,
        entity.name,
        entity.street,
        entity.postal_code,
        entity.city,
        entity.country,
    )
    reference = f"{entity.code}{period.code.replace('-', '')}V{version.number}"
    if row.paper == Paper.RETURN:
        return write_return(
            declarant,
            period,
            {grid: Decimal(amount) for grid, amount in version.grids.items()},
            reference=reference,
            ask_refund=row.ask_refund,
            no_clients=_no_clients(row, period),
        )
    clients = [
        Listed(client.vat_number, client.name, client.amount, client.vat, client.code, client.corrects_first)
        for client in ListedClient.objects.filter(version=version).order_by("vat_number", "pk")
    ]
    write = write_client_listing if row.paper == Paper.CLIENTS else write_intra_listing
    return write(declarant, period, clients, reference=reference)


def _no_clients(row: VatReturn, period: VatPeriod) -> bool:
    """Whether the last return of a year says that no client is to be listed."""
    if (period.last.month, period.last.day) != (12, 31):
        return False
    return not firms_of_the_year(row.entity, form_of(row.entity.country), period_of(period.last, "year"))


# --- the way to the office ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Errand:
    attempt: int
    reference: str
    content: bytes


def gateway() -> IntervatGateway | None:
    """The gateway that the settings name; None where a person carries the file."""
    if settings.INTERVAT_GATEWAY == BY_HAND:
        return None
    if settings.INTERVAT_GATEWAY != "simulator":
        raise ImproperlyConfigured(f"no INTERVAT gateway {settings.INTERVAT_GATEWAY!r} is built in")
    return IntervatSimulator()


def due_returns(limit: int = 50) -> list[UUID]:
    """What waits for a carrier, oldest first; in a scope."""
    rows = VatReturn.objects.filter(state=ReturnState.SUBMITTED)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def carry(cooperative: Cooperative, vat_return_id: UUID, *, through: IntervatGateway | None = None) -> None:
    """Send one file and keep the answer. Safe at any frequency; outside of any scope."""
    office = through or gateway()
    if office is None:
        return
    carry_errand(
        cooperative,
        prepare=lambda: _take(vat_return_id),
        call=lambda errand: _call(errand, office),
        record=lambda errand, answer: _record(vat_return_id, errand.attempt, answer),
        fail=lambda errand, error: _fail(vat_return_id, errand, error),
    )


def carry_due(cooperative: Cooperative, *, through: IntervatGateway | None = None) -> int:
    """Carry everything that waits, in this process; answers how many. For sweeps, commands and stories."""
    if through is None and gateway() is None:
        return 0
    with tenant_scope(cooperative):
        keys = due_returns()
    for key in keys:
        carry(cooperative, key, through=through)
    return len(keys)


def _take(vat_return_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        VatReturn.objects.filter(pk=vat_return_id, state=ReturnState.SUBMITTED)
        .select_related("file")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or row.file is None or (row.lease_until and row.lease_until > moment):
        return None
    row.attempt += 1
    row.lease_until = moment + LEASE
    row.save(update_fields=["attempt", "lease_until"])
    return _Errand(row.attempt, f"{row.pk}-{row.version_number}", read_file(row.file))


def _call(errand: _Errand, office: IntervatGateway) -> Answer | None:
    try:
        return office.submit(errand.reference, errand.content)
    except IntervatUnavailable:
        return None


def _record(vat_return_id: UUID, attempt: int, answer: Answer | None) -> None:
    """Keep the answer; a desk that was shut is asked again when the lease is over."""
    row = selectors.return_for_update(vat_return_id)
    if answer is None or row.attempt != attempt or row.state != ReturnState.SUBMITTED:
        return
    record_answer(vat_return_id=vat_return_id, answer=answer, on=clock.today(), actor=OFFICE)


def _fail(vat_return_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """A file that is gone, or an answer that nobody can read: people look at it, by its reason."""
    row = selectors.return_for_update(vat_return_id)
    if row.state == ReturnState.SUBMITTED and (errand is None or errand.attempt == row.attempt):
        answer = Answer(False, reason=f"not sent: {type(error).__name__}")
        record_answer(vat_return_id=vat_return_id, answer=answer, on=clock.today(), actor=OFFICE)
