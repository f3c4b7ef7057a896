"""Who signs for which side, and what is kept of how it was done: for pages and REST."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.access import Identity
from members.enums import Role
from payroll.enums import Side
from payroll.models import EmploymentContract


def side_of(identity: Identity, row: EmploymentContract) -> Side:
    """For whom the person signs: for themselves, or for the employer as a payroll administrator."""
    mine = identity.person is not None and identity.person.pk == row.person_id
    return Side.WORKER if mine or Role.PAYROLL_ADMIN not in identity.roles else Side.EMPLOYER


def evidence_of(request: HttpRequest, way: str) -> dict[str, Any]:
    """How it was signed: the account, and digests of address and browser (none of them in clear)."""
    return {
        "way": way,
        "user": request.user.pk,
        "address": _digest("address", request.META.get("REMOTE_ADDR", "")),
        "browser": _digest("browser", request.headers.get("User-Agent", "")),
    }


def _digest(salt: str, text: str) -> str:
    return salted_hmac(f"payroll.signature.{salt}", text, algorithm="sha256").hexdigest()
