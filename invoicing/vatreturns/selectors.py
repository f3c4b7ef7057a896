"""Reads of VAT returns."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from core.locks import for_update
from core.rates import policy
from invoicing.vatreturns.enums import DECLARED, Paper, Rhythm
from invoicing.vatreturns.models import VatFigure, VatReturn, VatVersion
from invoicing.vatreturns.periods import VatPeriod, period_of
from ledger.enums import VatRegime
from ledger.models import LegalEntity

RHYTHM = "vat_return_rhythm"
"""Policy: by code of the entity, `month` or `quarter`; `*` for every other one."""


def rhythm_of(entity: LegalEntity, on: date) -> Rhythm:
    """How an entity files its returns on a day. Raises `NoRateInForce`."""
    value = policy(RHYTHM, on=on).value
    return Rhythm(value.get(entity.code) or value["*"])


def returns() -> QuerySet[VatReturn]:
    """Every return and listing, the latest first."""
    return VatReturn.objects.select_related("entity").order_by("-last", "paper", "-pk")


def return_for_update(pk: UUID) -> VatReturn:
    """One return, locked."""
    return for_update(VatReturn.objects.filter(pk=pk)).select_related("entity").get()


def version_of(row: VatReturn) -> VatVersion:
    """The figures that a return holds now."""
    return VatVersion.objects.get(vat_return=row, number=row.version_number)


def versions_of(row: VatReturn) -> QuerySet[VatVersion]:
    """Every version, the latest first."""
    return VatVersion.objects.filter(vat_return=row).order_by("-number")


def figures_of(version: VatVersion, grid: str) -> QuerySet[VatFigure]:
    """What a grid is made of, in order of the day."""
    return VatFigure.objects.filter(version=version, grid=grid).order_by("date", "pk")


def declared_before(entity: LegalEntity, first: date) -> VatReturn | None:
    """The last declared return that ends before a day."""
    rows = VatReturn.objects.filter(entity=entity, paper=Paper.RETURN, state__in=DECLARED, last__lt=first)
    return rows.order_by("-last").first()


def missing_before(entity: LegalEntity, period: VatPeriod) -> VatPeriod | None:
    """The period right before, when earlier ones are declared and it is not."""
    latest = declared_before(entity, period.first)
    if latest is None or latest.last == period.first - timedelta(days=1):
        return None
    return period.before


def due_papers(on: date, back: int = 3) -> list[tuple[LegalEntity, Paper, VatPeriod]]:
    """What entities subject to VAT have to file: the periods that ended before a day, the latest first.

    Raises `NoRateInForce` where the cooperative has not said how its entities file.
    """
    found = []
    for entity in LegalEntity.objects.filter(vat_regime=VatRegime.NORMAL, country="BE").order_by("code"):
        period = period_of(on, rhythm_of(entity, on)).before
        for _ in range(back):
            found += [(entity, Paper.RETURN, period), (entity, Paper.INTRA, period)]
            period = period.before
        found.append((entity, Paper.CLIENTS, period_of(on, Rhythm.YEAR).before))
    return sorted(found, key=lambda row: (-row[2].last.toordinal(), row[0].code))
