"""Whether time sheets and the answers to them still say the same."""

from __future__ import annotations

from collections.abc import Iterator

from core.registry import Break
from invoicing.content import digest_of
from invoicing.timesheets.approval import digest_of_answer
from invoicing.timesheets.models import SheetAnswer, TimeSheet


def sheets_are_whole() -> Iterator[Break]:
    """Each sheet still has the digest of its content, each answer that of its words."""
    for sheet in TimeSheet.objects.order_by("pk"):
        if digest_of(sheet.content) != sheet.digest:
            yield Break("time_sheet_changed", str(sheet.pk), "the content no longer has its digest")
    for answer in SheetAnswer.objects.select_related("sheet").order_by("pk"):
        if answer.digest != digest_of_answer(answer) or answer.document_digest != answer.sheet.digest:
            yield Break("time_sheet_answer_changed", str(answer.pk), "the answer no longer has its digest")
