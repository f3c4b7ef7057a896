"""Numbers as people write them: quantities, prices, percentages."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format

_BLANKS = re.compile(r"[\s\u00a0\u202f€%]")


class NumberField(forms.DecimalField):
    """A number with more decimals than money: `1 234,5678`, `1.5`, `12 %`.

    `shown_decimals`: how many it shows at least. The value is a Decimal or None.
    """

    def __init__(self, *, shown_decimals: int = 0, **kwargs: Any) -> None:
        self.shown_decimals = shown_decimals
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """As a Decimal, whichever sign marks the decimals."""
        if isinstance(value, str):
            value = _BLANKS.sub("", value)
            if "," in value:
                value = value.replace(".", "").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """As a reader of the page's language writes it, without useless zeros."""
        if not isinstance(value, Decimal):
            return value
        text = f"{value.normalize():f}"
        decimals = len(text.partition(".")[2])
        if decimals < self.shown_decimals:
            text = f"{value:.{self.shown_decimals}f}"
        return text.replace(".", str(get_format("DECIMAL_SEPARATOR")))
