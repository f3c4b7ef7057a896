"""Quotes of a person's Activities; how long quotes and answers are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityHolder
from activities.privacy import ACCOUNTING
from core.privacy.house import YEAR
from core.privacy.registry import PersonalData, RetentionRule
from invoicing.quotes.models import Quote, QuoteAnswer, SentQuote
from members.models import Person


def _quotes(person: Person) -> Iterator[dict[str, Any]]:
    held = ActivityHolder.objects.filter(person=person, role="holder").values("activity_id")
    for row in Quote.objects.filter(activity__in=held).order_by("pk"):
        yield {"number": row.number, "title": row.title, "sent_on": row.sent_on, "net": row.net,
               "total": row.total, "state": row.state}  # fmt: skip


PARTS = (PersonalData("quotes", _("Quotes of your Activities"), _quotes),)


def _old_quotes(before: date) -> QuerySet[SentQuote]:
    return SentQuote.objects.filter(sent_on__lt=before)


def _old_answers(before: date) -> QuerySet[QuoteAnswer]:
    return QuoteAnswer.objects.filter(answered_on__lt=before)


RULES = (
    RetentionRule(
        "quotes", _("Quotes as sent"), ACCOUNTING, 10 * YEAR, _old_quotes, SentQuote.objects.all, False
    ),
    RetentionRule(
        "quote_answers",
        _("Answers of clients to quotes, with network address and browser, as evidence of the agreement"),
        ACCOUNTING,
        10 * YEAR,
        _old_answers,
        QuoteAnswer.objects.all,
        False,
    ),
)
