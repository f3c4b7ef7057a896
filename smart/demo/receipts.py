"""Receipts and other papers of the demonstration: a page of text as PDF, the same bytes for the same text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def receipt_pdf(text: str, total: Decimal, vat: Decimal, day: date) -> bytes:
    """A one-page receipt: what, when, the amount including VAT and the VAT in it, in euro."""
    return page_pdf(
        ("RECU", f"{day:%d/%m/%Y}", text, f"Total TVA comprise: {total} EUR", f"dont TVA: {vat} EUR")
    )


def page_pdf(lines: tuple[str, ...]) -> bytes:
    """A page with some lines of text."""
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    stream = f"BT /F1 14 Tf 40 240 Td 22 TL {shown} ET".encode("cp1252", "replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 298]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
