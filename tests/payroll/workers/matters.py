"""One of each thing of worker files, for whoever tries all doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from activities.models import Activity
from core.files import store_file
from core.models import DocumentJob
from ledger.models import JournalEntry
from payroll.models import EmploymentContract, HolidayBlock
from payroll.workers.models import Attestation, HolidayCertificate, WorkAccident
from payroll.workers.services import add_cover, hand_in_attestation, report_accident, write_certificates
from payroll.workers.services.certificates import KIND
from tests.factories import SYSTEM

LONG_AGO = date(2019, 12, 1)


def worker_things_of(activity: Activity) -> dict[str, Any]:
    """Keys by kind, of the Activity's first holder."""
    person = activity.holders.all()[0].person
    paper = store_file(b"%PDF-1.7", name="attestation.pdf", content_type="application/pdf")
    attestation = hand_in_attestation(
        person=person, kind="student", valid_from=date(2026, 9, 1), valid_to=date(2027, 8, 31), actor=SYSTEM
    )
    Attestation.objects.filter(pk=attestation.pk).update(file=paper)
    worked = EmploymentContract.objects.filter(person=person).exclude(
        state__in=("draft", "cancelled", "no_show")
    )
    day = worked[0].starts_on
    accident = report_accident(
        person=person, kind="at_work", happened_on=day, place="Atelier", text="Chute", on=day, actor=SYSTEM
    )
    WorkAccident.objects.filter(pk=accident.pk).update(file=paper)
    cover = add_cover(
        kind="liability",
        insurer="Assurances du Midi",
        policy_number="RC-1",
        valid_from=LONG_AGO,
        actor=SYSTEM,
    )
    return {
        "attestation": attestation.pk,
        "accident": accident.pk,
        "cover": cover.pk,
        "holiday_certificate": _certificate(activity).pk,
    }


def _certificate(activity: Activity) -> HolidayCertificate:
    """Of an exit holiday of long ago, with its document."""
    euro = {name: Decimal(1) for name in ("simple", "double", "supplement", "employer_onss", "yearly_gross")}
    block = HolidayBlock.objects.create(
        entity_id=activity.entity_id, person=activity.holders.all()[0].person, month=LONG_AGO,
        ended_on=LONG_AGO, paid_on=LONG_AGO, onss_simple=0, onss_double=0, withholding_tax=0, net=3,
        entry=JournalEntry.objects.filter(entity_id=activity.entity_id)[0], **euro,
    )  # fmt: skip
    write_certificates(on=LONG_AGO, actor=SYSTEM, limit=1000)
    certificate = HolidayCertificate.objects.get(block=block)
    paper = store_file(b"%PDF-1.8", name="vacances.pdf", content_type="application/pdf")
    DocumentJob.objects.filter(kind=KIND, source_id=certificate.pk).update(state="done", file=paper)
    return certificate
