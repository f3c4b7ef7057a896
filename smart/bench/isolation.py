"""What the wall between cooperatives costs: the ten hottest queries with row-level security, as the role of
the product, next to the same query with a plain filter, as a role that passes the wall.
"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from activities.selectors import visible_activities
from core.bench import machine, register_subject, throwaway_database
from core.models import OutboxMessage
from core.tenancy import tenant_scope
from invoicing.collection.selectors import late_invoices
from invoicing.selectors import visible_clients, visible_invoices
from ledger.models import JournalLine
from members.models import Person
from members.selectors import portfolio_of
from payroll.selectors import visible_contracts
from smart.bench.town import DAY, ROWS, Town, build_town

ROUNDS = 60
PAGE = 50
"""Rows that are fetched: a page of a list."""
STAFF_ROLES = frozenset({"finance"})


def hottest(town: Town) -> dict[str, QuerySet[Any]]:
    """The ten queries that people wait for most often, as their selectors write them; each gives a page."""
    member = Person.objects.get(pk=town.member)
    adviser = Person.objects.get(pk=town.adviser)
    earlier = OutboxMessage.objects.filter(
        subject_id=OuterRef("subject_id"), state__in=("pending", "sent"), pk__lt=OuterRef("pk")
    )
    return {
        "my_activities": visible_activities(member),
        "budget_statement": JournalLine.objects.filter(budget_id=town.budget).order_by("pk"),
        "my_invoices": visible_invoices(member),
        "all_invoices": visible_invoices(member, STAFF_ROLES),
        "late_invoices": late_invoices(DAY),
        "my_contracts": visible_contracts(member),
        "all_contracts": visible_contracts(member, STAFF_ROLES),
        "portfolio": portfolio_of(adviser),
        "all_clients": visible_clients(member, STAFF_ROLES),
        "news_to_carry": OutboxMessage.objects.filter(
            Q(state="pending") | Q(state="sent", lease_until__lt=timezone.now() - timedelta(minutes=5)),
            ~Exists(earlier),
            state__in=("pending", "sent"),
            available_at__lte=timezone.now(),
        ).order_by("pk"),
    }


def bench_isolation(seconds: float) -> dict[str, Any]:
    """By query: microseconds behind the wall and with a plain filter (medians of interleaved rounds), and
    their ratio. Aim: 1.05 at most.
    """
    del seconds
    with throwaway_database():
        answer: dict[str, Any] = machine()
        town = build_town()
        answer["rows"] = ROWS
        worst = 0.0
        with tenant_scope(town.cooperative):
            for name, query in hottest(town).items():
                walled, plain = _times(query, town.cooperative.pk)
                ratio = walled / plain
                worst = max(worst, ratio)
                answer[name] = {
                    "behind_the_wall_us": round(walled),
                    "plain_filter_us": round(plain),
                    "ratio": f"{ratio:.2f}",
                }
        answer["worst_ratio"] = f"{worst:.2f}"
    return answer


def _times(query: QuerySet[Any], tenant: int) -> tuple[float, float]:
    """Medians in microseconds of running the statement both ways, in turns."""
    walled = query[:PAGE].query.sql_with_params()
    plain = query.filter(tenant_id=tenant)[:PAGE].query.sql_with_params()
    times: dict[str, list[float]] = {"default": [], "owner": []}
    with connections["default"].cursor() as product, connections["owner"].cursor() as owner:
        sides = [("default", product, walled), ("owner", owner, plain)]
        for turn in range(ROUNDS):
            for name, cursor, (sql, parameters) in sides if turn % 2 else sides[::-1]:
                start = time.perf_counter()
                cursor.execute(sql, parameters)
                cursor.fetchall()
                times[name].append((time.perf_counter() - start) * 1_000_000)
    connections["owner"].close()
    return statistics.median(times["default"]), statistics.median(times["owner"])


register_subject("isolation", bench_isolation)
