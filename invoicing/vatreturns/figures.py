"""Figures of a period, from issued documents, booked purchases and the books."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from core.money import ZERO
from core.tenancy import current_tenant_id
from invoicing.services.issuing import INVOICE
from invoicing.vat import UNION
from invoicing.vat_sources import PurchaseVat, purchases_between
from invoicing.vatreturns.enums import DECLARED, Paper
from invoicing.vatreturns.grids import Form
from invoicing.vatreturns.models import VatFigure, VatVersion
from invoicing.vatreturns.periods import VatPeriod
from invoicing.vatreturns.types import OWN, VAT_ACCOUNTS, Figure, Figures, Stray
from ledger.models import JournalLine, LegalEntity, Period
from ledger.services.by_hand import SOURCE as BY_HAND

DOCUMENT, ENTRY = "invoicing.issueddocument", "ledger.journalentry"
"""Source types of figures that no other app names."""

BAD_DEBT = "4118"
MONEY = ("550", "580", "499")
"""An entry by hand that moves money pays VAT: it corrects none."""

MOST_STRAYS = 50
ONE_DAY = timedelta(days=1)
UNKNOWN = "??"

_PARTS = """
    SELECT d.id, d.number, d.issued_on, slot.grid, slot.amount, slot.account
    FROM invoicing_issueddocument d
    CROSS JOIN LATERAL (SELECT d.content->'buyer'->>'vat_number' AS vat_number,
        d.content->'buyer'->>'country' AS country) buyer
    CROSS JOIN LATERAL (SELECT CASE WHEN left(buyer.vat_number, 2) ~ '^[A-Z]{2}$'
        THEN left(buyer.vat_number, 2) ELSE buyer.country END AS code) land
    CROSS JOIN LATERAL (SELECT CASE WHEN land.code = %(here)s THEN 'here'
        WHEN land.code = ANY(%(union)s) THEN 'union' ELSE 'abroad' END AS name) place
    CROSS JOIN LATERAL jsonb_to_recordset(d.content->'vat')
        AS part(category text, rate numeric, base numeric, tax numeric)
    LEFT JOIN LATERAL (
        SELECT row.base, row.tax FROM jsonb_to_recordset(%(rows)s::jsonb)
            AS row(position int, kind text, category text, rate numeric, place text, base text, tax text,
                   valid_from date)
        WHERE row.kind = d.kind AND row.valid_from <= d.issued_on
            AND (row.category IS NULL OR row.category = part.category)
            AND (row.rate IS NULL OR row.rate = part.rate)
            AND (row.place IS NULL OR row.place = place.name)
        ORDER BY row.position LIMIT 1) fits ON true
    CROSS JOIN LATERAL (VALUES (coalesce(fits.base, %(unknown)s), part.base, ''),
        (coalesce(fits.tax, %(unknown)s), part.tax, '451')) AS slot(grid, amount, account)
    WHERE d.entity_id = %(entity)s AND slot.amount <> 0 AND (
        (d.issued_on >= %(first)s AND d.issued_on <= %(last)s)
        OR (d.issued_on >= %(start)s AND d.issued_on < %(first)s AND d.id NOT IN (
            SELECT f.source_id FROM vatreturns_vatfigure f WHERE f.version_id = ANY(%(versions)s))))
"""


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a return looks at: its own, and those from `start` on of earlier returns (`versions`)
    in which something may have come late.
    """

    first: date
    last: date
    start: date
    versions: tuple[UUID, ...]


def window_of(entity: LegalEntity, period: VatPeriod) -> Window:
    """Its own days, and when the period before is declared, those from the first month that was still open in
    the books as that return was prepared: nothing can have come into the months before since then.
    """
    held = VatVersion.objects.filter(
        vat_return__entity=entity,
        vat_return__paper=Paper.RETURN,
        vat_return__state__in=DECLARED,
        number=F("vat_return__version_number"),
    )
    latest = held.filter(vat_return__last=period.first - ONE_DAY).first()
    if latest is None:
        return Window(period.first, period.last, period.first, ())
    closed = set(
        Period.objects.filter(entity=entity, closed_at__lt=latest.created_at).values_list("year", "month")
    )
    start: date = held.order_by("vat_return__first").values_list("vat_return__first", flat=True)[0]
    while start < period.first and (start.year, start.month) in closed:
        start = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    versions = held.filter(vat_return__last__gte=start, vat_return__last__lt=period.first)
    return Window(period.first, period.last, start, tuple(versions.values_list("pk", flat=True)))


