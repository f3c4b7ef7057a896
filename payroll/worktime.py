"""Time of workers that is not paid work of a contract: whoever keeps it registers where it is read.

The quarterly declaration, the individual account and the paper at the end of a contract count days and
hours by the codes of the social security office (1 paid work, 10 holiday, 30 unpaid, 50 sickness, 70 to 77
temporary unemployment). The months of contracts give code 1; rooms add theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WorkTime:
    """Days and hours of one worker under one contract and one code, within one month.

    `paid`: these hours are among those of the contract's pay, so they leave code 1.
    """

    person_id: UUID
    contract_id: UUID
    month: date
    code: int
    days: Decimal
    hours: Decimal
    paid: bool = False


WorkTimeSource = Callable[[UUID, date, date, Collection[UUID]], Iterable[WorkTime]]
"""(entity, first day, last day, workers) → their times within these days."""

_sources: list[WorkTimeSource] = []


def register_work_time(source: WorkTimeSource) -> None:
    """Count the times of a source from now on; twice is once."""
    if source not in _sources:
        _sources.append(source)


def work_times(entity_id: UUID, first: date, last: date, people: Collection[UUID]) -> list[WorkTime]:
    """Every time of these workers that some room keeps, within the days."""
    return [time for source in _sources for time in source(entity_id, first, last, people)]
