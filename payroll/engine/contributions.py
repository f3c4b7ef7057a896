"""Social contributions of the worker: ONSS, work bonus, special contribution, each rounded half-up once.

Sources: BELGIUM §4.1, §4.2, §4.5, §4.15. The contribution figures are those of the work month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from core.calendar import month_hours
from core.money import ZERO, r
from payroll.engine.errors import InvalidHours
from payroll.engine.statutory import Figure, Figures, decimal
from payroll.engine.types import FamilyStatus, LineKind, PayLine, WorkerType

HOUSEHOLD: Mapping[FamilyStatus, str] = {
    FamilyStatus.SINGLE: "single",
    FamilyStatus.MARRIED_TWO_INCOMES: "spouse_with_income",
    FamilyStatus.MARRIED_ONE_INCOME: "spouse_without_income",
}
"""The row group of the special contribution for each family status."""


@dataclass(frozen=True, slots=True)
class Contributions:
    """Worker's contributions of one cumulated month of one worker code, with the lines that explain them."""

    base: Decimal
    onss: Decimal
    work_bonus_a: Decimal
    work_bonus_b: Decimal
    lines: tuple[PayLine, ...]


def contribution_base(worker_type: WorkerType, gross: Decimal, month: date, figures: Figures) -> Decimal:
    """What contributions are computed on: the gross, or `r(gross × 1.08)` for an artist."""
    if worker_type is WorkerType.ARTISTIC:
        return r(gross * figures.on("onss.artistic_base_factor", month).number)
    return gross


def worker_contributions(
    worker_type: WorkerType,
    gross: Decimal,
    hours: Decimal,
    month: date,
    figures: Figures,
    *,
    work_bonus_room: Decimal | None = None,
) -> Contributions:
    """Contributions of the month's total gross for its total paid hours.

    `work_bonus_room` is what the calendar year still allows of the work bonus (None: no cap known). When both
    parts exceed the contribution or the room, B is cut first. Raises `NoFigureInForce`, `InvalidHours`.
    """
    base = contribution_base(worker_type, gross, month, figures)
    lines: list[PayLine] = []
    if worker_type is WorkerType.ARTISTIC:
        factor = figures.on("onss.artistic_base_factor", month)
        lines.append(
            _line("contribution_base", "Base de cotisation (108 %)", gross, factor.number, base, factor)
        )
    if worker_type is WorkerType.STUDENT:
        rate = figures.on("onss.student_worker_rate", month)
        label = "Cotisation de solidarité étudiant"
    else:
        rate = figures.on("onss.worker_rate", month)
        label = "Cotisation personnelle ONSS"
    onss = r(base * rate.number)
    lines.append(_line("onss", label, base, rate.number, onss, rate, LineKind.WITHHELD))
    if worker_type is WorkerType.STUDENT:
        return Contributions(base, onss, ZERO, ZERO, tuple(lines))

    code = "work_bonus.base_108" if worker_type is WorkerType.ARTISTIC else "work_bonus.standard"
    bonus = figures.on(code, month)
    reference, a, b = work_bonus(gross, hours, month, bonus)
    room = onss if work_bonus_room is None else max(ZERO, min(onss, work_bonus_room))
    a = min(a, room)
    b = min(b, room - a)
    for part, amount in (("a", a), ("b", b)):
        lines.append(
            _line(
                f"work_bonus_{part}",
                f"Bonus à l'emploi, volet {part.upper()}",
                reference,
                bonus.part(part, "coefficient"),
                amount,
                bonus,
                LineKind.ADDS,
            )
        )
    return Contributions(base, onss, a, b, tuple(lines))


def work_bonus(
    gross: Decimal, hours: Decimal, month: date, bonus: Figure
) -> tuple[Decimal, Decimal, Decimal]:
    """Reference pay S and the two parts of the work bonus, before any cut (BELGIUM §4.15).

    Part months go by hours: `S = r(W / H × U)`, each part `r(R × min(1, H / U))`.
    """
    if hours <= 0:
        raise InvalidHours(value=hours)
    full_time = month_hours(month)
    reference = r(gross * full_time / hours)
    parts = []
    for part in ("a", "b"):
        full = _work_bonus_part(reference, bonus.value[part])
        parts.append(full if hours >= full_time else r(full * hours / full_time))
    return reference, parts[0], parts[1]


def _work_bonus_part(reference: Decimal, terms: Mapping[str, Any]) -> Decimal:
    highest, floor = decimal(terms["max"]), decimal(terms["floor"])
    if reference <= floor:
        return highest
    if reference > decimal(terms["ceiling"]):
        return ZERO
    return max(ZERO, r(highest - decimal(terms["coefficient"]) * (reference - floor)))


def special_contribution(
    base: Decimal,
    status: FamilyStatus,
    on: date,
    figures: Figures,
    period: Literal["monthly", "quarterly"] = "monthly",
) -> PayLine:
    """Special social security contribution on a month's or a quarter's base; students owe none."""
    figure = figures.on(f"special_contribution.{period}", on)
    amount, rate = _by_rows(base, figure.value[HOUSEHOLD[status]])
    return _line(
        "special_contribution",
        "Cotisation spéciale de sécurité sociale",
        base,
        rate,
        amount,
        figure,
        LineKind.WITHHELD,
    )


def _by_rows(base: Decimal, rows: Sequence[Mapping[str, Any]]) -> tuple[Decimal, Decimal | None]:
    for row in rows:
        if ("below" in row and base >= decimal(row["below"])) or (
            "up_to" in row and base > decimal(row["up_to"])
        ):
            continue
        amount, rate = decimal(row["fixed"]), None
        if "rate" in row:
            rate = decimal(row["rate"])
            amount += rate * (base - decimal(row["over"]))
        if "min" in row:
            amount = max(amount, decimal(row["min"]))
        if "max" in row:
            amount = min(amount, decimal(row["max"]))
        return r(amount), rate
    raise AssertionError("the last row of a table has no limit")


def _line(
    code: str,
    label: str,
    base: Decimal | None,
    rate: Decimal | None,
    amount: Decimal,
    figure: Figure,
    kind: LineKind = LineKind.EXPLAINS,
) -> PayLine:
    return PayLine(
        code, label, base, rate, amount, figure.source, kind, figure.valid_from, figure.status, amount
    )
