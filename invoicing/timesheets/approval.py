"""Time sheets put to their clients: sent, approved, refused or taken back. The only writer of sheets."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from babel.numbers import format_decimal
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from activities.services import open_activity_for_update
from core import audit
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from invoicing.content import Content, digest_of, plain
from invoicing.enums import MessageKind
from invoicing.quotes.services.answers import NOBODY, Visitor
from invoicing.selectors import client_for_update
from invoicing.services.messages import write_message, written_amount
from invoicing.timesheets import selectors
from invoicing.timesheets.enums import SheetAnswerKind
from invoicing.timesheets.errors import ApprovalMissing, NothingToInvoice, ReasonMissing, SheetAnswered
from invoicing.timesheets.links import READABLE, address_of
from invoicing.timesheets.models import SheetAnswer, SheetHours, TimeEntry, TimeSheet
from invoicing.timesheets.services import written
from invoicing.timesheets.wording import wording


@transaction.atomic
def send_sheet(
    *, activity_id: UUID, client_id: UUID, last: date, on: date, actor: Actor, first: date | None = None
) -> TimeSheet:
    """Put the hours of a client that no invoice took, up to a day, to the client with a link by which to
    answer. They are locked until the client refuses or the sheet is taken back; approved before stay out.

    A client without e-mail address gets no letter: the member hands the link on. Locks: Activity, client,
    hours. Raises `ActivityNotOpen`, `ClientNotFound`, `NothingToInvoice`. A second call finds nothing left.
    """
    activity = open_activity_for_update(activity_id)
    client = client_for_update(client_id)
    entries = selectors.waiting_for_update(activity_id, client_id, first, last)
    approved = set(SheetHours.objects.filter(entry__in=entries).values_list("entry_id", flat=True))
    entries = [entry for entry in entries if entry.pk not in approved]
    if not entries:
        raise NothingToInvoice
    content = _content(entries, client.language, seller=activity.entity.name, client=client.name)
    sheet = TimeSheet.objects.create(
        activity=activity,
        client=client,
        first_day=entries[0].day,
        last_day=entries[-1].day,
        hours=sum((entry.hours for entry in entries), Decimal(0)),
        net=sum((entry.amount for entry in entries), ZERO),
        content=content,
        digest=digest_of(content),
        sent_on=on,
        link_until=on + READABLE,
    )
    SheetHours.objects.bulk_create([SheetHours(entry=entry, sheet=sheet) for entry in entries])
    audit.record(actor, "time_sheet.sent", sheet, entries=len(entries), hours=str(sheet.hours))
    if client.email:
        words = wording(client.language)
        values = values_of(sheet) | {"link": address_of(sheet)}
        write_message(
            client=client,
            kind=MessageKind.TIME_SHEET,
            subject=words["sheet_subject"] % values,
            body=words["sheet_body"] % values,
            on=on,
        )
    return sheet


@transaction.atomic
def approve_sheet(
    *, sheet_id: UUID, name: str, email: str, consent: str, visitor: Visitor, at: datetime, actor: Actor
) -> SheetAnswer:
    """The client approves: the hours are locked for good. The answer keeps who, when, from where, which
    sentence was agreed to, and the digest of the sheet; nobody can change it.

    Locks the hours: of several answers, or an answer and a withdrawal, exactly one wins. Raises
    `ApprovalMissing`, `SheetAnswered`.
    """
    if not name.strip() or not consent.strip() or not _is_email(email):
        raise ApprovalMissing
    sheet = _waiting(sheet_id)
    return _answer(
        sheet, SheetAnswerKind.APPROVED, at, actor, name=name, email=email, consent=consent, visitor=visitor
    )


@transaction.atomic
def refuse_sheet(
    *, sheet_id: UUID, reason: str, visitor: Visitor, at: datetime, actor: Actor, name: str = ""
) -> SheetAnswer:
    """The client says what is not right: the hours can be corrected again, and the people of the Activity are
    told. Locks as `approve_sheet`. Raises `ReasonMissing`, `SheetAnswered`.
    """
    if not reason.strip():
        raise ReasonMissing
    sheet = _waiting(sheet_id)
    who = name.strip() or sheet.client.name
    return _answer(sheet, SheetAnswerKind.REFUSED, at, actor, name=who, reason=reason, visitor=visitor)


@transaction.atomic
def withdraw_sheet(*, sheet_id: UUID, at: datetime, actor: Actor) -> SheetAnswer:
    """Take an unanswered sheet back: its hours can be corrected again. Locks as `approve_sheet`. Raises
    `SheetAnswered`.
    """
    return _answer(_waiting(sheet_id), SheetAnswerKind.WITHDRAWN, at, actor, name=actor.label)


def _waiting(sheet_id: UUID) -> TimeSheet:
    sheet = TimeSheet.objects.select_related("client", "activity").get(pk=sheet_id)
    selectors.lock_hours_of(sheet)
    answer = selectors.answer_to(sheet)
    if answer is not None:
        raise SheetAnswered(state=answer.get_kind_display())
    return sheet


def _answer(
    sheet: TimeSheet,
    kind: SheetAnswerKind,
    at: datetime,
    actor: Actor,
    *,
    name: str,
    email: str = "",
    reason: str = "",
    consent: str = "",
    visitor: Visitor = NOBODY,
) -> SheetAnswer:
    answer = SheetAnswer(
        sheet=sheet,
        kind=kind,
        name=" ".join(name.split())[:120],
        email=email.strip()[:254],
        reason=reason.strip()[:500],
        consent=consent.strip()[:500],
        address=visitor.address[:45],
        user_agent=visitor.user_agent[:300],
        document_digest=sheet.digest,
        answered_on=at.date(),
        answered_at=at,
    )
    answer.digest = digest_of_answer(answer)
    answer.save(force_insert=True)
    if kind != SheetAnswerKind.APPROVED:
        SheetHours.objects.filter(sheet=sheet).delete()
    audit.record(actor, f"time_sheet.{kind}", sheet, digest=answer.digest, document=sheet.digest)
    publish(f"time_sheet.{kind}", sheet, answer=str(answer.pk))
    return answer


def digest_of_answer(answer: SheetAnswer) -> str:
    """SHA-256 of the canonical JSON of everything that the answer says."""
    names = ("sheet_id", "kind", "name", "email", "reason", "consent", "address", "user_agent")
    told = {name: str(getattr(answer, name)) for name in (*names, "document_digest", "answered_on")}
    told["answered_at"] = str(round(answer.answered_at.timestamp() * 1_000_000))
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def values_of(sheet: TimeSheet) -> dict[str, str]:
    """What sentences about a sheet name, in the client's language."""
    content = sheet.content
    language = content["language"]
    return {
        "seller": content["seller"],
        "client": content["client"],
        "first": written(sheet.first_day, language),
        "last": written(sheet.last_day, language),
        "hours": str(format_decimal(sheet.hours, locale=language)),
        "net": written_amount(sheet.net, language),
    }


def _content(entries: list[TimeEntry], language: str, **names: str) -> Content:
    return {
        "language": language,
        **names,
        "hours": [
            {
                "day": entry.day.isoformat(),
                "person": str(entry.person),
                "task": entry.task,
                "text": entry.text,
                "hours": plain(entry.hours),
                "rate": plain(entry.rate),
                "amount": str(entry.amount),
            }
            for entry in entries
        ],
    }


def _is_email(text: str) -> bool:
    try:
        validate_email(text.strip())
    except ValidationError:
        return False
    return True
