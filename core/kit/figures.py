"""Figures and states: a number with its name, a badge, terms, how one amount becomes another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.kit.formats import EMPTY, decimal_of, percent, tone_of
from core.kit.partials import partial, read

register = template.Library()

ONE_LINE = 16
"""A state of so many letters is never broken over two lines, also in a table."""


@register.simple_tag
def stat(
    label: str, value: object, hint: str = "", tone: str = "", href: str = "", icon: str = ""
) -> SafeString:
    """A figure with its name.

    value: text, already formatted (`amount|money`). tone: "" | brand | success | warning.
    """
    return partial(
        "stat", {"label": label, "value": value, "hint": hint, "tone": tone, "href": href, "icon": icon}
    )


@register.simple_tag
def badge(state: object, label: object = "", tone: str = "") -> SafeString:
    """A state as a word with a sign: `{% badge invoice.state invoice.get_state_display %}`.

    The tone comes from the state's value (`TONES`) unless given: success | warning | danger | neutral.
    """
    shown = label or getattr(state, "label", "") or str(state).replace("_", " ").capitalize()
    values = {"label": shown, "tone": tone or tone_of(state), "short": len(str(shown)) <= ONE_LINE}
    return partial("badge", values)


@register.simple_tag
def definitions(*parts: Any, filled: bool = False) -> SafeString:
    """A list of terms: label, value, label, value… or one list of pairs.

    Empty values show a dash; with `filled` they are left out: for what need not be there.
    """
    if len(parts) == 1 and isinstance(parts[0], list | tuple):
        pairs = [(label, value) for label, value in parts[0]]
    else:
        pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    shown = [(a, EMPTY if b in (None, "") else b) for a, b in pairs]
    return partial("definitions", {"pairs": [pair for pair in shown if not filled or pair[1] != EMPTY]})


@dataclass(frozen=True)
class WaterfallBar:
    """One step drawn: offsets and lengths in thousandths of the widest reach."""

    label: str
    amount: Decimal
    kind: str
    note: str
    href: str
    x: str
    width: str


@register.simple_tag
def waterfall(steps: Iterable[Any], caption: str = "") -> SafeString:
    """How an amount becomes another, as a table with bars.

    A step has `label`, `amount` (Decimal; the sign of minus steps does not matter), `kind`: start (where
    it begins), plus, minus, subtotal, total; optional `note` (one line that explains it) and `href`.
    """
    raw = list(steps)
    level = Decimal(0)
    spans: list[tuple[Decimal, Decimal]] = []
    for step in raw:
        amount, kind = Decimal(read(step, "amount", 0)), str(read(step, "kind", "minus"))
        if kind in {"start", "subtotal", "total"}:
            level = amount
            spans.append((min(Decimal(0), amount), max(Decimal(0), amount)))
            continue
        change = -abs(amount) if kind == "minus" else amount
        spans.append((min(level, level + change), max(level, level + change)))
        level += change
    low = min((a for a, _b in spans), default=Decimal(0))
    reach = max((b for _a, b in spans), default=Decimal(0)) - low or Decimal(1)
    bars = []
    for step, (a, b) in zip(raw, spans, strict=True):
        amount, kind = Decimal(read(step, "amount", 0)), str(read(step, "kind", "minus"))
        bars.append(
            WaterfallBar(
                label=str(read(step, "label")),
                amount=-abs(amount) if kind == "minus" else amount,
                kind=kind,
                note=str(read(step, "note")),
                href=str(read(step, "href")),
                x=f"{(a - low) / reach * 1000:.1f}",
                width=f"{max((b - a) / reach * 1000, Decimal(3)):.1f}",
            )
        )
    return partial("waterfall", {"bars": bars, "caption": caption or gettext("From one amount to the other")})


@register.simple_tag
def progress(
    value: object, maximum: object = 100, label: str = "", hint: str = "", tone: str = ""
) -> SafeString:
    """How far something is.

    value/maximum: numbers; an unknown value (None) shows a moving bar. tone: "" | success.
    """
    done, whole = decimal_of(value), decimal_of(maximum) or Decimal(1)
    return partial(
        "progress",
        {
            "value": None if done is None else f"{done:f}",
            "maximum": f"{whole:f}",
            "share": None if done is None else percent((done / whole).quantize(Decimal("0.01"))),
            "label": label or gettext("Progress"),
            "hint": hint,
            "tone": tone,
        },
    )
