"""The run: each occurrence of each template once, whatever the schedule does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.errors import DomainError
from core.outbox import publish
from core.types import Actor
from invoicing.line_data import lines_of
from invoicing.models import Invoice
from invoicing.recurring import selectors
from invoicing.recurring.enums import OccurrenceState, TemplateState
from invoicing.recurring.errors import OccurrenceNotFailed, TemplateNotFound
from invoicing.recurring.models import Occurrence, RecurringInvoice
from invoicing.recurring.types import fill, values_of
from invoicing.services import create_draft, issue_invoice, send_invoice

MOST_AT_ONCE = 36
"""Missed occurrences of one template that a run catches up; the next one goes on."""


def run_recurring(*, on: date, actor: Actor, most: int = 200) -> list[Occurrence]:
    """Make what is due on a day of every active template, missed occurrences too.

    Each template in a transaction of its own, locked, so that two runs at the same moment make each
    occurrence once (and the database holds to it). What a rule refuses (a closed Activity, a VAT code no
    longer in force) becomes a row with the reason, and news for the member; the next occurrence is tried all
    the same. Running again makes nothing. Answers what this run tried.
    """
    tried: list[Occurrence] = []
    for key in list(selectors.due_templates(on).values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            tried += _catch_up(selectors.template_for_update(key), on, actor)
    return tried


def _catch_up(template: RecurringInvoice, on: date, actor: Actor) -> list[Occurrence]:
    if template.state != TemplateState.ACTIVE:
        return []
    tried = []
    for index, day in list(template.schedule.due(template.next_index, on))[:MOST_AT_ONCE]:
        occurrence = Occurrence(template=template, index=index, due_on=day, made_on=on)
        _try(occurrence, template, on, actor)
        occurrence.save(force_insert=True)
        _tell(occurrence, actor)
        tried.append(occurrence)
        template.next_index = index + 1
    template.next_on = template.schedule.day_of(template.next_index)
    if template.next_on is None:
        template.state = TemplateState.ENDED
    template.save(update_fields=["next_index", "next_on", "state"])
    return tried


@transaction.atomic
def retry_occurrence(*, template_id: UUID, index: int, on: date, actor: Actor) -> Occurrence:
    """Try again what failed, dated today. Locks the template. Raises `TemplateNotFound`,
    `OccurrenceNotFailed`; a failure again becomes the row's new reason.
    """
    template, occurrence = _failed(template_id, index)
    _try(occurrence, template, on, actor)
    occurrence.made_on = on
    occurrence.save()
    _tell(occurrence, actor)
    return occurrence


@transaction.atomic
def leave_out_occurrence(*, template_id: UUID, index: int, actor: Actor) -> Occurrence:
    """Give up what failed: it is not to be invoiced. Locks the template. Raises as `retry_occurrence`."""
    template, occurrence = _failed(template_id, index)
    occurrence.state = OccurrenceState.SKIPPED
    occurrence.save(update_fields=["state"])
    audit.record(actor, "recurring.left_out", template, index=index)
    return occurrence


def draft_thrown_away(invoice: Invoice) -> None:
    """The draft of an occurrence goes: the occurrence was left out, and is not made again."""
    Occurrence.objects.filter(invoice=invoice).update(invoice=None, state=OccurrenceState.SKIPPED)


def drafts_about_to_issue(invoices: Sequence[Invoice]) -> None:
    """Drafts of occurrences were checked and are issued."""
    Occurrence.objects.filter(invoice__in=invoices).update(state=OccurrenceState.ISSUED)


def _failed(template_id: UUID, index: int) -> tuple[RecurringInvoice, Occurrence]:
    template = selectors.template_for_update(template_id)
    occurrence = Occurrence.objects.filter(template=template, index=index).first()
    if occurrence is None:
        raise TemplateNotFound
    if occurrence.state != OccurrenceState.FAILED:
        raise OccurrenceNotFailed
    return template, occurrence


def _try(occurrence: Occurrence, template: RecurringInvoice, on: date, actor: Actor) -> None:
    """Make the invoice of an (unsaved) occurrence, or say on it why not; a refusal leaves nothing behind."""
    try:
        with transaction.atomic():
            occurrence.invoice = _make(occurrence, template, on, actor)
    except DomainError as refusal:
        occurrence.invoice = None
        occurrence.state = OccurrenceState.FAILED
        occurrence.error_code = refusal.code[:60]
        occurrence.error = refusal.detail[:300]
        return
    occurrence.state = OccurrenceState.ISSUED if template.automatic else OccurrenceState.DRAFTED
    occurrence.error_code = occurrence.error = ""


def _make(occurrence: Occurrence, template: RecurringInvoice, on: date, actor: Actor) -> Invoice:
    place = occurrence.index - 1 if template.in_arrears else occurrence.index
    first, last = template.schedule.period_of(place)
    values = values_of(first, last, template.client.language)
    lines = lines_of(selectors.lines_on(template, occurrence.due_on))
    invoice = create_draft(
        activity_id=template.activity_id,
        client_id=template.client_id,
        lines=[replace(line, description=fill(line.description, values)[:300]) for line in lines],
        delivery_date=last if template.in_arrears else occurrence.due_on,
        buyer_reference=template.buyer_reference,
        note=fill(template.note, values)[:300],
        actor=actor,
    )
    if template.automatic:
        invoice = issue_invoice(invoice_id=invoice.pk, issued_on=on, actor=actor)
        if invoice.client.email:
            send_invoice(invoice_id=invoice.pk, on=on, actor=actor)
    return invoice


def _tell(occurrence: Occurrence, actor: Actor) -> None:
    template = occurrence.template
    what = {OccurrenceState.FAILED: "failed", OccurrenceState.DRAFTED: "drafted"}.get(
        OccurrenceState(occurrence.state), "issued"
    )
    audit.record(actor, f"recurring.{what}", template, index=occurrence.index, reason=occurrence.error_code)
    publish(f"recurring.{what}", template, occurrence=str(occurrence.pk))
