"""Templates: made, changed, paused, given new prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from activities.services import open_activity_for_update
from core import audit
from core.calendar import check_days
from core.types import Actor
from invoicing.line_data import data_of
from invoicing.recurring import selectors
from invoicing.recurring.enums import OccurrenceState, Rhythm, TemplateState
from invoicing.recurring.errors import (
    PriceInThePast,
    PriceStartsTwice,
    RhythmInvalid,
    StaleTemplate,
    TemplateEnded,
)
from invoicing.recurring.models import Occurrence, RecurringInvoice, RecurringPrice
from invoicing.selectors import client_for_update
from invoicing.services.clients import work_with
from invoicing.services.drafts import priced
from invoicing.types import LineInput

LONGEST = 24


@dataclass(frozen=True, slots=True)
class Rule:
    """When invoices are made: every so many months, quarters or years from a first day, until a day or so
    many times; `automatic`: issued and sent without a look; `in_arrears`: for the period before.
    """

    rhythm: str
    first_on: date
    every: int = 1
    ends_on: date | None = None
    most: int | None = None
    in_arrears: bool = False
    automatic: bool = False


@transaction.atomic
def create_template(
    *,
    activity_id: UUID,
    client_id: UUID,
    title: str,
    lines: Sequence[LineInput],
    rule: Rule,
    actor: Actor,
    note: str = "",
    buyer_reference: str = "",
) -> RecurringInvoice:
    """Make a template for an open Activity; its first days may lie behind: they are caught up.

    Locks the Activity and the client. Raises `ActivityNotOpen`, `ClientNotFound`, `RhythmInvalid`,
    `DayOutOfReach`, `EmptyInvoice`, `LineInvalid`, `VatCodeNotInForce`. A second call makes a second
    template.
    """
    activity = open_activity_for_update(activity_id)
    client = client_for_update(client_id)
    _check(rule)
    priced(activity=activity, client=client, lines=lines, on=rule.first_on)
    work_with(client=client, activity_id=activity.pk)
    template = RecurringInvoice(activity=activity, entity=activity.entity, client=client)
    _write(template, title, lines, rule, note, buyer_reference)
    template.next_on = template.schedule.day_of(0)
    template.save(force_insert=True)
    audit.record(actor, "recurring.made", template, client=str(client.pk))
    return template


@transaction.atomic
def change_template(
    *,
    template_id: UUID,
    client_id: UUID,
    title: str,
    lines: Sequence[LineInput],
    rule: Rule,
    actor: Actor,
    note: str = "",
    buyer_reference: str = "",
    version: int | None = None,
) -> RecurringInvoice:
    """Replace everything in a template: what it made stays, what comes follows the new rule.

    Once something was made, the first day and the rhythm stand: a new rhythm is a new template. Locks:
    template, client. Raises `TemplateEnded`, `StaleTemplate`, and what `create_template` raises.
    """
    template = selectors.template_for_update(template_id)
    client = client_for_update(client_id)
    if version is not None and version != template.version:
        raise StaleTemplate
    if template.state == TemplateState.ENDED:
        raise TemplateEnded
    _check(rule)
    made = (template.rhythm, template.every, template.first_on)
    if template.next_index and made != (rule.rhythm, rule.every, rule.first_on):
        raise RhythmInvalid
    priced(activity=template.activity, client=client, lines=lines, on=template.next_on or rule.first_on)
    work_with(client=client, activity_id=template.activity_id)
    template.client = client
    _write(template, title, lines, rule, note, buyer_reference)
    template.next_on = template.schedule.day_of(template.next_index)
    template.version += 1
    template.save()
    audit.record(actor, "recurring.changed", template)
    return template


@transaction.atomic
def pause_template(*, template_id: UUID, actor: Actor) -> RecurringInvoice:
    """Make nothing until it is resumed. Locks the template; a repeat changes nothing. Raises
    `TemplateEnded`.
    """
    return _turn(template_id, TemplateState.PAUSED, "recurring.paused", actor)


@transaction.atomic
def resume_template(*, template_id: UUID, on: date, actor: Actor, catch_up: bool = False) -> RecurringInvoice:
    """Go on. What fell due during the pause is made now (`catch_up`) or left out, each with its row. Locks
    the template; a repeat changes nothing. Raises `TemplateEnded`.
    """
    template = selectors.template_for_update(template_id)
    if template.state == TemplateState.PAUSED and not catch_up:
        missed = [(index, day) for index, day in template.schedule.due(template.next_index, on) if day < on]
        Occurrence.objects.bulk_create(
            [
                Occurrence(
                    template=template, index=index, due_on=day, state=OccurrenceState.SKIPPED, made_on=on
                )
                for index, day in missed
            ]
        )
        if missed:
            template.next_index = missed[-1][0] + 1
            template.next_on = template.schedule.day_of(template.next_index)
            template.save(update_fields=["next_index", "next_on"])
    return _turn(template_id, TemplateState.ACTIVE, "recurring.resumed", actor)


@transaction.atomic
def end_template(*, template_id: UUID, actor: Actor) -> RecurringInvoice:
    """Make nothing any more, for good. Locks the template; a repeat changes nothing."""
    template = selectors.template_for_update(template_id)
    if template.state == TemplateState.ENDED:
        return template
    return _turn(template_id, TemplateState.ENDED, "recurring.ended", actor)


@transaction.atomic
def new_price(
    *, template_id: UUID, valid_from: date, lines: Sequence[LineInput], actor: Actor
) -> RecurringPrice:
    """Other lines from a day on, never for what was made. Locks the template. Raises `TemplateEnded`,
    `DayOutOfReach`, `PriceInThePast`, `PriceStartsTwice`, and what lines raise.
    """
    template = selectors.template_for_update(template_id)
    if template.state == TemplateState.ENDED or template.next_on is None:
        raise TemplateEnded
    check_days(valid_from)
    made_until = template.schedule.day_of(template.next_index - 1) if template.next_index else None
    if made_until is not None and valid_from <= made_until:
        raise PriceInThePast(day=f"{template.next_on:%d/%m/%Y}")
    if RecurringPrice.objects.filter(template=template, valid_from=valid_from).exists():
        raise PriceStartsTwice(day=f"{valid_from:%d/%m/%Y}")
    priced(activity=template.activity, client=template.client, lines=lines, on=valid_from)
    price = RecurringPrice.objects.create(template=template, valid_from=valid_from, lines=data_of(lines))
    audit.record(actor, "recurring.new_price", template, valid_from=valid_from.isoformat())
    return price


def _turn(template_id: UUID, state: TemplateState, action: str, actor: Actor) -> RecurringInvoice:
    template = selectors.template_for_update(template_id)
    if template.state == TemplateState.ENDED:
        raise TemplateEnded
    if template.state != state:
        template.state = state
        template.version += 1
        template.save(update_fields=["state", "version"])
        audit.record(actor, action, template)
    return template


def _check(rule: Rule) -> None:
    bad_end = rule.ends_on is not None and rule.ends_on < rule.first_on
    bad_count = rule.most is not None and rule.most < 1
    if not 1 <= rule.every <= LONGEST or bad_end or bad_count or rule.rhythm not in Rhythm.values:
        raise RhythmInvalid
    check_days(rule.first_on, rule.ends_on)


def _write(
    template: RecurringInvoice,
    title: str,
    lines: Sequence[LineInput],
    rule: Rule,
    note: str,
    buyer_reference: str,
) -> None:
    template.title = " ".join(title.split())[:120] or lines[0].description[:120]
    template.lines = data_of(lines)
    template.note = note.strip()[:300]
    template.buyer_reference = buyer_reference.strip()[:60]
    template.rhythm, template.every, template.first_on = rule.rhythm, rule.every, rule.first_on
    template.ends_on, template.most = rule.ends_on, rule.most
    template.in_arrears, template.automatic = rule.in_arrears, rule.automatic
