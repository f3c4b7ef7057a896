"""How long links and papers of the portal are kept."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.privacy import ACCOUNTING
from core.privacy.house import HOUSE, MONTH, YEAR
from core.privacy.registry import RetentionRule
from invoicing.portal.models import GroupedInvoice, PortalAccess, StatementOfAccount


def _old_links(before: date) -> QuerySet[PortalAccess]:
    return PortalAccess.objects.filter(asked_at__date__lt=before)


def _old_statements(before: date) -> QuerySet[StatementOfAccount]:
    return StatementOfAccount.objects.filter(made_on__lt=before)


def _old_groups(before: date) -> QuerySet[GroupedInvoice]:
    return GroupedInvoice.objects.filter(issued_on__lt=before)


RULES = (
    RetentionRule(
        "portal_links", _("Links and visits of clients"), HOUSE, 3 * MONTH, _old_links,
        PortalAccess.objects.all,
        True,
    ),
    RetentionRule(
        "statements_of_account", _("Statements of account that were printed"), ACCOUNTING, 10 * YEAR,
        _old_statements, StatementOfAccount.objects.all, False,
    ),
    RetentionRule(
        "grouped_invoices", _("Grouped invoices of clients"), ACCOUNTING, 10 * YEAR, _old_groups,
        GroupedInvoice.objects.all, False,
    ),
)  # fmt: skip
