"""Payment files: what is released is exactly what the bank is asked to pay, in a form that it accepts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from core.identifiers import belgian_iban
from ledger.treasury.pain001 import (
    PaymentFileError,
    StructuredAddress,
    Transfer,
    TransferBatch,
    Version,
    transliterate,
    write_pain001,
)
from tests.conformance import CONFORMANCE, package_folder, schema_errors

WAGE = Transfer(
    "SLIP-2026-11-000042",
    Decimal("434.65"),
    "Jean Dupont",
    "BE71096123456769",
    communication="SALAIRE 11/2026",
)
INVOICE = Transfer(
    "EXP-2026-000007",
    Decimal("121.00"),
    "Café Müller & Søn",
    "FR1420041010050500013M02606",
    bic="PSSTFRPPLIL",
    structured_reference="+++020/2600/00178+++",
    address=StructuredAddress("Paris", "FR", "Rue de l'Échiquier", "12 bis", "75010"),
)
BATCH = TransferBatch(
    message_id="PAY202611-01",
    created_at=datetime(2026, 11, 20, 10, 0, 0),  # noqa: DTZ001 -- the file carries local time
    execution_date=date(2026, 11, 23),
    debtor_name="Productions Associées SC",
    debtor_iban="BE68539007547034",
    debtor_bic="NICABEBB",
    debtor_address=StructuredAddress("Bruxelles", "BE", "Rue Émile Féron", "70", "1060"),
    enterprise_number="0403.019.261",
    purpose="SALA",
    transfers=(WAGE, replace(WAGE, end_to_end_id="SLIP-2026-11-000043", amount=Decimal("1066.68"))),
)


def bundled_schema(version: Version) -> Path:
    return package_folder("sepaxml") / "schemas" / f"pain.001.001.{version.value}.xsd"


def texts(content: bytes, name: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(content).iter("{*}" + name)]


VARIANTS = {
    "wages": BATCH,
    "expenses": replace(BATCH, purpose="", transfers=(INVOICE, WAGE)),
    "RF reference": replace(BATCH, transfers=(replace(INVOICE, structured_reference="RF18 5390 0754 7034"),)),
    "no address, unknown bank": replace(
        BATCH, debtor_bic="", debtor_iban=belgian_iban(9990000001), debtor_address=None, enterprise_number=""
    ),
    "no communication": replace(BATCH, transfers=(replace(WAGE, communication=""),)),
}


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("name", VARIANTS)
def test_every_file_validates_against_the_bundled_schema(name: str, version: Version) -> None:
    assert schema_errors(write_pain001(VARIANTS[name], version), bundled_schema(version)) == []


@pytest.mark.conformance
@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("name", VARIANTS)
def test_every_file_validates_against_the_official_schema(name: str, version: Version) -> None:
    path = CONFORMANCE / "sepa" / f"pain.001.001.{version.value}.xsd"
    assert schema_errors(write_pain001(VARIANTS[name], version), path) == []


def test_wages_carry_their_purpose_and_their_sum() -> None:
    content = write_pain001(BATCH)
    assert texts(content, "CtrlSum") == ["1501.33", "1501.33"]
    assert texts(content, "NbOfTxs") == ["2", "2"]
    assert texts(content, "CtgyPurp") and "SALA" in texts(content, "Cd")
    assert texts(content, "InstdAmt") == ["434.65", "1066.68"]
    assert texts(content, "EndToEndId") == ["SLIP-2026-11-000042", "SLIP-2026-11-000043"]
    assert texts(content, "BtchBookg") == ["true"]
    assert BATCH.control_sum == Decimal("1501.33")


def test_the_structured_communication_travels_as_twelve_digits() -> None:
    content = write_pain001(VARIANTS["expenses"])
    assert texts(content, "Ref") == ["020260000178"]
    assert "BBA" in texts(content, "Issr")
    assert "Cafe Muller + Son" in texts(content, "Nm")


def test_the_same_batch_gives_the_same_bytes() -> None:
    assert write_pain001(BATCH) == write_pain001(replace(BATCH))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller & Søn", "Muller + Son"),
        ("Œuvre d’été n°5 — 100 €", "OEuvre d'ete n.5 - 100 EUR"),
        ("/a//b/", "a/b"),
        ("a@b_c", "a(at)b-c"),
        ("日本", ".."),
    ],
)
def test_texts_are_brought_into_the_sepa_alphabet(text: str, plain: str) -> None:
    assert transliterate(text) == plain


def wage(**changes: object) -> TransferBatch:
    return replace(BATCH, transfers=(replace(WAGE, **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("batch", "code"),
    [
        (replace(BATCH, transfers=()), "empty"),
        (replace(BATCH, transfers=(WAGE, WAGE)), "duplicate"),
        (replace(BATCH, message_id=""), "identifier"),
        (replace(BATCH, message_id="x" * 36), "identifier"),
        (replace(BATCH, execution_date=date(2026, 11, 19)), "execution_date"),
        (replace(BATCH, purpose="salary"), "purpose"),
        (replace(BATCH, debtor_iban="BE00539007547034"), "iban"),
        (replace(BATCH, debtor_name="—"), "name"),
        (replace(BATCH, debtor_address=StructuredAddress("", "BE", "Rue X 1")), "address"),
        (replace(BATCH, enterprise_number="0403019262"), "enterprise_number"),
        (wage(currency="USD"), "currency"),
        (wage(amount=Decimal("0.00")), "amount"),
        (wage(amount=Decimal("-1.00")), "amount"),
        (wage(amount=Decimal("1.005")), "amount"),
        (wage(amount=Decimal("NaN")), "amount"),
        (wage(amount=Decimal("1000000000.00")), "amount"),
        (wage(iban="BE71096123456768"), "iban"),
        (wage(iban="BR1800360305000010009795493C1"), "iban"),
        (wage(bic="NOPE"), "bic"),
        (wage(name="日本"), "name"),
        (wage(end_to_end_id="été"), "identifier"),
        (wage(structured_reference="020260000178"), "communication"),
        (wage(communication="", structured_reference="020260000179"), "structured_reference"),
    ],
)
def test_what_the_bank_would_reject_is_refused_by_name(batch: TransferBatch, code: str) -> None:
    with pytest.raises(PaymentFileError) as refusal:
        write_pain001(batch)
    assert refusal.value.code == code


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Transfer,
            end_to_end_id=st.uuids().map(lambda value: value.hex),
            amount=st.decimals("0.01", "99999", places=2),
            name=st.text(max_size=90).map(lambda text: f"Z{text}"),
            iban=st.integers(0, 10**10 - 1).map(belgian_iban),
            communication=st.text(max_size=200),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda transfer: transfer.end_to_end_id,
    ),
    st.sampled_from(Version),
)
def test_whatever_names_people_have_the_file_is_valid(transfers: list[Transfer], version: Version) -> None:
    batch = replace(BATCH, transfers=tuple(transfers))
    content = write_pain001(batch, version)
    assert schema_errors(content, bundled_schema(version)) == []
    assert sum(map(Decimal, texts(content, "InstdAmt"))) == batch.control_sum
