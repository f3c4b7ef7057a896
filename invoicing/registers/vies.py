"""The door to VIES, the Union's register of VAT numbers: the port, the real service and its stand-in.

Shapes: the REST service of the European Commission (`check-vat-number`), as public clients of it read them.
A member state that does not answer says nothing about a number: that is `RegisterUnavailable`, never "not
known".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from invoicing.registers import exchange
from invoicing.registers.standing import told
from invoicing.registers.types import RegisterTimeout, RegisterUnavailable, UnreadableAnswer, VatAnswer

ADDRESS = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"

COVERED = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
})  # fmt: skip
"""First two letters of the numbers that VIES knows: the member states (Greece is EL) and Northern Ireland."""

_SLOW = frozenset({"TIMEOUT", "MS_TIMEOUT"})
_NOT_A_NUMBER = frozenset({"INVALID_INPUT"})
_KEPT_BACK = {"", "---"}
"""What a member state writes where it does not give names away."""


class Vies(Protocol):
    """Says whether a VAT number is known."""

    def check(self, number: str, *, requester: str = "") -> VatAnswer:
        """What is known of a number with its country in front (`LU26375245`), asked in the name of our own
        number `requester`. Raises `RegisterUnavailable`, `RegisterTimeout`, `UnreadableAnswer`.
        """
        ...


class LiveVies:
    """The service of the European Commission."""

    def __init__(self, ask: Callable[..., Any] = exchange.ask) -> None:
        self._ask = ask

    def check(self, number: str, *, requester: str = "") -> VatAnswer:
        """Ask the member state of the number, through the Commission."""
        return read_answer(self._ask(ADDRESS, body=question(number, requester)))


def question(number: str, requester: str = "") -> dict[str, str]:
    """The body of the request."""
    asked = {"countryCode": number[:2], "vatNumber": number[2:]}
    if requester:
        asked |= {"requesterMemberStateCode": requester[:2], "requesterNumber": requester[2:]}
    return asked


def read_answer(payload: object) -> VatAnswer:
    """What the service said. Raises `RegisterUnavailable`, `RegisterTimeout`, `UnreadableAnswer`."""
    if not isinstance(payload, Mapping):
        raise UnreadableAnswer("the answer is no object")
    word = _refusal(payload)
    if word in _SLOW:
        raise RegisterTimeout(word)
    if word in _NOT_A_NUMBER:
        return VatAnswer(valid=False)
    if word and word not in {"VALID", "INVALID"}:
        raise RegisterUnavailable(word[:60])
    valid = payload.get("valid", payload.get("isValid"))
    if not isinstance(valid, bool):
        raise UnreadableAnswer("the answer does not say whether the number is valid")
    return VatAnswer(
        valid=valid,
        name=_text(payload.get("name"), 200) if valid else "",
        address=_text(payload.get("address"), 300) if valid else "",
        consultation=_text(payload.get("requestIdentifier"), 60),
    )


def _refusal(payload: Mapping[str, Any]) -> str:
    """The service's word for why there is no answer: in a list of its own, or beside an empty answer."""
    wrappers = payload.get("errorWrappers")
    if isinstance(wrappers, list) and wrappers and isinstance(wrappers[0], Mapping):
        return str(wrappers[0].get("error") or "UNKNOWN")
    if payload.get("actionSucceed") is False:
        return "UNKNOWN"
    return str(payload.get("userError") or "")


def _text(value: object, most: int) -> str:
    if not isinstance(value, str):
        return ""
    lines = (" ".join(line.split()) for line in value.splitlines())
    text = ", ".join(line for line in lines if line and line not in _KEPT_BACK)
    return "".join(sign for sign in text if sign.isprintable())[:most]


class ViesSimulator:
    """A stand-in where nobody may ask the real register: demonstrations and tests.

    It knows every number, but those it was told otherwise about (`standing.tell`), or those given here:
    `unknown` numbers, `away` countries whose administration does not answer, `slow` ones. Its answers pass
    through the reader of the real ones. As in life, Germany and Spain give no names away.
    """

    def __init__(
        self,
        *,
        unknown: frozenset[str] = frozenset(),
        away: frozenset[str] = frozenset(),
        slow: frozenset[str] = frozenset(),
    ) -> None:
        self.unknown, self.away, self.slow = unknown, away, slow

    def check(self, number: str, *, requester: str = "") -> VatAnswer:
        """Answer as the service does."""
        return read_answer(self._payload(number, requester))

    def _payload(self, number: str, requester: str) -> dict[str, Any]:
        country = number[:2]
        word = told("vies", number) or told("vies", country)
        if country in self.away or word == "away":
            return {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}
        if country in self.slow or word == "slow":
            return {"actionSucceed": False, "errorWrappers": [{"error": "TIMEOUT"}]}
        valid = number not in self.unknown and word != "unknown"
        named = valid and country not in {"DE", "ES"}
        digest = hashlib.sha256(f"{requester}{number}".encode()).hexdigest()
        return {
            **question(number),
            "requestDate": "",
            "valid": valid,
            "requestIdentifier": f"WAPIAAAA{digest[:8].upper()}" if requester else "",
            "name": f"{country} {number[-4:]}" if named else "---",
            "address": "---",
        }


def register() -> Vies:
    """The register that the settings name."""
    if settings.VIES == "simulator":
        return ViesSimulator()
    if settings.VIES == "live":
        return LiveVies()
    raise ImproperlyConfigured(f"SMART_VIES is simulator or live, not {settings.VIES!r}")
