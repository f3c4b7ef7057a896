"""Numbers that the outside world gives to people, firms and accounts: check, normalise, print.

Everything here is pure: text in, text out. A number that does not hold raises `InvalidIdentifier`, whose
`code` is stable and whose text never repeats a national number. The check digits come from python-stdnum
and schwifty; what they lack (social security employer numbers, the national check of a Belgian account,
fictional numbers for demonstrations) is written here from the published formulas.
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import Literal

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import iso11649
from stdnum.be import nn, ogm_vcs, ssn
from stdnum.be import vat as be_vat
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

Sex = Literal["M", "F"]

_SEPARATORS = re.compile(r"[\s.\-/]+")
_REFERENCE_SEPARATORS = re.compile(r"[\s+*/.\-]+")


class InvalidIdentifier(ValueError):
    """A number that its own check digits, length or alphabet refuse.

    `code` names the kind of number (`national_number`, `iban`, …) and never changes; `reason` says what
    is wrong without repeating the number, so that it can be logged.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def _compact(value: str, code: str) -> str:
    """Drop spaces, dots, dashes and slashes; refuse anything that is not printable ASCII."""
    compacted = _SEPARATORS.sub("", value).upper()
    if not compacted:
        raise InvalidIdentifier(code, "empty")
    if not compacted.isascii() or not compacted.isalnum():
        raise InvalidIdentifier(code, "unexpected character")
    return compacted


def _digits(value: str, code: str, length: int | None = None) -> str:
    compacted = _compact(value, code)
    if not compacted.isdigit():
        raise InvalidIdentifier(code, "only digits are allowed")
    if length is not None and len(compacted) != length:
        raise InvalidIdentifier(code, f"{length} digits are needed")
    return compacted


# --- Belgian national number (NISS/INSZ) and BIS number -------------------------------------------


def normalise_national_number(value: str) -> str:
    """Return the 11 digits of a Belgian national or BIS number.

    Check: last two digits = 97 − (first nine mod 97), with a 2 before the nine for people born from 2000 on.
    """
    number = _digits(value, "national_number", 11)
    try:
        return str(ssn.validate(number))
    except ValidationError as error:
        raise InvalidIdentifier("national_number", "check digits or date are wrong") from error


def is_national_number(value: str) -> bool:
    """Say whether `value` is a valid national or BIS number."""
    try:
        normalise_national_number(value)
    except InvalidIdentifier:
        return False
    return True


def format_national_number(value: str) -> str:
    """Print a national number as `YY.MM.DD-SSS.CC`."""
    return str(nn.format(normalise_national_number(value)))


def mask_national_number(value: str) -> str:
    """Print a national number with everything but the year of birth hidden: `85.**.**-***.**`."""
    return f"{normalise_national_number(value)[:2]}.**.**-***.**"


def national_number_birth_date(value: str) -> datetime.date | None:
    """Return the date of birth written in the number, or None where the register did not know it in full."""
    number = normalise_national_number(value)
    born: datetime.date | None = nn.get_birth_date(number)
    return born


def national_number_sex(value: str) -> Sex | None:
    """Return `M` (odd serial) or `F` (even serial); None for a BIS number given while the sex was unknown."""
    number = normalise_national_number(value)
    if 20 <= int(number[2:4]) <= 32:
        return None
    return "M" if int(number[6:9]) % 2 else "F"


def is_bis_number(value: str) -> bool:
    """Say whether the number is a BIS number (people who are not in the national register)."""
    return int(normalise_national_number(value)[2:4]) >= 20


def fictional_national_number(born: datetime.date, serial: int, *, bis: bool = False) -> str:
    """Build a valid national number that nobody was given by the register's own count: for demos and tests.

    `serial` runs from 1 to 998 (odd = male, even = female). `bis=True` adds 40 to the month. The same
    arguments always give the same number.
    """
    if not 1 <= serial <= 998:
        raise InvalidIdentifier("national_number", "the serial must lie between 1 and 998")
    if not 1900 <= born.year <= 2099:
        raise InvalidIdentifier("national_number", "the year of birth must lie between 1900 and 2099")
    month = born.month + (40 if bis else 0)
    body = f"{born.year % 100:02d}{month:02d}{born.day:02d}{serial:03d}"
    base = int(f"2{body}" if born.year >= 2000 else body)
    return f"{body}{97 - base % 97:02d}"


