"""The month so far, as `gross_to_net --month-to-date` reads and writes it (docs/guides/commands.md).

One JSON object: `items`, in the order in which they were settled, each with `type`, `gross`, `hours`, and
when they are not the defaults `flat_tax` and `paid_on`; an item may carry the amounts that it was settled
with (all of `AMOUNTS` or none: then it is settled anew, after those before it). `month` (`2026-11`) and
`work_bonus_of_other_months` are optional. A bare list is read as `items`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from core.calendar import first_of_month
from core.money import ZERO, r
from payroll.engine.errors import InvalidMonthFile
from payroll.engine.month import settle
from payroll.engine.statutory import Figures
from payroll.engine.types import Amounts, PayInput, SettledItem, Situation, WorkerType

AMOUNTS = ("onss", "work_bonus_a", "work_bonus_b", "withholding_tax", "special_contribution")
"""What an item that was settled elsewhere brings with it."""

_ITEM = {"type", "gross", "hours", "flat_tax", "paid_on", "taxable", "net", *AMOUNTS}
_FILE = {"items", "month", "work_bonus_of_other_months"}


@dataclass(frozen=True, slots=True)
class MonthToDate:
    """The items of the month so far, and the work bonus that the year's other months took."""

    items: tuple[SettledItem, ...] = ()
    work_bonus_of_other_months: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        """Gross of the items together."""
        return sum((one.item.gross for one in self.items), ZERO)


def read_month(path: str, *, day: date, situation: Situation, figures: Figures) -> MonthToDate:
    """Read the month of `day` so far. Raises `InvalidMonthFile` with the place, and what `settle` raises."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise InvalidMonthFile(place=path, problem=error.strerror or "unreadable") from None
    except UnicodeDecodeError:
        raise InvalidMonthFile(place=path, problem="it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InvalidMonthFile(place=f"{path}, line {error.lineno}", problem=error.msg) from None
    if isinstance(content, list):
        content = {"items": content}
    if not isinstance(content, Mapping) or not isinstance(content.get("items"), list):
        raise InvalidMonthFile(place=path, problem="a list of items is needed")
    if not content.keys() <= _FILE:
        raise InvalidMonthFile(place=path, problem=f"unknown: {', '.join(sorted(content.keys() - _FILE))}")
    if content.get("month", f"{day:%Y-%m}") != f"{day:%Y-%m}":
        raise InvalidMonthFile(place="month", problem=f"the items are of another month than {day:%Y-%m}")
    bonus = _number(content.get("work_bonus_of_other_months", "0.00"), "work_bonus_of_other_months")
    settled: list[SettledItem] = []
    for place, row in enumerate(content["items"], start=1):
        settled.append(_settled(row, f"item {place}", settled, day, situation, figures, bonus))
    return MonthToDate(tuple(settled), bonus)


def written(one: SettledItem) -> dict[str, object]:
    """An item as the file has it, so that an answer's items are the next question's month."""
    given: dict[str, object] = {"type": one.item.worker_type.value}
    if one.item.flat_tax:
        given["flat_tax"] = True
    amounts = {name: f"{getattr(one.amounts, name):.2f}" for name in ("gross", "hours", *AMOUNTS)}
    return given | {"paid_on": one.item.paid_on.isoformat()} | amounts


def _settled(
    row: Any,
    place: str,
    before: Sequence[SettledItem],
    day: date,
    situation: Situation,
    figures: Figures,
    bonus: Decimal,
) -> SettledItem:
    if not isinstance(row, Mapping) or not row.keys() <= _ITEM:
        known = ", ".join(sorted(_ITEM))
        raise InvalidMonthFile(place=place, problem=f"an object with nothing but {known} is needed")
    try:
        kind = WorkerType(row.get("type", "employee"))
        paid_on = date.fromisoformat(row["paid_on"]) if "paid_on" in row else day
    except (ValueError, TypeError) as error:
        raise InvalidMonthFile(place=place, problem=str(error)) from None
    flat_tax = row.get("flat_tax", False)
    if not isinstance(flat_tax, bool):
        raise InvalidMonthFile(place=place, problem="flat_tax is true or false")
    item = PayInput(
        kind,
        _number(row.get("gross"), f"{place}, gross"),
        _number(row.get("hours"), f"{place}, hours"),
        first_of_month(day),
        paid_on,
        flat_tax,
    )
    anew = settle(
        before, item, situation=situation, figures=figures, work_bonus_of_other_months=bonus
    ).settled
    given = [name for name in AMOUNTS if name in row]
    if not given:
        return anew
    if len(given) != len(AMOUNTS):
        missing = ", ".join(name for name in AMOUNTS if name not in row)
        raise InvalidMonthFile(place=place, problem=f"settled amounts are given all or none: {missing}")
    amounts = {name: _number(row[name], f"{place}, {name}") for name in AMOUNTS}
    return replace(anew, amounts=Amounts(item.gross, item.hours, anew.amounts.base, **amounts))


def _number(value: Any, place: str) -> Decimal:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise InvalidOperation
        number = Decimal(value)
        if not number.is_finite() or number != r(number) or abs(number) >= 10**9:
            raise InvalidOperation
    except InvalidOperation:
        problem = "an amount with at most two decimals is needed"
        raise InvalidMonthFile(place=place, problem=problem) from None
    return r(number)
