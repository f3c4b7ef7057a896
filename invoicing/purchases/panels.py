"""What purchases add to other pages: the Activity's, what needs a member, what an adviser must look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities.enums import HolderRole
from activities.home import Need
from activities.models import Activity, ActivityHolder
from core.kit.formats import money
from core.links import link
from core.registry import Reason
from invoicing.purchases import selectors
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase
from invoicing.purchases.routing import activity_reference

SHOWN = 5
UNFINISHED = (PurchaseState.ASSIGNED, PurchaseState.APPROVAL, PurchaseState.TO_PAY)


def activity_panel(request: HttpRequest, activity: Activity) -> SafeString | None:
    """The latest purchases of the Activity, and the reference that brings them here."""
    context = {
        "rows": list(selectors.purchases().filter(selectors.borne_by([activity.pk])).order_by("-pk")[:SHOWN]),
        "reference": activity_reference(activity.pk),
        "all_url": f"{link('purchases:purchases')}?activity={activity.pk}",
    }
    return render_to_string("purchases/activity_panel.html", context, request)


def needs(person: Any, activities: list[Activity], today: date) -> Iterator[Need]:
    """Purchases to accept, the oldest first."""
    del person, today
    for row in selectors.waiting_of([activity.pk for activity in activities])[:SHOWN]:
        yield Need(
            _("Purchase to accept: %(supplier)s") % {"supplier": row.supplier.name},
            _("%(amount)s for %(activity)s")
            % {
                "amount": money(row.total),
                "activity": row.activity.name if row.activity else "",
            },
            link("purchases:purchase", pk=row.pk),
            "warning" if row.refusal_reason else "info",
        )


def approval_reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Purchases above the threshold that wait for an adviser."""
    del on
    holders: dict[UUID, list[UUID]] = {}
    held = ActivityHolder.objects.filter(person_id__in=people, role=HolderRole.HOLDER).order_by("pk")
    for activity_id, person_id in held.values_list("activity_id", "person_id"):
        holders.setdefault(activity_id, []).append(person_id)
    rows = Purchase.objects.filter(activity__in=list(holders), state=PurchaseState.APPROVAL)
    for row in rows.select_related("supplier").order_by("pk"):
        for person_id in holders[row.activity_id]:  # type: ignore[index]
            yield Reason(
                person_id,
                "purchase",
                _("Purchase of %(amount)s waits for approval") % {"amount": money(row.total)},
                80,
                link("purchases:purchase", pk=row.pk),
                waits=True,
                group=_("Purchases to approve"),
            )


def purchases_left(activity: Activity) -> str:
    """What keeps an Activity from closing: purchases that are not paid."""
    left = Purchase.objects.filter(selectors.borne_by([activity.pk]), state__in=UNFINISHED).exists()
    return _("purchases that are not paid") if left else ""
