"""Refusals from the client to the cash."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion


class ClientNotFound(DomainError):
    """There is no such client, or it is not for this person."""

    code = "client_not_found"
    kind = "not_found"
    message = _("There is no such client among yours.")


class ClientNameMissing(DomainError):
    """An invoice must name its buyer."""

    code = "client_name_missing"
    message = _("Give the client's name.")


class VatNumberInvalid(DomainError):
    """Its own check digits refuse it."""

    code = "vat_number_invalid"
    message = _("“%(number)s” is not a valid VAT number: check each digit and the country in front.")


class EnterpriseNumberInvalid(DomainError):
    """Its own check digits refuse it."""

    code = "enterprise_number_invalid"
    message = _("“%(number)s” is not a valid enterprise number: it has ten digits, the last two are a check.")


class CountryInvalid(DomainError):
    """Two letters."""

    code = "country_invalid"
    message = _("“%(country)s” is not a country: two letters are expected, such as BE.")


class InvoiceNotFound(DomainError):
    """There is no such invoice, or it is not for this person."""

    code = "invoice_not_found"
    kind = "not_found"
    message = _("There is no such invoice among yours.")


class InvoiceNotDraft(DomainError):
    """What is issued never changes."""

    code = "invoice_not_draft"
    kind = "conflict"
    message = _("This invoice is issued and can no longer change: correct it with a credit note.")


class EmptyInvoice(DomainError):
    """An invoice needs an amount."""

    code = "empty_invoice"
    message = _("The invoice has no amount: add at least one line with a quantity and a price.")


class LineInvalid(DomainError):
    """A line needs words, a quantity and a price that is not negative."""

    code = "line_invalid"
    message = _("Line %(position)s needs a description, a quantity and a price of zero or more.")


class StaleInvoice(StaleVersion):
    """Somebody else changed the draft in between."""

    code = "stale_invoice"
    kind = "conflict"
    message = _("Somebody changed this draft while you were writing: reload it and try again.")


class VatCodeNotInForce(DomainError):
    """The country's table has no such code on that day."""

    code = "vat_code_not_in_force"
    message = _("There is no VAT code “%(vat_code)s” in force on %(on)s.")


class VatCodeNotAllowed(DomainError):
    """The code does not fit the seller or the buyer."""

    code = "vat_code_not_allowed"
    message = _("VAT code “%(vat_code)s” cannot be used here: %(why)s")


class DocumentRefused(DomainError):
    """The public rules of electronic invoices would refuse the document."""

    code = "document_refused"
    message = _("The invoice cannot be issued as it is (%(rule)s): %(why)s")


class ActivityNotYours(DomainError):
    """Only the people of an Activity invoice for it."""

    code = "activity_not_yours"
    kind = "forbidden"
    message = _("Only the people of this Activity may invoice for it.")


class InvoiceNotIssued(DomainError):
    """There is nothing to credit, dispute or send yet."""

    code = "invoice_not_issued"
    kind = "conflict"
    message = _("This invoice is not issued yet: change or delete the draft instead.")


class CreditTooLarge(DomainError):
    """No more can be credited than was invoiced."""

    code = "credit_too_large"
    kind = "conflict"
    message = _("At most %(most)s € without VAT can still be credited at code “%(vat_code)s”.")


class NothingToCredit(DomainError):
    """The invoice is credited in full already, or the amount is not above zero."""

    code = "nothing_to_credit"
    kind = "conflict"
    message = _("There is nothing left to credit on this invoice.")


class CreditReasonMissing(DomainError):
    """A credit note says why."""

    code = "credit_reason_missing"
    message = _("Say why the invoice is credited: the client reads it on the credit note.")


class InvoiceNotOpen(DomainError):
    """Nothing is to be paid any more."""

    code = "invoice_not_open"
    kind = "conflict"
    message = _("Nothing is open on this invoice any more.")


class DocumentNotFound(DomainError):
    """No document was issued under that number."""

    code = "document_not_found"
    kind = "not_found"
    message = _("No document %(number)s was issued in this cooperative.")


class NoEmailAddress(DomainError):
    """The client cannot be written to."""

    code = "no_email_address"
    message = _("The client has no e-mail address: add one to the client first.")
