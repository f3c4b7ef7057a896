"""Lines added, moved, copied and taken away while they are written: nothing is checked or kept yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.digits import whole_number
from core.forms import lines_sent
from invoicing.forms import LineFormSet, line_formset
from invoicing.views.written_lines import MOST_LINES


def rearranged_lines(request: HttpRequest, codes: Any, act: str) -> LineFormSet:
    """The lines as they were sent, in the order and number that the button asked for: `add`, or `up`, `down`,
    `copy` or `drop` with the place of the line from zero (`up:2` moves the third line up).
    """
    rows = _sent(request, codes)
    what, _colon, place = act.partition(":")
    number = whole_number(place)
    n = -1 if number is None else number
    if what == "up" and 0 < n < len(rows):
        rows[n - 1], rows[n] = rows[n], rows[n - 1]
    elif what == "down" and 0 <= n < len(rows) - 1:
        rows[n], rows[n + 1] = rows[n + 1], rows[n]
    elif what == "copy" and 0 <= n < len(rows) < MOST_LINES:
        rows.insert(n + 1, dict(rows[n]))
    elif what == "drop" and 0 <= n < len(rows):
        del rows[n]
    return line_formset(codes=codes, initial=rows, extra=1 if what == "add" or not rows else 0)


def _sent(request: HttpRequest, codes: Any) -> list[dict[str, str]]:
    count = lines_sent(request.POST, "line", most=MOST_LINES)
    names = list(line_formset(codes=codes).empty_form.fields)
    return [{name: request.POST.get(f"line-{n}-{name}", "") for name in names} for n in range(count)]
