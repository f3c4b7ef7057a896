"""The only writer of what registers are asked and answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core import audit, clock
from core.doorbell import ring
from core.gateway import carry
from core.locks import for_update
from core.models import Cooperative
from core.tenancy import current_cooperative, tenant_scope
from core.types import Actor
from invoicing.models import Client
from invoicing.registers import peppol, selectors, vies
from invoicing.registers.enums import DECIDED, CheckState, Outcome, Register
from invoicing.registers.errors import NothingToAsk
from invoicing.registers.models import RegisterAnswer, RegisterCheck
from invoicing.registers.types import (
    DirectoryAnswer,
    RegisterTimeout,
    RegisterUnavailable,
    UnreadableAnswer,
    VatAnswer,
)
from ledger.enums import VatRegime
from ledger.models import LegalEntity

LEASE = timedelta(minutes=2)
MOST_TRIES = 30
"""Questions without a decision, hourly at the end: a register that is down for a day is heard after it."""
MOST_PAUSE = timedelta(hours=1)
TASK = "registers.carry"


@dataclass(slots=True)
class _Errand:
    """What is taken along for one question."""

    check_id: UUID
    attempt: int
    register: Register
    number: str
    requester: str


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came of it."""

    outcome: Outcome
    answer: VatAnswer | DirectoryAnswer | None = None
    reason: str = field(default="")


@transaction.atomic
def ask_about(client: Client) -> int:
    """Have the registers asked about a client's numbers that nobody asked about yet; answers how many.

    What is known, or being asked, is left alone: a repeat changes nothing.
    """
    wanted = [
        RegisterCheck(register=register, number=number) for register, number in selectors.numbers_of(client)
    ]
    known = {(row.register, row.number) for row in selectors.checks_for_update(_keys(wanted))}
    new = [row for row in wanted if (row.register, row.number) not in known]
    if new:
        RegisterCheck.objects.bulk_create(new, ignore_conflicts=True)
        _ring()
    return len(new)


@transaction.atomic
def ask_again(*, client: Client, actor: Actor) -> int:
    """Somebody wants to know now: ask about every number of the client; answers how many.

    Locks the work rows. Raises `NothingToAsk`. A number that is being asked about is asked about at once.
    """
    wanted = selectors.numbers_of(client)
    if not wanted:
        raise NothingToAsk
    rows = selectors.checks_for_update(wanted)
    _wait(rows)
    known = {(row.register, row.number) for row in rows}
    RegisterCheck.objects.bulk_create(
        [RegisterCheck(register=key[0], number=key[1]) for key in wanted if key not in known],
        ignore_conflicts=True,
    )
    audit.record(actor, "client.registers_asked", client)
    _ring()
    return len(wanted)


@transaction.atomic
def ask_about_old(limit: int = 500) -> int:
    """Ask again where the answer is older than the policy says and the number is still a client's; answers
    how many. Numbers that nobody uses any more rest.
    """
    old = selectors.old_checks(clock.today(), limit).values_list("pk", flat=True)
    rows = list(for_update(RegisterCheck.objects.filter(pk__in=list(old))))
    used = set(
        Client.objects.filter(
            vat_number__in=[row.number for row in rows if row.register == Register.VIES],
            merged_into=None,
        ).values_list("vat_number", flat=True)
    )
    again = [row for row in rows if row.register == Register.PEPPOL or row.number in used]
    _wait(again)
    RegisterCheck.objects.filter(pk__in=[row.pk for row in rows if row not in again]).update(answered_on=None)
    return len(again)


def carry_due(cooperative: Cooperative, *, limit: int = 20) -> int:
    """Ask about what is due, one number after the other; answers how many. Outside of any scope."""
    with tenant_scope(cooperative):
        keys = [row.pk for row in selectors.due_checks(limit)]
    for key in keys:
        carry(
            cooperative,
            prepare=partial(_prepare, key),
            call=_call,
            record=_record,
            fail=partial(_fail, key),
        )
    return len(keys)


