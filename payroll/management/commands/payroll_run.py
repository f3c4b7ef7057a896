"""`payroll_run`: the month of one legal entity, step by step, as the console does it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from core import clock
from core.access import identity_in
from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative, User
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.models import LegalEntity
from ledger.selectors import entity_by_code
from members.enums import Role
from payroll import selectors
from payroll.enums import RunState, ShardState
from payroll.errors import NoRunYet, NotPayrollAdmin, RunNotReady
from payroll.models import PayrollRun, Payslip, RunShard
from payroll.months import read_month
from payroll.preview import preview_month
from payroll.services import runs


class Command(JsonCommand):
    """Without a step: where the run stands. Every step may be called again: it goes on where it stopped."""

    help = "Preview, compute, approve or post the payroll of one entity and month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--entity", required=True, help="code of the legal entity, as PA")
        parser.add_argument("--month", required=True, metavar="YYYY-MM")
        parser.add_argument("--as", dest="email", help="e-mail of the payroll administrator who acts")
        steps = parser.add_mutually_exclusive_group()
        steps.add_argument("--preview", action="store_const", dest="step", const="preview")
        steps.add_argument("--compute", action="store_const", dest="step", const="compute")
        steps.add_argument("--approve", action="store_const", dest="step", const="approve")
        steps.add_argument("--post", action="store_const", dest="step", const="post")

    def answer(self, **options: Any) -> object:
        """Do the step. Raises `UnknownCooperative`, `UnknownLegalEntity` and what the step raises."""
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        month = _month(options["month"])
        with tenant_scope(cooperative):
            entity = entity_by_code(options["entity"])
            today = clock.today()
            if options["step"] == "preview":
                return preview_month(month, entity.pk, on=today)
        actor = _actor(options["email"], cooperative) if options["email"] else Actor.system("payroll_run")
        if options["step"] == "compute":
            return _compute(cooperative, entity, month, actor)
        if options["step"] == "approve":
            return _approve(cooperative, entity, month, actor)
        if options["step"] == "post":
            return _post(cooperative, entity, month)
        with tenant_scope(cooperative):
            return _state(_run(entity, month))


def _compute(cooperative: Cooperative, entity: LegalEntity, month: date, actor: Actor) -> dict[str, Any]:
    """Start the run, or compute once more what is in review, and do its shards here."""
    with tenant_scope(cooperative):
        run = selectors.run_of(month, entity.pk)
        if run is None:
            run = runs.start_run(
                month=month, on=clock.today(), at=clock.now(), actor=actor, entity_id=entity.pk
            )
        elif run.state != RunState.COMPUTING:
            run = runs.compute_again(run_id=run.pk, on=clock.today(), actor=actor)
    return _worked(cooperative, run)


def _approve(cooperative: Cooperative, entity: LegalEntity, month: date, actor: Actor) -> dict[str, Any]:
    with tenant_scope(cooperative):
        run = runs.approve_run(run_id=_run(entity, month).pk, on=clock.today(), at=clock.now(), actor=actor)
        return _state(run)


def _post(cooperative: Cooperative, entity: LegalEntity, month: date) -> dict[str, Any]:
    """Make payslips, exit holidays and wage batches of an approved run; of a closed one: nothing."""
    with tenant_scope(cooperative):
        run = _run(entity, month)
        if run.state not in (RunState.CLOSING, RunState.CLOSED):
            raise RunNotReady(state=RunState(run.state).label)
    return _worked(cooperative, run)


def _worked(cooperative: Cooperative, run: PayrollRun) -> dict[str, Any]:
    runs.work_run(cooperative, run.pk)
    with tenant_scope(cooperative):
        return _state(PayrollRun.objects.get(pk=run.pk))


def _run(entity: LegalEntity, month: date) -> PayrollRun:
    run = selectors.run_of(month, entity.pk)
    if run is None:
        raise NoRunYet(month=f"{month:%m/%Y}")
    return run


def _state(run: PayrollRun) -> dict[str, Any]:
    """Where the run stands."""
    exceptions = selectors.open_exceptions(run.month, run.entity_id)
    shards = RunShard.objects.filter(run=run)
    return {
        "run": run.pk,
        "month": run.month,
        "state": run.state,
        "started_by": run.started_by_label,
        "approved_by": run.approved_by_label,
        "closed_on": run.closed_on,
        "totals": run.totals,
        "payslips": Payslip.objects.filter(run=run).count(),
        "exceptions": [
            {
                "id": row.pk,
                "code": row.code,
                "detail": row.detail,
                "worker": row.person_id,
                "month": row.month,
                "reviewed": row.reviewed_at is not None,
                "note": row.note,
            }
            for row in exceptions
        ],
        "shards_waiting": shards.exclude(state__in=(ShardState.DONE, ShardState.FAILED)).count(),
        "shards_given_up": shards.filter(state=ShardState.FAILED).count(),
    }


def _actor(email: str, cooperative: Cooperative) -> Actor:
    """The person behind an e-mail, as a page knows them. Raises `NotPayrollAdmin`."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    identity = identity_in(user, cooperative) if user is not None else None
    if user is None or identity is None or Role.PAYROLL_ADMIN not in identity.roles:
        raise NotPayrollAdmin(email=email)
    person = identity.person
    return Actor("user", str(person or user)[:120], user.pk, person.pk if person else None)


def _month(text: str) -> date:
    try:
        return read_month(text)
    except ValueError:
        raise CommandError("--month is written YYYY-MM") from None
