"""Signatures under contracts and their amendments: who agreed to what, proved by a digest."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from activities.models import ActivityHolder
from core import audit
from core.locks import for_update
from core.rates import find_policy
from core.types import Actor
from ledger.models import LegalEntity
from members.models import Person
from members.notices.services import notify
from payroll.contract_errors import ConsentMissing, DocumentChanged, OwnPay
from payroll.enums import OPEN_STATES, ContractState, Side
from payroll.errors import AlreadySigned, ContractNotOpen, NotTheWorker
from payroll.models import ContractSignature, EmploymentContract
from payroll.services.contracts.rows import locked_contract

EMPLOYER_SIGNS = "contract_employer_signs"
"""Policy: the cooperative signs each contract at its submission, without a person."""

SIGNED_TERMS = (
    *("id", "entity_id", "person_id", "contract_type", "joint_committee", "function_code", "work_category"),
    *("article_1bis", "description", "place", "starts_on", "ends_on", "day_starts", "day_ends", "hours"),
    *("gross", "flat_tax", "seniority", "justification", "version"),
)


@transaction.atomic
def sign_contract(
    *,
    contract_id: UUID,
    side: str,
    on: datetime,
    actor: Actor,
    signer: Person | None = None,
    evidence: dict[str, Any] | None = None,
    agreed: bool = True,
    shown: str = "",
) -> ContractSignature:
    """One side signs what stands now: the contract, or its last amendment.

    `agreed`: the signer ticked that they agree; `shown`: the digest of what their page showed, empty when
    nothing was shown. The evidence holds the digest of what was signed and how it was done. Once both sides
    have signed, `signed_at` says so. Raises `ContractNotOpen`, `ConsentMissing`, `DocumentChanged`,
    `NotTheWorker` (the worker's side signed by somebody else), `OwnPay` (the employer's side signed by the
    worker), `AlreadySigned`, also on a second call.
    """
    contract = locked_contract(contract_id)
    if contract.state in (ContractState.DRAFT, ContractState.CANCELLED, ContractState.NO_SHOW):
        raise ContractNotOpen(state=ContractState(contract.state).label)
    if not agreed:
        raise ConsentMissing
    if shown and shown != contract_digest(contract):
        raise DocumentChanged
    if side == Side.WORKER and (signer is None or signer.pk != contract.person_id):
        raise NotTheWorker(name=str(Person.objects.get(pk=contract.person_id)))
    if side == Side.EMPLOYER and contract.person_id in (actor.person_id, signer and signer.pk):
        raise OwnPay
    if ContractSignature.objects.filter(contract=contract, side=side, number=contract.version).exists():
        raise AlreadySigned
    return _write(contract, Side(side), on, actor, signer, evidence or {})


def sign_for_employer(contract: EmploymentContract, on: datetime) -> ContractSignature | None:
    """The cooperative signs what was just submitted or amended, when its policy says so. The caller holds the
    contract."""
    rule = find_policy(EMPLOYER_SIGNS, on=contract.starts_on)
    if rule is None or rule.value is not True:
        return None
    evidence = {"way": "policy", "policy_from": rule.valid_from.isoformat()}
    return _write(contract, Side.EMPLOYER, on, Actor.system("contract policy"), None, evidence)


def _write(
    contract: EmploymentContract,
    side: Side,
    on: datetime,
    actor: Actor,
    signer: Person | None,
    evidence: dict[str, Any],
) -> ContractSignature:
    terms = agreed_terms(contract)
    signature = ContractSignature.objects.create(
        contract=contract,
        side=side,
        number=contract.version,
        signer=signer,
        signer_label=(actor.label if actor.kind != "system" else terms["employer"])[:120],
        signed_at=on,
        evidence={"sha256": digest_of(terms), "terms": terms, **evidence},
    )
    signed = ContractSignature.objects.filter(contract=contract, number=contract.version)
    if set(signed.values_list("side", flat=True)) == set(Side.values):
        contract.signed_at = on
        contract.save(update_fields=["signed_at"])
    audit.record(actor, "payroll.contract_signed", contract, side=side, number=contract.version)
    return signature


def agreed_terms(contract: EmploymentContract) -> dict[str, str]:
    """Everything that the parties agree on, as texts: the terms, and who they are."""
    person = Person.objects.get(pk=contract.person_id)
    entity = LegalEntity.objects.get(pk=contract.entity_id)
    return {
        **{name: _fixed(name, getattr(contract, name)) for name in SIGNED_TERMS},
        "worker": f"{person}, {person.address}",
        "employer": f"{entity.name}, {entity.street}, {entity.postal_code} {entity.city}",
    }


def digest_of(terms: dict[str, str]) -> str:
    """SHA-256 of agreed terms, in a fixed order."""
    return hashlib.sha256(json.dumps(terms, sort_keys=True).encode()).hexdigest()


def contract_digest(contract: EmploymentContract) -> str:
    """SHA-256 of everything that the parties agree on now."""
    return digest_of(agreed_terms(contract))


def _fixed(name: str, value: Any) -> str:
    """As text, the same before and after the database has had it."""
    return f"{value:.2f}" if name in ("hours", "gross") else str(value)


def ask_signature(contract_id: UUID) -> None:
    """Write to a worker who did not make the contract themselves: it waits for their signature. Repeats write
    nothing.
    """
    contract = EmploymentContract.objects.select_related("person__user").get(pk=contract_id)
    made_by_worker = ActivityHolder.objects.filter(
        activity_id=contract.activity_id, person_id=contract.person_id
    ).exists()
    if made_by_worker or contract.signed_at is not None or contract.state not in OPEN_STATES:
        return
    _tell(contract, "contract_to_sign", contract.pk if not contract.version else _cause(contract))


@transaction.atomic
def remind_unsigned(*, on: date, moment: datetime, limit: int = 200) -> int:
    """Remind workers whose contract starts tomorrow, or has begun, and lacks their signature: once each.

    Answers how many were written to. Safe at any frequency.
    """
    mine = ContractSignature.objects.filter(side=Side.WORKER).values("contract_id", "number")
    signed = {(row["contract_id"], row["number"]) for row in mine.filter(contract__signed_at=None)}
    waiting = EmploymentContract.objects.filter(
        state__in=OPEN_STATES, signed_at=None, reminded_at=None, starts_on__lte=on
    )
    written = 0
    for contract in for_update(waiting.order_by("starts_on", "pk"))[:limit]:
        if (contract.pk, contract.version) not in signed:
            contract.person = Person.objects.select_related("user").get(pk=contract.person_id)
            _tell(contract, "contract_sign_reminder", _cause(contract))
            written += 1
        contract.reminded_at = moment
        contract.save(update_fields=["reminded_at"])
    return written


def _cause(contract: EmploymentContract) -> UUID:
    """What the letter is about: the contract, or the amendment that waits."""
    last = contract.amendments.order_by("-number").values_list("pk", flat=True).first()
    return last or contract.pk


def _tell(contract: EmploymentContract, kind: str, cause: UUID) -> None:
    notify(
        person=contract.person,
        kind=kind,
        cause=cause,
        work=contract.description,
        starts_on=f"{contract.starts_on:%d/%m/%Y}",
    )
