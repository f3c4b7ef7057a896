"""From the booked pay of a quarter to what is declared of a worker.

Contributions are the sums of what pay items booked, month by month: the law counts them per line and quarter,
which may differ by cents from the sum of rounded items; the books owe what was withheld and charged, so that
is declared and paid (docs/decisions/0019).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.calendar import FULL_TIME_DAY
from core.money import ZERO, in_cents
from payroll.returns.dmfa.types import (
    Codes,
    Declared,
    PaidExtra,
    PaidHoliday,
    PaidWork,
    Terms,
    WorkerQuarter,
)
from payroll.worktime import Spent, WorkTime, count_times, week_of

MOST_OCCUPATIONS = 99
"""The schema numbers them with two digits."""

FULL_WEEK = Decimal(38)
DAYS_A_WEEK = 5

ORDINARY = 1
"""Code of ordinary pay."""

NEGATIVE = "negative_amount"
UNMAPPED = "amount_without_code"
NO_TIME = "pay_without_time"
TOO_MANY = "too_many_occupations"


@dataclass
class _Occupation:
    terms: Terms
    worked: dict[date, Spent] = field(default_factory=dict)
    days: Decimal = ZERO
    hours: Decimal = ZERO
    week: Spent | None = None
    pay: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    times: dict[int, list[Decimal]] = field(default_factory=dict)


@dataclass
class _Record:
    occupations: dict[Any, _Occupation] = field(default_factory=dict)
    lines: dict[tuple[str, int], list[Decimal]] = field(default_factory=dict)
    deduction: Decimal = ZERO
    student: list[Decimal] | None = None

    def line(self, code: str, kind: int, basis: Decimal, amount: Decimal) -> None:
        kept = self.lines.setdefault((code, kind), [ZERO, ZERO])
        kept[0] += basis
        kept[1] += amount


def declare(worker: WorkerQuarter, codes: Codes) -> Declared:
    """What is declared of a worker; the same rows give the same answer. Nothing is rounded here."""
    records: dict[tuple[str, str], _Record] = {}
    unmapped = False
    for work in worker.works:
        unmapped |= not _add_work(_record(records, work.terms, codes), work, codes)
    for holiday in worker.holidays:
        _add_holiday(_record(records, holiday.terms, codes), holiday, codes)
    for extra in worker.extras:
        _add_extra(_record(records, extra.terms, codes), extra, codes)
    for terms in worker.idle:
        _occupation(_record(records, terms, codes), terms)
    times: dict[UUID, list[WorkTime]] = defaultdict(list)
    for time in worker.times:
        times[time.contract_id].append(time)
    for record in records.values():
        for occupation in record.occupations.values():
            _count_time(occupation, times[occupation.terms.contract_id])
    made = [_written(key, record, codes) for key, record in sorted(records.items())]
    made = [record for record in made if not _is_empty(record)]
    contributions = sum(
        sum(line["amount"] for line in record["contributions"])
        + (record["student"]["contribution"] if record["student"] else 0)
        for record in made
    )
    deductions = sum(line["amount"] for record in made for line in record["deductions"])
    booked = sum((work.owed for work in worker.works), ZERO)
    booked += sum((holiday.owed for holiday in worker.holidays), ZERO)
    booked += sum((extra.owed for extra in worker.extras), ZERO)
    problem = UNMAPPED if unmapped else next((p for p in map(_problem, made) if p), "")
    return Declared(made, contributions, deductions, in_cents(booked), problem)


def _record(records: dict[tuple[str, str], _Record], terms: Terms, codes: Codes) -> _Record:
    key = (codes.class_of(terms.joint_committee), terms.worker_code)
    return records.setdefault(key, _Record())


def _occupation(record: _Record, terms: Terms) -> _Occupation:
    return record.occupations.setdefault(terms.contract_id, _Occupation(terms))


def _add_work(record: _Record, work: PaidWork, codes: Codes) -> bool:
    """Count one pay item; False when a part of what it owes has no code."""
    parts = {"onss": work.onss, **work.employer}
    declared = -work.work_bonus
    record.deduction += work.work_bonus
    for row in codes.contributions[work.terms.worker_type]:
        amount = sum((parts.get(part, ZERO) for part in row["parts"]), ZERO)
        basis = work.base if row["basis"] == "base" else work.gross
        declared += amount
        if row.get("student"):
            kept = record.student = record.student or [ZERO, ZERO, ZERO]
            kept[0] += work.gross
            kept[1] += amount
            kept[2] += work.hours
        elif amount:
            record.line(row["code"], int(row["type"]), basis, amount)
    if work.special:
        special = codes.contributions["special"]
        record.line(special["code"], int(special["type"]), ZERO, work.special)
        declared += work.special
    occupation = _occupation(record, work.terms)
    days, hours = occupation.worked.get(work.month, (ZERO, ZERO))
    occupation.worked[work.month] = days + work.days, hours + work.hours
    occupation.pay[codes.codes["pay"]["ordinary"]] += work.gross
    return declared == work.owed


def _add_holiday(record: _Record, holiday: PaidHoliday, codes: Codes) -> None:
    """Simple exit holiday is pay like any other (code 7); the double part bears the worker's retention."""
    _occupation(record, holiday.terms).pay[codes.codes["pay"]["exit_holiday"]] += holiday.simple
    simple, double = codes.contributions["holiday_simple"], codes.contributions["holiday_double"]
    record.line(
        simple["code"], int(simple["type"]), holiday.simple, holiday.onss_simple + holiday.employer_onss
    )
    if holiday.onss_double:
        record.line(double["code"], int(double["type"]), holiday.double, holiday.onss_double)


