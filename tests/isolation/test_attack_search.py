"""The search, asked by those who must not find: another person, another cooperative, a speaker of SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.files import store_file
from core.search.models import SearchWord
from core.search.selectors import find
from core.search.services import rebuild
from core.search.sources import STAFF, search_sources
from core.tenancy import tenant_scope
from invoicing.collection.models import HandOver
from invoicing.models import Client
from ledger.models import LegalEntity
from ledger.treasury.dues.models import Due
from ledger.treasury.models import BankAccount, BankStatement, BankTransaction
from members.enums import Role
from members.selectors import identity_of_user
from tests.isolation.towns import Town

SOURCES = {
    "person": "person",
    "activity": "activity",
    "client": "client",
    "invoice": "invoice",
    "quote": "quote",
    "order": "order",
    "purchase": "purchase",
    "contract": "contract",
    "expense": "expense",
    "bank_line": "bank_line",
    "collection_file": "file_away",
    "due": "due_of_tax",
}
"""Every kind that can be found, with the thing of a town that is found by it."""

STAFF_ONLY = {"bank_line", "collection_file", "due"}
"""Kinds that no member and no adviser reads."""

HOSTILE = (
    "' OR 1=1 --", "%", "_", "%%%%", "\\", "Van%", "Van_elgenland", "*", "a' UNION",
    "\x00\x00", "\ud800",
    "\u202eneblav", "va" * 5000, "{'a': 1}", "[]", "1 OR circle IS NOT NULL", "../..", "(((((", "::::",
    "🦊🦊",
    "0", "=", "=121.00", "ÿ" * 60, "\uffff\uffff", "ﬀ", "İ", "ß" * 70, "00000000-0000-0000-0000-000000000000",
)  # fmt: skip


@pytest.fixture(scope="module")
def towns(both: tuple[Town, Town]) -> tuple[Town, Town]:
    """Belgium and France, indexed, each with a line on its bank account."""
    for town, name in zip(both, ("Vanbelgenland", "Defrance"), strict=True):
        with tenant_scope(town.cooperative):
            town.things["bank_line"] = _line(name)
            town.things["file_away"], town.things["due_of_tax"] = _file(name), _due(name)
        rebuild(town.cooperative)
    return both


def _line(name: str) -> UUID:
    """A line of a bank statement whose counterparty has the name."""
    account, day = BankAccount.objects.order_by("pk")[0], date(2026, 11, 2)
    statement = BankStatement.objects.create(
        account=account, year=2026, number=1, date=day, opening=Decimal(0), closing=Decimal("1210.00"),
        file=store_file(b"x", name="x.cod", content_type="text/plain"),
    )  # fmt: skip
    line = BankTransaction.objects.create(
        statement=statement, sequence=1, detail=0, amount=Decimal("1210.00"), entry_date=day, value_date=day,
        counterparty_name=f"Théâtre {name}",
    )  # fmt: skip
    return line.pk


def _file(name: str) -> UUID:
    """A client's file with an agent of the name."""
    client = Client.objects.order_by("pk")[0]
    return HandOver.objects.create(
        client=client, kind="collector", agent=name, reference="PA-REC-2026-0099", handed_on=date(2026, 11, 2)
    ).pk


def _due(name: str) -> UUID:
    """A due whose reference holds the name."""
    day = date(2026, 11, 16)
    return Due.objects.create(
        entity=LegalEntity.objects.order_by("pk")[0], creditor="tax", kind="withholding", account="453",
        first=day, last=day, due_on=day, booked=Decimal(5), amount=Decimal(5), reference=name, raised_on=day,
        created_by="test",
    ).pk  # fmt: skip


def everybody(town: Town) -> Iterator[tuple[str, Any, frozenset[str]]]:
    """Each person of a town with the rights that they have; in its scope."""
    for name, person in town.people.items():
        identity = identity_of_user(person.user, date(2026, 11, 2))
        yield name, identity.person, identity.roles


