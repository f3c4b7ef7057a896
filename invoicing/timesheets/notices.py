"""What the people of an Activity are told by mail when a client answers a time sheet."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from activities.enums import HolderRole
from activities.models import ActivityHolder
from core.kit.formats import money
from core.registry import Message
from invoicing.content import plain
from invoicing.timesheets.models import SheetAnswer
from members.notices.services import notify

KINDS = {
    "time_sheet_approved": (
        _("%(client)s approved your hours"),
        (
            _("%(who)s approved %(hours)s hours (%(total)s without VAT) for %(client)s."),
            _("You can invoice them on the page of your hours."),
        ),
    ),
    "time_sheet_refused": (
        _("%(client)s sent your hours back"),
        (
            _("%(hours)s hours were not approved. What was said: %(reason)s"),
            _("Correct them on the page of your hours, then ask again."),
        ),
    ),
}
"""kind → subject, paragraphs, as `members.notices.wording` has them."""


def tell_answer(message: Message) -> None:
    """Write to the holders of the Activity; the same news writes once."""
    answer = SheetAnswer.objects.filter(pk=message.payload["answer"]).select_related("sheet__client").first()
    if answer is None:
        return
    sheet = answer.sheet
    holders = ActivityHolder.objects.filter(activity_id=sheet.activity_id, role=HolderRole.HOLDER)
    for holder in holders.select_related("person__user").order_by("pk"):
        notify(
            person=holder.person,
            kind=f"time_sheet_{answer.kind}",
            cause=answer.pk,
            client=sheet.client.name,
            hours=plain(sheet.hours),
            total=money(sheet.net),
            who=answer.name,
            reason=answer.reason or "—",
        )
