"""Valid rows for tests, made the way the product makes them: through services, inside an open tenant scope.

Every builder takes keywords to say what the test is about and fills in the rest. Names and numbers are
fictional.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from core.identifiers import belgian_iban, fictional_national_number
from core.models import PolicyRate, User
from core.reference import published
from core.registry import loaders
from core.tenancy import current_cooperative
from core.types import Actor
from members.enums import Role
from members.models import Person
from members.services import grant_role, register_person

SYSTEM = Actor.system("test")
LONG_AGO = date(2026, 1, 1)
PASSWORD = "a long pass phrase"  # noqa: S105 - of accounts that live for one test

_numbers = count(1)

FIRST_NAMES = ("Nora", "Idris", "Lou", "Mehdi", "Anna", "Tom", "Sofia", "Jan")
LAST_NAMES = ("Peeters", "Claes", "Dubois", "Maes", "Lambert", "Willems", "Renard", "Janssens")


def load_cooperative() -> None:
    """Give the open cooperative its published policies and what each app loads (chart, entities, offices,
    functions).
    """
    file = published(current_cooperative().slug)
    PolicyRate.objects.bulk_create(
        [PolicyRate(**policy) for policy in file["policies"]], ignore_conflicts=True
    )
    for loader in loaders():
        loader(file)


def make_user(email: str | None = None, *, password: str | None = None) -> User:
    """An account. Without a password nobody can sign in by form; `client.force_login` works."""
    number = next(_numbers)
    user = User(email=(email or f"user{number}@example.org").lower())
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    return user


def make_person(
    *roles: Role,
    user: User | bool | None = None,
    joined_on: date = LONG_AGO,
    actor: Actor = SYSTEM,
    national_number: str | None = None,
    **fields: Any,
) -> Person:
    """A person with the given roles (none named: member) since `joined_on`. `user=True` makes an account
    too.

    A national number (fictional, ever another one), an IBAN, an address and a family situation come along
    unless said otherwise (`national_number=""`).
    """
    number = next(_numbers)
    first = fields.pop("first_name", FIRST_NAMES[number % 8])
    last = fields.pop("last_name", LAST_NAMES[number * 3 % 8])
    email = fields.pop("email", f"person{number}@example.org")
    if user is True:
        user = make_user(email)
    given: dict[str, Any] = {
        "iban": belgian_iban(3_631_000_000 + number),
        "street": "Rue du Marché 12",
        "postal_code": "1060",
        "city": "Bruxelles",
        "family_status": "single",
    } | fields
    if national_number is None:
        national_number = fictional_national_number(
            date(1960 + number // 998 % 40, 1 + number % 12, 1 + number % 28), 1 + number % 998
        )
    person = register_person(
        first_name=first,
        last_name=last,
        email=email,
        user=user or None,
        joined_on=joined_on,
        actor=actor,
        national_number=national_number,
        **given,
    )
    for role in roles or (Role.MEMBER,):
        grant_role(person=person, role=role, valid_from=joined_on, actor=SYSTEM)
    return person


def make_adviser(**fields: Any) -> Person:
    """An adviser with an account."""
    return make_person(Role.ADVISER, user=fields.pop("user", True), **fields)


def actor(person: Person) -> Actor:
    """The actor that a person is when signed in."""
    return Actor("user", str(person), person.user_id, person.pk)
