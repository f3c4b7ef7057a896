"""CAMT.053: what banks write as XML is read to the cent, and what a stranger sends breaks nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.camt import read_camt
from ledger.treasury.camt_simulator import write_camt
from ledger.treasury.files import read_statements
from ledger.treasury.reading import StatementError
from tests.conformance import CONFORMANCE

DAY = date(2026, 11, 25)
OWN = "BE68539007547034"
CLIENT = "BE71096123456769"
VERSIONS = ("camt.053.001.02", "camt.053.001.08")
SALE = BankMovement(
    Decimal("1210.00"),
    structured_reference="020260000178",
    counterparty_name="Théâtre de la Rue",
    counterparty_iban=CLIENT,
    end_to_end_id="FA-77",
)


def statement(*movements: BankMovement, number: int = 41, opening: str = "100.00") -> BankStatement:
    return BankStatement(OWN, number, DAY, Decimal(opening), movements, holder="PA", opening_day=DAY)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_pays_with_the_structured_communication(version: str) -> None:
    [read] = read_camt(write_camt([statement(SALE)], version=version))

    assert (read.format, read.account, read.currency, read.number) == (version, OWN, "EUR", 41)
    assert (read.opening, read.closing, read.date) == (Decimal("100.00"), Decimal("1310.00"), DAY)
    [line] = read.transactions
    assert (line.amount, line.structured_reference) == (Decimal("1210.00"), "020260000178")
    assert (line.counterparty_name, line.counterparty_iban) == ("Théâtre de la Rue", CLIENT)
    assert (line.end_to_end_id, line.entry_date) == ("FA-77", DAY)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_details_of_a_batch_are_booked_where_they_make_the_entry(version: str) -> None:
    parts = tuple(replace(SALE, amount=Decimal(a), end_to_end_id=a) for a in ("10.00", "20.50"))
    whole = BankMovement(Decimal("30.50"), details=parts)

    [read] = read_camt(write_camt([statement(whole)], version=version))

    assert [(t.sequence, t.detail, t.amount) for t in read.transactions] == [
        (1, 1, Decimal("10.00")),
        (1, 2, Decimal("20.50")),
    ]
    assert [m.amount for m in read.movements] == [Decimal("30.50")]


def test_details_that_do_not_make_the_entry_leave_the_entry() -> None:
    parts = tuple(replace(SALE, amount=Decimal(a)) for a in ("10.00", "20.00"))
    [read] = read_camt(write_camt([statement(BankMovement(Decimal("30.50"), details=parts))]))

    assert [(t.detail, t.amount) for t in read.transactions] == [(0, Decimal("30.50"))]


def test_what_is_only_announced_is_not_booked() -> None:
    [read] = read_camt(write_camt([statement(SALE)], pending=[SALE]))

    assert len(read.transactions) == 1 and read.closing == Decimal("1310.00")


def test_a_returned_payment_names_its_reason_and_whose_it_was() -> None:
    back = BankMovement(
        Decimal("434.65"), end_to_end_id="P1", return_reason="AC04", communication="RETOUR SALAIRE"
    )
    content = write_camt([statement(back)])
    # The roles of the payment that came back are kept: it went to Ada.
    given_back = content.replace(
        b"<RmtInf>",
        b"<RltdPties><Dbtr><Pty><Nm>Coop</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>BE68539007547034</IBAN></Id>"
        b"</DbtrAcct><Cdtr><Pty><Nm>Ada</Nm></Pty></Cdtr></RltdPties><RmtInf>",
    )

    [read] = read_camt(given_back)

    [line] = read.transactions
    assert (line.return_reason, line.return_kind, line.end_to_end_id) == ("AC04", "2", "P1")
    assert line.counterparty_name == "Ada"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("+++020/2600/00178+++", "020260000178"),
        ("RF18 5390 0754 7034", "RF18539007547034"),
        ("Facture 12, merci", None),
    ],
)
def test_a_reference_in_the_free_text_counts(text: str, reference: str | None) -> None:
    movement = BankMovement(Decimal("5.00"), communication=text)
    [read] = read_camt(write_camt([statement(movement)]))

    assert read.transactions[0].structured_reference == reference


def test_a_file_without_numbers_and_an_account_without_iban_are_read() -> None:
    content = write_camt([statement(SALE)], numbered=False)
    content = content.replace(
        f"<IBAN>{OWN}</IBAN>\n        </Id>\n        <Ccy>".encode(),
        b"<Othr><Id>12345-67</Id></Othr></Id><Ccy>",
    )

    [read] = read_camt(content)

    assert read.number is None and read.account == "12345-67"


def test_the_pages_of_one_statement_are_put_together() -> None:
    first = write_camt([statement(SALE), statement(SALE, opening="1310.00")])
    content = first.replace(b"<CLBD>", b"")
    pages = content.split(b"<ElctrncSeqNb>")
    for number in (1, 2):
        page = f"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{'true' if number == 2 else 'false'}</LastPgInd>"
        pages[number] = page.encode() + b"</StmtPgntn><ElctrncSeqNb>" + pages[number]
    content = b"".join(pages)
    place = content.index(b"<Cd>CLBD</Cd>")
    content = content[:place] + b"<Cd>ITBD</Cd>" + content[place + 13 :]
    place = content.rindex(b"<Cd>OPBD</Cd>")
    content = content[:place] + b"<Cd>ITBD</Cd>" + content[place + 13 :]

    [read] = read_camt(content)

    assert (read.opening, read.closing) == (Decimal("100.00"), Decimal("2520.00"))
    assert [t.sequence for t in read.transactions] == [1, 2]


def bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "lol">{entities}]><d>&e8;</d>'.encode()


GOOD = write_camt([statement(SALE)])
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "cut": (GOOD[:-200], "truncated"),
    "cut inside a tag": (GOOD[: GOOD.index(b"<Amt") + 3], "truncated"),
    "entity bomb": (bomb(), "document_type"),
    "entity bomb in UTF-16": (bomb().decode().encode("utf-16"), "document_type"),
    "external entity": (
        b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>',
        "document_type",
    ),
    "wrong encoding": (GOOD.replace("é".encode(), b"\xe9"), "encoding"),
    "an encoding that is none": (GOOD.replace(b"UTF-8", b"KLINGON"), "encoding"),
    "50 MB": (GOOD + b" " * 50_000_000, "too_large"),
    "too deep": (b"<a>" * 5000 + b"</a>" * 5000, "malformed"),
    "another message": (GOOD.replace(b"camt.053.001.08", b"camt.054.001.08"), "unknown_format"),
    "a version that is not read": (GOOD.replace(b"camt.053.001.08", b"camt.053.001.04"), "unknown_format"),
    "no message": (b"<html/>", "structure"),
    "wrong closing": (GOOD.replace(b">1310.00<", b">1310.01<"), "balance"),
    "wrong amount": (GOOD.replace(b'"EUR">1210.00<', b'"EUR">1210.01<', 1), "balance"),
    "another currency": (GOOD.replace(b'Ccy="EUR"', b'Ccy="SEK"', 1), "currency"),
    "a thousandth": (GOOD.replace(b">1210.00<", b">1210.005<"), "fraction_of_cent"),
    "no amount": (GOOD.replace(b">1210.00<", b">x<"), "amount"),
    "a negative amount": (GOOD.replace(b">1210.00<", b">-1210.00<"), "amount"),
    "not a number": (GOOD.replace(b">1210.00<", b">NaN<"), "amount"),
    "no day": (GOOD.replace(b"2026-11-25</Dt>", b"2026-02-30</Dt>"), "date"),
    "neither side": (GOOD.replace(b"CRDT", b"XXXX"), "sign"),
    "unknown status": (GOOD.replace(b"BOOK", b"BOOC"), "status"),
    "no account": (GOOD.replace(b"<IBAN>BE68539007547034</IBAN>", b""), "account"),
    "no balances": (GOOD.replace(b"OPBD", b"XPCD").replace(b"CLBD", b"XPCD"), "balance_missing"),
    "two openings": (GOOD.replace(b"CLBD", b"OPBD"), "balance_twice"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name(name: str) -> None:
    content, code = HOSTILE[name]

    with pytest.raises(StatementError) as refusal:
        read_statements(content)

    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["wrong closing", "another currency", "a thousandth", "unknown status"])
def test_tolerant_mode_reads_on_and_says_what_is_wrong(name: str) -> None:
    content, code = HOSTILE[name]

    [read] = read_camt(content, strict=False)

    assert code in {warning.code for warning in read.warnings}


@given(content=st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for strict in (True, False):
        try:
            read_camt(b"<" + content, strict=strict)
        except StatementError as refusal:
            assert refusal.code


@given(position=st.integers(0, len(GOOD) - 1), damage=st.binary(max_size=12), strict=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_damage_to_a_good_file_breaks_the_reader(position: int, damage: bytes, strict: bool) -> None:
    try:
        read_camt(GOOD[:position] + damage + GOOD[position + len(damage) :], strict=strict)
    except StatementError as refusal:
        assert refusal.code


amounts = st.integers(1, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
words = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), max_size=30)


@given(
    moves=st.lists(
        st.tuples(amounts, st.booleans(), words, words, st.sampled_from(["", CLIENT])), max_size=6
    ),
    opening=st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2)),
    version=st.sampled_from(VERSIONS),
)
@settings(max_examples=60, deadline=None)
def test_what_the_bank_writes_is_what_we_read(moves: Any, opening: Decimal, version: str) -> None:
    movements = tuple(
        BankMovement(
            amount if into else -amount, communication=text, counterparty_name=name, counterparty_iban=iban
        )
        for amount, into, text, name, iban in moves
    )
    written = BankStatement(OWN, 7, DAY, opening, movements)

    [read] = read_camt(write_camt([written], version=version))

    assert (read.opening, read.closing) == (opening, written.closing)
    assert [t.amount for t in read.transactions] == [m.amount for m in movements]
    assert [t.counterparty_name for t in read.transactions] == [
        " ".join(m.counterparty_name.split()) for m in movements
    ]


def test_both_forms_of_one_statement_say_the_same() -> None:
    one = statement(SALE, replace(SALE, amount=Decimal("-3.20"), structured_reference="", communication="x"))
    [coda], [camt] = read_statements(write_coda([one])), read_statements(write_camt([one]))

    assert (coda.account, coda.number, coda.opening, coda.closing, coda.date) == (
        camt.account, camt.number, camt.opening, camt.closing, camt.date,
    )  # fmt: skip
    facts = [
        [(t.amount, t.structured_reference, t.counterparty_iban, t.entry_date) for t in read.transactions]
        for read in (coda, camt)
    ]
    assert facts[0] == facts[1]


@pytest.mark.conformance
@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_simulator_writes_is_valid(version: str) -> None:
    schema = etree.XMLSchema(file=str(CONFORMANCE / "camt" / f"{version}.xsd"))
    parts = (replace(SALE, amount=Decimal("1.00")), replace(SALE, amount=Decimal("2.00")))
    content = write_camt(
        [statement(SALE, BankMovement(Decimal("3.00"), details=parts))], version=version, pending=[SALE]
    )

    assert schema.validate(etree.fromstring(content)), schema.error_log


@pytest.mark.conformance
def test_the_public_samples_import_as_they_should() -> None:
    files: dict[str, Path] = {path.stem: path for path in (CONFORMANCE / "camt").glob("*.xml")}

    first, second = read_statements(files["camt053.v2.multi.statement"].read_bytes())
    assert (first.number, first.opening, first.closing) == (12312, Decimal("18.15"), Decimal("27.00"))
    assert (second.number, second.closing) == (None, Decimal("20.00"))
    assert [t.amount for t in (*first.transactions, *second.transactions)] == [
        Decimal("8.85"),
        Decimal("-7.00"),
    ]

    # Its closing balance is in kronor and of the wrong sign.
    with pytest.raises(StatementError) as mixed:
        read_statements(files["camt053.v2.minimal"].read_bytes())
    [minimal] = read_statements(files["camt053.v2.minimal"].read_bytes(), strict=False)
    assert mixed.value.code == "currency"
    assert {w.code for w in minimal.warnings} == {"currency", "balance"}
    assert minimal.transactions[0].counterparty_name == "NAME NAME"

    for strict in (True, False):
        with pytest.raises(StatementError) as wrong:
            read_statements(files["camt053.v2.wrong"].read_bytes(), strict=strict)
        assert wrong.value.code == "no_statement"
