"""The only writer of people and their family situations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit, outbox
from core.identifiers import (
    InvalidIdentifier,
    normalise_iban,
)
from core.locks import row_version
from core.types import Actor
from ledger.enums import PartyKind
from ledger.models import Party
from ledger.services import create_party
from members.enums import FamilyStatus, Role, SpouseIncome
from members.errors import (
    AlreadyRegistered,
    DisabledChildrenWrong,
    EditConflict,
    FamilyCountWrong,
    FamilyInThePast,
    FamilySituationWrong,
    IbanRefused,
    SpouseIncomeWrong,
    SpouseUnknown,
)
from members.models import FamilySituation, Office, Person
from members.selectors import nearest_adviser, person_for_update
from members.services.accompaniment import assign_adviser
from members.services.numbers import set_national_number
from members.services.roles import give_role
from members.types import MOST_NET, MOST_PEOPLE, search_key

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
        give_role(person, role, joined_on, None, actor)
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
    disabled_children: int = 0,
    disabled: bool = False,
    spouse_disabled: bool = False,
    aged_dependants: int = 0,
    other_dependants: int = 0,
    spouse_income: str = SpouseIncome.NOT_SMALL,
    spouse_net: Decimal | None = None,
    today: date | None = None,
) -> FamilySituation:
    """The family situation from a day on; for the same day the last entered counts.

    What the words mean: `members.types.Family`. Raises `FamilySituationWrong` and its kinds
    (`FamilyCountWrong`, `DisabledChildrenWrong`, `SpouseUnknown`, `SpouseIncomeWrong`), `FamilyInThePast` (a
    start before `today`, when an edge says which day it is).
    """
    if today is not None and valid_from < today:
        raise FamilyInThePast
    counts = (children, disabled_children, aged_dependants, other_dependants)
    if not all(0 <= count <= MOST_PEOPLE for count in counts):
        raise FamilyCountWrong(most=MOST_PEOPLE)
    if status not in FamilyStatus.values:
        raise FamilySituationWrong
    if single_parent and (status != FamilyStatus.SINGLE or not children):
        raise FamilySituationWrong
    if disabled_children > children:
        raise DisabledChildrenWrong
    if status == FamilyStatus.SINGLE and (spouse_disabled or spouse_income or spouse_net is not None):
        raise SpouseUnknown
    _check_spouse_income(status, spouse_income, spouse_net)
    row = FamilySituation.objects.create(
        person=person,
        valid_from=valid_from,
        status=status,
        children=children,
        single_parent=single_parent,
        disabled_children=disabled_children,
        disabled=disabled,
        spouse_disabled=spouse_disabled,
        aged_dependants=aged_dependants,
        other_dependants=other_dependants,
        spouse_income=spouse_income,
        spouse_net=spouse_net,
    )
    person.__dict__.pop("latest_family_situation", None)
    audit.record(actor, "members.family_situation_set", person, valid_from=valid_from.isoformat())
    return row


def _check_spouse_income(status: str, spouse_income: str, spouse_net: Decimal | None) -> None:
    """A small income of the partner has a kind and an amount, and goes with two incomes; or there is none."""
    if not spouse_income and spouse_net is None:
        return
    if not spouse_income or spouse_net is None or spouse_income not in SpouseIncome.values:
        raise SpouseIncomeWrong
    if status != FamilyStatus.MARRIED_TWO_INCOMES or not 0 <= spouse_net <= MOST_NET:
        raise SpouseIncomeWrong
