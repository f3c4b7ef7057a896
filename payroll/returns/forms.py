"""What is asked when a return is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from ledger.models import LegalEntity
from payroll.returns.enums import PublicReturnKind

PERIODIC_CHOICES = [(kind.value, kind.label) for kind in PublicReturnKind if kind != PublicReturnKind.END]


class BuildForm(KitForm):
    """Which return of which period."""

    kind = forms.ChoiceField(label=_("Return"), choices=PERIODIC_CHOICES)
    entity = forms.ChoiceField(label=_("Entity"))
    period = forms.CharField(label=_("Period"), max_length=10)

    def __init__(self, *given: Any, **named: Any) -> None:
        """Entities of the cooperative, by name."""
        super().__init__(*given, **named)
        entities = LegalEntity.objects.order_by("code")
        self.fields["entity"].choices = [(entity.code, entity.name) for entity in entities]  # type: ignore[attr-defined]
