"""How long what is owed to creditors, and what they say of it, is kept: it explains entries."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.privacy.house import YEAR
from core.privacy.registry import RetentionRule
from ledger.treasury.dues.models import BodyStatement, Due, EntityTransfer

ACCOUNTING = "Code de droit économique, art. III.88"


def _dues(before: date) -> QuerySet[Due]:
    return Due.objects.filter(due_on__lt=before)


def _statements(before: date) -> QuerySet[BodyStatement]:
    return BodyStatement.objects.filter(date__lt=before)


def _transfers(before: date) -> QuerySet[EntityTransfer]:
    return EntityTransfer.objects.filter(on__lt=before)


TEN = 10 * YEAR
RULES = (
    RetentionRule("dues", _("Dues to public bodies"), ACCOUNTING, TEN, _dues, Due.objects.all, False),
    RetentionRule(
        "creditor_statements", _("Statements of creditors"), ACCOUNTING, TEN, _statements,
        BodyStatement.objects.all, False,
    ),
    RetentionRule(
        "entity_transfers", _("Transfers between entities"), ACCOUNTING, TEN, _transfers,
        EntityTransfer.objects.all, False,
    ),
)  # fmt: skip