def compute(entity: LegalEntity, form: Form, period: VatPeriod) -> Figures:
    """The figures as documents and books stand now. Writes nothing. Raises `NoRateInForce`."""
    window = window_of(entity, period)
    sums: dict[tuple[str, str], Decimal] = {}
    lines = 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT grid, account, sum(amount), count(*) FROM ({_PARTS}) figure GROUP BY 1, 2",  # noqa: S608
            _sales_values(entity, form, window),
        )
        for grid, account, amount, count in cursor.fetchall():
            sums[grid, account] = sums.get((grid, account), ZERO) + amount
            lines += count
    for figure in other_figures(entity, form, window):
        key = figure.grid, figure.account
        sums[key] = sums.get(key, ZERO) + figure.amount
        lines += 1
    unknown = tuple(_unknown(entity, form, window)) if any(grid == UNKNOWN for grid, _ in sums) else ()
    return Figures(
        {key: amount for key, amount in sums.items() if amount},
        booked_of(entity, window),
        lines,
        unknown,
        tuple(strays_of(entity, window)),
    )


def freeze_sales(version: VatVersion, entity: LegalEntity, form: Form, window: Window) -> int:
    """Write what each document adds to the grids of a version; answers how many figures that makes."""
    values = _sales_values(entity, form, window) | {
        "tenant": current_tenant_id(),
        "version": version.pk,
        "source_type": DOCUMENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vatreturns_vatfigure"  # noqa: S608 - our own text
            " (id, tenant_id, version_id, grid, amount, account, source_type, source_id, text, date)"
            " SELECT gen_random_uuid(), %(tenant)s, %(version)s, grid, amount, account, %(source_type)s,"
            f" id, number, issued_on FROM ({_PARTS}) figure",
            values,
        )
        return int(cursor.rowcount)


def freeze_others(version: VatVersion, figures: Iterable[Figure]) -> int:
    """Write what purchases and the books add to the grids of a version; answers how many figures."""
    rows = [
        VatFigure(
            version=version,
            grid=figure.grid,
            amount=figure.amount,
            account=figure.account,
            source_type=figure.source_type,
            source_id=figure.source_id,
            text=figure.text[:140],
            date=figure.on,
        )
        for figure in figures
    ]
    VatFigure.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _sales_values(entity: LegalEntity, form: Form, window: Window) -> dict[str, Any]:
    return {
        "here": form.country,
        "union": sorted(UNION - {form.country}),
        "rows": json.dumps([dict(row) | {"position": i} for i, row in enumerate(form.sales)], default=str),
        "unknown": UNKNOWN,
        "entity": entity.pk,
        "first": window.first,
        "last": window.last,
        "start": window.start,
        "versions": list(window.versions),
    }


def _unknown(entity: LegalEntity, form: Form, window: Window) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT number FROM ({_PARTS}) figure WHERE grid = %(unknown)s ORDER BY 1 LIMIT 5",  # noqa: S608
            _sales_values(entity, form, window),
        )
        return [number for (number,) in cursor.fetchall()]


# --- purchases and corrections ------------------------------------------------------------------------------


def other_figures(entity: LegalEntity, form: Form, window: Window) -> Iterator[Figure]:
    """What purchases and corrections of the books add to the grids. Raises `NoRateInForce`."""
    declared = _declared_sources(window)
    for purchase in purchases_between(entity, window.start, window.last):
        if purchase.on >= window.first or (purchase.source_type, purchase.source_id) not in declared:
            yield from purchase_figures(form, purchase)
    for row in _corrections(entity, window):
        if row.on >= window.first or (ENTRY, row.entry_id) not in declared:
            grid = form.correction_credit if row.amount > 0 else form.correction_debit
            yield Figure(grid, abs(row.amount), ENTRY, row.entry_id, row.text, row.on, row.account)


