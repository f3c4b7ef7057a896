"""Reads about people, roles and portfolios."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.access import Identity
from core.digits import whole_number
from core.locks import for_update
from core.models import AuditEvent, PolicyRate
from members.disclosure import reveal_national_number as reveal_national_number
from members.enums import ADVISERS, FamilyStatus, Role, SpouseIncome
from members.errors import UnknownPerson
from members.models import AccessLog, AdviserNote, FamilySituation, NationalNumber, Office, Person, RoleGrant
from members.types import ALONE, Family, search_key

if TYPE_CHECKING:
    from core.models import User

LAST = "\U0010ffff"
"""Sorts after every letter: the end of a prefix range."""


def person_of_user(user: User) -> Person | None:
    """The account's person in this cooperative, if it has one."""
    return Person.objects.filter(user_id=user.pk).first()


def own_parties(person_id: UUID) -> list[UUID]:
    """By which party money is a person's own."""
    return list(Person.objects.filter(pk=person_id).values_list("party_id", flat=True))


def roles_of(person: Person, on: date) -> frozenset[Role]:
    """Roles that the person holds on a day."""
    return frozenset(
        Role(role) for role in grants_in_force(on).filter(person=person).values_list("role", flat=True)
    )


def grants_in_force(on: date) -> QuerySet[RoleGrant]:
    """Role grants that hold on a day."""
    return RoleGrant.objects.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on))


def identity_of_user(user: User, on: date) -> Identity:
    """Person and roles of an account, for `core.access`."""
    person = person_of_user(user)
    return Identity(person, frozenset(roles_of(person, on)) if person else frozenset())


def person_by_id(person_id: UUID) -> Person:
    """A person of this cooperative. Raises `UnknownPerson`."""
    person = Person.objects.select_related("adviser", "backup_adviser", "office").filter(pk=person_id).first()
    if person is None:
        raise UnknownPerson
    return person


def person_for_update(person_id: UUID) -> Person:
    """The person, locked. Raises `UnknownPerson`."""
    person = for_update(Person.objects.filter(pk=person_id)).first()
    if person is None:
        raise UnknownPerson
    return person


def family_situation(person: Person, on: date) -> Family:
    """The family situation that counts on a day (for tax: the payment date); single without children if none
    is known.
    """
    row = (
        FamilySituation.objects.filter(person=person, valid_from__lte=on)
        .order_by("-valid_from", "-id")
        .first()
    )
    return _family(row) if row else ALONE


def family_situations(people: Iterable[Person], on: date) -> dict[UUID, Family]:
    """The same for many people, in one query."""
    ids = [person.pk for person in people]
    rows = (
        FamilySituation.objects.filter(person_id__in=ids, valid_from__lte=on)
        .order_by("person_id", "-valid_from", "-id")
        .distinct("person_id")
    )
    return dict.fromkeys(ids, ALONE) | {row.person_id: _family(row) for row in rows}


def families_known(person_ids: Iterable[UUID]) -> dict[UUID, list[Family]]:
    """Every situation of these people, latest start first, in one query: `family_on` finds that of a day.
    Nobody is missing.
    """
    known: dict[UUID, list[Family]] = {key: [] for key in person_ids}
    for row in FamilySituation.objects.filter(person_id__in=known).order_by("-valid_from", "-id"):
        known[row.person_id].append(_family(row))
    return known


def family_on(known: Iterable[Family], day: date) -> Family:
    """The situation of a day among those of one person, latest start first; alone if none is known."""
    return next((row for row in known if row.valid_from and row.valid_from <= day), ALONE)


def _family(row: FamilySituation) -> Family:
    return Family(
        FamilyStatus(row.status),
        row.children,
        row.single_parent,
        row.valid_from,
        disabled_children=row.disabled_children,
        disabled=row.disabled,
        spouse_disabled=row.spouse_disabled,
        aged_dependants=row.aged_dependants,
        other_dependants=row.other_dependants,
        spouse_income=SpouseIncome(row.spouse_income),
        spouse_net=row.spouse_net,
    )


def family_history(person: Person) -> QuerySet[FamilySituation]:
    """Every situation entered, latest start first."""
    return FamilySituation.objects.filter(person=person).order_by("-valid_from", "-id")


def masked_national_number(person: Person) -> str:
    """The national number with all but the year of birth hidden, or an empty text."""
    return NationalNumber.objects.filter(person=person).values_list("masked", flat=True).first() or ""


def masked_national_numbers(people: Iterable[UUID]) -> dict[UUID, str]:
    """The same for many people, in one query; who has none is left out."""
    return dict(NationalNumber.objects.filter(person_id__in=list(people)).values_list("person_id", "masked"))


def has_national_number(person: Person) -> bool:
    """Whether a national number is kept for the person."""
    return NationalNumber.objects.filter(person=person).exists()


def numbers_under_old_keys(first: str) -> QuerySet[NationalNumber]:
    """Numbers that are not encrypted, or not indexed, with the first key."""
    return NationalNumber.objects.exclude(key_id=first, index_key_id=first)


