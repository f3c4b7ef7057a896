"""What worker files add to the pages of advisers and to the console of payroll."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import clock
from core.access import identity_of
from core.links import link
from core.registry import Reason
from members.models import Person
from payroll.waiting import Waiting
from payroll.workers import selectors
from payroll.workers.enums import AccidentState, AttestationKind, AttestationState
from payroll.workers.models import DECLARE_WITHIN, Attestation
from payroll.workers.roles import KEEPERS, READERS, WRITERS
from payroll.workers.sheet import sheet_of


def adviser_reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Members who handed an attestation in, or whose attestation ends soon and has no follower."""
    waiting = Attestation.objects.filter(person_id__in=people, state=AttestationState.HANDED_IN)
    for row in waiting.order_by("pk"):
        yield Reason(
            row.person_id,
            "attestation_to_check",
            _("Attestation to check: %(kind)s") % {"kind": AttestationKind(row.kind).label},
            55,
            link("workers:attestation", pk=row.pk),
        )
    for row in selectors.ending(people, on):
        yield Reason(
            row.person_id,
            "attestation_ends",
            _("The attestation “%(kind)s” ends on %(day)s")
            % {"kind": AttestationKind(row.kind).label, "day": f"{row.valid_to:%d/%m/%Y}"},
            45,
            link("workers:attestation", pk=row.pk),
        )


def person_panel(request: HttpRequest, person: Person) -> Any:
    """The worker's file in short, on an adviser's sheet of the person."""
    roles = identity_of(request).roles
    if not roles & READERS:
        return None
    sheet = sheet_of(person, clock.today(), health=bool(roles & KEEPERS))
    return render_to_string("workers/panel.html", {"sheet": sheet, "person": person}, request)


def waiting(person: Any, roles: frozenset[str], today: date) -> Iterator[Waiting]:
    """Attestations that were handed in, and accidents that the insurer does not know of yet."""
    if not roles & WRITERS:
        return
    accidents = selectors.accidents(person, roles).filter(state=AccidentState.REPORTED)
    late = accidents.filter(happened_on__lt=today - DECLARE_WITHIN).exists()
    yield Waiting(
        _("Accidents to declare to the insurer"),
        accidents.count(),
        link("workers:accidents") + "?state=reported",
        "danger" if late else "warning",
    )
    handed_in = selectors.attestations(person, roles).filter(state=AttestationState.HANDED_IN)
    yield Waiting(
        _("Attestations to check"), handed_in.count(), link("workers:attestations") + "?state=handed_in"
    )
