"""What people type about work abroad."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FileDrop, KitForm, SearchSelect
from payroll.abroad.countries import choices, country_of_place
from payroll.abroad.enums import ActivityKind
from payroll.abroad.models import AbroadMission
from payroll.abroad.types import Days, MissionTerms
from payroll.models import EmploymentContract

PAPER = "application/pdf,image/png,image/jpeg"
PERIODS = ("1", "2", "3")


class MissionForm(KitForm):
    """Where, when, for whom and how the work abroad is done."""

    country = forms.ChoiceField(label=_("Country"), widget=SearchSelect())
    first_1 = DateField(label=_("First day abroad"))
    last_1 = DateField(label=_("Last day abroad"))
    first_2 = DateField(label=_("And again from"), required=False)
    last_2 = DateField(label=_("Until"), required=False)
    first_3 = DateField(label=_("And once more from"), required=False)
    last_3 = DateField(label=_("Until"), required=False)
    place = forms.CharField(
        label=_("Place of work abroad"), max_length=200, help_text=_("Street, number, postal code, city.")
    )
    receiver_name = forms.CharField(
        label=_("Client or venue abroad"),
        max_length=120,
        help_text=_("For whom, or where, the work is done."),
    )
    receiver_vat = forms.CharField(
        label=_("Its VAT number"), max_length=20, required=False, help_text=_("If it has one.")
    )
    activity_kind = forms.ChoiceField(
        label=_("Kind of work"), choices=[("", _("Choose what is done")), *ActivityKind.choices]
    )
    transport = forms.CharField(
        label=_("Transport"), max_length=120, required=False, help_text=_("Train, own car, with the company…")
    )
    lodging = forms.CharField(
        label=_("Lodging"), max_length=200, required=False, help_text=_("Where you can be reached there.")
    )
    multi_state = forms.BooleanField(
        label=_("The worker usually works in another state too"),
        required=False,
        help_text=_("Article 13 applies then, not article 12: name the states below."),
    )
    other_states = forms.CharField(label=_("Which states?"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    stated = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        contract: EmploymentContract,
        home: str,
        mission: AbroadMission | None = None,
        states: Any = None,
        **kwargs: Any,
    ) -> None:
        """`states`: how the worker's statement reads for who fills the form in; None: it is not theirs."""
        kwargs.setdefault("initial", _initial(mission, contract))
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("Choose a country")), *choices(home)]  # type: ignore[attr-defined]
        if mission is None:
            del self.fields["version"]
        else:
            del self.fields["country"]
        if states is None:
            del self.fields["stated"]
        else:
            self.fields["stated"].label = states
        self.kept_country = mission.country if mission is not None else ""

    def terms(self) -> MissionTerms:
        """The form as a value."""
        data = self.cleaned_data
        days: list[Days] = []
        for n in PERIODS:
            first: date | None = data.get(f"first_{n}") or data.get(f"last_{n}")
            last: date | None = data.get(f"last_{n}") or first
            if first is not None and last is not None:
                days.append((first, last))
        names = ("place", "receiver_name", "receiver_vat", "activity_kind", "transport", "lodging")
        return MissionTerms(
            country=self.kept_country or data["country"],
            parts=tuple(sorted(days)),
            multi_state=data["multi_state"],
            other_states=data["other_states"],
            **{name: data[name] for name in names},
        )


def _initial(mission: AbroadMission | None, contract: EmploymentContract) -> dict[str, Any]:
    if mission is None:
        last: date | None = None if contract.open_ended else contract.ends_on
        return {
            "first_1": contract.starts_on,
            "last_1": last,
            "country": country_of_place(contract.place),
            "activity_kind": "",
        }
    names = (
        "place", "receiver_name", "receiver_vat", "activity_kind", "transport", "lodging", "multi_state",
        "other_states", "version",
    )  # fmt: skip
    found = {name: getattr(mission, name) for name in names}
    for n, part in zip(PERIODS, mission.parts.all(), strict=False):
        found |= {f"first_{n}": part.first_day, f"last_{n}": part.last_day}
    return found


class DoneForm(KitForm):
    """What proves that a step is done."""

    number = forms.CharField(label=_("Number or reference"), max_length=60, required=False)
    upload = forms.FileField(
        label=_("The paper"),
        required=False,
        widget=FileDrop(accept=PAPER, hint=_("A photo or a PDF, 10 MB at most.")),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ReasonForm(KitForm):
    """Why nothing is to be done, or why something is taken back."""

    reason = forms.CharField(label=_("Why?"), max_length=300)