def numbers_by_key() -> dict[str, int]:
    """How many numbers each key opens."""
    return dict(NationalNumber.objects.order_by().values_list("key_id").annotate(Count("pk")))


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """People whose name, in either order, starts with the text; ranges of a C-collated key, so that an index
    serves.
    """
    key = search_key(text)
    if not key:
        return people
    return people.filter(
        Q(search_key__gte=key, search_key__lt=key + LAST)
        | Q(search_key_first__gte=key, search_key_first__lt=key + LAST)
    )


def people() -> QuerySet[Person]:
    """Everybody registered, by name."""
    return Person.objects.select_related("adviser", "office").order_by("search_key", "id")


def portfolio_of(adviser: Person) -> QuerySet[Person]:
    """Members whom an adviser accompanies, as first or back-up adviser, by name."""
    return people().filter(Q(adviser=adviser) | Q(backup_adviser=adviser))


def visible_people(reader: Person, roles: frozenset[str]) -> QuerySet[Person]:
    """Members whose sheet the reader may open: an adviser's portfolio; everybody for team leads and
    administrators.
    """
    if roles & {Role.ADVISER_LEAD, Role.COOP_ADMIN}:
        return people()
    return portfolio_of(reader)


def person_for(reader: Person, roles: frozenset[str], person_id: UUID) -> Person:
    """A member whose sheet the reader may open. Raises `UnknownPerson` for anybody else's."""
    person = visible_people(reader, roles).select_related("adviser", "backup_adviser", "office").filter(
        pk=person_id
    ).first()  # fmt: skip
    if person is None:
        raise UnknownPerson
    return person


def advisers(on: date) -> QuerySet[Person]:
    """Whoever holds an adviser's role on a day, with `load`: the number of members of whom they are first
    adviser.
    """
    held = grants_in_force(on).filter(person=OuterRef("pk"), role__in=ADVISERS)
    return Person.objects.filter(Exists(held)).order_by("search_key", "id")


def adviser_loads(on: date) -> list[tuple[Person, int]]:
    """Advisers with the number of members whom they accompany first, by name."""
    found = list(advisers(on))
    counts = dict(
        Person.objects.filter(adviser__in=found).order_by().values_list("adviser_id").annotate(Count("pk"))
    )
    return [(adviser, counts.get(adviser.pk, 0)) for adviser in found]


def offices() -> QuerySet[Office]:
    """Offices by name."""
    return Office.objects.order_by("name")


def nearest_adviser(*, postal_code: str, on: date, besides: UUID | None = None) -> Person | None:
    """Who should accompany a new member: of the office nearest by postal code that has advisers, the one
    with the fewest members; None where the cooperative has no adviser yet.
    """
    loads = [(adviser, load) for adviser, load in adviser_loads(on) if adviser.pk != besides]
    if not loads:
        return None
    places = {office.pk: _distance(office.postal_code, postal_code) for office in Office.objects.all()}
    far = max(places.values(), default=0) + 1
    return min(
        loads,
        key=lambda pair: (
            places.get(pair[0].office_id or pair[0].pk, far),
            pair[1],
            pair[0].search_key,
            pair[0].pk,
        ),
    )[0]


def _distance(one: str, other: str) -> int:
    here, there = whole_number(one), whole_number(other)
    return 100_000 if here is None or there is None else abs(here - there)


def role_grants() -> QuerySet[RoleGrant]:
    """Every role ever given, latest first."""
    return RoleGrant.objects.select_related("person", "granted_by").order_by("-id")


def grants_of(person: Person) -> QuerySet[RoleGrant]:
    """Roles of one person, latest start first."""
    return RoleGrant.objects.filter(person=person).select_related("granted_by").order_by("-valid_from", "-id")


def names_by_id(people: Iterable[UUID]) -> dict[UUID, str]:
    """What people are called, by their keys."""
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=list(people))}


def accesses_to(person: Person) -> QuerySet[AccessLog]:
    """Who read the person's national number or payslips, latest first."""
    return AccessLog.objects.filter(person=person).order_by("-id")


def notes_about(person: Person) -> QuerySet[AdviserNote]:
    """What advisers wrote about a member, latest first; `done` says whether a follow-up was closed."""
    closing = AdviserNote.objects.filter(closes=OuterRef("pk"))
    return (
        AdviserNote.objects.filter(person=person)
        .select_related("author")
        .annotate(done=Exists(closing))
        .order_by("-id")
    )


def follow_ups_due(adviser: Person, on: date) -> QuerySet[AdviserNote]:
    """Follow-ups of an adviser that are due and not closed, oldest first."""
    closing = AdviserNote.objects.filter(closes=OuterRef("pk"))
    return (
        AdviserNote.objects.filter(author=adviser, follow_up_on__lte=on)
        .filter(~Exists(closing))
        .select_related("person")
        .order_by("follow_up_on", "id")
    )


def policies() -> QuerySet[PolicyRate]:
    """Every dated policy, by key, latest start first."""
    return PolicyRate.objects.order_by("key", "-valid_from")


def audit_events() -> QuerySet[AuditEvent]:
    """The audit trail, latest first."""
    return AuditEvent.objects.order_by("-id")
