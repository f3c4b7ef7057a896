"""Reads of what registers say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from core.locks import for_update
from core.rates import find_policy
from invoicing import ubl
from invoicing.enums import ClientKind, DocumentKind
from invoicing.models import Client
from invoicing.registers.enums import DECIDED, CheckState, Outcome, Register
from invoicing.registers.models import RegisterAnswer, RegisterCheck
from invoicing.registers.vies import COVERED
from invoicing.ubl.codes import BELGIAN_ENTERPRISE

RECHECK_DAYS = 180
"""After so many days a register is asked again, where the cooperative says nothing else."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a number stands in a register: the last answer of any sort, the last one that decides something,
    and whether the register is being asked.
    """

    register: Register
    number: str
    last: RegisterAnswer | None = None
    decided: RegisterAnswer | None = None
    asking: bool = False

    @property
    def outcome(self) -> str:
        """`valid`, `invalid`, or nothing while nobody knows."""
        return self.decided.outcome if self.decided else ""


def participant_of(client: Client) -> str:
    """The client's Peppol participant as scheme:value: the one that it named, or the one that follows from
    its numbers; nothing for a private person and where none follows.
    """
    if client.peppol_id:
        return client.peppol_id
    if client.kind == ClientKind.CONSUMER:
        return ""
    try:
        if client.country == "BE":
            number = client.enterprise_number or client.vat_number.removeprefix("BE")
            return f"{BELGIAN_ENTERPRISE}:{normalise_enterprise_number(number)}" if number else ""
        endpoint = ubl.vat_endpoint(client.vat_number) if client.vat_number else None
    except InvalidIdentifier:
        return ""
    return f"{endpoint.scheme}:{endpoint.value}" if endpoint else ""


def numbers_of(client: Client) -> list[tuple[Register, str]]:
    """What a register can be asked about a client."""
    found = []
    if client.vat_number[:2] in COVERED:
        found.append((Register.VIES, client.vat_number))
    if participant := participant_of(client):
        found.append((Register.PEPPOL, participant))
    return found


def standing(register: Register, number: str) -> Standing:
    """Where one number stands."""
    return standings([(register, number)])[register, number]


def standings(numbers: Iterable[tuple[Register, str]]) -> dict[tuple[Register, str], Standing]:
    """Where numbers stand, in three queries whatever their count."""
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        return {}
    rows = RegisterAnswer.objects.filter(_any_of(wanted)).order_by("register", "number", "-id")
    once = rows.distinct("register", "number")
    last = {(row.register, row.number): row for row in once}
    decided = {(row.register, row.number): row for row in once.filter(outcome__in=DECIDED)}
    asking = set(
        RegisterCheck.objects.filter(_any_of(wanted), state=CheckState.WAITING).values_list(
            "register", "number"
        )
    )
    return {
        key: Standing(Register(key[0]), key[1], last.get(key), decided.get(key), key in asking)
        for key in wanted
    }


def answers_about(client: Client, limit: int = 12) -> QuerySet[RegisterAnswer]:
    """What registers answered about a client's numbers, newest first."""
    wanted = numbers_of(client)
    rows = RegisterAnswer.objects.filter(_any_of(wanted)) if wanted else RegisterAnswer.objects.none()
    return rows.order_by("-id")[:limit]


def receives_einvoices(client: Client, kind: str = DocumentKind.INVOICE) -> bool | None:
    """Whether the client receives invoices (or credit notes) by Peppol, by the directory's last answer; None
    while nobody knows. A client without participant receives none.
    """
    participant = participant_of(client)
    if not participant:
        return False
    answer = standing(Register.PEPPOL, participant).decided
    if answer is None:
        return None
    return answer.receives_credit_notes if kind == DocumentKind.CREDIT_NOTE else answer.receives_invoices


def vat_number_standing(number: str) -> Outcome | None:
    """What VIES last decided about a number; None while nobody knows."""
    answer = standing(Register.VIES, number).decided
    return Outcome(answer.outcome) if answer else None


def vat_number_standings(numbers: Collection[str]) -> dict[str, str]:
    """What VIES last decided about numbers; those that nobody knows of are absent."""
    found = standings([(Register.VIES, number) for number in numbers])
    return {number: row.decided.outcome for (_, number), row in found.items() if row.decided}


def due_checks(limit: int) -> list[RegisterCheck]:
    """Numbers that a carrier should ask about now, the longest waiting first."""
    moment = timezone.now()
    rows = RegisterCheck.objects.filter(state=CheckState.WAITING, next_attempt_at__lte=moment)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=moment))
    return list(free.order_by("next_attempt_at", "pk")[:limit])


def old_checks(on: date, limit: int) -> QuerySet[RegisterCheck]:
    """Numbers whose answer is older than the policy allows."""
    policy = find_policy("register_recheck_days", on=on)
    days = int(policy.rate) if policy else RECHECK_DAYS
    rows = RegisterCheck.objects.filter(state=CheckState.ANSWERED, answered_on__lt=on - timedelta(days=days))
    return rows.order_by("answered_on", "pk")[:limit]


def checks_for_update(numbers: Iterable[tuple[Register, str]]) -> list[RegisterCheck]:
    """The work rows of numbers, locked."""
    wanted = list(numbers)
    return list(for_update(RegisterCheck.objects.filter(_any_of(wanted)))) if wanted else []


def _any_of(numbers: Iterable[tuple[str, str]]) -> Q:
    """One `IN` per register."""
    by_register: dict[str, list[str]] = {}
    for register, number in numbers:
        by_register.setdefault(str(register), []).append(number)
    condition = Q()
    for register, found in by_register.items():
        condition |= Q(register=register, number__in=found)
    return condition
