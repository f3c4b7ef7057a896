"""Holiday certificates: one for each exit holiday, what it says kept as issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.commands import json_ready
from core.documents import request_documents
from core.identifiers import format_enterprise_number
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from ledger.models import LegalEntity
from members.disclosure import log_access
from members.enums import Disclosed
from members.selectors import masked_national_numbers
from payroll.models import HolidayBlock, PayItem, WorkerFile
from payroll.workers import selectors
from payroll.workers.models import HolidayCertificate

KIND = "holiday_certificate"
"""Kind of the rendered document."""

BATCH = 200


@transaction.atomic
def write_certificates(*, on: date, actor: Actor, limit: int = BATCH) -> list[HolidayCertificate]:
    """Write the certificates of exit holidays that have none, so many at a time; a repeat finds fewer.

    Each worker finds theirs on their pages; the PDFs are made by the documents' worker. Locks: worker files.
    """
    people = {block.person_id for block in selectors.uncertified()[:limit]}
    list(for_update(WorkerFile.objects.filter(person_id__in=people)))
    # Only now: what another task wrote in the meantime is seen.
    blocks = list(selectors.uncertified().filter(person_id__in=people)[:limit])
    if not blocks:
        return []
    numbers = masked_national_numbers([block.person_id for block in blocks])
    worked = _worked(blocks)
    rows = [
        HolidayCertificate(
            person=block.person,
            entity=block.entity,
            block=block,
            year=block.month.year,
            issued_on=on,
            content=json_ready(_content(block, worked[block.pk], numbers.get(block.person_id, ""), on)),
        )
        for block in blocks
    ]
    made = HolidayCertificate.objects.bulk_create(rows)
    request_documents(KIND, [row.pk for row in made])
    audit.record_all(actor, [("workers.certificate_written", row, {}) for row in made])
    for row in made:
        publish("holiday_certificate.written", row, person_id=str(row.person_id))
    return made


def _worked(blocks: Sequence[HolidayBlock]) -> dict[UUID, dict[str, Any]]:
    """Work that each exit holiday is for, by block: the items settled since the one before it (ids ascend
    with time, so a late correction of an old month stands with the holiday that paid it).
    """
    people = {block.person_id for block in blocks}
    earlier: dict[tuple[UUID, UUID], list[UUID]] = {}
    for person, entity, key in HolidayBlock.objects.filter(person_id__in=people).values_list(
        "person_id", "entity_id", "pk"
    ):
        earlier.setdefault((person, entity), []).append(key)
    items: dict[tuple[UUID, UUID], list[PayItem]] = {}
    rows = PayItem.objects.filter(person_id__in=people, employer__has_key="exit_holiday_simple")
    for item in rows.select_related("contract_month").order_by("month", "id"):
        items.setdefault((item.person_id, item.entity_id), []).append(item)
    found = {}
    for block in blocks:
        whose = (block.person_id, block.entity_id)
        after = max((key for key in earlier[whose] if key < block.pk), default=UUID(int=0))
        mine = [item for item in items.get(whose, ()) if after < item.pk <= block.pk]
        years = sorted({item.month.year for item in mine})
        found[block.pk] = {
            "first_day": min((item.contract_month.first_day for item in mine), default=block.month),
            "last_day": block.ended_on,
            "by_year": [
                {
                    "year": year,
                    "gross": sum((item.gross for item in mine if item.month.year == year), ZERO),
                    "hours": sum((item.hours for item in mine if item.month.year == year), ZERO),
                }
                for year in years
            ],
        }
    return found


def read_certificate(*, certificate: HolidayCertificate, actor: Actor, purpose: str) -> None:
    """Write down that staff read it: it says what somebody earned and was paid. Raises `PurposeMissing`."""
    log_access(
        person=certificate.person,
        what=Disclosed.PAYSLIP,
        purpose=purpose,
        actor=actor,
        source_id=certificate.pk,
    )


def _content(block: HolidayBlock, worked: dict[str, Any], number: str, on: date) -> dict[str, Any]:
    entity: LegalEntity = block.entity
    return {
        "language": block.person.language,
        "issued_on": on,
        "year": block.month.year,
        "employer": {
            "name": entity.name,
            "address": f"{entity.street}, {entity.postal_code} {entity.city}",
            "nsso_number": entity.nsso_number,
            "enterprise_number": format_enterprise_number(entity.enterprise_number),
        },
        "worker": {
            "name": str(block.person),
            "address": block.person.address,
            "national_number": number,
        },
        "work": worked,
        "simple": block.simple,
        "double": block.double,
        "supplement": block.supplement,
        "gross": block.gross,
        "onss": block.onss_simple + block.onss_double,
        "withholding_tax": block.withholding_tax,
        "net": block.net,
        "paid_on": block.paid_on,
    }
