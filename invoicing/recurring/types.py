"""When a recurring invoice falls due, and what its words say. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

_PLACE = re.compile(r"\{(month|year|period|first|last)\}")


@dataclass(frozen=True, slots=True)
class Schedule:
    """The first day, and how many months lie between two occurrences.

    The day of the month is that of the first day; a month that is too short takes its last one, and the next
    long month the wanted day again: 31 January, 28 February, 31 March.
    """

    first_on: date
    months: int
    ends_on: date | None = None
    most: int | None = None

    def day_of(self, index: int) -> date | None:
        """The day of occurrence `index` (from 0); None when it is over by then."""
        day = _months_later(self.first_on, index * self.months)
        over = self.ends_on is not None and day > self.ends_on
        return None if over or (self.most is not None and index >= self.most) else day

    def due(self, start: int, on: date) -> Iterator[tuple[int, date]]:
        """Occurrences from `start` that are due on a day, missed ones too."""
        index = start
        while (day := self.day_of(index)) is not None and day <= on:
            yield index, day
            index += 1

    def period_of(self, index: int) -> tuple[date, date]:
        """First and last day of the time that an occurrence stands for: from its day to before the next."""
        first = _months_later(self.first_on, index * self.months)
        return first, _months_later(self.first_on, (index + 1) * self.months) - timedelta(days=1)


def _months_later(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def values_of(first: date, last: date, language: str) -> Mapping[str, str]:
    """What the places in a text stand for, in the client's language."""
    long_first, long_last = (format_date(day, format="d MMMM y", locale=language) for day in (first, last))
    whole_month = first.day == 1 and last == _months_later(first, 1) - timedelta(days=1)
    month = format_date(first, format="LLLL", locale=language)
    return {
        "month": month,
        "year": str(first.year),
        "period": f"{month} {first.year}" if whole_month else f"{long_first} – {long_last}",
        "first": long_first,
        "last": long_last,
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; braces that name nothing stay as they are."""
    return _PLACE.sub(lambda found: values[found[1]], text)
