"""The only writer of people, roles, offices, notes and national numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from core import audit, outbox
from core.encryption import decrypt, encrypt, first_key_id
from core.identifiers import (
    InvalidIdentifier,
    mask_national_number,
    national_number_birth_date,
    normalise_iban,
    normalise_national_number,
)
from core.locks import for_update, row_version
from core.models import AuditEvent
from core.rotation import renewed
from core.tenancy import current_tenant_id
from core.types import Actor
from ledger.enums import PartyKind
from ledger.models import Party
from ledger.services import create_party
from members.disclosure import log_access as log_access
from members.disclosure import reveal_national_number as reveal_national_number
from members.encryption import blind_indexes
from members.enums import ADVISERS, FamilyStatus, NoteKind, Role
from members.errors import (
    AlreadyRegistered,
    EditConflict,
    FamilyInThePast,
    FamilySituationWrong,
    FollowUpClosed,
    IbanRefused,
    LastAdministrator,
    NationalNumberRefused,
    NationalNumberTaken,
    NotAnAdviser,
    NoteEmpty,
    OwnAdviser,
    RoleDatesWrong,
    RoleEnded,
    RoleHeldAlready,
    RoleToSelf,
    UnknownRole,
)
from members.models import AdviserNote, FamilySituation, NationalNumber, Office, Person, RoleGrant
from members.selectors import nearest_adviser, numbers_under_old_keys, person_for_update, roles_of
from members.types import search_key

if TYPE_CHECKING:
    from core.models import User

EDITABLE = frozenset({
    "first_name", "last_name", "email", "phone", "language", "birth_date", "iban", "street", "postal_code",
    "city", "country",
})  # fmt: skip
"""What `register_person` and `update_person` take beside dates, roles and the family situation."""


@transaction.atomic
def register_person(
    *,
    first_name: str,
    last_name: str,
    email: str,
    joined_on: date,
    actor: Actor,
    user: User | None = None,
    role: Role | None = None,
    party: Party | None = None,
    office: Office | None = None,
    adviser: Person | None = None,
    national_number: str = "",
    family_status: str | None = None,
    children: int = 0,
    single_parent: bool = False,
    **fields: Any,
) -> Person:
    """Register a human: a person with a party of their own (or the given one, who was a client before).

    `role` is held from `joined_on`; `national_number` gives the birth date too; the family situation, when
    given, starts on `joined_on`. Further fields: see `EDITABLE`. Raises `AlreadyRegistered`, `IbanRefused`,
    `NationalNumberRefused`, `NationalNumberTaken`, `FamilySituationWrong`, `NotAnAdviser`; then nothing is
    written. A repeat with the same account raises `AlreadyRegistered`.
    """
    if user is not None and Person.objects.filter(user_id=user.pk).exists():
        raise AlreadyRegistered
    values = _checked(fields | {"first_name": first_name, "last_name": last_name, "email": email})
    person = Person(
        party=party or create_party(kind=PartyKind.PERSON, name=f"{first_name} {last_name}"),
        user=user,
        joined_on=joined_on,
        office=office,
        **values,
    )
    _name_keys(person)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRegistered from error
    audit.record(actor, "members.person_registered", person)
    if national_number:
        set_national_number(person=person, number=national_number, actor=actor)
    if family_status is not None:
        set_family_situation(
            person=person,
            valid_from=joined_on,
            status=family_status,
            children=children,
            single_parent=single_parent,
            actor=actor,
        )
    if role is not None:
        _give(person, role, joined_on, None, actor)
    if adviser is not None:
        assign_adviser(person=person, adviser=adviser, on=joined_on, actor=actor)
    outbox.publish("person.registered", person)
    return person


@transaction.atomic
def join_cooperative(*, user: User, joined_on: date, actor: Actor, **fields: Any) -> Person:
    """An account becomes a member: a person with the role of member from today, accompanied by the adviser of
    the nearest office who has the fewest members (nobody yet: none). Arguments and errors of
    `register_person`.
    """
    adviser = nearest_adviser(postal_code=str(fields.get("postal_code", "")), on=joined_on)
    return register_person(
        user=user,
        email=user.email,
        joined_on=joined_on,
        actor=actor,
        role=Role.MEMBER,
        adviser=adviser,
        office=adviser.office if adviser else None,
        **fields,
    )


@transaction.atomic
def update_person(*, person_id: UUID, actor: Actor, version: int | None = None, **fields: Any) -> Person:
    """Change what is known of a person (see `EDITABLE`). `version`: the one that the writer saw. Locks the
    person; the audit trail names the fields, never the values. Nothing changed: nothing written. Raises
    `UnknownPerson`, `EditConflict`, `IbanRefused`.
    """
    person = person_for_update(person_id)
    if version is not None and version != row_version(person):
        raise EditConflict
    changed = [name for name, value in _checked(fields).items() if getattr(person, name) != value]
    if not changed:
        return person
    for name, value in _checked(fields).items():
        setattr(person, name, value)
    _name_keys(person)
    person.save()
    if {"first_name", "last_name"} & set(changed):
        Party.objects.filter(pk=person.party_id).update(name=str(person)[:120])
    audit.record(actor, "members.person_updated", person, fields=sorted(changed))
    outbox.publish("person.updated", person, fields=sorted(changed))
    return person


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"a person has no {', '.join(sorted(unknown))}")
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if "email" in values:
        values["email"] = values["email"].lower()
    if values.get("iban"):
        try:
            values["iban"] = normalise_iban(values["iban"])
        except InvalidIdentifier as error:
            raise IbanRefused from error
    return values


def _name_keys(person: Person) -> None:
    person.search_key = search_key(person.last_name, person.first_name)
    person.search_key_first = search_key(person.first_name, person.last_name)


@transaction.atomic
def set_family_situation(
    *,
    person: Person,
    valid_from: date,
    status: str,
    actor: Actor,
    children: int = 0,
    single_parent: bool = False,
    today: date | None = None,
) -> FamilySituation:
    """The family situation from a day on; for the same day the last entered counts.

    Raises `FamilySituationWrong`, `FamilyInThePast` (a start before `today`, when an edge says which day it
    is).
    """
    if today is not None and valid_from < today:
        raise FamilyInThePast
    if status not in FamilyStatus.values or not 0 <= children <= 30:
        raise FamilySituationWrong
    if single_parent and (status != FamilyStatus.SINGLE or not children):
        raise FamilySituationWrong
    row = FamilySituation.objects.create(
        person=person, valid_from=valid_from, status=status, children=children, single_parent=single_parent
    )
    person.__dict__.pop("latest_family_situation", None)
    audit.record(actor, "members.family_situation_set", person, valid_from=valid_from.isoformat())
    return row


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


@transaction.atomic
def grant_role(
    *,
    person: Person,
    role: Role | str,
    valid_from: date,
    actor: Actor,
    valid_to: date | None = None,
    today: date | None = None,
) -> RoleGrant:
    """Give a person a role from a day on (until the day before `valid_to`). Locks the person.

    Raises `RoleToSelf`, `RoleHeldAlready`, `RoleDatesWrong` (an end before the start, or a start before
    `today` when an edge says which day it is).
    """
    if actor.person_id == person.pk or (actor.user_id is not None and actor.user_id == person.user_id):
        raise RoleToSelf
    if today is not None and valid_from < today:
        raise RoleDatesWrong
    grant = _give(person, role, valid_from, valid_to, actor)
    outbox.publish("role.granted", grant)
    return grant


def _give(
    person: Person, role: Role | str, valid_from: date, valid_to: date | None, actor: Actor
) -> RoleGrant:
    if valid_to is not None and valid_to <= valid_from:
        raise RoleDatesWrong
    person_for_update(person.pk)
    held = RoleGrant.objects.filter(person=person, role=role).filter(
        Q(valid_to=None) | Q(valid_to__gt=valid_from)
    )
    if valid_to is not None:
        held = held.filter(valid_from__lt=valid_to)
    if held.exists():
        raise RoleHeldAlready(name=str(person))
    grant = RoleGrant.objects.create(
        person=person,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by_id=None if actor.person_id == person.pk else actor.person_id,
        granted_by_label=actor.label,
    )
    audit.record(
        actor,
        "members.role_granted",
        person,
        role=str(role),
        valid_from=valid_from.isoformat(),
        grant=str(grant.pk),
    )
    return grant


@transaction.atomic
def end_role(*, grant_id: UUID, on: date, actor: Actor) -> RoleGrant:
    """A role is held no more from `on`. Locks every grant of the role of administrator, or this one.

    Raises `UnknownRole`, `RoleEnded` when it ended by then already, `LastAdministrator` when nobody else
    would administer without end.
    """
    asked = RoleGrant.objects.filter(pk=grant_id).first()
    if asked is None:
        raise UnknownRole
    every = Q(role=Role.COOP_ADMIN) if asked.role == Role.COOP_ADMIN else Q(pk=grant_id)
    locked = list(for_update(RoleGrant.objects.filter(every)))
    grant = next(row for row in locked if row.pk == grant_id)
    if grant.valid_to is not None and grant.valid_to <= on:
        raise RoleEnded
    if grant.role == Role.COOP_ADMIN and not any(
        row.pk != grant.pk and row.valid_to is None for row in locked
    ):
        raise LastAdministrator
    grant.valid_to = max(on, grant.valid_from)
    grant.save(update_fields=["valid_to"])
    audit.record(
        actor,
        "members.role_ended",
        grant.person,
        role=grant.role,
        on=on.isoformat(),
        grant=str(grant.pk),
    )
    outbox.publish("role.ended", grant)
    return grant


@transaction.atomic
def assign_adviser(
    *, person: Person, adviser: Person, on: date, actor: Actor, backup: Person | None = None
) -> Person:
    """Who accompanies a member, and who stands in; the member's office becomes the adviser's. Locks the
    member.

    Raises `NotAnAdviser`, `OwnAdviser`.
    """
    for candidate in filter(None, (adviser, backup)):
        if candidate.pk == person.pk:
            raise OwnAdviser
        if not roles_of(candidate, on) & ADVISERS:
            raise NotAnAdviser(name=str(candidate))
    person_for_update(person.pk)
    person.adviser = adviser
    person.backup_adviser = backup
    person.office_id = adviser.office_id or person.office_id
    person.save(update_fields=["adviser", "backup_adviser", "office"])
    audit.record(actor, "members.adviser_assigned", person, adviser=str(adviser.pk))
    outbox.publish("person.adviser_assigned", person, adviser_id=str(adviser.pk))
    return person


@transaction.atomic
def write_note(
    *,
    person: Person,
    author: Person,
    text: str,
    written_on: date,
    actor: Actor,
    kind: NoteKind | str = NoteKind.NOTE,
    follow_up_on: date | None = None,
    closes_id: UUID | None = None,
) -> AdviserNote:
    """Add a note about a member; `follow_up_on` brings it back on a day, `closes_id` ends an earlier
    follow-up.

    Raises `NoteEmpty`, `FollowUpClosed` (closed before, or a note about somebody else).
    """
    if not text.strip():
        raise NoteEmpty
    if closes_id is not None and (
        not AdviserNote.objects.filter(pk=closes_id, person=person, follow_up_on__isnull=False).exists()
        or AdviserNote.objects.filter(closes_id=closes_id).exists()
    ):
        raise FollowUpClosed
    try:
        with transaction.atomic():
            note = AdviserNote.objects.create(
                person=person,
                author=author,
                kind=kind,
                text=text.strip(),
                written_on=written_on,
                follow_up_on=follow_up_on,
                closes_id=closes_id,
            )
    except IntegrityError as error:
        raise FollowUpClosed from error
    audit.record(actor, "members.note_written", note, person=str(person.pk))
    return note


@transaction.atomic
def write_notes(
    *,
    people: Iterable[Person],
    author: Person,
    text: str,
    written_on: date,
    actor: Actor,
    kind: NoteKind | str = NoteKind.NOTE,
    follow_up_on: date | None = None,
) -> list[AdviserNote]:
    """Write the same note about several members: about all of them, or about none. Raises `NoteEmpty`."""
    return [
        write_note(
            person=person,
            author=author,
            text=text,
            written_on=written_on,
            actor=actor,
            kind=kind,
            follow_up_on=follow_up_on,
        )
        for person in people
    ]


@transaction.atomic
def hand_over(
    *, people: Iterable[Person], adviser: Person, on: date, actor: Actor, backup: Person | None = None
) -> list[Person]:
    """Several members get the same adviser and back-up: all of them, or none. Errors of `assign_adviser`."""
    return [
        assign_adviser(person=person, adviser=adviser, backup=backup, on=on, actor=actor)
        for person in sorted(people, key=lambda person: person.pk)
    ]


def load_offices(published: dict[str, Any]) -> None:
    """Bring in the offices of a published cooperative; repeats add nothing."""
    Office.objects.bulk_create(
        [
            Office(name=office["name"], postal_code=office["postal_code"])
            for office in published.get("offices", [])
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def place_in_office(*, person: Person, office: Office, actor: Actor) -> Person:
    """A person (an adviser above all) belongs to an office."""
    person.office = office
    person.save(update_fields=["office"])
    audit.record(actor, "members.office_set", person, office=office.name)
    return person
