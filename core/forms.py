"""The forms of the UI kit: rendering, money, dates, choices with search, files to drop.

`{{ form }}` and `{% render_form form %}` both give the kit's markup. Templates and fields work with any
Django form; `KitForm` and `KitModelForm` add the rendering to forms written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale, UnknownLocaleError
from babel import numbers as babel_numbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.template import loader
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.digits import whole_number
from core.errors import LinesUnreadable

Clean = Callable[[Any], Any]


class KitRenderer(DjangoTemplates):
    """Finds the kit's partials in the project's templates and everything else where Django keeps it."""

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("core/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)


class KitFormMixin:
    """Renders a form with the partials of the kit."""

    default_renderer: BaseRenderer | type[BaseRenderer] | None = KitRenderer
    template_name = "core/ui/form.html"
    template_name_div = "core/ui/form.html"
    template_name_p = "core/ui/form.html"


class KitForm(KitFormMixin, forms.Form):
    """A form of the house."""


class KitModelForm(KitFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    """A model form of the house: it parses and shows; writing stays with a service."""


# --- what stands beside the fields --------------------------------------------------------------------------


def lines_sent(sent: Mapping[str, Any], prefix: str, *, most: int) -> int:
    """How many lines a set of forms sent, `most` at most; nothing said is none. Raises `LinesUnreadable`."""
    text = sent.get(f"{prefix}-TOTAL_FORMS") or "0"
    number = whole_number(text)
    if number is None:
        raise LinesUnreadable
    return min(number, most)


def text_sent(sent: Mapping[str, Any], name: str) -> str:
    """The text of a field that no form checks, without the NUL that the database takes nowhere."""
    text: str = sent.get(name) or ""
    return text.replace("\0", "")


def version_sent(sent: Mapping[str, Any], seen: int) -> int:
    """The version that the writer saw; `seen` where nothing says it. What is no version of ours is an old
    one: -1, which every service refuses.
    """
    text = sent.get("version") or str(seen)
    number = whole_number(text)
    return -1 if number is None else number


# --- money -------------------------------------------------------------------------------------------------

_SPACES = re.compile("[\\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}']")
_GROUPED = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+$")
_PLAIN = re.compile(r"^\d+(?:[.,]\d{1,2})?$|^[.,]\d{1,2}$")
_MIXED = re.compile(r"^\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d{1,2}$")


def parse_money(text: str) -> Decimal:
    """An amount as people write it: `1 234,56`, `1.234,56 €`, `1,234.56`, `1234.5`, `−12`.

    The last of two different signs is the decimal one. A single sign before three digits (`1.234`) could
    mean both things and is refused, never guessed. Raises ValueError.
    """
    cleaned = _SPACES.sub("", text).replace("€", "").replace("EUR", "").replace("\N{MINUS SIGN}", "-")
    sign = Decimal(1)
    if cleaned[:1] in {"-", "+"}:
        sign, cleaned = Decimal(-1 if cleaned[0] == "-" else 1), cleaned[1:]
    if _GROUPED.match(cleaned):
        digits = re.sub("[.,]", "", cleaned)
    elif _MIXED.match(cleaned):
        whole, cents = re.split("[.,](?=[^.,]*$)", cleaned)
        digits = re.sub("[.,]", "", whole) + "." + cents
    elif _PLAIN.match(cleaned):
        digits = cleaned.replace(",", ".")
    else:
        raise ValueError(text)
    try:
        return (sign * Decimal(digits)).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise ValueError(text) from error


class MoneyInput(forms.TextInput):
    """A text control for euros.

    Decimal keyboard on a phone, right-aligned, `€` inside, shown in the reader's format.
    """

    suffix = "€"
    width = "short"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "data-money": "", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value
        try:
            locale = Locale.parse(get_language() or "fr", sep="-")
        except (UnknownLocaleError, ValueError):
            locale = Locale("fr")
        return babel_numbers.format_decimal(Decimal(value), format="#,##0.00", locale=locale)


class MoneyField(forms.Field):
    """An amount in euro with two decimals.

    Minimum, maximum: inclusive bounds (Decimal or text). The value is a Decimal or None.
    """

    widget = MoneyInput
    default_error_messages = {
        "invalid": _("Write an amount in euro with at most two decimals, for example 1 234,56."),
        "minimum": _("The amount must be at least %(limit)s €."),
        "maximum": _("The amount can be at most %(limit)s €."),
    }

    def __init__(
        self, *, minimum: Decimal | str | None = None, maximum: Decimal | str | None = None, **kwargs: Any
    ) -> None:
        self.minimum = None if minimum is None else Decimal(minimum)
        self.maximum = None if maximum is None else Decimal(maximum)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        try:
            amount = parse_money(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if abs(amount) >= Decimal("1e12"):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return amount

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.minimum is not None and value < self.minimum:
            raise ValidationError(
                self.error_messages["minimum"], code="minimum", params={"limit": self.minimum}
            )
        if self.maximum is not None and value > self.maximum:
            raise ValidationError(
                self.error_messages["maximum"], code="maximum", params={"limit": self.maximum}
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


# --- dates -------------------------------------------------------------------------------------------------


class DateInput(forms.DateInput):
    """The browser's own date control; earliest and latest are hints to it, the field checks them."""

    input_type = "date"
    width = "short"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day. earliest, latest: inclusive bounds."""

    widget = DateInput
    default_error_messages = {
        "earliest": _("Choose a day from %(limit)s."),
        "latest": _("Choose a day up to %(limit)s."),
    }

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"])
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        for name, limit in (("min", self.earliest), ("max", self.latest)):
            if limit is not None:
                attrs[name] = limit.isoformat()
        return attrs

    def validate(self, value: Any) -> None:
        super().validate(value)
        for code, limit, wrong in (
            ("earliest", self.earliest, value is not None and self.earliest and value < self.earliest),
            ("latest", self.latest, value is not None and self.latest and value > self.latest),
        ):
            if wrong and limit is not None:
                raise ValidationError(
                    self.error_messages[code], code=code, params={"limit": f"{limit:%d/%m/%Y}"}
                )


# --- choices and files -------------------------------------------------------------------------------------


class SearchSelect(forms.Select):
    """A select that gains a search box when JavaScript runs; without it, a plain select."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Iterable[Any] = ()) -> None:
        super().__init__({"data-search-select": "", **(attrs or {})}, choices)


class Choices(forms.RadioSelect):
    """A few choices, all visible, each a large target."""


class FileDrop(forms.ClearableFileInput):
    """A file control with a place to drop; the hint says what is accepted.

    accept: like the attribute of HTML.
    """

    template_name = "core/ui/widgets/file_drop.html"

    def __init__(self, attrs: dict[str, Any] | None = None, accept: str = "", hint: Any = "") -> None:
        self.hint = hint
        super().__init__({**({"accept": accept} if accept else {}), **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["hint"] = self.hint
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return loader.render_to_string(template_name, context)

    def is_initial(self, value: Any) -> bool:
        return bool(value and getattr(value, "url", False)) and not isinstance(value, UploadedFile)
