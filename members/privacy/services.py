"""The only writer of requests about personal data, and of the end of a person's data."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import audit
from core.documents import request_document
from core.locks import for_update
from core.models import User
from core.privacy.registry import Duty, duties_of
from core.programs.services import forget_account
from core.tenancy import current_cooperative
from core.types import Actor
from ledger.models import Party
from members.models import NationalNumber, Person, RoleGrant
from members.privacy.enums import RequestKind, RequestState
from members.privacy.errors import OwnRequest, RequestAnswered, RequestNotFound
from members.privacy.models import PrivacyRequest

COPY = "personal_data"
GONE = "—"


@transaction.atomic
def ask_for_copy(*, person: Person, actor: Actor) -> PrivacyRequest:
    """A copy of everything that is known of a person is made in the background. Each call makes a new one."""
    request = PrivacyRequest.objects.create(person=person, kind=RequestKind.COPY, state=RequestState.DONE)
    audit.record(actor, "privacy.copy_asked", person)
    request_document(COPY, request.pk, urgent=True)
    return request


@transaction.atomic
def ask_for_erasure(*, person: Person, actor: Actor) -> PrivacyRequest:
    """A person asks to be forgotten. A repeat gives the request that is open."""
    try:
        with transaction.atomic():
            request = PrivacyRequest.objects.create(person=person, kind=RequestKind.ERASURE)
    except IntegrityError:
        return PrivacyRequest.objects.get(person=person, kind=RequestKind.ERASURE, state=RequestState.OPEN)
    audit.record(actor, "privacy.erasure_asked", person)
    return request


@transaction.atomic
def answer_erasure(*, request_id: UUID, on: date, actor: Actor) -> PrivacyRequest:
    """An administrator answers: refused with the duties that still run and until when, or the person's
    data end.

    Ends: name, contact, address, account number, birth date, national number, roles, log-in and tokens. What
    the books hold (number, amount, day) stays with a party that has no name. Locks the request, then the
    person. Raises `RequestNotFound`, `RequestAnswered`, `OwnRequest`.
    """
    request = for_update(PrivacyRequest.objects.filter(pk=request_id, kind=RequestKind.ERASURE)).first()
    if request is None:
        raise RequestNotFound
    if request.state != RequestState.OPEN:
        raise RequestAnswered
    if actor.person_id == request.person_id:
        raise OwnRequest
    person = for_update(Person.objects.filter(pk=request.person_id)).get()
    duties = duties_of(person, on)
    request.answered_at = timezone.now()
    request.answer = [_plain(duty) for duty in duties]
    request.state = RequestState.REFUSED if duties else RequestState.DONE
    request.save(update_fields=["answered_at", "answer", "state"])
    audit.record(actor, f"privacy.erasure_{request.state}", person, duties=len(duties))
    if not duties:
        _forget(person, on)
    return request


def _forget(person: Person, on: date) -> None:
    user_id = person.user_id
    person.first_name = person.last_name = person.search_key = person.search_key_first = GONE
    person.email, person.phone, person.iban, person.street = f"{person.pk}@erased.invalid", "", "", ""
    person.postal_code = person.city = ""
    person.birth_date = person.user = person.adviser = person.backup_adviser = None
    person.save()
    Party.objects.filter(pk=person.party_id).update(name=GONE)
    NationalNumber.objects.filter(person=person).delete()
    RoleGrant.objects.filter(person=person, valid_to=None, valid_from__lt=on).update(valid_to=on)
    if user_id is not None:
        forget_account(user_id=user_id, cooperative=current_cooperative())
        # The account is of the human, not of this cooperative: it ends when no other knows it.
        User.objects.filter(pk=user_id).update(is_active=False)
    audit.note_changed([person])


def _plain(duty: Duty) -> dict[str, str]:
    until = duty.until.isoformat() if duty.until else ""
    return {"text": str(duty.text), "source": duty.source, "until": until}
