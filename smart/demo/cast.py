"""Who plays: members, staff and clients, all fictional, the same at each run.

Numbers come from a seeded generator; identifiers are invented but their check digits are right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import yaml

from core.identifiers import belgian_iban, enterprise_number_from, fictional_national_number

SEED = 2026
PASSWORD = "coquelicot-2026"  # noqa: S105 - the demonstration's log-in, printed for whoever looks at it
DOMAIN = "demo.example"

YOUNGEST, YOUNGEST_BORN = 44, 2008
"""A worker under 19: the withholding tax of minors is not loaded, so this pay waits for a person."""

_NAMES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cast.yaml").read_text(encoding="utf-8"))
_FIRST = _NAMES["first_names"].split()
_LAST = _NAMES["last_names"].split()
_WORDS = _NAMES["words"].split()
_FAMILIES = ("single", "married_two_incomes", "married_one_income")
_STREETS, _TOWNS, _ABROAD, _TRADES, _PUBLIC_BODIES = (
    _NAMES[key] for key in ("streets", "towns", "abroad", "trades", "public_bodies")
)


@dataclass(frozen=True, slots=True)
class Member:
    """A person who works through the cooperative."""

    first_name: str
    last_name: str
    email: str
    born: date
    national_number: str
    iban: str
    street: str
    postal_code: str
    city: str
    family_status: str
    children: int
    single_parent: bool
    contract_type: str
    function: str
    shares: int
    activities: tuple[tuple[str, str], ...] = field(default=())
    """Names and tools (`activity` or `contract`) of their Activities."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who works for the cooperative, with the roles they hold."""

    first_name: str
    last_name: str
    email: str
    roles: tuple[str, ...]
    office: str = "Bruxelles"


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """A client, and how they pay: days after the due date, or never."""

    kind: str
    name: str
    country: str
    street: str
    postal_code: str
    city: str
    email: str
    enterprise_number: str
    vat_number: str
    language: str
    iban: str
    pays_after: int | None
    manner: str
    """`exact`, `half` (the rest later), `twice` (pays the same invoice again) or `no_reference`."""


STAFF = (
    StaffMember("Lise", "Vandamme", f"conseil@{DOMAIN}", ("adviser",)),
    StaffMember("Bruno", "Carlier", f"conseil2@{DOMAIN}", ("adviser",), "Liège"),
    StaffMember("Hélène", "Simonis", f"conseil3@{DOMAIN}", ("adviser", "adviser_lead"), "Mons"),
    StaffMember("Paule", "Grandjean", f"paie@{DOMAIN}", ("payroll_admin",)),
    StaffMember("Rachid", "Amrani", f"paie2@{DOMAIN}", ("payroll_admin",)),
    StaffMember("Odile", "Stevens", f"finance@{DOMAIN}", ("finance",)),
    StaffMember("Marc", "Lejeune", f"finance2@{DOMAIN}", ("finance",)),
    StaffMember("Sonia", "Delcourt", f"recouvrement@{DOMAIN}", ("credit_controller",)),
    StaffMember("Yves", "Thiry", f"admin@{DOMAIN}", ("coop_admin",)),
    StaffMember("Anke", "Bosmans", f"audit@{DOMAIN}", ("auditor",)),
)

CONTACT = StaffMember("Camille", "Janssens", f"client@{DOMAIN}", ("client_contact",))
"""Somebody at a client, with an account in the clients' area."""


def members(count: int = 60, activities: int = 100) -> list[Member]:
    """The members, with their Activities shared out: the first ones have two."""
    draw = Random(SEED)  # noqa: S311 - a repeatable cast, not a secret
    cast = []
    for index in range(count):
        trade, word, kind = _TRADES[index % len(_TRADES)]
        student = index % 10 == 9
        year = 2004 if student else YOUNGEST_BORN if index == YOUNGEST else 1965 + index % 32
        born = date(year, 1 + index % 12, 1 + (index * 7) % 28)
        city, postal_code = _TOWNS[index % len(_TOWNS)]
        name = f"{word} {_WORDS[index % len(_WORDS)]}"
        own = [(name, "contract" if index % 3 == 2 else "activity")]
        if index < activities - count:
            own.append(
                (f"{_WORDS[(index + 5) % len(_WORDS)]} & Cie", "activity" if index % 2 else "contract")
            )
        cast.append(
            Member(
                first_name=_FIRST[index % len(_FIRST)],
                last_name=_LAST[index % len(_LAST)],
                email=f"membre{index + 1}@{DOMAIN}" if index else f"membre@{DOMAIN}",
                born=born,
                national_number=fictional_national_number(born, 101 + index * 2 + index % 2),
                iban=belgian_iban(1_230_000_000 + index * 7919),
                street=f"{draw.choice(_STREETS)} {draw.randint(1, 180)}",
                postal_code=postal_code,
                city=city,
                family_status="single" if index % 3 else draw.choice(_FAMILIES),
                children=0 if student or index % 4 else draw.randint(1, 3),
                single_parent=index % 16 == 4,
                contract_type="student" if student else kind,
                function=trade,
                shares=0 if index % 6 == 5 else 1 + index % 3 // 2,
                activities=tuple(own),
            )
        )  # fmt: skip
    return cast


