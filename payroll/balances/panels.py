"""What balances that stay add to the pages of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activities.home import Need
from core.identifiers import format_iban, format_structured_communication
from core.kit.formats import day, money
from core.links import link
from members.models import Person
from payroll.balances import selectors
from payroll.balances.enums import BalanceState
from payroll.balances.models import Balance, BalanceAct
from payroll.balances.roles import GIVERS_UP, WRITERS
from payroll.waiting import Waiting


def balances_need_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """What I was asked to pay back, with everything that a transfer needs."""
    del activities
    rows = selectors.balances().filter(person=person, state=BalanceState.ASKED)
    for row in rows[:3]:
        words = {
            "iban": format_iban(selectors.account_of_entity(row.entity)),
            "communication": format_structured_communication(row.communication),
            "due_on": day(row.due_on),
        }
        yield Need(
            _("You were asked to pay back %(amount)s") % {"amount": money(min(row.asked, row.amount))},
            _("Pay it to %(iban)s with the communication %(communication)s by %(due_on)s.") % words,
            link("payroll:my_pay"),
            "danger" if row.due_on is not None and row.due_on < today else "warning",
        )


def waiting(person: Any, roles: frozenset[str], today: date) -> Iterator[Waiting]:
    """Balances that nobody looked at, letters without an answer, write-offs to decide."""
    del person
    if roles & WRITERS:
        rows = Balance.objects.filter(works=False, state=BalanceState.OPEN)
        yield Waiting(_("Balances that stay"), rows.count(), link("balances:balances") + "?state=open")
        late = Balance.objects.filter(state=BalanceState.ASKED, due_on__lt=today)
        yield Waiting(
            _("Balances asked back, past their day"),
            late.count(),
            link("balances:balances") + "?state=asked",
            "warning",
        )
    if roles & GIVERS_UP:
        rows = Balance.objects.filter(state=BalanceState.PROPOSED)
        yield Waiting(
            _("Balances to write off"), rows.count(), link("balances:balances") + "?state=proposed", "warning"
        )


def act_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Entries of write-offs lead to their balance."""
    rows = BalanceAct.objects.filter(pk__in=list(ids)).values_list("pk", "balance_id")
    return {pk: link("balances:balance", pk=balance) for pk, balance in rows}
