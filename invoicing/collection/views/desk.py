"""The desk: late clients by the money at stake."""

from __future__ import annotations

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from core.access import identity_of, requires
from core.money import ZERO
from core.tables import page_of
from invoicing.collection import selectors
from invoicing.collection.filters import LateFilter
from invoicing.collection.ladders import ladders_on
from invoicing.collection.roles import WRITERS_DOWN
from invoicing.roles import CONTROLLERS
from invoicing.selectors import OPEN_AMOUNT


@requires(*CONTROLLERS)
def late(request: HttpRequest) -> HttpResponse:
    """Late invoices grouped by client, the most money at stake first."""
    today = clock.today()
    found = LateFilter(request.GET, queryset=selectors.late_with_step(today))
    rows = found.qs
    at_least = found.form.cleaned_data.get("at_least") or ZERO
    page = page_of(request, selectors.desk(rows, at_least=at_least), 25)
    totals = rows.order_by().aggregate(
        at_stake=Sum(OPEN_AMOUNT, filter=Q(disputed_on=None), default=ZERO),
        disputed=Sum(OPEN_AMOUNT, filter=Q(disputed_on__isnull=False), default=ZERO),
        count=Count("pk"),
        clients=Count("client_id", distinct=True),
    )
    decides = bool(identity_of(request).roles & set(WRITERS_DOWN))
    context = {
        "filters": found.form,
        "page": page,
        "rows": selectors.late_clients(list(page.object_list), ladders_on(today), today),
        "totals": totals,
        "proposals": list(selectors.proposals()[:20]) if decides else [],
    }
    return render(request, "collection/late.html", context)
