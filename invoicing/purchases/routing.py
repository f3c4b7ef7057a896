"""For which Activity a document is, as far as it says so itself."""

from __future__ import annotations

from activities.models import Activity
from invoicing.purchases.models import Supplier
from invoicing.ubl.received import ReceivedDocument
from ledger.models import LegalEntity


def activity_for_document(
    document: ReceivedDocument, supplier: Supplier, entity: LegalEntity
) -> Activity | None:
    """The Activity that the document points to without doubt, or None."""
    return None
