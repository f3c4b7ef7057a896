"""Amounts over time, drawn in SVG without style attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.kit.formats import EMPTY, decimal_of
from core.kit.lists import empty_state
from core.kit.partials import partial, read

register = template.Library()


CHART_WIDTH, CHART_HEIGHT = 1000, 300


def _round_scale(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Calm bounds and step for an axis of about four lines."""
    span = (high - low) or Decimal(1)
    rough = span / 4
    magnitude = Decimal(10) ** rough.adjusted()
    step = next(magnitude * factor for factor in (1, 2, 5, 10) if magnitude * factor >= rough)
    floor = (low // step) * step
    if floor > low:
        floor -= step
    ceiling = floor
    while ceiling < high:
        ceiling += step
    return floor, ceiling if ceiling > floor else floor + step, step


@register.simple_tag
def line_chart(
    points: Iterable[Any],
    label: str,
    series_label: str = "",
    threshold: object = None,
    threshold_label: str = "",
) -> SafeString:
    """An amount over time as a stepped area: each point has `date`, `amount` and optional `forecast` (drawn
    dashed).

    label: what the picture shows. threshold: an amount drawn as a line (what is reserved, a limit). The
    same figures stand beneath as a table, behind a summary.
    """
    rows = [
        {
            "date": read(p, "date"),
            "amount": Decimal(read(p, "amount", 0)),
            "forecast": bool(read(p, "forecast", False)),
        }
        for p in points
    ]
    if len(rows) < 2:
        return empty_state(
            gettext("Not enough to draw yet"), gettext("The picture appears after two movements."), "chart"
        )
    limit = decimal_of(threshold)
    amounts = [row["amount"] for row in rows] + [Decimal(0)] + ([limit] if limit is not None else [])
    low, high, step = _round_scale(min(amounts), max(amounts))
    first, last = rows[0]["date"].toordinal(), rows[-1]["date"].toordinal()
    days = Decimal(max(last - first, 1))

    def place(row: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
        x = Decimal(row["date"].toordinal() - first) / days * CHART_WIDTH
        return x, height(row["amount"])

    def height(amount: Decimal) -> Decimal:
        return CHART_HEIGHT - (amount - low) / (high - low) * CHART_HEIGHT

    def path(part: Sequence[Mapping[str, Any]]) -> str:
        """A line that holds each level until the next movement."""
        text, previous = "", None
        for row in part:
            x, y = place(row)
            text += f"M{x:.1f} {y:.1f}" if previous is None else f"H{x:.1f}V{y:.1f}"
            previous = y
        return text

    known = [row for row in rows if not row["forecast"]]
    planned = [row for row in rows if row["forecast"]]
    zero = height(Decimal(0))
    area = f"{path(known)}V{zero:.1f}H{place(known[0])[0]:.1f}Z" if known else ""
    ticks = []
    tick = high
    while tick >= low:
        ticks.append({"amount": tick, "y": f"{height(tick):.1f}", "zero": tick == 0})
        tick -= step
    middle = date.fromordinal((first + last) // 2)
    return partial(
        "line_chart",
        {
            "label": label,
            "series_label": series_label or gettext("Amount"),
            "known": path(known),
            "planned": path(known[-1:] + planned) if planned else "",
            "area": area,
            "ticks": ticks,
            "dates": [rows[0]["date"], middle, rows[-1]["date"]],
            "rows": rows,
            "last": known[-1] if known else rows[-1],
            "now_x": f"{place(known[-1])[0]:.1f}" if known else "",
            "threshold": limit,
            "threshold_y": f"{height(limit):.1f}" if limit is not None else "",
            "threshold_label": threshold_label,
            "width": str(CHART_WIDTH),
            "height": str(CHART_HEIGHT),
        },
    )


@register.simple_tag
def sparkline(values: Iterable[Any], label: str) -> SafeString:
    """A trend the size of a word.

    values: numbers, oldest first. label: says it in words (`Turnover: 3 months up`).
    """
    numbers = [decimal_of(value) or Decimal(0) for value in values]
    if len(numbers) < 2:
        return format_html('<span class="muted">{}</span>', EMPTY)
    low, high = min(numbers), max(numbers)
    span = (high - low) or Decimal(1)
    gap = Decimal(100) / (len(numbers) - 1)
    spots = [(i * gap, 22 - (value - low) / span * 20) for i, value in enumerate(numbers)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    return partial("sparkline", {"points": points, "label": label, "end_y": f"{spots[-1][1]:.1f}"})
