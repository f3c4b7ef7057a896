"""How fast things are found at full size, as the role that the product runs as."""

from __future__ import annotations

import statistics
import time
from typing import Any

from django.db import connections

from core.bench import machine, register_subject, throwaway_database
from core.search.models import SearchWord
from core.search.selectors import find
from core.search.services import rebuild
from core.tenancy import tenant_scope
from members.enums import Role
from members.models import Person
from smart.bench.town import ROWS, build_town

RUNS = 3


def bench_search(seconds: float) -> dict[str, Any]:
    """Milliseconds per question (middle one and slowest twentieth) by kind of question, for staff and for an
    adviser; the index's size; and the floor: the same database asked for one row by its key.
    """
    del seconds
    with throwaway_database():
        answer = machine()
        town = build_town()
        start = time.perf_counter()
        things = sum(rebuild(town.cooperative).values())
        answer |= {
            "rows": ROWS,
            "things": things,
            "things_indexed_per_second": round(things / (time.perf_counter() - start)),
        }
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        with tenant_scope(town.cooperative):
            answer["words"] = SearchWord.objects.count()
            staff = Person.objects.get(pk=town.member), frozenset({Role.FINANCE.value, Role.COOP_ADMIN.value})
            adviser = Person.objects.get(pk=town.adviser), frozenset({Role.ADVISER.value})
            member = Person.objects.get(pk=town.member), frozenset({Role.MEMBER.value})
            questions = {
                "name": town.names,
                "beginning_of_a_name": [name[:3] for name in town.names],
                "two_words": [f"{name.split()[0][:2]} {name.split()[1][:4]}" for name in town.names],
                "invoice_number": town.numbers,
                "communication": town.communications,
                "amount": town.amounts,
                "nothing": [f"zzqx{number}" for number in range(40)],
            }
            for who, (person, roles) in (("staff", staff), ("adviser", adviser), ("member", member)):
                for kind, asked in questions.items():
                    times = [
                        _median_of_runs(question, person, roles) for question in asked if len(question) >= 2
                    ]
                    times.sort()
                    answer[f"{who}_{kind}_p50_ms"] = f"{statistics.median(times):.1f}"
                    answer[f"{who}_{kind}_p95_ms"] = f"{times[int(len(times) * 0.95)]:.1f}"
            floor = [_one_row(town.member) for _ in range(200)]
            answer["floor_one_row_ms"] = f"{statistics.median(floor):.2f}"
    return answer


def _median_of_runs(question: str, person: Person, roles: frozenset[str]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        find(question, person=person, roles=roles)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _one_row(key: Any) -> float:
    start = time.perf_counter()
    Person.objects.get(pk=key)
    return (time.perf_counter() - start) * 1000


register_subject("search", bench_search)