def purchase_figures(form: Form, purchase: PurchaseVat) -> Iterator[Figure]:
    """The grids of one purchase: its nature, the grid of its case, VAT due and deducted.

    A credit note lowers the grid of its nature, stands in the grid of credit notes, and gives back what was
    deducted; VAT that we owed ourselves comes back as a correction. Raises `NoRateInForce`.
    """
    row = form.purchase(purchase.case, purchase.on)
    nature = form.natures[purchase.nature]
    if purchase.credit_note:
        wanted = [
            (nature, -purchase.base, ""),
            (row.credit, purchase.base, ""),
            (row.due_back, purchase.due, "451"),
            (row.given_back, purchase.deductible, "411"),
        ]
    else:
        wanted = [
            (nature, purchase.base, ""),
            (row.also, purchase.base, ""),
            (row.due, purchase.due, "451"),
            (row.deductible, purchase.deductible, "411"),
        ]
    for grid, amount, account in wanted:
        if grid and amount:
            yield Figure(
                grid, amount, purchase.source_type, purchase.source_id, purchase.text, purchase.on, account
            )


def _declared_sources(window: Window) -> set[tuple[str, UUID]]:
    """Purchases and entries that earlier returns hold already."""
    if window.start == window.first:
        return set()
    rows = VatFigure.objects.filter(version__in=window.versions).exclude(source_type=DOCUMENT)
    return set(rows.values_list("source_type", "source_id").distinct())


def _corrections(entity: LegalEntity, window: Window) -> list[Stray]:
    """VAT lost on bad debts or found again, and VAT that people corrected by hand without moving money."""
    lines = _vat_lines(entity, window.start, window.last).filter(
        Q(account=BAD_DEBT) | Q(entry__source_type=BY_HAND)
    )
    money = set(
        JournalLine.objects.filter(
            entry__in=lines.filter(entry__source_type=BY_HAND).values("entry_id"), account__in=MONEY
        ).values_list("entry_id", flat=True)
    )
    return [row for row in _strays(lines.exclude(entry__source_type=OWN)) if row.entry_id not in money]


# --- the books ----------------------------------------------------------------------------------------------


def booked_of(entity: LegalEntity, window: Window) -> dict[date, dict[str, Decimal]]:
    """What the books hold on each VAT account and no earlier return has declared, by month (its first day);
    a credit is positive. Payments to the State and our own netting entries are left out.
    """
    booked: dict[date, dict[str, Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', e.date)::date, l.account, sum(l.credit - l.debit)"
            " FROM ledger_journalentry e"
            " JOIN ledger_journalline l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id"
            " WHERE e.entity_id = %s AND e.date >= %s AND e.date <= %s AND l.account = ANY(%s)"
            " AND e.source_type <> %s AND left(e.source_type, 9) <> 'treasury.' GROUP BY 1, 2",
            [entity.pk, window.start, window.last, list(VAT_ACCOUNTS), OWN],
        )
        for month, account, amount in cursor.fetchall():
            booked.setdefault(month, dict.fromkeys(VAT_ACCOUNTS, ZERO))[account] = amount
    for months in VatVersion.objects.filter(pk__in=window.versions).values_list("months", flat=True):
        for text, accounts in months.items():
            month = date.fromisoformat(text)
            if month >= window.start:
                held = booked.setdefault(month, dict.fromkeys(VAT_ACCOUNTS, ZERO))
                for code, amount in accounts.items():
                    held[code] -= Decimal(amount)
    return booked


def strays_of(entity: LegalEntity, window: Window) -> list[Stray]:
    """Entries of the period on VAT accounts that are neither a document, a correction nor a payment."""
    known = {INVOICE, BY_HAND, OWN}
    known |= {purchase.source_type for purchase in purchases_between(entity, window.first, window.last)}
    lines = _vat_lines(entity, window.first, window.last).exclude(account=BAD_DEBT)
    lines = lines.exclude(entry__source_type__in=known).exclude(entry__source_type__startswith="treasury.")
    by_hand = _vat_lines(entity, window.first, window.last).filter(
        entry__source_type=BY_HAND, entry__lines__account__in=MONEY
    )
    return _strays(lines[:MOST_STRAYS]) + _strays(by_hand.distinct()[:MOST_STRAYS])


def _vat_lines(entity: LegalEntity, first: date, last: date) -> QuerySet[JournalLine]:
    return JournalLine.objects.filter(
        entry__entity=entity, entry__date__gte=first, entry__date__lte=last, account__in=VAT_ACCOUNTS
    )


def _strays(lines: QuerySet[JournalLine]) -> list[Stray]:
    return [
        Stray(*row)
        for row in lines.values_list(
            "entry_id", "entry__date", "entry__text", "account", F("credit") - F("debit")
        )
    ]
