"""What a client paid too much: given back or set off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.forms import KitForm, MoneyField, SearchSelect
from core.identifiers import InvalidIdentifier, normalise_iban
from core.kit.formats import money
from core.links import link
from invoicing import overpaid as excess
from invoicing.models import Invoice
from invoicing.roles import CONTROLLERS
from invoicing.services.credits import refund_credit, set_off_credit
from invoicing.views.asked import invoice_of


class RefundForm(KitForm):
    """To which account how much goes back."""

    amount = MoneyField(label=gettext_lazy("Amount"), minimum="0.01")
    iban = forms.CharField(
        label=gettext_lazy("Account of the client"),
        max_length=42,
        help_text=gettext_lazy("The one that paid, where the bank named it: check it."),
    )

    def clean_iban(self) -> str:
        """A number that holds."""
        try:
            return normalise_iban(self.cleaned_data["iban"])
        except InvalidIdentifier as error:
            raise ValidationError(_("This account number does not hold: check each digit.")) from error


class SetOffForm(KitForm):
    """Which open invoice it pays."""

    invoice = forms.ChoiceField(label=gettext_lazy("Open invoice"), widget=SearchSelect)

    def __init__(self, *args: Any, others: list[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invoice"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(row.pk), f"{row.number} · {money(row.open_amount)}") for row in others]


@requires(*CONTROLLERS)
def overpaid(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give back what was paid too much, or pay another invoice of the client with it."""
    invoice = invoice_of(request, pk)
    amount = -invoice.open_amount
    others = list(excess.payable_with(invoice)[:200])
    act = request.POST.get("act", "")
    refund = RefundForm(
        request.POST if act == "refund" else None,
        initial={"amount": amount, "iban": excess.account_of_payer(invoice)},
    )
    set_off = SetOffForm(request.POST if act == "set_off" else None, others=others)
    today, actor = clock.today(), actor_of(request)
    try:
        if act == "refund" and refund.is_valid():
            refund_credit(invoice_id=invoice.pk, on=today, actor=actor, **refund.cleaned_data)
            messages.success(request, _("The refund waits in the next batch of payments."))
            return redirect(link("invoicing:invoice", pk=pk))
        if act == "set_off" and set_off.is_valid():
            target = next(row for row in others if str(row.pk) == set_off.cleaned_data["invoice"])
            set_off_credit(
                from_id=invoice.pk,
                to_id=target.pk,
                amount=min(amount, target.open_amount),
                on=today,
                actor=actor,
            )
            messages.success(request, _("Set off against %(number)s.") % {"number": target.number})
            return redirect(link("invoicing:invoice", pk=target.pk))
    except DomainError as refusal:
        (refund if act == "refund" else set_off).add_error(None, refusal.detail)
    context = {
        "invoice": invoice,
        "amount": amount,
        "others": others,
        "refund": refund,
        "set_off": set_off,
    }
    wrong = bool(refund.errors or set_off.errors)
    return render(request, "invoicing/overpaid.html", context, status=422 if wrong else 200)
