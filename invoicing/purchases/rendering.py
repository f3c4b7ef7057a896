"""Work of the queue of documents: a supplier's document against the public rules.

The rule engine is heavy and lives there alone; the web process never loads it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from uuid import UUID

from core.files import read_file
from core.registry import RenderedDocument
from invoicing.purchases.selectors import purchase_for
from invoicing.purchases.services import note_rules


def purchase_check(purchase_id: UUID) -> RenderedDocument:
    """Ask the rules about the document as it came; the report is kept as a file. A repeat says the same."""
    from invoicing.einvoicing.validation import failures_of

    purchase = purchase_for(purchase_id)
    failures = failures_of(read_file(purchase.document.file))
    note_rules(purchase_id=purchase.pk, failures=failures)
    report = json.dumps([asdict(found) for found in failures], ensure_ascii=False, indent=1)
    return RenderedDocument(report.encode(), "application/json", f"{purchase.pk}.rules.json")
