"""The holiday certificate as a PDF. Rendered in the documents queue only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.template.loader import render_to_string

from core.registry import RenderedDocument
from payroll.documents import Pen, pen
from payroll.workers.models import HolidayCertificate

WORDS = Path(__file__).parent / "words.yaml"


class OutsideFileRefused(RuntimeError):
    """A certificate asked for something that is not in it: nothing is fetched from anywhere."""


@cache
def words() -> dict[str, dict[str, str]]:
    """What certificates say, by language."""
    found: dict[str, dict[str, str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found


def render_certificate(source_id: UUID) -> RenderedDocument:
    """The certificate in the worker's language, from what was kept when issued; the same bytes each time."""
    from weasyprint import HTML

    row = HolidayCertificate.objects.get(pk=source_id)
    html = render_to_string("workers/certificate_pdf.html", certificate_context(row.content))
    content = HTML(string=html, url_fetcher=_refuse).write_pdf(
        pdf_identifier=row.pk.bytes.hex().encode(), pdf_variant="pdf/a-2a", pdf_tags=True
    )
    assert content is not None
    return RenderedDocument(content, "application/pdf", f"attestation-vacances-{row.year}-{row.pk}.pdf")


def certificate_context(content: dict[str, Any]) -> dict[str, Any]:
    """Texts of a certificate, written as its language writes amounts and days."""
    language = content["language"] if content["language"] in words() else "fr"
    say, write = words()[language], pen(language)
    work = content["work"]
    return {
        "words": say,
        "language": language,
        "employer": content["employer"],
        "worker": content["worker"],
        "period": write.days(date.fromisoformat(work["first_day"]), date.fromisoformat(work["last_day"])),
        "years": [
            (row["year"], write.money(Decimal(row["hours"])), _euro(row["gross"], write))
            for row in work["by_year"]
        ],
        "amounts": [
            (say[name], _euro(content[key], write))
            for name, key in (
                ("simple", "simple"),
                ("double", "double"),
                ("supplement", "supplement"),
                ("total", "gross"),
                ("onss", "onss"),
                ("tax", "withholding_tax"),
                ("net", "net"),
            )
        ],
        "paid_on": write.day(date.fromisoformat(content["paid_on"])),
        "issued_on": write.day(date.fromisoformat(content["issued_on"])),
    }


def _euro(amount: str, write: Pen) -> str:
    return write.euro(Decimal(amount))


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise OutsideFileRefused(url)