def _add_extra(record: _Record, extra: PaidExtra, codes: Codes) -> None:
    """A premium bears ordinary contributions; pay that is not listed bears the retention on double holiday
    pay; what is owed beyond is the special contribution.
    """
    table, own = codes.contributions, extra.onss + extra.employer_onss
    if extra.pay_code:
        _occupation(record, extra.terms).pay[extra.pay_code] += extra.gross
        record.line(extra.terms.worker_code, 0, extra.gross, own)
    elif own:
        record.line(table["holiday_double"]["code"], int(table["holiday_double"]["type"]), extra.gross, own)
    if extra.owed != own:
        record.line(table["special"]["code"], int(table["special"]["type"]), ZERO, extra.owed - own)


def _count_time(occupation: _Occupation, times: list[WorkTime]) -> None:
    """The paid time of an occupation over its months, and the other times by code."""
    worked, others = count_times(occupation.worked, times)
    occupation.days = sum((days for days, _hours in worked.values()), ZERO)
    occupation.hours = sum((hours for _days, hours in worked.values()), ZERO)
    occupation.week = week_of(times)
    for time in others:
        kept = occupation.times.setdefault(time.code, [ZERO, ZERO])
        kept[0] += time.days
        kept[1] += time.hours


def _written(key: tuple[str, str], record: _Record, codes: Codes) -> dict[str, Any]:
    student = None
    if record.student is not None:
        gross, contribution, hours = record.student
        student = {
            "pay": in_cents(gross),
            "contribution": in_cents(contribution),
            "hours": int(-(-hours // 1)),
        }
    occupations = _merged(list(record.occupations.values()))
    return {
        "class": key[0],
        "code": key[1],
        "occupations": [] if student else [_occupation_row(row, codes) for row in occupations],
        "student": student,
        "contributions": [
            {"code": code, "type": kind, "basis": in_cents(basis), "amount": in_cents(amount)}
            for (code, kind), (basis, amount) in sorted(record.lines.items())
            if amount
        ],
        "deductions": [{"code": codes.work_bonus, "amount": in_cents(record.deduction)}]
        if record.deduction
        else [],
    }


def _merged(rows: list[_Occupation]) -> list[_Occupation]:
    """One occupation per contract; beyond what the schema can number, those of one committee are one."""
    rows.sort(key=lambda row: (row.terms.starts_on, str(row.terms.contract_id)))
    if len(rows) <= MOST_OCCUPATIONS:
        return rows
    whole: dict[str, _Occupation] = {}
    for row in rows:
        terms = row.terms
        kept = whole.get(terms.joint_committee)
        if kept is None:
            whole[terms.joint_committee] = row
            continue
        ends = (kept.terms.ends_on, terms.ends_on)
        latest = None if None in ends else max(end for end in ends if end is not None)
        kept.terms = Terms(
            kept.terms.contract_id,
            terms.worker_type,
            terms.worker_code,
            terms.joint_committee,
            kept.terms.starts_on,
            latest,
        )
        kept.week = None
        kept.days += row.days
        kept.hours += row.hours
        for code, amount in row.pay.items():
            kept.pay[code] += amount
        for time, (days, hours) in row.times.items():
            sums = kept.times.setdefault(time, [ZERO, ZERO])
            sums[0] += days
            sums[1] += hours
    return list(whole.values())


def _occupation_row(row: _Occupation, codes: Codes) -> dict[str, Any]:
    terms, week = row.terms, codes.codes["week"]
    if row.hours <= 0:
        row.days = row.hours = ZERO  # everything was taken back
    days = row.days + sum((kept[0] for kept in row.times.values()), ZERO)
    hours = row.hours + sum((kept[1] for kept in row.times.values()), ZERO)
    part_time = bool(days) and hours < FULL_TIME_DAY * days
    mean = min(FULL_WEEK, hours / days * DAYS_A_WEEK) if part_time else FULL_WEEK
    week_days = int(week["days"])
    if row.week is not None:
        week_days, mean = _hundredths(row.week[0]), min(FULL_WEEK, row.week[1])
        part_time = mean < FULL_WEEK
    times = {int(codes.codes["work"]): [row.days, row.hours], **row.times}
    return {
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat() if terms.ends_on else None,
        "joint_committee": terms.joint_committee,
        "days_a_week": week_days,
        "part_time": int(part_time),
        "reference_hours": int(week["hours"]),
        "mean_hours": _hundredths(mean),
        "status": codes.codes["status"].get(terms.worker_type, ""),
        "services": [
            {"code": code, "days": _hundredths(spent[0]), "hours": _hundredths(spent[1])}
            for code, spent in sorted(times.items())
            if spent[0] > 0
        ],
        "pay": [
            {"code": int(code), "amount": in_cents(amount)}
            for code, amount in sorted(row.pay.items())
            if amount
        ],
    }


def _hundredths(value: Decimal) -> int:
    return int((value * 100).quantize(Decimal(1)))


def _problem(record: Mapping[str, Any]) -> str:
    """Why a record cannot be written: the schema knows no negative amount, and pay needs time."""
    amounts = [line["amount"] for name in ("contributions", "deductions") for line in record[name]]
    amounts += [line["basis"] for line in record["contributions"]]
    amounts += [line["amount"] for row in record["occupations"] for line in row["pay"]]
    if record["student"]:
        amounts += record["student"].values()
    if any(amount < 0 for amount in amounts):
        return NEGATIVE
    if len(record["occupations"]) > MOST_OCCUPATIONS:
        return TOO_MANY
    for row in record["occupations"]:
        if not row["services"] and any(line["code"] == ORDINARY for line in row["pay"]):
            return NO_TIME
    return ""


def _is_empty(record: Mapping[str, Any]) -> bool:
    """Whether everything was taken back: nothing is declared of such a record."""
    amounts = record["contributions"] or record["deductions"] or record["student"]
    return not amounts and not any(row["pay"] or row["services"] for row in record["occupations"])


def quarter_of(first: date) -> str:
    """`20264` for the quarter that begins on 1 October 2026, as the schema writes it."""
    return f"{first.year}{(first.month - 1) // 3 + 1}"
