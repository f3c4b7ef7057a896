"""How a cooperative's policies are written and read by people: an exact value in, an exact value kept.

Values are kept as the policies' readers expect them: rates, factors and amounts as text with a point,
switches as true or false, ladders and conditions as the structures that the product knows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

Sort = Literal["percent", "factor", "amount", "days", "switch", "structure", "choice"]


class PolicyValueWrong(DomainError):
    """The text is not a value of this policy."""

    code = "policy_value_wrong"
    message = _("“%(key)s” does not take this value: %(hint)s")


class UnknownPolicy(DomainError):
    """The product reads no policy of that name."""

    code = "unknown_policy"
    message = _("There is no policy “%(key)s”.")


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """A policy that the product reads: its words, and how its value is written."""

    key: str
    label: Any
    sort: Sort
    choices: tuple[str, ...] = ()


YES, NO = frozenset({"yes", "true", "oui"}), frozenset({"no", "false", "non"})

HINTS: dict[Sort, Any] = {
    "percent": _("a percentage between 0 and 100, for example 6.5"),
    "factor": _("a number of at least 1, for example 1.55"),
    "amount": _("an amount in euro, for example 250.00"),
    "days": _("a whole number of days"),
    "switch": _("yes or no"),
    "structure": _("the same structure as the value in force, as JSON"),
    "choice": _("one of the listed words"),
}

KINDS = {
    kind.key: kind
    for kind in (
        PolicyKind("levy.rate", _("Mutualised levy"), "percent"),
        PolicyKind("multiplier.employee", _("Multiplier: employee"), "factor"),
        PolicyKind("multiplier.artistic", _("Multiplier: artistic work"), "factor"),
        PolicyKind("multiplier.student", _("Multiplier: student"), "factor"),
        PolicyKind("multiplier.interim", _("Multiplier: temporary agency work"), "factor"),
        PolicyKind("pay_delay", _("When wages are paid"), "structure"),
        PolicyKind("contract_employer_signs", _("The employer signs contracts by itself"), "switch"),
        PolicyKind("share", _("Share"), "structure"),
        PolicyKind("share_categories", _("Categories of shares"), "structure"),
        PolicyKind("payment_term_days", _("Payment term of invoices"), "days"),
        PolicyKind("register_recheck_days", _("When registers are asked again about clients"), "days"),
        PolicyKind("einvoice.policy", _("How documents are sent to clients"), "structure"),
        PolicyKind("unemployment_top_up_per_day", _("Top-up per day of unemployment"), "amount"),
        PolicyKind("daily_batches", _("Payment batches are proposed every day"), "switch"),
        PolicyKind(
            "advance_share_of_expected_net", _("Advances on wages: share of the expected net"), "percent"
        ),
        PolicyKind("loan_file_fee", _("File fee of a pooled advance"), "percent"),
        PolicyKind("expense_approval_threshold", _("Expenses that an adviser approves, from"), "amount"),
        PolicyKind(
            "shortfall_second_person_threshold", _("Shortfalls that a second person agrees, from"), "amount"
        ),
        PolicyKind(
            "expenses_limited_to_money_received", _("Expenses limited to the money received"), "switch"
        ),
        PolicyKind(
            "exit_holiday_moment",
            _("When exit holiday pay is paid"),
            "choice",
            ("month_of_last_end", "settlement"),
        ),
        PolicyKind("reminder_ladder.business", _("Reminders to firms"), "structure"),
        PolicyKind("reminder_ladder.consumer", _("Reminders to consumers"), "structure"),
        PolicyKind("reminder_ladder.public_body", _("Reminders to public bodies"), "structure"),
        PolicyKind(
            "write_down_second_person_threshold", _("Write-downs that a second person agrees, from"), "amount"
        ),
        PolicyKind(
            "entity_transfer_second_person_threshold",
            _("Transfers between entities that a second person agrees, from"),
            "amount",
        ),
        PolicyKind("plan_grace_days", _("Days for which an instalment may be late"), "days"),
        PolicyKind("surcharge_credit_back", _("Invoices paid on time that give late charges back"), "days"),
        PolicyKind("treasury.body_due", _("When public bodies are paid, for the forecast"), "structure"),
        PolicyKind(
            "forecast.wage_shares", _("Shares of an employment budget, for the forecast"), "structure"
        ),
        PolicyKind("forecast.late_again_days", _("Days given to late clients in the forecast"), "days"),
        PolicyKind("guarantee.client_limit", _("What a client may owe with wages guaranteed"), "amount"),
        PolicyKind(
            "guarantee.second_person_threshold",
            _("Limits of clients that a second person agrees, above"),
            "amount",
        ),
        PolicyKind("vat_return_rhythm", _("How often entities file VAT returns"), "structure"),
    )
}
"""Every policy that an administrator may enter, in the order of the page."""


def kind_of(key: str) -> PolicyKind:
    """The policy's words and sort; one that only the published files know is shown as a structure."""
    return KINDS.get(key) or PolicyKind(key, key, "structure")


