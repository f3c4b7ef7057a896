"""`manage.py vat_return --cooperative be --entity PA --period 2026-Q4 --json`"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.vatreturns.errors import EntityExempt
from invoicing.vatreturns.figures import compute
from invoicing.vatreturns.grids import form_of
from invoicing.vatreturns.periods import due_day, parse_period
from ledger.enums import VatRegime
from ledger.selectors import entity_by_code


class Command(JsonCommand):
    """The grids of a VAT return as documents and books stand now, for any period; nothing is frozen."""

    help = "Print the grids of a VAT return."

    def add_arguments(self, parser: CommandParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--entity", required=True, help="code of the legal entity")
        parser.add_argument("--period", required=True, help="2026-10, 2026-Q4 or 2026")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Grids, VAT by account as documents and books say it, their difference, documents without a grid.

        Refuses an unknown cooperative, entity or period, and an exempt entity.
        """
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        period = parse_period(options["period"])
        with tenant_scope(cooperative):
            entity = entity_by_code(options["entity"])
            if entity.vat_regime != VatRegime.NORMAL:
                raise EntityExempt(entity=entity.name)
            form = form_of(entity.country)
            figures = compute(entity, form, period)
            return {
                "entity": entity.code,
                "period": period.code,
                "first": period.first,
                "last": period.last,
                "due_on": due_day(form, period),
                "grids": figures.grids,
                "declared": figures.declared,
                "booked": figures.booked,
                "difference": figures.difference,
                "without_grid": figures.unknown,
            }
