"""Signatures under contracts: who agreed to what, proved by a digest."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.types import Actor
from members.models import Person
from payroll.enums import ContractState, Side
from payroll.errors import (
    AlreadySigned,
    ContractNotOpen,
    NotTheWorker,
)
from payroll.models import ContractSignature, EmploymentContract
from payroll.services.contracts import locked_contract


@transaction.atomic
def sign_contract(
    *,
    contract_id: UUID,
    side: str,
    on: datetime,
    actor: Actor,
    signer: Person | None = None,
    evidence: dict[str, Any] | None = None,
) -> ContractSignature:
    """One side signs a submitted contract. The evidence holds the hash of what was signed and how it was
    done.

    Raises `ContractNotOpen`, `NotTheWorker` (the worker's side signed by somebody else), `AlreadySigned`.
    """
    contract = locked_contract(contract_id)
    if contract.state in (ContractState.DRAFT, ContractState.CANCELLED, ContractState.NO_SHOW):
        raise ContractNotOpen(state=ContractState(contract.state).label)
    if side == Side.WORKER and (signer is None or signer.pk != contract.person_id):
        raise NotTheWorker(name=str(Person.objects.get(pk=contract.person_id)))
    if ContractSignature.objects.filter(contract=contract, side=side).exists():
        raise AlreadySigned
    signature = ContractSignature.objects.create(
        contract=contract,
        side=Side(side),
        signer=signer,
        signer_label=actor.label,
        signed_at=on,
        evidence={"sha256": contract_digest(contract), **(evidence or {})},
    )
    audit.record(actor, "payroll.contract_signed", contract, side=side)
    return signature


def contract_digest(contract: EmploymentContract) -> str:
    """SHA-256 of everything that the parties agree on, in a fixed order."""
    agreed = {
        name: str(getattr(contract, name))
        for name in (
            "id", "entity_id", "person_id", "contract_type", "joint_committee", "function_code",
            "description", "place", "starts_on", "ends_on", "day_starts", "day_ends", "hours", "gross",
            "flat_tax", )
    }  # fmt: skip
    return hashlib.sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()
