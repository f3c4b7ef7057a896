"""Refusals of purchases."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class PurchaseNotFound(DomainError):
    """There is no such purchase, or it is not for this person."""

    code = "purchase_not_found"
    kind = "not_found"
    message = _("There is no such purchase among yours.")


class SupplierNotFound(DomainError):
    """There is no such supplier, or it is not for this person."""

    code = "supplier_not_found"
    kind = "not_found"
    message = _("There is no such supplier among yours.")


class PurchaseNumberTaken(DomainError):
    """The supplier sent another document under this number."""

    code = "purchase_number_taken"
    kind = "conflict"
    message = _(
        "%(supplier)s has sent another document under the number %(number)s: "
        "ask which one holds, and refuse the other."
    )


class PurchaseNotWaiting(DomainError):
    """It was answered already."""

    code = "purchase_not_waiting"
    kind = "conflict"
    message = _("This purchase is “%(state)s”: it cannot be changed any more.")


class PurchaseNotAssigned(DomainError):
    """Nobody said for which Activity it is."""

    code = "purchase_not_assigned"
    kind = "conflict"
    message = _("This purchase belongs to no Activity yet: assign it first.")


class PurchaseForeignCurrency(DomainError):
    """The books are in euro."""

    code = "purchase_foreign_currency"
    message = _("This document is in %(currency)s: ask the supplier for an invoice in euro.")


class PurchaseCaseUnclear(DomainError):
    """Nobody said whether goods or services came from abroad, or another case was named."""

    code = "purchase_case_unclear"
    message = _("This VAT treatment does not fit a supplier in %(country)s: choose one of the list.")


class PurchaseCategoryUnfit(DomainError):
    """A kind of cost that no supplier invoices."""

    code = "purchase_category_unfit"
    message = _("Choose what was bought: “%(category)s” is nothing that a supplier invoices.")


class SupplierAccountMissing(DomainError):
    """Nowhere to pay."""

    code = "supplier_account_missing"
    message = _("The document names no account that can be paid: ask the supplier, then enter the IBAN.")


class SupplierAccountChanged(DomainError):
    """Another account than before: how payments are diverted."""

    code = "supplier_account_changed"
    kind = "conflict"
    message = _(
        "%(supplier)s was known under another account than %(iban)s. Finance must first ask the supplier "
        "by telephone, on a number known from before, and confirm the account."
    )


class AccountNotToConfirm(DomainError):
    """Only a changed account waits."""

    code = "account_not_to_confirm"
    kind = "conflict"
    message = _("This account does not wait for a confirmation.")


class ConfirmationMissing(DomainError):
    """Whoever confirms an account says how they know."""

    code = "confirmation_missing"
    message = _("Say whom you spoke to, and on which number.")


class ReasonMissing(DomainError):
    """A refusal goes back to the supplier: it needs its reason."""

    code = "purchase_reason_missing"
    message = _("Say why: the supplier will read it.")


class PurchaseAmountInvalid(DomainError):
    """What was typed does not add up."""

    code = "purchase_amount_invalid"
    message = _("The total must be above zero and its VAT at most %(most)s €: copy both from the document.")


class SupplierNameMissing(DomainError):
    """A supplier has a name."""

    code = "supplier_name_missing"
    message = _("Enter the supplier’s name and the number of the document.")


class EntityMismatch(DomainError):
    """It is for another of our companies."""

    code = "purchase_entity_mismatch"
    kind = "conflict"
    message = _("The document is addressed to %(addressee)s, the Activity works in %(entity)s.")


class PurchaseBeingChecked(DomainError):
    """The public rules were not asked to the end."""

    code = "purchase_being_checked"
    kind = "conflict"
    message = _("This document is being checked against the public rules: try again in a minute.")


class PurchaseBreaksRules(DomainError):
    """It breaks rules without which it is no electronic invoice."""

    code = "purchase_breaks_rules"
    kind = "conflict"
    message = _(
        "This document breaks public rules (%(rules)s): refuse it, so that the supplier sends a right one, "
        "or ask finance or an adviser to take it all the same."
    )


class NothingToOverride(DomainError):
    """It keeps the rules, or somebody took it all the same already."""

    code = "nothing_to_override"
    kind = "conflict"
    message = _("Nothing keeps this document from being accepted.")


class OverrideReasonMissing(DomainError):
    """Whoever takes a document that breaks rules says why."""

    code = "override_reason_missing"
    message = _("Say why it is taken although it breaks the rules: it is kept for an audit.")


class PurchasePartsWrong(DomainError):
    """The parts do not make the document."""

    code = "purchase_parts_wrong"
    message = _(
        "The parts of VAT row %(row)s must make exactly %(base)s € without VAT: correct an amount, "
        "or add a part."
    )