def _prepare(check_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        RegisterCheck.objects.filter(pk=check_id, state=CheckState.WAITING)
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or (row.lease_until and row.lease_until > moment):
        return None
    row.attempt += 1
    row.lease_until = moment + LEASE
    row.save(update_fields=["attempt", "lease_until"])
    return _Errand(row.pk, row.attempt, Register(row.register), row.number, _our_number())


def _our_number() -> str:
    """The VAT number in whose name VIES is asked, so that it proves the consultation."""
    seller = LegalEntity.objects.filter(vat_regime=VatRegime.NORMAL).order_by("pk").first()
    return f"{seller.country}{seller.enterprise_number}" if seller else ""


def _call(errand: _Errand) -> _Heard:
    try:
        if errand.register == Register.VIES:
            checked = vies.register().check(errand.number, requester=errand.requester)
            return _Heard(Outcome.VALID if checked.valid else Outcome.INVALID, checked)
        found = peppol.directory().look_up(errand.number)
        return _Heard(Outcome.VALID if found.registered else Outcome.INVALID, found)
    except RegisterTimeout as slow:
        return _Heard(Outcome.TIMEOUT, reason=slow.reason)
    except RegisterUnavailable as away:
        return _Heard(Outcome.UNAVAILABLE, reason=away.reason)
    except UnreadableAnswer as error:
        return _Heard(Outcome.UNAVAILABLE, reason=str(error))


def _record(errand: _Errand, heard: _Heard) -> None:
    row = for_update(RegisterCheck.objects.filter(pk=errand.check_id)).first()
    if row is None or row.attempt != errand.attempt or row.state != CheckState.WAITING:
        return
    answer = heard.answer
    in_words = {"name": answer.name} if answer else {}
    if isinstance(answer, VatAnswer):
        in_words |= {"address": answer.address, "consultation": answer.consultation}
    RegisterAnswer.objects.create(
        register=row.register,
        number=row.number,
        on=clock.today(),
        outcome=heard.outcome,
        reason=heard.reason[:60],
        receives_invoices=isinstance(answer, DirectoryAnswer) and answer.receives_invoices,
        receives_credit_notes=isinstance(answer, DirectoryAnswer) and answer.receives_credit_notes,
        source=_source(errand.register),
        **in_words,
    )
    row.lease_until = None
    if heard.outcome in DECIDED:
        row.state, row.tries, row.answered_on = CheckState.ANSWERED, 0, clock.today()
    else:
        row.tries += 1
        row.next_attempt_at = timezone.now() + min(timedelta(minutes=2**row.tries), MOST_PAUSE)
        if row.tries >= MOST_TRIES:
            row.state = CheckState.FAILED
    row.save(update_fields=["lease_until", "state", "tries", "answered_on", "next_attempt_at"])


def _fail(check_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """A question that cannot even be asked: it is given up, and asked again by a person."""
    RegisterCheck.objects.filter(pk=check_id, state=CheckState.WAITING).update(
        state=CheckState.FAILED, lease_until=None, tries=F("tries") + 1
    )


def _source(register: Register) -> str:
    named = settings.VIES if register == Register.VIES else settings.PEPPOL_DIRECTORY
    return str(register) if named == "live" else "simulator"


def _wait(rows: Iterable[RegisterCheck]) -> None:
    """Put (locked) questions back at the start."""
    keys = [row.pk for row in rows]
    RegisterCheck.objects.filter(pk__in=keys).update(
        state=CheckState.WAITING, tries=0, lease_until=None, next_attempt_at=timezone.now()
    )


def _keys(rows: Iterable[RegisterCheck]) -> list[tuple[Register, str]]:
    return [(Register(row.register), row.number) for row in rows]


def _ring() -> None:
    ring(TASK, current_cooperative().pk)