def clients(count: int = 150) -> list[ClientProfile]:
    """The clients: firms of Belgium, consumers, public bodies, firms abroad."""
    draw = Random(SEED + 1)  # noqa: S311 - a repeatable cast, not a secret
    cast = []
    for index in range(count):
        kind, country, language = _client_kind(index)
        belgian = country == "BE"
        place = index // 10 if kind == "public_body" else index
        city, postal_code = _TOWNS[place % len(_TOWNS)] if belgian else _ABROAD[country]
        enterprise = enterprise_number_from(4_210_000 + index * 97) if belgian and kind != "consumer" else ""
        punctuality = draw.random()
        in_time, late = draw.randint(-28, 6), draw.randint(8, 30)
        cast.append(
            ClientProfile(
                kind=kind,
                name=_client_name(kind, index),
                country=country,
                street=f"{draw.choice(_STREETS)} {draw.randint(1, 180)}",
                postal_code=postal_code,
                city=city,
                email=f"client{index + 1}@{DOMAIN}",
                enterprise_number=enterprise,
                vat_number=(f"BE{enterprise}" if enterprise else "")
                if belgian
                else _foreign_vat(country, index),
                language=language,
                iban=belgian_iban(3_630_000_000 + index * 104729 % 9_000_000),
                pays_after=None if punctuality < 0.07 else in_time if punctuality < 0.88 else late,
                manner=_manner(index),
            )
        )
    return cast


def _manner(index: int) -> str:
    """How a client pays: most pay exactly, a few in halves, twice, or without the communication."""
    if index % 29 == 7:
        return "half"
    if index % 41 == 9:
        return "twice"
    return "no_reference" if index % 37 == 11 else "exact"


def _client_kind(index: int) -> tuple[str, str, str]:
    """Kind, country and language of a client."""
    if index % 10 == 3:
        return "consumer", "BE", "fr"
    if index % 10 == 7:
        town = _TOWNS[index // 10 % len(_TOWNS)][0]
        return "public_body", "BE", "nl" if town in _PUBLIC_BODIES["dutch_speaking"] else "fr"
    if index % 15 == 6:
        return "business", "FR", "fr"
    if index % 25 == 12:
        return "business", "NL", "nl"
    if index % 25 == 14:
        return "business", "LU", "fr"
    if index % 50 == 24:
        return "business", "CH", "fr"
    if index % 50 == 49:
        return "business", "GB", "en"
    return "business", "BE", "nl" if index % 6 == 4 else "fr"


def _foreign_vat(country: str, index: int) -> str:
    """An invented VAT number whose check digits are right; outside the Union there is none."""
    if country == "FR":
        root = f"{40_483_300 + index * 37:08}"
        siren = f"{root}{_luhn_digit(root)}"
        return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"
    if country == "NL":
        root = next(
            f"{number:08}"
            for number in range(10_234_500 + index * 11, 99_999_999)
            if _elfproef(f"{number:08}") < 10
        )
        return f"NL{root}{_elfproef(root)}B01"
    if country == "LU":
        root = f"{150_200 + index * 13:06}"
        return f"LU{root}{int(root) % 89:02}"
    return ""


def _luhn_digit(digits: str) -> int:
    """The digit that makes a French SIREN right."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return -sum(number // 10 + number % 10 for number in doubled) % 10


def _elfproef(digits: str) -> int:
    """The check digit of a Dutch number of eight digits; 10 when no digit makes it right."""
    return sum(int(digit) * (9 - place) for place, digit in enumerate(digits)) % 11


def _client_name(kind: str, index: int) -> str:
    if kind == "consumer":
        place = index // 10
        return f"{_FIRST[(place * 7 + 5) % len(_FIRST)]} {_LAST[(place * 11 + 2) % len(_LAST)]}"
    if kind == "public_body":
        place = index // 10
        town = _TOWNS[place % len(_TOWNS)][0]
        bodies = _PUBLIC_BODIES["nl" if town in _PUBLIC_BODIES["dutch_speaking"] else "fr"]
        return f"{bodies[place % len(bodies)]} {town}"
    shape = ("Théâtre", "Festival", "Agence", "Maison", "Éditions", "Galerie", "Studio", "Fondation")[
        index % 8
    ]
    return f"{shape} {_WORDS[(index * 3) % len(_WORDS)]} {('SRL', 'ASBL', 'SA')[index % 3]}"
