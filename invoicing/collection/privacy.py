"""How long what is done about late clients is kept: it explains entries, and serves before a judge."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.privacy import ACCOUNTING
from core.privacy.house import YEAR
from core.privacy.registry import RetentionRule
from invoicing.collection.models import Charge, Contact, Dispute, HandOver, Plan, WriteDown
from invoicing.models import Reminder


def _reminders(before: date) -> QuerySet[Reminder]:
    return Reminder.objects.filter(sent_on__lt=before)


def _charges(before: date) -> QuerySet[Charge]:
    return Charge.objects.filter(claimed_on__lt=before)


def _plans(before: date) -> QuerySet[Plan]:
    return Plan.objects.filter(ended_on__lt=before)


def _files(before: date) -> QuerySet[HandOver]:
    return HandOver.objects.filter(ended_on__lt=before)


def _disputes(before: date) -> QuerySet[Dispute]:
    return Dispute.objects.filter(closed_on__lt=before)


def _write_downs(before: date) -> QuerySet[WriteDown]:
    return WriteDown.objects.filter(ended_on__lt=before)


def _contacts(before: date) -> QuerySet[Contact]:
    return Contact.objects.filter(on__lt=before)


TEN = 10 * YEAR
RULES = (
    RetentionRule("reminders", _("Reminders"), ACCOUNTING, TEN, _reminders, Reminder.objects.all, False),
    RetentionRule("charges", _("Charges for lateness"), ACCOUNTING, TEN, _charges, Charge.objects.all, False),
    RetentionRule("payment_plans", _("Payment plans"), ACCOUNTING, TEN, _plans, Plan.objects.all, False),
    RetentionRule(
        "collection_files", _("Files with collectors and lawyers"), ACCOUNTING, TEN, _files,
        HandOver.objects.all, False,
    ),
    RetentionRule("disputes", _("Disputes"), ACCOUNTING, TEN, _disputes, Dispute.objects.all, False),
    RetentionRule(
        "write_downs", _("Doubtful and lost invoices"), ACCOUNTING, TEN, _write_downs,
        WriteDown.objects.all, False,
    ),
    RetentionRule(
        "collection_notes", _("What was said with late clients"), ACCOUNTING, TEN, _contacts,
        Contact.objects.all, False,
    ),
)  # fmt: skip