def seen(town: Town, question: str) -> dict[str, set[UUID]]:
    """By person of the town: what the question finds."""
    with tenant_scope(town.cooperative):
        return {
            name: {
                hit.object_id for group in find(question, person=person, roles=roles) for hit in group.hits
            }
            for name, person, roles in everybody(town)
        }


def test_every_kind_is_in_the_table() -> None:
    assert {source.kind for source in search_sources()} == set(SOURCES)


@pytest.mark.parametrize("kind", SOURCES)
def test_a_kind_shows_each_their_own_and_nothing_of_the_other_cooperative(
    towns: tuple[Town, Town], kind: str
) -> None:
    """The keys of everything there is are held out to everybody: who shows them decides."""
    source = next(source for source in search_sources() if source.kind == kind)
    be, fr = towns
    with tenant_scope(be.cooperative):
        keys = list(source.keys())
        assert be.things[SOURCES[kind]] in keys
        shown = {
            name: {hit.object_id for hit in source.show(person, roles, keys)}
            for name, person, roles in everybody(be)
        }
        assert len(list(source.index(keys))) == len(keys)
    thing = be.things[SOURCES[kind]]
    assert shown["staff"] == set(keys)
    assert thing not in shown["other"]
    assert kind in STAFF_ONLY or thing in shown["member"] | shown["adviser"]
    assert kind not in STAFF_ONLY or not shown["member"] | shown["adviser"]

    with tenant_scope(fr.cooperative):
        assert not set(keys) & set(source.keys())
        assert list(source.index(keys)) == []
        for _, person, roles in everybody(fr):
            assert list(source.show(person, roles, keys)) == []


def test_names_of_one_cooperative_find_nothing_in_the_other(towns: tuple[Town, Town]) -> None:
    be, fr = towns
    assert len(seen(be, "Vanbelgenland")["staff"]) >= len(SOURCES) - 1
    assert not any(seen(fr, "Vanbelgenland").values())
    assert not any(seen(be, "Defrance").values())


def test_another_member_finds_nothing_by_any_word_of_the_index(towns: tuple[Town, Town]) -> None:
    """Each word that leads to a thing of the member is tried by the other, who has nothing."""
    be, _ = towns
    with tenant_scope(be.cooperative):
        words = set(
            SearchWord.objects.filter(object_id__in=be.things.values(), circle=STAFF).values_list(
                "word", flat=True
            )
        )
        other = next((person, roles) for name, person, roles in everybody(be) if name == "other")
        assert len(words) > 20
        for word in words:
            hits = find(word, person=other[0], roles=other[1])
            assert not {hit.object_id for group in hits for hit in group.hits} & set(be.things.values()), word


@pytest.mark.parametrize("question", HOSTILE, ids=ascii)
def test_a_hostile_question_is_a_question(towns: tuple[Town, Town], question: str) -> None:
    """It finds what its letters say, in one's own cooperative, or nothing; nothing breaks."""
    be, fr = towns
    with tenant_scope(fr.cooperative):
        here = set(SearchWord.objects.values_list("object_id", flat=True))
        before = SearchWord.objects.count()
    for found in seen(fr, question).values():
        assert found <= here
    assert seen(fr, question)["other"] <= {fr.people["other"].pk}
    with tenant_scope(fr.cooperative):
        assert SearchWord.objects.count() == before


def test_words_put_into_the_index_from_outside_show_nothing(towns: tuple[Town, Town]) -> None:
    """Somebody writes keys of the other cooperative into the index: what is shown is asked of real rows."""
    be, fr = towns
    with tenant_scope(fr.cooperative):
        SearchWord.objects.bulk_create(
            SearchWord(kind=kind, object_id=be.things[thing], circle=STAFF, word="trojan")
            for kind, thing in SOURCES.items()
        )
    assert not any(seen(fr, "trojan").values())
    assert not any(seen(be, "trojan").values())


def test_every_role_sees_by_searching_what_the_kinds_say(towns: tuple[Town, Town]) -> None:
    """Readers of a kind are roles that exist: a slip of the keyboard would open or shut a kind for nobody."""
    for source in search_sources():
        assert source.readers <= {str(role) for role in Role}
