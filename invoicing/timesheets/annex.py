"""The time sheet that goes with an invoice of hours: a table, which EN 16931 lets travel inside the UBL."""

from __future__ import annotations

from django.utils import translation

from core.exports.writing import write_csv
from core.files import store_file
from core.models import StoredFile
from core.tables import Column
from invoicing.models import Invoice
from invoicing.timesheets.selectors import hours_of
from invoicing.timesheets.wording import wording


def annex_of(invoice: Invoice, language: str) -> StoredFile:
    """Keep the hours that stand on an invoice as CSV, in the client's language: day, who, task, work, hours,
    rate and amount in euro without VAT.
    """
    words = wording(language)
    columns = (
        Column(words["col_day"], "day", "date"),
        Column(words["col_who"], lambda row: str(row.person)),
        Column(words["col_task"], "task"),
        Column(words["col_text"], "text"),
        Column(words["col_hours"], "hours", "number"),
        Column(words["col_rate"], "rate", "number"),
        Column(words["col_amount"], "amount", "money"),
    )
    with translation.override(language):
        content = b"".join(write_csv(columns, hours_of(invoice), words["annex"]))
    return store_file(content, name=f"{words['annex']}.csv", content_type="text/csv")
