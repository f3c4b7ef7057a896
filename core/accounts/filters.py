"""How the list of those turned away is narrowed."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from core.access import names_of
from core.accounts.models import DeniedAccess
from core.accounts.selectors import people_turned_away


def _people() -> list[tuple[str, str]]:
    names = names_of(people_turned_away())
    return [("", "—"), *sorted(((str(key), name) for key, name in names.items()), key=lambda pair: pair[1])]


class DeniedFilter(django_filters.FilterSet):
    """By person: those who were turned away within the last month are offered."""

    person = django_filters.UUIDFilter(field_name="person_id", label=_("Person"))

    class Meta:
        model = DeniedAccess
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["person"].widget = forms.Select(choices=_people())
