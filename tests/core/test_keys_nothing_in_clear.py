"""After two months of work no national number stands in clear anywhere but where it must."""

from __future__ import annotations

import logging
import re
import sqlite3
import traceback
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg2 import sql

from core.models import Cooperative
from members import services
from members.encryption import blind_indexes
from members.errors import NationalNumberRefused, NationalNumberTaken, PurposeMissing
from members.models import AccessLog, NationalNumber, Person
from members.selectors import reveal_national_number
from smart.demo.cast import members
from tests.cluster import owner_connect
from tests.demo_fixture import DemoDatabase
from tests.factories import SYSTEM, actor, make_adviser, make_person

NUMBER = "85073003328"
OTHER = "93051822361"

EXCEPTED = {
    "simulators/a1.sqlite3": "the memory of the office of certificates, who must know for whom they are",
    "simulators/dimona.sqlite3": "the memory of the social security office, who must know who works",
    "simulators/returns.sqlite3": "the memory of the bodies that receive returns, who must know of whom",
}
"""Files in which numbers may stand, and why."""

FOR_A_BODY = {
    "returns that name each worker by it, as the law wants; the others have no number to hold": (
        "SELECT file_id FROM returns_publicreturn WHERE kind IN ('dmfa', 'tax_slips', 'end_of_contract')"
    ),
    "declarations of work for the batch channel": "SELECT file_id FROM payroll_declarationbatch",
    "what the social security office answered to them": "SELECT file_id FROM payroll_declarationanswer",
}
"""Kept files that a public body must get, or sent, with the number in it: why, and the rows that say so."""


def pattern_of(number: str) -> str:
    """A number however it is written: 85073003328, 85.07.30-033.28, 85/07/30 033 28."""
    parts = (number[:2], number[2:4], number[4:6], number[6:9], number[9:])
    return "[-. /]{0,3}".join(parts)


def pattern_of_all() -> str:
    return "|".join(pattern_of(member.national_number) for member in members())


# --- the demonstration -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def owner(demo_database: DemoDatabase) -> Iterator[Any]:
    """Questions of `smart_owner`, who sees the rows of every cooperative."""
    opened = owner_connect(demo_database.cluster, demo_database.name)
    try:
        yield opened.cursor()
    finally:
        opened.close()


def columns(owner: Any) -> list[tuple[str, str, str]]:
    """(table, column, type) of all that can hold text."""
    owner.execute(
        "SELECT c.table_name, c.column_name, c.udt_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND c.udt_name NOT IN ('uuid', 'date', 'timestamptz', 'bool', 'interval', 'inet', 'time')"
        " ORDER BY 1, 2"
    )
    return list(owner.fetchall())


def found_in(owner: Any, pattern: str) -> list[str]:
    """Columns in which the pattern occurs, with how many rows."""
    hits = []
    for table, column, kind in columns(owner):
        as_text = "encode({c}, 'escape')" if kind == "bytea" else "{c}::text"
        owner.execute(
            sql.SQL("SELECT count(*) FROM {t} WHERE " + as_text + " ~ %s").format(
                t=sql.Identifier(table), c=sql.Identifier(column)
            ),
            [pattern],
        )
        (count,) = owner.fetchone()
        if count:
            hits.append(f"{table}.{column}: {count}")
    return hits


def test_no_table_holds_a_national_number_in_clear(owner: Any) -> None:
    cast = members()
    owner.execute("SELECT count(*) FROM members_nationalnumber")
    assert owner.fetchone()[0] >= len(cast), "the demonstration has its numbers, encrypted"
    looked = {(table, column) for table, column, _kind in columns(owner)}
    for place in (
        ("core_auditevent", "data"),
        ("core_outboxmessage", "payload"),
        ("core_outboxmessage", "error"),
        ("core_documentjob", "error"),
        ("payroll_declaration", "error"),
        ("django_session", "session_data"),
        ("members_nationalnumber", "ciphertext"),
    ):
        assert place in looked
    assert found_in(owner, pattern_of_all()) == []


def test_the_search_would_find_what_stands_there(owner: Any) -> None:
    """The same search finds the names of the same people."""
    names = "|".join(re.escape(member.last_name) for member in members()[:5])
    assert any(hit.startswith("members_person.last_name") for hit in found_in(owner, names))


def files_for_a_body(owner: Any) -> set[str]:
    """Digests of the XML that public bodies get or sent, and to which nothing else refers."""
    owner.execute(
        "SELECT conrelid::regclass::text, a.attname FROM pg_constraint"
        " JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = ANY (conkey)"
        " AND a.attname <> 'tenant_id'"
        " WHERE contype = 'f' AND confrelid = 'core_storedfile'::regclass"
    )
    tables = {
        (table, column)
        for table, column in owner.fetchall()
        if not any(table in rows for rows in FOR_A_BODY.values())
    }
    others = [
        sql.SQL("SELECT {c} FROM {t} WHERE {c} IS NOT NULL").format(
            c=sql.Identifier(column), t=sql.Identifier(table)
        )
        for table, column in sorted(tables)
    ]
    assert len(others) > 5, "receipts, statements, documents and certificates are files too"
    digests = sql.SQL("SELECT sha256 FROM core_storedfile WHERE id IN ({rows})")
    owner.execute(
        sql.SQL("{ours} AND content_type = 'application/xml' EXCEPT {others}").format(
            ours=digests.format(rows=sql.SQL(" UNION ALL ".join(FOR_A_BODY.values()))),
            others=digests.format(rows=sql.SQL(" UNION ALL ").join(others)),
        )
    )
    return {digest for (digest,) in owner.fetchall()}


