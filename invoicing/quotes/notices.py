"""What the people of an Activity are told by mail when a client answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from activities.enums import HolderRole
from activities.models import ActivityHolder
from core.kit.formats import money
from core.registry import Message
from invoicing.quotes.models import Quote, QuoteAnswer
from members.notices.services import notify

KINDS = {
    "quote_accepted": (
        _("%(client)s accepted your quote %(number)s"),
        (
            _("%(who)s accepted “%(title)s” (%(total)s) for %(client)s."),
            _("Make the order on the quote's page, then carry it out and invoice it."),
        ),
    ),
    "quote_refused": (
        _("%(client)s refused your quote %(number)s"),
        (
            _("“%(title)s” (%(total)s) was refused. What was said: %(reason)s"),
            _("You can write a new version on the quote's page."),
        ),
    ),
}
"""kind → subject, paragraphs, as `members.notices.wording` has them."""


def tell_answer(message: Message) -> None:
    """Write to the holders of the Activity; the same news writes once. What a member noted is no news."""
    if not message.payload.get("tell"):
        return
    answer = QuoteAnswer.objects.filter(pk=message.payload["answer"]).first()
    quote = Quote.objects.filter(pk=message.subject_id).select_related("client").first()
    if answer is None or quote is None:
        return
    holders = ActivityHolder.objects.filter(activity_id=quote.activity_id, role=HolderRole.HOLDER)
    for holder in holders.select_related("person__user").order_by("pk"):
        notify(
            person=holder.person,
            kind=f"quote_{answer.kind}",
            cause=answer.pk,
            client=quote.client.name,
            number=quote.number,
            title=quote.title,
            total=money(quote.total),
            who=answer.name,
            reason=answer.reason or "—",
        )
