"""The only writer of national numbers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction

from core import audit
from core.encryption import decrypt, encrypt, first_key_id
from core.identifiers import (
    InvalidIdentifier,
    mask_national_number,
    national_number_birth_date,
    normalise_national_number,
)
from core.models import AuditEvent
from core.rotation import renewed
from core.tenancy import current_tenant_id
from core.types import Actor
from members.encryption import blind_indexes
from members.errors import (
    NationalNumberRefused,
    NationalNumberTaken,
)
from members.models import NationalNumber, Person
from members.selectors import numbers_under_old_keys


@transaction.atomic
def set_national_number(*, person: Person, number: str, actor: Actor) -> NationalNumber:
    """Keep a person's national number, encrypted; a second call replaces it. The birth date comes with it
    when unknown.

    Raises `NationalNumberRefused` (check digits), `NationalNumberTaken` (somebody else of this cooperative
    has it). The number appears neither in the audit trail nor in an error.
    """
    try:
        digits = normalise_national_number(number)
    except InvalidIdentifier:
        raise NationalNumberRefused from None
    indexes = blind_indexes(digits, tenant_id=current_tenant_id())
    _hold_number(indexes.values())
    if NationalNumber.objects.filter(index__in=indexes.values()).exclude(person=person).exists():
        raise NationalNumberTaken
    key_id, ciphertext = encrypt(digits, tenant_id=current_tenant_id(), owner=person.pk)
    values = {
        "key_id": key_id,
        "ciphertext": ciphertext,
        "index": indexes[key_id],
        "index_key_id": key_id,
        "masked": mask_national_number(digits),
    }
    try:
        with transaction.atomic():
            row, created = NationalNumber.objects.update_or_create(person=person, defaults=values)
    except IntegrityError:
        raise NationalNumberTaken from None
    if person.birth_date is None:
        person.birth_date = national_number_birth_date(digits)
        person.save(update_fields=["birth_date"])
    audit.record(actor, "members.national_number_set", person, first=created)
    return row


@transaction.atomic
def rotate_national_numbers(*, actor: Actor, most: int = 200) -> int:
    """Encrypt and index anew, with the first key, what is under another one; returns how many rows, at most
    `most`.

    Locks the rows it takes and leaves those that others hold or that do not open, see `core.rotation`.
    """
    old = numbers_under_old_keys(first_key_id()).order_by("pk")
    rows = list(old.select_for_update(skip_locked=True, of=("self",))[:most])
    done = renewed(rows, _renew_number)
    NationalNumber.objects.bulk_update(done, ["key_id", "ciphertext", "index", "index_key_id"])
    AuditEvent.objects.bulk_create(
        [audit.audit_event(actor, "members.national_number_rotated", row, key=row.key_id) for row in done]
    )
    return len(done)


def _renew_number(row: NationalNumber) -> None:
    tenant = current_tenant_id()
    digits = decrypt(bytes(row.ciphertext), key_id=row.key_id, tenant_id=tenant, owner=row.person_id)
    row.key_id, row.ciphertext = encrypt(digits, tenant_id=tenant, owner=row.person_id)
    row.index = blind_indexes(digits, tenant_id=tenant)[row.key_id]
    row.index_key_id = row.key_id


def _hold_number(indexes: Iterable[str]) -> None:
    """Until the transaction ends nobody else gives the same number: where two processes put another key
    first, their indexes of it differ and the constraint alone would see two numbers.
    """
    with connection.cursor() as cursor:
        for index in sorted(indexes):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [index])
