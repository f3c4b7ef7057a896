"""The forms of a file."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExportForm(TextChoices):
    """What a spreadsheet opens."""

    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel")


CONTENT_TYPES = {
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
