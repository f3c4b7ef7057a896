"""Numbers of people, firms and accounts: what is accepted, what is refused, how it is printed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import identifiers as ids


def test_a_national_number_gives_birth_date_sex_and_printed_form() -> None:
    assert ids.normalise_national_number("85.07.30-033 28") == "85073003328"
    assert ids.format_national_number("85073003328") == "85.07.30-033.28"
    assert ids.national_number_birth_date("85073003328") == date(1985, 7, 30)
    assert ids.national_number_sex("85073003328") == "M"
    assert ids.mask_national_number("85073003328") == "85.**.**-***.**"
    assert not ids.is_bis_number("85073003328")


def test_people_born_from_2000_have_a_two_before_their_number() -> None:
    assert ids.national_number_birth_date("17 07 30 033 84") == date(2017, 7, 30)


def test_a_bis_number_is_accepted_and_tells_the_sex_only_when_the_month_grew_by_forty() -> None:
    assert ids.is_bis_number("98.47.28-997.65")
    assert ids.national_number_birth_date("98472899765") == date(1998, 7, 28)
    assert ids.national_number_sex("98472899765") == "M"


@pytest.mark.parametrize(
    "wrong", ["", "85073003329", "8507300332", "85A73003328", "00000000000", "٨٥٠٧٣٠٠٣٣٢٨"]
)
def test_a_wrong_national_number_is_refused_without_being_repeated(wrong: str) -> None:
    with pytest.raises(ids.InvalidIdentifier) as refusal:
        ids.normalise_national_number(wrong)
    assert refusal.value.code == "national_number"
    assert not wrong or wrong not in str(refusal.value)
    assert not ids.is_national_number(wrong)


@given(st.dates(date(1930, 1, 1), date(2025, 12, 31)), st.integers(1, 998), st.booleans())
def test_a_fictional_national_number_is_always_valid(born: date, serial: int, bis: bool) -> None:
    number = ids.fictional_national_number(born, serial, bis=bis)
    assert ids.normalise_national_number(number) == number
    assert ids.is_bis_number(number) is bis
    assert ids.national_number_sex(number) == ("M" if serial % 2 else "F")
    assert ids.national_number_birth_date(number) == born


def test_enterprise_numbers_are_checked_and_printed() -> None:
    assert ids.normalise_enterprise_number("BE 403.019.261") == "0403019261"
    assert ids.format_enterprise_number("0403019261") == "0403.019.261"
    assert ids.enterprise_number_from(1) == "0000000196"
    for wrong in ("0403019262", "2403019261", "04030192", "abc"):
        with pytest.raises(ids.InvalidIdentifier):
            ids.normalise_enterprise_number(wrong)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("BE 0403.019.261", "BE0403019261"),
        ("FR 40 303 265 045", "FR40303265045"),
        ("NL 0044.95.445.B01", "NL004495445B01"),
        ("DE 136,695 976".replace(",", ""), "DE136695976"),
        ("GR 094259216", "EL094259216"),
        ("LU 150 274 42", "LU15027442"),
    ],
)
def test_european_vat_numbers_keep_their_prefix(written: str, kept: str) -> None:
    assert ids.normalise_vat_number(written) == kept


@pytest.mark.parametrize(
    "wrong", ["BE0403019262", "0403019261", "XX123", "FR00303265045", "US12-3456789", ""]
)
def test_wrong_vat_numbers_are_refused(wrong: str) -> None:
    assert not ids.is_vat_number(wrong)


def test_employer_numbers_meet_both_bounds_of_the_public_schema() -> None:
    assert ids.normalise_nsso_number("0001000-06") == "100006"
    assert ids.normalise_nsso_number("199999934") == "199999934"
    assert ids.normalise_nsso_number("5000000120") == "5000000120"
    assert ids.normalise_nsso_number("5999999989") == "5999999989"
    for wrong in ("100007", "100005", "299999934", "4000000120", "1"):
        with pytest.raises(ids.InvalidIdentifier):
            ids.normalise_nsso_number(wrong)


def test_iban_needs_both_the_international_and_the_belgian_check() -> None:
    assert ids.normalise_iban("be68 5390 0754 7034") == "BE68539007547034"
    assert ids.format_iban("BE68539007547034") == "BE68 5390 0754 7034"
    assert ids.is_iban("FR1420041010050500013M02606")
    assert not ids.is_iban("BE69539007547034")
    wrong_inside = ids.iban_from_belgian_account("539007547035")
    assert not ids.is_iban(wrong_inside)


@given(st.integers(0, 10**10 - 1))
def test_a_built_belgian_iban_holds(base: int) -> None:
    assert ids.belgian_iban(base)[4:14] == f"{base:010d}"
    assert ids.iban_from_belgian_account(ids.belgian_iban(base)[4:]) == ids.belgian_iban(base)


def test_the_bank_of_an_account_is_looked_up() -> None:
    assert ids.bic_of_iban("BE71096123456769") == "GKCCBEBB"


def test_structured_communications() -> None:
    assert ids.normalise_structured_communication("+++020/2600/00178+++") == "020260000178"
    assert ids.format_structured_communication("020260000178") == "+++020/2600/00178+++"
    assert ids.make_structured_communication(202600001) == "020260000178"
    assert ids.make_structured_communication(97) == "000000009797"
    for wrong in ("020260000179", "", "hello", "0202600001780"):
        assert not ids.is_structured_communication(wrong)
    with pytest.raises(ids.InvalidIdentifier):
        ids.make_structured_communication(0)


@given(st.integers(1, 10**10 - 1))
def test_every_made_communication_reads_back(base: int) -> None:
    digits = ids.make_structured_communication(base)
    printed = ids.format_structured_communication(digits)
    assert ids.normalise_structured_communication(printed) == digits
    assert len(printed) == 20


def test_creditor_references_and_french_firms() -> None:
    assert ids.normalise_creditor_reference("RF18 5390 0754 7034") == "RF18539007547034"
    assert ids.make_creditor_reference("539007547034") == "RF18539007547034"
    assert ids.normalise_siren("552 008 443") == "552008443"
    assert ids.normalise_siret("73282932000074") == "73282932000074"
    for check, wrong in (
        (ids.normalise_creditor_reference, "RF19539007547034"),
        (ids.normalise_siren, "552008444"),
        (ids.normalise_siret, "73282932000075"),
    ):
        with pytest.raises(ids.InvalidIdentifier):
            check(wrong)


@given(st.text(max_size=30))
def test_no_text_makes_a_check_crash(value: str) -> None:
    for check in (ids.is_national_number, ids.is_vat_number, ids.is_iban, ids.is_structured_communication):
        assert check(value) in (True, False)
    for normalise in (
        ids.normalise_enterprise_number,
        ids.normalise_nsso_number,
        ids.normalise_creditor_reference,
        ids.normalise_siren,
        ids.normalise_siret,
    ):
        try:
            normalise(value)
        except ids.InvalidIdentifier as refusal:
            assert refusal.code
