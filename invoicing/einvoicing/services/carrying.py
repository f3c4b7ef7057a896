"""The way of documents to the network and back.

Carrying is three steps (prepare in a scope, call outside of any, record in a scope). The reference of a
sending is made of the document and the round, so that a carrier who died between handing over and recording
sends nothing twice; the attempt number fences one that came back late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from django.utils import timezone

from core import clock
from core.documents import finished_file
from core.enums import DocumentState
from core.files import read_file
from core.gateway import carry as carry_errand
from core.models import Cooperative, DocumentJob
from core.outbox import publish
from core.tenancy import tenant_scope
from invoicing.einvoicing import selectors
from invoicing.einvoicing.access_point.chosen import access_point
from invoicing.einvoicing.access_point.port import (
    AccessPoint,
    AccessPointUnavailable,
    NoSuchReceiver,
    SubmissionRefused,
)
from invoicing.einvoicing.access_point.types import (
    PROCESS,
    Code,
    Level,
    Status,
    Submission,
    document_type,
    participant,
)
from invoicing.einvoicing.enums import UNDELIVERED, Channel, SendingState
from invoicing.einvoicing.models import Delivery, DeliveryAnswer
from invoicing.einvoicing.policy import sending_policy
from invoicing.einvoicing.reach import mail_addresses, sender_of
from invoicing.einvoicing.services.sending import SYSTEM, arrived, send_document
from invoicing.enums import DocumentKind
from invoicing.models import IssuedDocument

LEASE = timedelta(minutes=3)
UNTIL_MADE = timedelta(seconds=15)
"""When to look again whether the electronic copy is made."""
MOST_FAILURES = 12
"""Times that the way may be closed, with pauses that double up to an hour: some six hours in all."""
SILENCE = timedelta(days=3)
"""After so long without a word about a document that was taken in, people are shown it."""
LISTENING = timedelta(days=60)
"""How long the client's own answers are asked for."""
NAMESPACE = UUID("5f0f7d2c-6f1e-4a83-9d55-2f7a4b0f3c11")


@dataclass(slots=True)
class _Errand:
    """What a carrier takes along. `network_key` is there as soon as the network has the document, whatever
    happens afterwards.
    """

    attempt: int
    submission: Submission | None
    network_key: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a carrier comes back with. `state`: the network's refusal, or nothing."""

    network_key: str = ""
    statuses: tuple[Status, ...] = ()
    unavailable: str = ""
    state: str = ""
    code: str = ""
    reason: str = ""


def carry(cooperative: Cooperative, delivery_id: UUID, *, through: AccessPoint | None = None) -> None:
    """Hand one sending over, or ask what became of it. Outside of any scope; safe at any frequency."""
    network = through or access_point()
    carry_errand(
        cooperative,
        prepare=partial(_prepare, delivery_id),
        call=partial(_call, network=network),
        record=lambda errand, outcome: _record(delivery_id, errand.attempt, outcome),
        fail=partial(_fail, delivery_id),
    )


def carry_due(cooperative: Cooperative, *, through: AccessPoint | None = None, limit: int = 100) -> int:
    """Carry everything that is due; answers how many sendings were taken."""
    with tenant_scope(cooperative):
        keys = selectors.due_deliveries(timezone.now(), limit)
    for key in keys:
        carry(cooperative, key, through=through)
    return len(keys)


def reference_of(delivery: Delivery) -> str:
    """What the network knows a sending by: the same however often it is tried, another in another round."""
    return str(uuid5(NAMESPACE, f"{delivery.document_id} {delivery.round}"))


# --- the three steps ---


