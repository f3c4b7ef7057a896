"""Listings of clients: inside the Union for a period, Belgian firms for a year. From documents as issued."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from invoicing.vat import UNION
from invoicing.vatreturns.figures import DOCUMENT
from invoicing.vatreturns.grids import Form
from invoicing.vatreturns.models import VatVersion
from invoicing.vatreturns.periods import VatPeriod, period_of
from invoicing.vatreturns.types import Listed
from ledger.models import LegalEntity

NORTHERN_IRELAND = "XI"
"""Goods that go there are supplies inside the Union."""

_UNION_CLIENTS = """
    SELECT d.content->'buyer'->>'vat_number', max(d.content->'buyer'->>'name'), fits.listing, earlier.day,
        sum(CASE WHEN d.kind = 'invoice' THEN part.base ELSE -part.base END)
    FROM invoicing_issueddocument d
    CROSS JOIN LATERAL (
        SELECT date_trunc('month', (d.content->'corrects'->0->>'issued_on')::date)::date AS day) corrected
    CROSS JOIN LATERAL (SELECT CASE WHEN corrected.day < %(first)s THEN corrected.day END AS day) earlier
    CROSS JOIN LATERAL jsonb_to_recordset(d.content->'vat') AS part(category text, base numeric)
    JOIN LATERAL (SELECT row.listing FROM jsonb_to_recordset(%(rows)s::jsonb)
            AS row(position int, kind text, category text, listing text, valid_from date)
        WHERE row.kind = d.kind AND row.category = part.category AND row.listing IS NOT NULL
            AND row.valid_from <= d.issued_on ORDER BY row.position LIMIT 1) fits ON true
    WHERE d.id IN (SELECT f.source_id FROM vatreturns_vatfigure f WHERE f.version_id = %(version)s
            AND f.grid = ANY(%(grids)s) AND f.source_type = %(document)s)
        AND left(d.content->'buyer'->>'vat_number', 2) = ANY(%(union)s)
    GROUP BY 1, 3, 4
"""

_FIRMS = """
    SELECT vat_number, max(name), sum(sign * base), sum(sign * tax) FROM (
        SELECT d.content->'buyer'->>'vat_number' AS vat_number, d.content->'buyer'->>'name' AS name,
            CASE WHEN d.kind = 'invoice' THEN 1 ELSE -1 END AS sign, part.base, part.tax
        FROM invoicing_issueddocument d
        CROSS JOIN LATERAL jsonb_to_recordset(d.content->'vat')
            AS part(category text, base numeric, tax numeric)
        WHERE d.entity_id = %(entity)s AND d.issued_on >= %(first)s AND d.issued_on <= %(last)s
            AND left(d.content->'buyer'->>'vat_number', 2) = %(here)s AND part.category <> 'E') sale
    GROUP BY 1 HAVING sum(sign * base) > %(over)s ORDER BY 1
"""


def clients_in_the_union(form: Form, period: VatPeriod, version: VatVersion) -> list[Listed]:
    """What each client of the Union bought without VAT, as the return of the period (`version`) holds it in
    grids 44, 46 and 48: services (S) apart from goods (L), credit notes on earlier periods apart.
    """
    listed = [row for row in form.sales if row.get("listing")]
    rows = [dict(row) | {"position": position} for position, row in enumerate(listed)]
    with connection.cursor() as cursor:
        cursor.execute(
            _UNION_CLIENTS,
            {
                "first": period.first,
                "rows": json.dumps(rows, default=str),
                "version": version.pk,
                "grids": sorted({row["base"] for row in listed}),
                "document": DOCUMENT,
                "union": sorted((UNION | {NORTHERN_IRELAND}) - {form.country}),
            },
        )
        found: dict[tuple[str, str, Any], Listed] = {}
        for vat_number, name, code, corrected, amount in cursor.fetchall():
            first = period_of(corrected, period.rhythm).first if corrected else None
            key = vat_number, code, first
            total = amount + (found[key].amount if key in found else 0)
            found[key] = Listed(vat_number, name, total, code=code, corrects_first=first)
    return [row for _, row in sorted(found.items(), key=lambda pair: str(pair[0])) if row.amount]


def firms_of_the_year(entity: LegalEntity, form: Form, period: VatPeriod) -> list[Listed]:
    """Belgian clients with a VAT number and more turnover than the law's threshold, credit notes deducted;
    exempt sales (article 44) do not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRMS,
            {
                "entity": entity.pk,
                "first": period.first,
                "last": period.last,
                "here": form.country,
                "over": form.listing_over,
            },
        )
        return [Listed(*row) for row in cursor.fetchall()]