def parse_policy(key: str, text: str, *, like: Any = None) -> Any:
    """The exact value that a text means for the policy; `like` is the value in force, whose shape a
    structure keeps.

    A percentage is written as people say it (`6.5`) and kept as a fraction (`"0.065"`). Raises
    `PolicyValueWrong`, `UnknownPolicy`.
    """
    kind = KINDS.get(key)
    if kind is None:
        raise UnknownPolicy(key=key)
    try:
        return _parsed(kind, text.strip(), like)
    except (ValueError, InvalidOperation):
        raise PolicyValueWrong(key=str(kind.label), hint=str(HINTS[kind.sort])) from None


def _parsed(kind: PolicyKind, text: str, like: Any) -> Any:
    if kind.sort == "switch":
        word = text.lower()
        _refuse_unless(word in YES | NO)
        return word in YES
    if kind.sort == "choice":
        _refuse_unless(text in kind.choices)
        return text
    if kind.sort == "structure":
        value = json.loads(text)
        _refuse_unless(isinstance(value, dict | list) and bool(value) and "float" not in _leaves(value))
        _refuse_unless(like is None or _same_shape(value, like))
        return value
    number = Decimal(
        text.replace("%", "").replace("€", "").replace("\xa0", "").replace(" ", "").replace(",", ".")
    )
    _refuse_unless(number.is_finite() and number >= 0)
    if kind.sort == "days":
        _refuse_unless(number == int(number) and number <= 365)
        return str(int(number))
    if kind.sort == "percent":
        _refuse_unless(number <= 100)
        return f"{(number / 100).normalize():f}"
    if kind.sort == "factor":
        _refuse_unless(1 <= number <= 10)
        return f"{number:f}"
    _refuse_unless(number == round(number, 2))
    return f"{number:.2f}"


def _refuse_unless(holds: bool) -> None:
    if not holds:
        raise ValueError


def _leaves(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {name for item in value.values() for name in _leaves(item)}
    if isinstance(value, list):
        return {name for item in value for name in _leaves(item)}
    return {type(value).__name__}


def _same_shape(value: Any, like: Any) -> bool:
    """Structures of the same sort: lists of rows with the same keys, or dictionaries (whose keys may differ,
    as the two ways to say when wages are paid do)."""
    if isinstance(like, list):
        keys = [set(row) for row in like if isinstance(row, dict)]
        return isinstance(value, list) and all(isinstance(row, dict) and set(row) in keys for row in value)
    return isinstance(value, dict)


def written(key: str, value: Any) -> str:
    """The value as an administrator writes it: what `parse_policy` reads back."""
    kind = kind_of(key)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if kind.sort == "percent":
        return f"{(Decimal(value) * 100).normalize():f}"
    return str(value)


def spoken(key: str, value: Any) -> list[str]:
    """A structure in words, one line per part: when wages are paid, what a share costs, which reminder goes
    when.
    """
    if isinstance(value, list):
        return [_spoken_step(row) for row in value]
    if not isinstance(value, dict):
        return [written(key, value)]
    if key == "pay_delay":
        return [_spoken_delay(value)]
    if key == "share" and "price" in value:
        yearly = gettext("a year of use") if value.get("yearly") else gettext("once")
        price = number_format(Decimal(value["price"]), 2)
        return [gettext("%(price)s € each, %(rhythm)s") % {"price": price, "rhythm": yearly}]
    return [f"{name}: {part}" for name, part in value.items()]


def _spoken_delay(value: dict[str, Any]) -> str:
    if "working_days" in value:
        days = int(value["working_days"])
        text = ngettext("%(n)s working day after the work", "%(n)s working days after the work", days)
        return text % {"n": days}
    if "day_of_next_month" in value:
        return gettext("on day %(n)s of the next month") % {"n": value["day_of_next_month"]}
    return ", ".join(f"{name}: {part}" for name, part in value.items())


def _spoken_step(row: Any) -> str:
    if not isinstance(row, dict) or "days_late" not in row:
        return str(row)
    charges = gettext("with charges") if row.get("charges") else gettext("free")
    text = ngettext("after %(n)s day, %(charges)s", "after %(n)s days, %(charges)s", int(row["days_late"]))
    return text % {"n": row["days_late"], "charges": charges}
