"""How long VAT returns are kept. A listing names firms; a person who is one is in the books all the same."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.privacy import ACCOUNTING
from core.privacy.house import YEAR
from core.privacy.registry import RetentionRule
from invoicing.vatreturns.models import VatReturn


def _old(before: date) -> QuerySet[VatReturn]:
    return VatReturn.objects.filter(last__lt=before)


RULES = (
    RetentionRule(
        "vat_returns",
        _("VAT returns and listings"),
        ACCOUNTING,
        10 * YEAR,
        _old,
        VatReturn.objects.all,
        False,
    ),
)
