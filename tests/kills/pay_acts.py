"""The acts of a month of pay, in their order: who does what, on which day, and what is tried again.

An act is one process: a request, a task, a command. Whoever saw no answer looks first, and does again what is
not done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.kills.house import House
from tests.kills.pay_house import SEPTEMBER, moment
from tests.kills.rooms import _call, _person
from tests.kills.story import Story, task

RUN_DAY, PAY_DAY, RETURN_DAY, SLIP_DAY = (
    date(2026, 10, 2),
    date(2026, 10, 20),
    date(2026, 10, 21),
    date(2027, 1, 11),
)


@dataclass(frozen=True)
class Act:
    """A story of the month and the moment at which it is played. `prints`: only where documents are made."""

    name: str
    at: datetime
    story: Story
    prints: bool = False


def _scoped(act: Callable[[House], None]) -> Callable[[House], None]:
    """The act as one request does it: in a scope of its own, that is one transaction."""

    def step(house: House) -> None:
        from core.tenancy import tenant_scope

        with tenant_scope(house.cooperative):
            act(house)

    return step


# --- contracts ----------------------------------------------------------------------------------------------


@_scoped
def _submit(house: House) -> None:
    from payroll.models import EmploymentContract
    from payroll.services import submit_contract

    key = house.id("contract of newcomer")
    if EmploymentContract.objects.get(pk=key).state == "draft":
        submit_contract(contract_id=key, on=moment(9, 1), actor=_person(house, "worker newcomer"))


@_scoped
def _sign(house: House) -> None:
    from members.models import Person
    from payroll.models import ContractSignature
    from payroll.services.contracts import sign_contract

    key = house.id("contract of newcomer")
    if not ContractSignature.objects.filter(contract_id=key, side="worker").exists():
        sign_contract(
            contract_id=key,
            side="worker",
            on=moment(9, 2),
            actor=_person(house, "worker newcomer"),
            signer=Person.objects.get(pk=house.id("worker newcomer")),
        )


def _salary(house: House) -> None:
    task("cdi.follow")(house.cooperative.pk, house.made["salary"])


@_scoped
def _lose_a_day(house: House) -> None:
    from payroll.unemployment.models import UnemploymentSpell
    from payroll.unemployment.services import record_unemployment

    if not UnemploymentSpell.objects.exists():
        record_unemployment(
            contract_id=house.id("contract of day without work"),
            days=[date(2026, 9, 17)],
            reason="economic",
            on=moment(9, 16),
            actor=_person(house, "clerk"),
        )


@_scoped
def _count_again(house: House) -> None:
    from payroll.models import ContractMonth
    from payroll.services.contracts import correct_month

    months = ContractMonth.objects.filter(contract_id=house.id("contract of counted again"))
    if months.count() == 1:
        correct_month(
            contract_month_id=months.get().pk,
            hours=Decimal(2),
            gross=Decimal("45.00"),
            reason="hours counted again",
            actor=_person(house, "clerk"),
        )


# --- the run ------------------------------------------------------------------------------------------------


@_scoped
def _begin(house: House) -> None:
    from payroll.models import PayrollRun
    from payroll.services.runs import start_month

    if not PayrollRun.objects.exists():
        start_month(month=SEPTEMBER, on=RUN_DAY, at=moment(10, 2), actor=_person(house, "clerk"))


def _work(house: House) -> None:
    """The shards of every run, as workers take them."""
    from payroll.services.runs import work_run

    for (key,) in house.ask("SELECT id FROM payroll_payrollrun ORDER BY id"):
        work_run(house.cooperative, key)


@_scoped
def _look(house: House) -> None:
    """What stopped somebody's pay was looked at: next month."""
    from payroll.models import PayException
    from payroll.services.reviews import review_exceptions

    keys = list(PayException.objects.filter(resolved_at=None).values_list("pk", flat=True))
    review_exceptions(
        exception_ids=keys, note="Next month", at=moment(10, 2, 13), actor=_person(house, "clerk")
    )


@_scoped
def _approve(house: House) -> None:
    from payroll.models import PayrollRun
    from payroll.services.runs import approve_month

    if PayrollRun.objects.filter(state="review").exists():
        approve_month(month=SEPTEMBER, on=RUN_DAY, at=moment(10, 2, 14), actor=_person(house, "chief"))


# --- documents ----------------------------------------------------------------------------------------------


def _print(house: House) -> None:
    task("core.render_documents")(house.cooperative.pk, 200)


@_scoped
def _ask_year(house: House) -> None:
    from django.http import QueryDict

    from core.exports.services import ask_export
    from members.models import Person

    ask_export(
        key="payroll.my_payslips",
        form="zip",
        filters=QueryDict("year=2026"),
        user=Person.objects.get(pk=house.id("worker employee")).user,
        language="fr",
        at=moment(10, 3),
        actor=_person(house, "worker employee"),
    )


# --- payouts ------------------------------------------------------------------------------------------------


@_scoped
def _batch(house: House) -> None:
    from ledger.treasury.models import Payout
    from ledger.treasury.services import create_batch

    waiting = Payout.objects.filter(entity_id=house.id("entity"), state="open", kind="wage")
    if waiting.filter(due_on__lte=PAY_DAY).exists():
        create_batch(
            entity_id=house.id("entity"),
            kind="wage",
            due_until=PAY_DAY,
            on=PAY_DAY,
            actor=_person(house, "clerk"),
        )


