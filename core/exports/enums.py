"""The forms of a file."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExportForm(TextChoices):
    """What a spreadsheet opens, or the documents of a list together."""

    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel")
    ZIP = "zip", _("documents (ZIP)")


CONTENT_TYPES = {
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportForm.ZIP: "application/zip",
}
