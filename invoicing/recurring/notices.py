"""What the people of an Activity are told by mail of their recurring invoices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from activities.enums import HolderRole
from activities.models import ActivityHolder
from core.registry import Message
from invoicing.recurring.models import Occurrence
from members.notices.services import notify

KINDS = {
    "recurring_failed": (
        _("A recurring invoice for %(client)s could not be made"),
        (
            _("“%(title)s” of %(day)s was not made: %(reason)s"),
            _("Mend what is wrong, then try again on the page of the recurring invoice."),
        ),
    ),
    "recurring_drafted": (
        _("A recurring invoice for %(client)s waits for your look"),
        (
            _("“%(title)s” of %(day)s is ready as a draft."),
            _("Check it and issue it on its page."),
        ),
    ),
}
"""kind → subject, paragraphs, as `members.notices.wording` has them."""


def tell(message: Message) -> None:
    """Write to the holders of the Activity of what failed or waits for them; the same news writes once."""
    occurrence = (
        Occurrence.objects.filter(pk=message.payload["occurrence"]).select_related("template__client").first()
    )
    if occurrence is None:
        return
    template = occurrence.template
    holders = ActivityHolder.objects.filter(activity_id=template.activity_id, role=HolderRole.HOLDER)
    for holder in holders.select_related("person__user").order_by("pk"):
        notify(
            person=holder.person,
            kind=message.topic.replace(".", "_"),
            cause=message.id,
            client=template.client.name,
            title=template.title,
            day=f"{occurrence.due_on:%d/%m/%Y}",
            reason=occurrence.error,
        )
