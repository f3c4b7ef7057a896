"""Papers of workers: made once from the rows of a return, rendered when somebody wants to read them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.documents import request_document
from core.identifiers import format_enterprise_number
from core.models import StoredFile
from core.outbox import publish
from core.types import Actor
from members.disclosure import log_access, log_access_to_many
from members.enums import Disclosed
from members.selectors import masked_national_number
from payroll.returns.enums import STANDING, PaperKind, PublicReturnKind
from payroll.returns.errors import ReturnFileMissing
from payroll.returns.models import PublicReturn, ReturnRow, WorkerPaper
from payroll.returns.selectors import return_by_key

KIND = "worker_paper"
"""Kind of the rendered document."""

SLICE = 500

PAPERS = {
    PublicReturnKind.TAX_SLIPS.value: PaperKind.TAX_SLIP,
    PublicReturnKind.ACCOUNTS.value: PaperKind.ACCOUNT,
    PublicReturnKind.END.value: PaperKind.END,
}


@transaction.atomic
def issue_papers(*, return_id: UUID, on: date, limit: int = SLICE) -> int:
    """Give workers the papers of a return for which somebody stands; answers how many were made, 0 when all
    have theirs. A worker who has one of the same period gets the next number. Bears repeats.
    """
    row = return_by_key(return_id)
    if row.state not in STANDING or row.kind not in PAPERS:
        return 0
    made = WorkerPaper.objects.filter(public_return=row, person_id=OuterRef("person_id"))
    rows = ReturnRow.objects.filter(public_return=row).filter(~Exists(made)).select_related("person")
    batch = list(rows.order_by("person_id")[:limit])
    kind = PAPERS[row.kind]
    papers = WorkerPaper.objects.bulk_create(_paper(row, kind, one, on) for one in batch)
    for paper in papers:
        publish("worker_paper.issued", paper, person_id=str(paper.person_id))
        if kind == PaperKind.END:
            request_document(KIND, paper.pk)
    return len(papers)


def _paper(row: PublicReturn, kind: PaperKind, one: ReturnRow, on: date) -> WorkerPaper:
    person, entity = one.person, row.entity
    content: dict[str, Any] = {
        "entity": {
            "name": entity.name,
            "address": f"{entity.street}, {entity.postal_code} {entity.city}",
            "enterprise_number": format_enterprise_number(entity.enterprise_number),
            "nsso_number": entity.nsso_number,
        },
        "worker": {
            "name": str(person),
            "address": person.address,
            "national_number": masked_national_number(person),
        },
        "data": one.data,
    }
    return WorkerPaper(
        kind=kind,
        entity=entity,
        person=person,
        contract_id=row.contract_id,
        public_return=row,
        first=row.first,
        last=row.last,
        number=row.version,
        issued_on=on,
        content=content,
    )


def read_paper(*, paper: WorkerPaper, actor: Actor, purpose: str) -> WorkerPaper:
    """A paper, once the reading by staff is written down. Raises `PurposeMissing`."""
    log_access(person=paper.person, what=Disclosed.PAYSLIP, purpose=purpose, actor=actor, source_id=paper.pk)
    return paper


def read_row(*, row: ReturnRow, actor: Actor, purpose: str) -> ReturnRow:
    """What a return says of a worker, once the reading by staff is written down. Raises `PurposeMissing`."""
    log_access(person=row.person, what=Disclosed.PAYSLIP, purpose=purpose, actor=actor, source_id=row.pk)
    return row


@transaction.atomic
def read_return_file(*, return_id: UUID, actor: Actor, purpose: str) -> StoredFile:
    """The file of a return, once it is written down with each worker in it that somebody read their national
    number. Raises `ReturnNotFound`, `ReturnFileMissing`, `PurposeMissing`.
    """
    row = return_by_key(return_id)
    if row.file is None:
        raise ReturnFileMissing
    if row.kind != PublicReturnKind.WITHHOLDING:
        people = list(ReturnRow.objects.filter(public_return=row).values_list("person_id", flat=True))
        log_access_to_many(
            people=people, what=Disclosed.NATIONAL_NUMBER, purpose=purpose, actor=actor, source_id=row.pk
        )
    found: StoredFile = row.file
    return found
