"""Contracts to read: the list and the page of one, with everything that happened to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities.selectors import holds, open_activities_of
from core import clock
from core.access import identity_of, requires
from core.links import link
from core.tables import page_of
from members.enums import Role
from members.filters import narrowed
from payroll import contract_selectors, selectors
from payroll.contract_offers import contract_offers, contract_panels
from payroll.contract_warnings import standing_warnings, warned
from payroll.enums import OPEN_STATES, ContractState, ContractType, Side
from payroll.filters import ContractFilter
from payroll.models import EmploymentContract
from payroll.services.contract_rules import is_late

WRITERS = (Role.MEMBER, Role.PAYROLL_ADMIN)
READERS = (Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.LEGAL, Role.AUDITOR)
STAFF = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR, Role.LEGAL, Role.ADVISER, Role.ADVISER_LEAD})


@requires(*READERS)
def contracts(request: HttpRequest) -> HttpResponse:
    """Contracts that I may see, the latest start first; by state, month, Activity and missing signature."""
    identity = identity_of(request)
    asked_for = ContractFilter(request.GET, selectors.visible_contracts(identity.person, identity.roles))
    today = clock.today()
    page = page_of(request, narrowed(asked_for))
    shown = [(row, *row.state_on(today), last_declaration(row)) for row in page.object_list]
    context = {
        "page": page,
        "rows": shown,
        "state": request.GET.get("state", ""),
        "month": request.GET.get("month", ""),
        "activity": request.GET.get("activity", ""),
        "unsigned": request.GET.get("unsigned", "") == "true",
        "states": ContractState.choices,
        "mine": list(open_activities_of(identity.person)) if identity.person else [],
        "to_sign": list(contract_selectors.waiting_for_signature(identity.person)[:5])
        if identity.person
        else [],
        "unsigned_count": contract_selectors.unsigned(today).count()
        if identity.roles & {Role.PAYROLL_ADMIN, Role.AUDITOR}
        else 0,
    }
    return render(request, "payroll/contracts.html", context)


@requires(*READERS)
def contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One contract: what was agreed, where it stands, what is declared, what was paid."""
    identity = identity_of(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    return render(request, "payroll/contract.html", contract_page(request, row))


def activity_panel(request: HttpRequest, activity: Any) -> SafeString:
    """Contracts and set-aside money, on the page of an Activity."""
    today = clock.today()
    rows = [
        (row, *row.state_on(today), last_declaration(row))
        for row in selectors.contracts_of_activity(activity.pk)[:8]
    ]
    context = {"activity": activity, "rows": rows}
    return render_to_string("payroll/activity_panel.html", context, request=request)


def last_declaration(row: EmploymentContract) -> Any:
    """The newest declaration of a contract whose declarations were read along."""
    found = row.declared_rows
    return found[-1] if found else None


def managed(request: HttpRequest, pk: UUID) -> EmploymentContract:
    """A contract that the person may change. Raises `ContractNotFound`."""
    identity = identity_of(request)
    return selectors.contract_to_manage(identity.person, pk, roles=identity.roles)


def contract_page(request: HttpRequest, row: EmploymentContract) -> dict[str, Any]:
    """Everything that the page of a contract shows to who asks."""
    identity = identity_of(request)
    today, now = clock.today(), clock.now()
    state, label = row.state_on(today)
    keeper = Role.PAYROLL_ADMIN in identity.roles
    manages = keeper or (identity.person is not None and holds(identity.person.pk, row.activity_id))
    mine = identity.person is not None and identity.person.pk == row.person_id
    open_now = row.state in OPEN_STATES
    started = today >= row.starts_on
    sees_pay = mine or bool(identity.roles & selectors.PAY_READERS)
    signatures = list(row.signatures.order_by("number", "signed_at"))
    sides = {signature.side for signature in signatures if signature.number == row.version}
    signable = row.state not in (ContractState.DRAFT, ContractState.CANCELLED, ContractState.NO_SHOW)
    return {
        "contract": row,
        "state": state,
        "state_label": label,
        "warnings": warned(
            [
                *row.warnings,
                *standing_warnings(row, today),
                *(["unsigned"] if _unsigned(row, signatures, today) else []),
            ]
        ),
        "panels": contract_panels(request, row),
        "steps": [] if state in ("cancelled", "no_show") else _steps(row, state),
        "months": list(row.months.all()),
        "withdrawn": list(row.withdrawn_corrections.all()) if sees_pay else [],
        "declarations": row.declared_rows,
        "items": selectors.with_payouts(row.items.all()) if sees_pay else [],
        "signatures": signatures,
        "papers": [one for one in signatures if one.side == Side.WORKER and _whole(one, signatures)],
        "amendments": list(row.amendments.all()),
        "events": _events(row, signatures),
        "pay_on": selectors.due_on(row, row.ends_on) if not row.open_ended else None,
        "offers": [
            {"label": act.label, "href": link(act.url_name, pk=row.pk)}
            for act in contract_offers(row, identity.roles, today)
        ],
        "is_draft": row.state == ContractState.DRAFT,
        "may_manage": manages,
        "may_cancel": manages and (row.state == ContractState.DRAFT or (open_now and not started)),
        "may_shorten": manages and open_now and started and not row.open_ended,
        "may_amend": manages and open_now and today <= row.ends_on and not row.open_ended,
        "may_correct": keeper and not mine,
        "may_sign": signable
        and ((mine and Side.WORKER not in sides) or (keeper and not mine and Side.EMPLOYER not in sides)),
        "may_split": manages
        and row.state == ContractState.DRAFT
        and row.contract_type == ContractType.STUDENT,
        "may_submit_late": keeper and now.date() >= row.starts_on,
    }


def _unsigned(row: EmploymentContract, signatures: list[Any], today: Any) -> bool:
    """Whether the contract itself began without both signatures."""
    if row.state in (ContractState.DRAFT, ContractState.CANCELLED, ContractState.NO_SHOW):
        return False
    if row.starts_on > today:
        return False
    first = {one.side: one.signed_at for one in signatures if one.number == 0}
    return len(first) < 2 or any(is_late(row, at.astimezone(clock.ZONE)) for at in first.values())


def _whole(one: Any, signatures: list[Any]) -> bool:
    return any(other.number == one.number and other.side == Side.EMPLOYER for other in signatures)


def _steps(row: EmploymentContract, state: str) -> list[dict[str, Any]]:
    """The life of the contract as a list of steps; signing runs beside the others."""
    order = ["draft", "submitted", "declared", "performed", "settled", "paid"]
    words = {
        "draft": _("Written"),
        "submitted": _("Money set aside"),
        "declared": _("Declared before the work starts"),
        "performed": _("Work done"),
        "settled": _("Pay computed"),
        "paid": _("Paid"),
    }
    here = order.index("declared" if state == "running" else state)
    steps = [
        {
            "title": words[key],
            "state": "done" if place <= here else "current" if place == here + 1 else "todo",
        }
        for place, key in enumerate(order)
    ]
    if state != "draft":
        signed = {"title": _("Signed by both sides"), "state": "done" if row.signed_at else "current"}
        steps.insert(3, signed)
    return steps


def _events(row: EmploymentContract, signatures: list[Any]) -> list[dict[str, Any]]:
    """What happened, the newest first."""
    found = [{"when": row.created_at, "title": _("Written")}]
    if row.submitted_at:
        found.append({"when": row.submitted_at, "title": _("Submitted")})
    found += [
        {
            "when": one.signed_at,
            "title": _("Signed: %(side)s") % {"side": one.get_side_display()},
            "actor": one.signer_label,
        }
        for one in signatures
    ]
    found += [
        {"when": one.made_at, "title": _("Amended"), "text": one.reason, "actor": one.made_by_label}
        for one in row.amendments.all()
    ]
    found += [
        {
            "when": one.withdrawn_at,
            "title": _("Correction withdrawn"),
            "text": one.because,
            "actor": one.withdrawn_by_label,
        }
        for one in row.withdrawn_corrections.all()
    ]
    found += [
        {"when": one.answered_at, "title": f"{one.get_kind_display()}: {one.get_state_display()}"}
        for one in row.declared_rows
        if one.answered_at
    ]
    if row.closed_at:
        found.append(
            {"when": row.closed_at, "title": row.get_state_display(), "text": row.end_note, "tone": "warning"}
        )
    return sorted(found, key=lambda event: event["when"], reverse=True)
