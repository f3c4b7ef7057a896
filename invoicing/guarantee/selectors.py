"""Reads of limits, and the locks under which they are compared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from core.locks import for_update
from core.money import ZERO
from invoicing.enums import OPEN_STATES
from invoicing.guarantee.enums import LimitState, Standing
from invoicing.guarantee.errors import LimitNotFound
from invoicing.guarantee.exposure import default_limit
from invoicing.guarantee.models import ClientLimit
from invoicing.models import Client, Invoice
from invoicing.selectors import OPEN_AMOUNT

NEAR = Decimal("0.8")
"""Part of its limit from which a client is said to be near it."""


def limits_of(client_id: UUID) -> QuerySet[ClientLimit]:
    """What was decided or asked about a client's limit, newest first."""
    return ClientLimit.objects.filter(client=client_id).order_by("-valid_from", "-pk")


def limits() -> QuerySet[ClientLimit]:
    """Every limit with its client, newest first."""
    return ClientLimit.objects.select_related("client").order_by("-pk")


def proposed_limits() -> QuerySet[ClientLimit]:
    """Limits that wait for a second person, oldest first."""
    return limits().filter(state=LimitState.PROPOSED).order_by("pk")


def limit_in_force(client_id: UUID, on: date) -> Decimal | None:
    """What a client may owe on a day with wages guaranteed; None: without limit."""
    own = limits_of(client_id).filter(state=LimitState.IN_FORCE, valid_from__lte=on).first()
    return own.amount if own is not None else default_limit(on)


def limit_for_update(limit_id: UUID) -> ClientLimit:
    """The limit, locked. Raises `LimitNotFound`."""
    found = for_update(ClientLimit.objects.filter(pk=limit_id).select_related("client")).first()
    if found is None:
        raise LimitNotFound
    return found


def standing_of(client_id: UUID, on: date) -> Standing:
    """Whether new work for a client is guaranteed, in a word that tells nothing of other members."""
    limit = limit_in_force(client_id, on)
    rows = Invoice.objects.filter(client=client_id, state__in=OPEN_STATES)
    owed: Decimal = rows.aggregate(total=Sum(OPEN_AMOUNT, default=ZERO))["total"]
    if limit is None or owed < limit * NEAR:
        return Standing.ROOM
    return Standing.NEAR if owed < limit else Standing.REACHED


def hold_clients(activity_id: UUID, also: Iterable[UUID] = ()) -> None:
    """Lock the clients that owe an Activity something, and some others, in order of their keys: until the end
    of the transaction nobody else writes an invoice to them or leans on one, so that two hands never take the
    same headroom. Comes before contract and invoice (`core.locks`).
    """
    owing = Invoice.objects.filter(activity=activity_id, state__in=OPEN_STATES).values("client_id")
    keys = {*owing.values_list("client_id", flat=True), *also}
    rows = Client.objects.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
