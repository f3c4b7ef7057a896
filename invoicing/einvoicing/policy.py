"""The policy `einvoice.policy`: who is sent documents how, dated like every policy.

Belgian law asks for structured invoices between Belgian VAT payers since 1 January 2026 (law of 6 February
2024): there the network comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.rates import find_policy
from invoicing.einvoicing.enums import Channel
from invoicing.enums import ClientKind

KEY = "einvoice.policy"


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """`order`: channels by kind of client, the first that reaches the client is taken. `fallback`: a document
    that the network could not bring goes by e-mail, once. `at_issue`: documents leave when they are issued,
    without anybody pressing a button.
    """

    order: dict[str, tuple[Channel, ...]]
    fallback: bool = True
    at_issue: bool = False


BY_MAIL = SendingPolicy(dict.fromkeys(ClientKind.values, (Channel.EMAIL,)))
"""A cooperative that says nothing writes e-mails."""


def sending_policy(on: date) -> SendingPolicy:
    """The policy in force on a day."""
    found = find_policy(KEY, on=on)
    if found is None:
        return BY_MAIL
    value: dict[str, Any] = found.value
    return SendingPolicy(
        order={kind: _ways(value.get(kind)) for kind in ClientKind.values},
        fallback=bool(value.get("fallback", True)),
        at_issue=bool(value.get("at_issue", False)),
    )


def _ways(names: Any) -> tuple[Channel, ...]:
    """The ways that the policy names; e-mail where it names none that exists."""
    known = [Channel(name) for name in names if name in Channel.values] if isinstance(names, list) else []
    return tuple(known) or (Channel.EMAIL,)