def test_no_log_letter_or_document_holds_a_national_number_in_clear(
    demo_database: DemoDatabase, owner: Any
) -> None:
    pattern = re.compile(pattern_of_all().encode())
    for_a_body = files_for_a_body(owner)
    looked, found, excused = 0, [], 0
    for path in sorted(demo_database.files.rglob("*")):
        name = path.relative_to(demo_database.files).as_posix()
        if path.is_file() and name not in EXCEPTED:
            looked += 1
            holds = any(pattern.search(content) for content in contents(path))
            if holds and name.startswith("media/") and path.name in for_a_body:
                excused += 1
            elif holds:
                found.append(name)
    assert looked > 20
    assert found == []
    assert excused, "an exception that nothing needs any more goes"


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what is packed inside a PDF."""
    content = path.read_bytes()
    yield content
    if content.startswith(b"%PDF-"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            try:
                yield zlib.decompress(stream)
            except zlib.error:
                continue


def test_what_is_excepted_is_there_and_does_hold_them(demo_database: DemoDatabase) -> None:
    """An exception that nothing needs any more goes."""
    for name in EXCEPTED:
        memory = sqlite3.connect(f"file:{demo_database.files / name}?mode=ro", uri=True)
        try:
            dump = "\n".join(memory.iterdump())
        finally:
            memory.close()
        assert re.search(pattern_of_all(), dump), name


# --- errors and log lines ----------------------------------------------------------------------------------


def everything_said(error: BaseException) -> str:
    """The error as a crash report would have it: with its chain and its arguments."""
    said = ["".join(traceback.format_exception(error))]
    link: BaseException | None = error
    while link is not None:
        said += [repr(link), str(link), repr(getattr(link, "params", ""))]
        link = link.__cause__ or link.__context__
    return "\n".join(said)


def assert_silent(text: str, *numbers: str) -> None:
    for number in numbers:
        assert not re.search(pattern_of(number), text)


@pytest.mark.django_db
@pytest.mark.parametrize("spoiled", ["ciphertext", "key"])
def test_a_number_that_does_not_open_is_not_told_by_the_error(
    tenant: Cooperative, caplog: pytest.LogCaptureFixture, spoiled: str
) -> None:
    caplog.set_level(logging.DEBUG)
    adviser, person, other = make_adviser(), make_person(national_number=NUMBER), make_person()
    services.set_national_number(person=other, number=OTHER, actor=SYSTEM)
    row = NationalNumber.objects.filter(person=person)
    if spoiled == "key":
        row.update(key_id="gone")
    else:
        row.update(ciphertext=NationalNumber.objects.get(person=other).ciphertext)
    with pytest.raises(RuntimeError) as refusal:
        reveal_national_number(person=person, actor=actor(adviser), purpose="a call")
    assert_silent(everything_said(refusal.value) + caplog.text, NUMBER, OTHER)


def test_a_refused_read_tells_nothing(tenant: Cooperative, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    adviser, person = make_adviser(), make_person(national_number=NUMBER)
    with pytest.raises(PurposeMissing) as refusal:
        reveal_national_number(person=person, actor=actor(adviser), purpose="")
    assert_silent(everything_said(refusal.value) + caplog.text, NUMBER)
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("number", [NUMBER, "85073003329", "85.07.30-033.29"])
def test_a_refused_number_is_repeated_nowhere(
    tenant: Cooperative, caplog: pytest.LogCaptureFixture, number: str
) -> None:
    caplog.set_level(logging.DEBUG)
    make_person(national_number=NUMBER)
    person = make_person()
    before = NationalNumber.objects.count()
    with pytest.raises((NationalNumberTaken, NationalNumberRefused)) as refusal:
        services.set_national_number(person=person, number=number, actor=SYSTEM)
    assert_silent(everything_said(refusal.value) + caplog.text, NUMBER, "85073003329")
    assert NationalNumber.objects.count() == before


def test_the_database_never_hears_the_number(tenant: Cooperative) -> None:
    """Neither a slow-query log nor the server's own can hold what was never sent."""
    person = make_person()
    with CaptureQueriesContext(connection) as heard:
        services.set_national_number(person=person, number=NUMBER, actor=SYSTEM)
        reveal_national_number(person=person, actor=SYSTEM, purpose="declaration")
    asked = "\n".join(query["sql"] for query in heard.captured_queries)
    assert blind_indexes(NUMBER, tenant_id=tenant.pk)["0"] in asked, "statements are seen with their values"
    assert_silent(asked, NUMBER)
    assert Person.objects.filter(pk=person.pk).exists()