# --- Firms ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)  # pages and batches ask the same few again and again
def normalise_enterprise_number(value: str) -> str:
    """Return the 10 digits of a Belgian enterprise number (KBO/BCE); an old 9-digit form gets its leading
    zero.

    Check: last two digits = 97 − (first eight mod 97); the first digit is 0 or 1.
    """
    number = _compact(value, "enterprise_number")
    number = number.removeprefix("BE")
    if not number.isdigit():
        raise InvalidIdentifier("enterprise_number", "only digits are allowed")
    if len(number) == 9:
        number = f"0{number}"
    if len(number) != 10:
        raise InvalidIdentifier("enterprise_number", "10 digits are needed")
    if number[0] not in "01":
        raise InvalidIdentifier("enterprise_number", "the first digit is 0 or 1")
    try:
        return str(be_vat.validate(number))
    except ValidationError as error:
        raise InvalidIdentifier("enterprise_number", "check digits are wrong") from error


def format_enterprise_number(value: str) -> str:
    """Print an enterprise number as `0403.019.261`."""
    number = normalise_enterprise_number(value)
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"


def enterprise_number_from(base: int) -> str:
    """Complete eight digits (1 to 19,999,999) with their two check digits."""
    if not 1 <= base <= 19_999_999:
        raise InvalidIdentifier("enterprise_number", "the first eight digits run from 1 to 19999999")
    return f"{base:08d}{97 - base % 97:02d}"


def normalise_vat_number(value: str) -> str:
    """Return a VAT number of the European Union with its country prefix (`BE0403019261`, `EL…` for Greece).

    Only the form and check digits are looked at; whether the number is in use is a question for VIES.
    """
    number = _compact(value, "vat_number")
    if number.startswith("GR"):
        number = f"EL{number[2:]}"
    if number.startswith("BE"):
        return f"BE{normalise_enterprise_number(number)}"
    if len(number) < 4 or not number[:2].isalpha():
        raise InvalidIdentifier("vat_number", "the country prefix is missing")
    try:
        checked = str(eu_vat.validate(number))
    except ValidationError as error:
        raise InvalidIdentifier("vat_number", "form or check digits are wrong") from error
    prefix = number[:2]
    return checked if checked.startswith(prefix) else f"{prefix}{checked}"


def is_vat_number(value: str) -> bool:
    """Say whether `value` has the form and check digits of an EU VAT number."""
    try:
        normalise_vat_number(value)
    except InvalidIdentifier:
        return False
    return True


def nsso_check_digits(base: int) -> str:
    """Check digits of a social security employer number: 96 − (base × 100 mod 97), where 0 becomes 97."""
    return f"{(96 - base * 100 % 97) or 97:02d}"


def normalise_nsso_number(value: str) -> str:
    """Return an employer's NSSO number without leading zeros, check digits proved.

    Definitive numbers hold up to 7 digits + 2 (100006 … 199999934), provisional ones 8 digits + 2 starting
    with 5.
    """
    digits = _digits(value, "nsso_number")
    number = digits.lstrip("0")
    definitive = len(number) <= 9 and 100006 <= int(number or 0) <= 199999934
    provisional = len(number) == 10 and number.startswith("5")
    if not (definitive or provisional):
        raise InvalidIdentifier("nsso_number", "out of range")
    if nsso_check_digits(int(number[:-2])) != number[-2:]:
        raise InvalidIdentifier("nsso_number", "check digits are wrong")
    return number


def normalise_siren(value: str) -> str:
    """Return the 9 digits of a French SIREN."""
    number = _digits(value, "siren", 9)
    try:
        return str(siren.validate(number))
    except ValidationError as error:
        raise InvalidIdentifier("siren", "check digit is wrong") from error


def normalise_siret(value: str) -> str:
    """Return the 14 digits of a French SIRET."""
    number = _digits(value, "siret", 14)
    try:
        return str(siret.validate(number))
    except ValidationError as error:
        raise InvalidIdentifier("siret", "check digit is wrong") from error


# --- Accounts and payment references --------------------------------------------------------------


_BELGIAN_IBAN = re.compile(r"BE[0-9]{14}")