@_scoped
def _release(house: House) -> None:
    from ledger.treasury.models import PayoutBatch
    from ledger.treasury.services import release_batch

    for batch in PayoutBatch.objects.filter(state="draft").order_by("number"):
        release_batch(batch_id=batch.pk, on=PAY_DAY, actor=_person(house, "payer"))


# --- returns ------------------------------------------------------------------------------------------------


def _build(house: House, kind: str, period: str, on: date) -> None:
    from ledger.models import LegalEntity
    from payroll.returns.models import PublicReturn
    from payroll.returns.periods import parse_return_period
    from payroll.returns.services import build_return

    if not PublicReturn.objects.filter(kind=kind).exists():
        build_return(
            kind=kind,
            entity=LegalEntity.objects.get(pk=house.id("entity")),
            period=parse_return_period(kind, period),
            on=on,
            actor=_person(house, "clerk"),
        )


def _of(house: House, kind: str) -> Any:
    [(key,)] = house.ask("SELECT id FROM returns_publicreturn WHERE kind = %s", kind)
    return key


@_scoped
def _begin_return(house: House) -> None:
    _build(house, "dmfa", "2026-3", RETURN_DAY)


def _make_return(house: House) -> None:
    task("returns.work")(house.cooperative.pk, str(_of(house, "dmfa")))


def _decide(house: House, kind: str, on: date) -> None:
    from payroll.returns.selectors import return_by_key
    from payroll.returns.services import approve_return, check_return

    key = _of(house, kind)
    if return_by_key(key).state == "draft":
        check_return(return_id=key, on=on, actor=_person(house, "clerk"))
    if return_by_key(key).state == "checked":
        approve_return(return_id=key, on=on, actor=_person(house, "chief"))


@_scoped
def _approve_return(house: House) -> None:
    _decide(house, "dmfa", RETURN_DAY)


@_scoped
def _send(house: House) -> None:
    from payroll.returns.services import send_return

    send_return(return_id=_of(house, "dmfa"), on=RETURN_DAY, actor=_person(house, "clerk"))


def _carry(house: House) -> None:
    task("returns.carry")(house.cooperative.pk, str(_of(house, "dmfa")))


def _slips(house: House) -> None:
    """The slips of the year are made and approved; nobody has theirs."""
    from core.tenancy import tenant_scope
    from payroll.returns.services import work_return

    with tenant_scope(house.cooperative):
        _build(house, "tax_slips", "2026", SLIP_DAY)
    work_return(house.cooperative, _of(house, "tax_slips"))
    with tenant_scope(house.cooperative):
        _decide(house, "tax_slips", SLIP_DAY)


def _papers(house: House) -> None:
    task("returns.papers")(house.cooperative.pk, str(_of(house, "tax_slips")))


# --- the month ----------------------------------------------------------------------------------------------


def _by_person(step: Callable[[House], None], *ticks: str) -> Story:
    """What somebody does on a page, and does again. The tasks that it rings for belong to the next act."""
    return Story(step, ticks, again=step, queues=())


def _by_worker(step: Callable[[House], None], *ticks: str, **more: Any) -> Story:
    """What a worker does; the house itself brings it to an end. Nothing is printed."""
    return Story(step, ticks, queues=("default",), **more)


ACTS = (
    Act("submit", moment(9, 1), _by_person(_submit)),
    Act("sign", moment(9, 2), _by_person(_sign)),
    Act("salary", moment(9, 10), _by_worker(_salary, "open-ended contracts", "declarations")),
    Act("day lost", moment(9, 16), _by_person(_lose_a_day)),
    Act("settle", moment(10, 1), _by_worker(_call("payroll.settle_cooperative"), "settlement")),
    Act("count again", moment(10, 1, 11), _by_person(_count_again)),
    Act("settle again", moment(10, 1, 12), _by_worker(_call("payroll.settle_cooperative"), "settlement")),
    Act("begin", moment(10, 2), _by_person(_begin)),
    Act("compute", moment(10, 2, 12), _by_worker(_work, "payroll runs")),
    Act("approve", moment(10, 2, 14), Story(_approve, again=_approve, before=_look, queues=())),
    Act("close", moment(10, 2, 15), _by_worker(_work, "payroll runs")),
    Act("print", moment(10, 3), Story(_print, ("documents",)), prints=True),
    Act(
        "year",
        moment(10, 3),
        Story(_call("exports.make"), ("exports",), before=_ask_year),
        prints=True,
    ),
    Act(
        "certificates",
        moment(10, 3, 11),
        _by_worker(_call("workers.write_certificates"), "holiday certificates"),
    ),
    Act(
        "ends",
        moment(10, 3, 12),
        _by_worker(_call("returns.end_contracts"), "ends of contracts", "returns"),
    ),
    Act("batch", moment(10, 20), _by_person(_batch)),
    Act("release", moment(10, 20, 11), _by_person(_release)),
    Act("begin return", moment(10, 21), _by_person(_begin_return)),
    Act("make return", moment(10, 21, 10), _by_worker(_make_return, "returns")),
    Act("approve return", moment(10, 21, 11), _by_person(_approve_return)),
    Act("carry return", moment(10, 21, 12), _by_worker(_carry, "returns", before=_send)),
    Act("slips", moment(1, 11, year=2027), _by_worker(_papers, "returns", before=_slips)),
)
"""From the first contract of September to the slips of the year."""
