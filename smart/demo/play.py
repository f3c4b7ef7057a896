"""The play: one committed step per simulated day, written with its marker; a killed play goes on from there.

What follows an act (news, declarations, shards of a run) is work that waits as rows; it is done after each
step, and first thing when a play goes on, so nothing is lost or done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from celery import Celery
from celery.app import app_or_default
from django.db import connection
from django.utils.translation import gettext_lazy as _

from core import audit, outbox
from core.clock import set_clock
from core.errors import DomainError
from core.models import AuditEvent, Cooperative
from core.search.services import catch_up
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.vatreturns.services import carry_due as file_due
from members.models import Person
from payroll.returns.services import carry_due as carry_returns
from payroll.services.declarations import carry_due
from payroll.services.runs import work_run
from payroll.services.shards import runs_with_work
from smart.demo import (
    abroad,
    advances,
    bank,
    buying,
    clockwork,
    collecting,
    deals,
    declaring,
    dues,
    files,
    jobs,
    limits,
    months,
    offers,
    people,
    portal,
    returns,
    salaries,
    sales,
    sendings,
    terms,
    unemployment,
    vat,
    work,
)
from smart.demo.stage import Company, Script, Stage

PLAYED = "demo.day_played"
DIRECTOR = Actor.system("demonstration")
OPENS_AT = 9
"""The hour that the clock shows when a day has been played."""

EVERY_DAY: tuple[Callable[[Stage], None], ...] = (work.settle_pay, clockwork.strike)
MORNING: tuple[Callable[[Stage], None], ...] = (
    bank.import_yesterday,
    bank.clear_queue,
    bank.mend_returned,
    months.approve_month,
    months.start_month,
    advances.agree_advances,
    bank.pay_out,
    dues.pay_bodies,
    vat.file_returns,
    returns.file_returns,
    people.answer_requests,
    people.answer_expenses,
    buying.accept_purchases,
    files.insure,
    people.sign_up,
    people.ask_for_activities,
    files.hand_in_papers,
    files.get_hurt,
    files.write_certificates,
    salaries.follow_salaries,
    salaries.go_away,
    terms.remind,
    terms.amend,
    work.countersign,
    work.change_plans,
    unemployment.lose_a_day,
    work.declare_late,
)
AFTERNOON: tuple[Callable[[Stage], None], ...] = (
    jobs.call_off_jobs,
    sales.credit_some,
    sales.sell,
    collecting.sell_to_bad_payer,
    collecting.doubt_and_hope,
    deals.deal,
    portal.let_client_in,
    jobs.do_quick_jobs,
    terms.put_on_show,
    work.work_twice_a_day,
    work.hire,
    people.hand_in_expenses,
    buying.receive_purchases,
    advances.seize_pay,
    advances.ask_for_advance,
    months.stop_some_pay,
)
LAST_MORNING: tuple[Callable[[Stage], None], ...] = (
    bank.leave_gap,
    sales.leave_drafts,
    collecting.leave_collection,
    sendings.teach_network,
    offers.leave_offers,
    dues.leave_dues,
    limits.leave_limits,
    returns.leave_returns,
    advances.leave_advance,
    salaries.leave_absence,
    files.leave_papers,
    portal.leave_statement,
    declaring.leave_refusal,
    abroad.leave_missions,
    people.leave_something_to_do,
)


class CooperativeInUse(DomainError):
    """The demonstration is played in a cooperative of its own."""

    code = "cooperative_in_use"
    kind = "conflict"
    message = _("People are registered in %(name)s already: play the demonstration in an empty installation.")


def played_days(cooperative: Cooperative) -> set[date]:
    """Days whose step is committed."""
    with tenant_scope(cooperative):
        marks = AuditEvent.objects.filter(action=PLAYED).values_list("data", flat=True)
        return {date.fromisoformat(mark["day"]) for mark in marks}


def play(cooperative: Cooperative, script: Script, *, tell: Callable[[date], None] | None = None) -> int:
    """Play every day that was not played yet; answers how many. Raises `CooperativeInUse`.

    Called again, also after a kill at any moment, it goes on; when everything is played it changes nothing.
    """
    done = played_days(cooperative)
    with tenant_scope(cooperative):
        if not done and Person.objects.exists():
            raise CooperativeInUse(name=cooperative.name)
    days = [day for day in script.days if day not in done]
    if not days:
        return 0
    company = Company(script)
    with silent_doorbell(), hurried():
        consequences(cooperative)
        for day in days:
            play_day(cooperative, script, day, company)
            consequences(cooperative)
            if tell is not None:
                tell(day)
    return len(days)


def play_day(cooperative: Cooperative, script: Script, day: date, company: Company) -> None:
    """Everything that people do on one day, its marker and the clock, in one transaction; once, ever."""
    with tenant_scope(cooperative):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demo.play'), %s)", [cooperative.pk])
        if AuditEvent.objects.filter(action=PLAYED, data__day=day.isoformat()).exists():
            return
        stage = Stage(cooperative, script, day, company)
        set_clock(cooperative, stage.at(OPENS_AT))
        if day == script.first_day:
            people.open_the_house(stage)
        acts = EVERY_DAY
        if stage.is_working:
            acts += MORNING + (LAST_MORNING if day == script.last_day else AFTERNOON)
        for act in acts:
            act(stage)
        sales.remind(stage)
        audit.record(DIRECTOR, PLAYED, stage.entities["SC"], day=day.isoformat())


def consequences(cooperative: Cooperative) -> None:
    """Everything that waits as rows is done in this process: news, declarations, shards of payroll runs."""
    while True:
        handled = _tell_news(cooperative) + carry_due(cooperative) + file_due(cooperative)
        handled += carry_returns(cooperative) + abroad.carry_requests(cooperative)
        with tenant_scope(cooperative):
            runs = runs_with_work()
        for run in runs:
            work_run(cooperative, run)
        if not handled and not runs:
            return


def _tell_news(cooperative: Cooperative) -> int:
    """Deliver everything that waits, the search index all at once; answers how many."""
    handled = 0
    while True:
        touched, due = catch_up(cooperative), outbox.relay_once(cooperative)
        for message_id, attempt in due:
            outbox.deliver(cooperative, message_id, attempt)
        handled += touched + len(due)
        if not due:
            return handled


@contextmanager
def hurried() -> Iterator[None]:
    """Commits do not wait for the disk: where the machine crashes, the last steps are played again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


@contextmanager
def silent_doorbell() -> Iterator[None]:
    """Tasks rung for in the play reach nobody: their work waits as rows; documents wait for the workers."""
    before = app_or_default()
    Celery("play", broker="memory://localhost/", set_as_current=True)
    try:
        yield
    finally:
        before.set_current()