@lru_cache(maxsize=1024)
def normalise_iban(value: str) -> str:
    """Return an IBAN without spaces: ISO 7064 check, length and form of its country, and national check for
    Belgium.
    """
    number = _compact(value, "iban")
    if _BELGIAN_IBAN.fullmatch(number):  # nearly all of them, in a tenth of the time
        account = number[4:]
        if int(f"{account}1114{number[2:4]}") % 97 != 1:
            raise InvalidIdentifier("iban", "form or check digits are wrong")
        if f"{int(account[:10]) % 97 or 97:02d}" != account[10:]:
            raise InvalidIdentifier("iban", "national check digits are wrong")
        return number
    try:
        return str(IBAN(number).compact)
    except SchwiftyException as error:
        raise InvalidIdentifier("iban", "form or check digits are wrong") from error


def is_iban(value: str) -> bool:
    """Say whether `value` is a valid IBAN."""
    try:
        normalise_iban(value)
    except InvalidIdentifier:
        return False
    return True


def format_iban(value: str) -> str:
    """Print an IBAN in groups of four."""
    number = normalise_iban(value)
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def mask_iban(value: str) -> str:
    """An account number of which only the country and the ends are shown; nothing for none."""
    plain = "".join(value.split())
    return f"{plain[:4]} •••• {plain[-4:]}" if plain else ""


def bic_of_iban(value: str) -> str | None:
    """Return the BIC of the bank that holds the account, or None when the bank is not in the register."""
    try:
        bic = IBAN(normalise_iban(value)).bic
    except SchwiftyException:
        return None
    return None if bic is None else str(bic.compact)


def belgian_iban(account_base: int) -> str:
    """Build a Belgian IBAN from the first ten digits of its account number (bank code first)."""
    if not 0 <= account_base < 10**10:
        raise InvalidIdentifier("iban", "ten digits are needed")
    account = f"{account_base:010d}{account_base % 97 or 97:02d}"
    return iban_from_belgian_account(account)


def iban_from_belgian_account(account: str) -> str:
    """Build the IBAN of a Belgian account given as 12 digits. The national check is the caller's business."""
    digits = _digits(account, "iban", 12)
    return f"BE{98 - int(digits + '111400') % 97:02d}{digits}"


def make_structured_communication(base: int) -> str:
    """Return the 12 digits of a Belgian structured communication for a number of up to ten digits (above
    zero).
    """
    if not 0 < base < 10**10:
        raise InvalidIdentifier("structured_communication", "one to ten digits, above zero")
    body = f"{base:010d}"
    return f"{body}{ogm_vcs.calc_check_digits(body)}"


def normalise_structured_communication(value: str) -> str:
    """Return the 12 digits of a communication written with or without `+++`, `***`, slashes or spaces."""
    digits = _REFERENCE_SEPARATORS.sub("", value)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidIdentifier("structured_communication", "only digits are allowed")
    try:
        return str(ogm_vcs.validate(digits))
    except ValidationError as error:
        raise InvalidIdentifier("structured_communication", "length or check digits are wrong") from error


def is_structured_communication(value: str) -> bool:
    """Say whether `value` is a valid Belgian structured communication."""
    try:
        normalise_structured_communication(value)
    except InvalidIdentifier:
        return False
    return True


def format_structured_communication(value: str) -> str:
    """Print a structured communication as `+++ddd/dddd/dddCC+++`."""
    digits = normalise_structured_communication(value)
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def normalise_creditor_reference(value: str) -> str:
    """Return an ISO 11649 creditor reference (`RF` + 2 check digits + up to 21 characters) without spaces."""
    reference = _compact(value, "creditor_reference")
    try:
        return str(iso11649.validate(reference))
    except ValidationError as error:
        raise InvalidIdentifier("creditor_reference", "form or check digits are wrong") from error


def make_creditor_reference(body: str) -> str:
    """Put `RF` and the check digits before up to 21 letters and digits."""
    reference = _compact(body, "creditor_reference")
    if len(reference) > 21:
        raise InvalidIdentifier("creditor_reference", "21 characters at most")
    numeric = "".join(str(int(character, 36)) for character in f"{reference}RF00")
    return f"RF{98 - int(numeric) % 97:02d}{reference}"
