"""The form at encoding: written, changed until the start, called off, following its contract.

Locks: worker file, contract, mission, its request, its steps.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.clock import ZONE
from core.identifiers import InvalidIdentifier, normalise_vat_number
from core.locks import for_update
from core.outbox import publish
from core.tenancy import current_cooperative
from core.types import Actor
from payroll.abroad import errors
from payroll.abroad.countries import is_country
from payroll.abroad.enums import ActivityKind, MissionState, StepKind, StepState
from payroll.abroad.models import AbroadMission, MissionPart, MissionStep
from payroll.abroad.selectors import LIVE, mission_for_update
from payroll.abroad.services.rows import (
    derive_steps,
    empty_step,
    keep_request_true,
    note_event,
    standing_for_update,
    undo_notice,
    withdraw_request,
)
from payroll.abroad.types import Days, MissionTerms
from payroll.enums import ContractState
from payroll.models import EmploymentContract
from payroll.services.contract_rules import written_day
from payroll.services.contracts import locked_contract

CALLED_OFF = Actor.system("work abroad")


@transaction.atomic
def declare_mission(
    *,
    contract_id: UUID,
    terms: MissionTerms,
    on: datetime,
    actor: Actor,
    stated: bool = False,
    on_paper: bool = False,
) -> AbroadMission:
    """Keep the form of a contract that is worked in another country, and what must be done because of it.

    `stated`: the worker says that all of it is true (`on_paper`: payroll holds their paper that says so);
    without it the form waits for them. `on` is the moment in the cooperative's clock. Locks: worker file,
    contract. Raises, with nothing written: `ContractNotFound`, `ContractGone`, `UnknownCountry`, `NotAbroad`,
    `PartsMissing`, `PartOutsideContract`, `VatNumberWrong`, `StatementNotYours`, `MissionExists` (also on a
    second call), `NoPayrollEngine`, `NoFigureInForce`.
    """
    contract = locked_contract(contract_id)
    check_contract(contract)
    check_terms(contract, terms)
    check_statement(contract.person_id, actor, stated, on_paper)
    others = AbroadMission.objects.filter(contract=contract, country=terms.country)
    if others.exclude(state=MissionState.CANCELLED).exists():
        raise errors.MissionExists
    first, last = terms.parts[0][0], max(day for _, day in terms.parts)
    mission = AbroadMission(
        contract=contract,
        person_id=contract.person_id,
        entity_id=contract.entity_id,
        country=terms.country,
        starts_on=first,
        ends_on=last,
    )
    _fill(mission, terms)
    _state(mission, actor, on, stated)
    mission.save()
    _keep_parts(mission, terms.parts)
    derive_steps(mission)
    note_event(mission, "declared" if stated else "written", actor, on)
    audit.record(actor, "abroad.mission_written", mission, country=mission.country, stated=stated)
    publish("abroad.mission_written", mission, contract_id=str(contract.pk))
    return mission


@transaction.atomic
def change_mission(
    *,
    mission_id: UUID,
    terms: MissionTerms,
    version: int,
    on: datetime,
    actor: Actor,
    stated: bool = False,
    on_paper: bool = False,
) -> AbroadMission:
    """Write the form anew before the work abroad begins; its country stays.

    A request that says something else is withdrawn and must be sent again; a notice that was made is to be
    made again. `version` is the one that was read. Raises, with nothing changed: what `declare_mission`
    raises, `AbroadNotFound`, `MissionCancelled`, `MissionStarted`, `MissionChanged` (also on a second call).
    """
    mission, contract = _locked(mission_id)
    if mission.version != version:
        raise errors.MissionChanged
    if mission.declared_at is not None and on.astimezone(ZONE).date() >= mission.starts_on:
        raise errors.MissionStarted(day=written_day(mission.starts_on))
    check_contract(contract)
    if terms.country != mission.country:
        raise errors.UnknownCountry(country=terms.country)
    check_terms(contract, terms)
    check_statement(contract.person_id, actor, stated, on_paper)
    _fill(mission, terms)
    _state(mission, actor, on, stated)
    _rewrite(mission, terms.parts, actor, on, "changed")
    audit.record(actor, "abroad.mission_changed", mission, version=mission.version, stated=stated)
    return mission


@transaction.atomic
def confirm_mission(*, mission_id: UUID, on: datetime, actor: Actor, on_paper: bool = False) -> AbroadMission:
    """The worker states that the form is true. A second call changes nothing. Raises `AbroadNotFound`,
    `MissionCancelled`, `StatementNotYours`.
    """
    mission, _contract = _locked(mission_id)
    check_statement(mission.person_id, actor, True, on_paper)
    if mission.state == MissionState.DECLARED:
        return mission
    _state(mission, actor, on, True)
    mission.save(update_fields=["state", "declared_at", "declared_by_label"])
    note_event(mission, "declared", actor, on)
    audit.record(actor, "abroad.mission_confirmed", mission)
    return mission


@transaction.atomic
def cancel_mission(*, mission_id: UUID, on: datetime, actor: Actor, reason: str = "") -> AbroadMission:
    """The work abroad does not take place: its request is withdrawn, a notice that was made is to be
    withdrawn by a person. Raises `AbroadNotFound`, `MissionCancelled` (also on a second call).
    """
    mission, _contract = _locked(mission_id)
    _call_off(mission, on, actor, reason)
    return mission


@transaction.atomic
def follow_contract(*, contract_id: UUID, on: datetime) -> list[AbroadMission]:
    """Bring the missions of a contract in line with it: called off with it, cut to its days. Bears repeats;
    answers those that changed.
    """
    contract = locked_contract(contract_id)
    changed = []
    rows = AbroadMission.objects.filter(contract=contract).exclude(state=MissionState.CANCELLED)
    for mission in for_update(rows):
        days = [(part.first_day, part.last_day) for part in mission.parts.all()]
        if contract.state not in LIVE:
            kept: tuple[Days, ...] = ()
        else:
            cut = ((max(a, contract.starts_on), min(b, contract.ends_on)) for a, b in days)
            kept = tuple((a, b) for a, b in cut if a <= b)
        if not kept:
            _call_off(mission, on, CALLED_OFF, str(ContractState(contract.state).label))
        elif list(kept) != days:
            _rewrite(mission, kept, CALLED_OFF, on, "cut")
            audit.record(CALLED_OFF, "abroad.mission_cut", mission, version=mission.version)
        else:
            continue
        changed.append(mission)
    return changed


def check_contract(contract: EmploymentContract) -> None:
    """Raises `ContractGone`."""
    if contract.state not in LIVE:
        raise errors.ContractGone(state=ContractState(contract.state).label)


def check_terms(contract: EmploymentContract, terms: MissionTerms) -> None:
    """Raises `UnknownCountry`, `NotAbroad`, `PartsMissing`, `PartOutsideContract`, `VatNumberWrong`."""
    if not is_country(terms.country):
        raise errors.UnknownCountry(country=terms.country)
    if terms.country == current_cooperative().country:
        raise errors.NotAbroad
    parts = sorted(terms.parts)
    turned = any(first > last for first, last in parts)
    overlapping = any(parts[i][1] >= parts[i + 1][0] for i in range(len(parts) - 1))
    if not parts or turned or overlapping or list(terms.parts) != parts:
        raise errors.PartsMissing
    if parts[0][0] < contract.starts_on or parts[-1][1] > contract.ends_on:
        raise errors.PartOutsideContract(
            first=written_day(contract.starts_on), last=written_day(contract.ends_on)
        )
    vat_number(terms.country, terms.receiver_vat)


def vat_number(country: str, text: str) -> str:
    """The receiver's VAT number as it is written; only those of the Union have a form that is known. Raises
    `VatNumberWrong`.
    """
    compact = "".join(text.split()).upper()
    if not compact:
        return ""
    try:
        return normalise_vat_number(compact)
    except InvalidIdentifier:
        if compact[:2] == {"GR": "EL"}.get(country, country) and country not in (
            "CH",
            "GB",
            "NO",
            "IS",
            "LI",
        ):
            raise errors.VatNumberWrong(number=text.strip()[:20]) from None
        return compact[:20]


def check_statement(person_id: UUID, actor: Actor, stated: bool, on_paper: bool) -> None:
    """Raises `StatementNotYours`."""
    if stated and not on_paper and actor.person_id != person_id:
        raise errors.StatementNotYours


def _locked(mission_id: UUID) -> tuple[AbroadMission, EmploymentContract]:
    contract_id = AbroadMission.objects.filter(pk=mission_id).values_list("contract_id", flat=True).first()
    if contract_id is None:
        raise errors.AbroadNotFound
    contract = locked_contract(contract_id)
    mission = mission_for_update(mission_id)
    if mission.state == MissionState.CANCELLED:
        raise errors.MissionCancelled
    return mission, contract


def _fill(mission: AbroadMission, terms: MissionTerms) -> None:
    mission.place = terms.place.strip()[:200]
    mission.receiver_name = terms.receiver_name.strip()[:120]
    mission.receiver_vat = vat_number(terms.country, terms.receiver_vat)
    mission.activity_kind = ActivityKind(terms.activity_kind).value
    mission.transport = terms.transport.strip()[:120]
    mission.lodging = terms.lodging.strip()[:200]
    mission.multi_state = terms.multi_state
    mission.other_states = terms.other_states.strip()[:120] if terms.multi_state else ""


def _state(mission: AbroadMission, actor: Actor, on: datetime, stated: bool) -> None:
    mission.state = MissionState.DECLARED if stated else MissionState.DRAFT
    mission.declared_at = on if stated else None
    mission.declared_by_label = actor.label[:120] if stated else ""


def _keep_parts(mission: AbroadMission, parts: tuple[Days, ...]) -> None:
    MissionPart.objects.filter(mission=mission).delete()
    MissionPart.objects.bulk_create(
        MissionPart(mission=mission, first_day=first, last_day=last) for first, last in parts
    )


def _rewrite(mission: AbroadMission, parts: tuple[Days, ...], actor: Actor, on: datetime, what: str) -> None:
    """Save the mission with other days; its request and its notice follow."""
    mission.starts_on, mission.ends_on = parts[0][0], max(day for _, day in parts)
    mission.version += 1
    mission.save()
    _keep_parts(mission, parts)
    keep_request_true(mission, actor, on)
    notices = MissionStep.objects.filter(mission=mission, kind=StepKind.NOTICE, state=StepState.DONE)
    for step in for_update(notices):
        step.state = StepState.TO_DO
        step.save(update_fields=["state"])
    derive_steps(mission)
    note_event(mission, what, actor, on)
    publish("abroad.mission_changed", mission, contract_id=str(mission.contract_id))


def _call_off(mission: AbroadMission, on: datetime, actor: Actor, reason: str) -> None:
    request = standing_for_update(mission)
    if request is not None:
        withdraw_request(request)
        for step in for_update(MissionStep.objects.filter(mission=mission, kind=StepKind.A1)):
            empty_step(step, StepState.NOT_NEEDED)
    undo_notice(mission)
    mission.state = MissionState.CANCELLED
    mission.version += 1
    mission.save(update_fields=["state", "version"])
    note_event(mission, "cancelled", actor, on, str(reason))
    audit.record(actor, "abroad.mission_cancelled", mission)
    publish("abroad.mission_cancelled", mission, contract_id=str(mission.contract_id))