def _prepare(delivery_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        Delivery.objects.filter(pk=delivery_id, next_attempt_at__lte=moment)
        .select_related("document")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or (row.lease_until and row.lease_until > moment):
        return None
    submission = None
    if not row.network_key:
        file = finished_file("invoice_ubl", row.document_id)
        if file is None:
            _wait_for_copy(row, moment)
            return None
        submission = Submission(
            reference=reference_of(row),
            sender=sender_of(row.document),
            receiver=participant(row.receiver),
            document_type=_type_of(row.document),
            process=PROCESS,
            document=read_file(file),
        )
    row.attempt += 1
    row.lease_until = moment + LEASE
    row.save(update_fields=["attempt", "lease_until"])
    return _Errand(row.attempt, submission, row.network_key)


def _wait_for_copy(row: Delivery, moment: datetime) -> None:
    """The electronic copy is not made: wait, or say why it never will be."""
    job = DocumentJob.objects.filter(kind="invoice_ubl", source_id=row.document_id).first()
    if job is not None and job.state in (DocumentState.FAILED, DocumentState.DROPPED):
        _give_up(row, SendingState.FAILED, "not_valid", job.error)
    else:
        row.next_attempt_at = moment + UNTIL_MADE
    row.save()


def _type_of(document: IssuedDocument) -> str:
    return document_type("Invoice" if document.kind == DocumentKind.INVOICE else "CreditNote")


def _call(errand: _Errand, *, network: AccessPoint) -> _Outcome:
    try:
        if errand.submission is not None:
            errand.network_key = network.submit(errand.submission)
        return _Outcome(errand.network_key, tuple(network.statuses(errand.network_key)))
    except AccessPointUnavailable as error:
        return _Outcome(errand.network_key, unavailable=str(error)[:300] or "unavailable")
    except NoSuchReceiver as error:
        return _Outcome(state=SendingState.NO_RECEIVER, code="no_receiver", reason=str(error))
    except SubmissionRefused as error:
        return _Outcome(errand.network_key, state=SendingState.REJECTED, code=error.code, reason=str(error))


def _fail(delivery_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """A sending that cannot be made, or a network that cannot be understood: people look at it."""
    held = errand or selectors.delivery_for_update(delivery_id)
    outcome = _Outcome(held.network_key, state=SendingState.FAILED, code=type(error).__name__)
    _record(delivery_id, held.attempt, outcome)


def _record(delivery_id: UUID, attempt: int, outcome: _Outcome) -> None:
    row = selectors.delivery_for_update(delivery_id)
    if row.attempt != attempt or row.next_attempt_at is None:
        return
    moment, was = timezone.now(), row.state
    row.lease_until = None
    if outcome.network_key and not row.network_key:
        row.network_key, row.sent_at = outcome.network_key, moment
        row.state, row.failures = SendingState.SENT, 0
    if outcome.state:
        _give_up(row, outcome.state, outcome.code, outcome.reason)
    elif outcome.unavailable:
        _try_later(row, outcome.unavailable, moment)
    else:
        row.failures = 0
        _hear(row, outcome.statuses, moment)
    row.save()
    if row.state in UNDELIVERED and was not in UNDELIVERED:
        _draw_consequences(row)


def _try_later(row: Delivery, why: str, moment: datetime) -> None:
    row.failures += 1
    if row.failures >= MOST_FAILURES and not row.network_key:
        _give_up(row, SendingState.FAILED, "unavailable", why)
        return
    row.next_attempt_at = moment + timedelta(seconds=min(15 * 2 ** min(row.failures, 8), 3600))


def _give_up(row: Delivery, state: str, code: str, reason: str) -> None:
    row.state, row.next_attempt_at = SendingState(state), None
    row.reason_code, row.reason = code[:60], reason[:300]
    row.settled_on = clock.today()
    row.handled = Delivery.objects.filter(document=row.document_id, round__gt=row.round).exists()


def _hear(row: Delivery, statuses: tuple[Status, ...], moment: datetime) -> None:
    """Keep what is new of what was said, and give the sending the state that it means."""
    known = DeliveryAnswer.objects.filter(delivery=row).count()
    news = [status for status in statuses if status.position > known]
    DeliveryAnswer.objects.bulk_create(
        [
            DeliveryAnswer(
                delivery=row,
                position=status.position,
                level=status.level.value,
                code=status.code.value,
                reason_code=status.reason_code[:60],
                text=status.text[:300],
                said_at=status.at,
                heard_on=clock.today(),
            )
            for status in news
        ]
    )
    for status in news:
        if status.code is Code.REJECTED:
            if status.level is Level.BUSINESS:
                row.response = status.code.value
            _give_up(row, SendingState.REJECTED, status.reason_code, status.text)
            return
        if row.state != SendingState.DELIVERED:
            row.state = SendingState.DELIVERED
            arrived(row, clock.today())
        if status.level is Level.BUSINESS:
            row.response = status.code.value
    _listen_on(row, moment)


def _listen_on(row: Delivery, moment: datetime) -> None:
    """When to ask again: soon at first, then each hour, each six hours; until the last word is said."""
    since = moment - (row.sent_at or moment)
    if row.state == SendingState.SENT and since > SILENCE:
        _give_up(row, SendingState.FAILED, "no_answer", "")
    elif row.response == Code.PAID.value or since > LISTENING:
        row.next_attempt_at = None
    else:
        quick = timedelta(seconds=15) if since < timedelta(minutes=5) else timedelta(minutes=10)
        pause = quick if since < timedelta(hours=2) else timedelta(hours=1 if since < SILENCE else 6)
        row.next_attempt_at = moment + pause


def _draw_consequences(row: Delivery) -> None:
    """Tell the house; what the network could not bring goes by e-mail, once, where the policy says so."""
    business = row.response == Code.REJECTED.value
    publish(
        "invoice.rejected",
        row.document.invoice,
        number=row.document.number,
        channel=row.channel,
        level="business" if business else "transport",
        reason_code=row.reason_code,
        delivery=str(row.pk),
    )
    # A client who says no, and a document that may have arrived, are for people to look at.
    if business or row.handled or row.reason_code in ("no_answer", "DUP"):
        return
    today, client = clock.today(), row.document.invoice.client
    if sending_policy(today).fallback and mail_addresses(client):
        send_document(
            document_id=row.document_id,
            on=today,
            actor=SYSTEM,
            channel=Channel.EMAIL,
            follows=row,
        )
