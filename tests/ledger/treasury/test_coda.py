"""Bank statements: what a real bank sends is read to the cent, what a stranger uploads never breaks the
reader.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.identifiers import belgian_iban, make_structured_communication
from ledger.treasury.bank_simulator import BankMovement, BankStatement, batch_debit, write_coda
from ledger.treasury.coda import read_coda
from ledger.treasury.reading import StatementError
from tests.conformance import CONFORMANCE

COOP = "BE68539007547034"
CLIENT = "BE71096123456769"
DAY = date(2026, 11, 20)


def statement(*movements: BankMovement, number: int = 12, opening: str = "1000.00") -> BankStatement:
    return BankStatement(COOP, number, DAY, Decimal(opening), movements, holder="Productions Associées")


PAID = BankMovement(
    Decimal("1210.00"),
    structured_reference="020260000178",
    counterparty_name="Théâtre de la Place",
    counterparty_iban=CLIENT,
    counterparty_bic="GKCCBEBB",
)


def test_a_client_pays_with_the_structured_communication() -> None:
    (read,) = read_coda(write_coda([statement(PAID)]))
    assert (read.account, read.currency, read.number, read.file_sequence) == (COOP, "EUR", 12, 12)
    assert (read.opening, read.closing, read.date) == (Decimal("1000.00"), Decimal("2210.00"), DAY)
    assert read.warnings == ()
    (movement,) = read.transactions
    assert movement.amount == Decimal("1210.00")
    assert movement.structured_reference == "020260000178"
    assert movement.counterparty_name == "Théâtre de la Place"
    assert (movement.counterparty_iban, movement.counterparty_bic) == (CLIENT, "GKCCBEBB")
    assert (movement.sequence, movement.detail) == (1, 0)
    assert not movement.is_return


def test_a_client_types_the_communication_in_the_free_text() -> None:
    typed = BankMovement(Decimal("10.00"), communication="+++020/2600/00178+++")
    wrong = BankMovement(Decimal("10.00"), communication="+++020/2600/00179+++")
    (read,) = read_coda(write_coda([statement(typed, wrong)]))
    assert [item.structured_reference for item in read.transactions] == ["020260000178", None]


def test_a_payment_file_is_one_debit_with_its_own_number() -> None:
    debit = batch_debit(total=Decimal("1501.33"), message_id="PAY202611-01", transfers=3)
    (read,) = read_coda(write_coda([statement(debit, opening="2000.00")]))
    (movement,) = read.transactions
    assert movement.amount == Decimal("-1501.33")
    assert movement.end_to_end_id == "PAY202611-01"
    assert movement.transaction_code.startswith("1")
    assert read.closing == Decimal("498.67")


def test_a_wage_that_comes_back_names_its_reason_and_its_payment() -> None:
    back = BankMovement(
        Decimal("434.65"),
        end_to_end_id="SLIP-2026-11-000042",
        return_reason="AC04",
        counterparty_name="Jean Dupont",
    )
    (read,) = read_coda(write_coda([statement(back)]))
    (movement,) = read.transactions
    assert movement.is_return
    assert (movement.return_reason, movement.end_to_end_id) == ("AC04", "SLIP-2026-11-000042")


def test_a_total_is_booked_by_its_parts_and_never_twice() -> None:
    parts = (
        BankMovement(Decimal("100.00"), communication="a"),
        BankMovement(Decimal("50.00"), communication="b"),
    )
    total = BankMovement(
        Decimal("150.00"), details=parts, counterparty_name="Payeur", counterparty_iban=CLIENT
    )
    (read,) = read_coda(write_coda([statement(total)]))
    assert [movement.amount for movement in read.movements] == [Decimal("150.00")]
    assert [(item.amount, item.detail) for item in read.transactions] == [
        (Decimal("100.00"), 1),
        (Decimal("50.00"), 2),
    ]
    assert {item.counterparty_iban for item in read.transactions} == {CLIENT}


def test_parts_that_do_not_make_the_total_leave_the_total() -> None:
    parts = (BankMovement(Decimal("100.00")), BankMovement(Decimal("50.00")))
    content = write_coda([statement(BankMovement(Decimal("150.00"), details=parts))])
    broken = content.replace(b"000000000050000", b"000000000049000")
    (read,) = read_coda(broken)
    assert [item.amount for item in read.transactions] == [Decimal("150.00")]


def test_a_receipt_net_of_a_charge_keeps_both_sides() -> None:
    parts = (
        BankMovement(Decimal("100.00"), transaction_code="84150100"),
        BankMovement(Decimal("-2.50"), transaction_code="84137100"),
    )
    whole = BankMovement(
        Decimal("97.50"), structured_reference="020260000178", transaction_code="34150000", details=parts
    )
    (read,) = read_coda(write_coda([statement(whole)]))
    assert [item.amount for item in read.transactions] == [Decimal("100.00"), Decimal("-2.50")]
    assert [item.structured_reference for item in read.transactions] == ["020260000178", None]


def test_several_accounts_and_days_travel_in_one_file() -> None:
    other = BankStatement(CLIENT, 3, DAY, Decimal("-5.00"), ())
    first, second = read_coda(write_coda([statement(PAID), other]))
    assert (first.account, second.account) == (COOP, CLIENT)
    assert (second.opening, second.closing, second.transactions) == (Decimal("-5.00"), Decimal("-5.00"), ())


def test_a_foreign_account_is_read() -> None:
    foreign = BankStatement("FR1420041010050500013M02606", 1, DAY, Decimal("0.00"), (PAID,))
    assert read_coda(write_coda([foreign]))[0].account == "FR1420041010050500013M02606"


cents = st.decimals("-99999.99", "99999.99", places=2).filter(lambda amount: amount != 0)
words = st.text(st.characters(codec="cp1252", exclude_categories=["C"]), max_size=35).map(
    lambda text: " ".join(text.split())
)
ibans = st.integers(0, 10**10 - 1).map(belgian_iban)
plain = st.builds(
    BankMovement,
    amount=cents,
    communication=st.text("abcDEF 0123456789é€", max_size=140).map(lambda text: " ".join(text.split())),
    counterparty_name=words,
    counterparty_iban=ibans | st.just(""),
    end_to_end_id=st.from_regex(r"[A-Z0-9][A-Z0-9-]{0,34}", fullmatch=True) | st.just(""),
    value_date=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
structured = st.builds(
    BankMovement,
    amount=cents,
    structured_reference=st.integers(1, 10**10 - 1).map(make_structured_communication),
    counterparty_name=words,
    counterparty_iban=ibans,
)


@settings(deadline=None)
@given(
    st.lists(plain | structured, max_size=12),
    st.integers(1, 999),
    st.decimals("-1000000", "1000000", places=2),
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    ibans,
)
def test_what_the_bank_writes_is_what_we_read(
    movements: list[BankMovement], number: int, opening: Decimal, day: date, iban: str
) -> None:
    written = BankStatement(iban, number, day, opening, tuple(movements))
    (read,) = read_coda(write_coda([written]))
    assert (read.account, read.number, read.opening, read.closing, read.date) == (
        iban,
        number,
        opening,
        written.closing,
        day,
    )
    assert len(read.transactions) == len(movements)
    for item, movement in zip(read.transactions, movements, strict=True):
        assert item.amount == movement.amount
        assert item.entry_date == day
        assert item.value_date == (movement.value_date or day)
        assert item.counterparty_name == movement.counterparty_name
        assert (item.counterparty_iban or "") == movement.counterparty_iban
        assert (item.structured_reference or "") == movement.structured_reference
        if movement.end_to_end_id != "NOTPROVIDED":
            assert item.end_to_end_id == movement.end_to_end_id
        if not movement.structured_reference:
            assert item.communication == movement.communication


GOOD = write_coda([statement(PAID, batch_debit(total=Decimal("10.00"), message_id="P1", transfers=1))])


def lines_without(first: bytes) -> bytes:
    return b"".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(first))


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blank": (b"\r\n\r\n", "empty"),
    "too large": (b"0" * 10_000_001, "too_large"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(300), "line_length"),
    "a long line": (b"0" * 5000, "line_length"),
    "short lines": (GOOD.replace(b"  1\r\n", b" 1\r\n").replace(b" 0\r\n", b"0\r\n"), "line_length"),
    "bytes of no alphabet": (GOOD.replace(b"Th\xe9", b"Th\x81"), "encoding"),
    "a control character": (GOOD.replace(b"Th\xe9", b"T\x00e"), "control_character"),
    "cut after the header": (GOOD[:130], "truncated"),
    "cut before the totals": (lines_without(b"9"), "truncated"),
    "two halves glued": (GOOD[: 130 * 3] + GOOD, "truncated"),
    "without header": (GOOD[130:], "structure"),
    "without old balance": (lines_without(b"1"), "structure"),
    "without new balance": (lines_without(b"8"), "structure"),
    "a movement lost": (lines_without(b"210002"), "orphan_record"),
    "the same movement twice": (
        GOOD.replace(b"2100020000", b"2100010000").replace(b"2200020000", b"2200010000"),
        "duplicate_movement",
    ),
    "the same part of a movement twice": (
        b"".join(line * (2 if line[:2] == b"23" else 1) for line in GOOD.splitlines(keepends=True)),
        "duplicate_record",
    ),
    "an unknown record": (GOOD.replace(b"\n2300010000", b"\n5300010000"), "unknown_record"),
    "letters in an amount": (GOOD.replace(b"000000001210000", b"00000000121000A"), "number"),
    "another amount": (GOOD.replace(b"000000001210000", b"000000001211000", 1), "totals"),
    "a fraction of a cent": (GOOD.replace(b"000000001210000", b"000000001210005"), "fraction_of_cent"),
    "a day that does not exist": (GOOD.replace(b"201126", b"310226"), "date"),
    "mixed accounts": (
        GOOD.replace(f"8012{COOP}".encode(), f"8012{CLIENT}".encode()),
        "account_mismatch",
    ),
    "another statement number": (GOOD.replace(b"\n8012", b"\n8013"), "number_mismatch"),
    "a wrong count": (GOOD.replace(b"000007000", b"000006000"), "record_count"),
    "a wrong new balance": (GOOD.replace(b"000000002200000", b"000000002200010"), "balance"),
    "an unknown sign": (GOOD.replace(b"0000000001210000", b"7000000001210000"), "sign"),
    "no currency": (GOOD.replace(b"EUR0000000001000000", b"   0000000001000000"), "currency"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name(name: str) -> None:
    content, code = HOSTILE[name]
    with pytest.raises(StatementError) as refusal:
        read_coda(content)
    assert refusal.value.code == code
    assert refusal.value.message


@pytest.mark.parametrize(
    "name",
    ["another amount", "mixed accounts", "another statement number", "a wrong count", "a wrong new balance"],
)
def test_tolerant_mode_reads_on_and_says_what_is_wrong(name: str) -> None:
    content, code = HOSTILE[name]
    (read,) = read_coda(content, strict=False)
    assert code in {warning.code for warning in read.warnings}


def test_a_file_that_mail_turned_into_utf8_is_read_in_tolerant_mode() -> None:
    converted = GOOD.decode("cp1252").encode("utf-8")
    with pytest.raises(StatementError):
        read_coda(converted)
    assert read_coda(converted, strict=False)[0].transactions[0].counterparty_name == "Théâtre de la Place"


def test_the_size_limit_is_the_callers() -> None:
    with pytest.raises(StatementError) as refusal:
        read_coda(GOOD, size_limit=100)
    assert refusal.value.code == "too_large"


def survives(content: bytes) -> None:
    for strict in (True, False):
        try:
            read_coda(content, strict=strict)
        except StatementError as refusal:
            assert refusal.code and refusal.message


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    survives(content)


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3))
def test_no_damage_to_a_good_file_breaks_the_reader(position: int, damage: bytes) -> None:
    survives(GOOD[:position] + damage + GOOD[position + len(damage) :])
    survives(GOOD[:position])


@pytest.mark.parametrize(
    "build",
    [
        lambda: write_coda([statement(BankMovement(Decimal("0.00")))]),
        lambda: write_coda([statement(BankMovement(Decimal("1.001")))]),
        lambda: write_coda([statement(BankMovement(Decimal("1.00"), communication="x" * 150))]),
        lambda: write_coda([statement(number=0)]),
        lambda: write_coda([statement(BankMovement(Decimal("1"), details=(BankMovement(Decimal("2")),)))]),
    ],
)
def test_the_bank_refuses_what_its_format_cannot_hold(build: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError, match="."):
        build()


SAMPLES = [f"sample{number}.cod" for number in range(1, 7)]


@pytest.mark.conformance
@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_of_a_bank_is_read(name: str) -> None:
    content = (CONFORMANCE / "coda" / name).read_bytes()
    (read,) = read_coda(content, strict=False)
    assert read.transactions
    survives(content)


@pytest.mark.conformance
def test_the_sample_whose_totals_hold_is_read_in_strict_mode() -> None:
    (read,) = read_coda((CONFORMANCE / "coda" / "sample1.cod").read_bytes())
    assert (read.opening, read.closing) == (Decimal("17752.12"), Decimal("17832.12"))
    assert [item.amount for item in read.transactions] == [Decimal(amount) for amount in (5, 25, 20, 30)]
    assert read.transactions[0].counterparty_name == "KLANT1 MET NAAM1"


@pytest.mark.conformance
def test_the_sample_with_details_is_booked_by_its_parts() -> None:
    (read,) = read_coda((CONFORMANCE / "coda" / "sample2.cod").read_bytes(), strict=False)
    assert [item.amount for item in read.movements] == [Decimal("-9.68")]
    assert [item.amount for item in read.transactions] == [Decimal("-8.00"), Decimal("-1.68")]
