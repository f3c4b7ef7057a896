"""Refusals from the client to the cash."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion


class ClientNotFound(DomainError):
    """There is no such client, or it is not for this person."""

    code = "client_not_found"
    kind = "not_found"
    message = _("There is no such client among yours.")


class ClientShared(DomainError):
    """Others work with the client too: where its invoices and letters go is not one member's to change."""

    code = "client_shared"
    kind = "forbidden"
    message = _(
        "Others work with this client too, and it is written to in their name: ask the credit controllers "
        "to change what is known of it."
    )


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


class EmailInvalid(DomainError):
    """Nobody could be written to at it."""

    code = "email_invalid"
    message = _("“%(email)s” is not an e-mail address: check it letter by letter.")


class PeppolIdInvalid(DomainError):
    """No participant of the network is called so."""

    code = "peppol_id_invalid"
    message = _(
        "“%(peppol_id)s” is not an address for electronic invoices: a scheme of four digits and a number are"
        " expected, such as 0208:0403019261."
    )


class PaymentTermTooLong(DomainError):
    """Law of 2 August 2002 on late payment, article 4."""

    code = "payment_term_too_long"
    message = _("The law allows at most %(most)s days to this kind of client: choose a shorter term.")


class ConsumerHasNoVatNumber(DomainError):
    """Whoever has a VAT number buys as a firm."""

    code = "consumer_has_no_vat_number"
    message = _("A private person has no VAT number: choose firm or association, or leave the number empty.")


class OrderReferenceMissing(DomainError):
    """The client refuses invoices without its order number."""

    code = "order_reference_missing"
    message = _("%(name)s takes no invoice without its order number: ask for it and enter it as reference.")


class VatNumberUnknown(DomainError):
    """Who charges no VAT must hold evidence that the buyer is a taxable person (VAT Code, articles 21 §2 and
    39bis; Implementing Regulation 282/2011, article 18).
    """

    code = "vat_number_unknown"
    message = _(
        "The register of the Union does not know VAT number %(number)s: this invoice cannot leave without"
        " VAT. Correct the client's number, ask the register again, or charge VAT."
    )


class ContactNotFound(DomainError):
    """There is no such contact at this client."""

    code = "contact_not_found"
    kind = "not_found"
    message = _("There is no such contact at this client.")


class ContactNameMissing(DomainError):
    """Somebody has a name."""

    code = "contact_name_missing"
    message = _("Give the contact's name.")


class ContactUnreachable(DomainError):
    """Who is written to has an address."""

    code = "contact_unreachable"
    message = _("Give the contact an e-mail address, or let them receive nothing.")


class ClientMerged(DomainError):
    """It turned out to be another client."""

    code = "client_merged"
    kind = "conflict"
    message = _("This client was merged with %(name)s meanwhile: work with that one.")


class ClientsNotMergeable(DomainError):
    """They are two, or money is on its way."""

    code = "clients_not_mergeable"
    kind = "conflict"
    message = _("These two clients cannot be merged: %(why)s")


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


class MixedScope(DomainError):
    """What is out of scope names no VAT number: it cannot share a document with what is taxed (EN 16931,
    BR-O-11)."""

    code = "mixed_scope"
    message = _(
        "Work outside the scope of VAT cannot stand beside other VAT codes on one invoice: "
        "write two invoices."
    )


class DiscountInvalid(DomainError):
    """A discount is a percentage or an amount, and never more than what it is taken off."""

    code = "discount_invalid"
    message = _("The discount must be a percentage up to 100 or an amount up to %(most)s €, not both.")


class PeriodInvalid(DomainError):
    """A period ends after it starts."""

    code = "period_invalid"
    message = _("Line %(position)s ends before it starts: check its dates.")


class NegativeVatBase(DomainError):
    """What is taken back under a VAT code cannot pass what is invoiced under it."""

    code = "negative_vat_base"
    message = _(
        "At VAT code “%(vat_code)s” more is taken off than invoiced: lower the negative lines, "
        "or make a credit note."
    )


class EarlyPaymentInvalid(DomainError):
    """An early-payment discount needs a percentage below 100 and days that end before the invoice is due."""

    code = "early_payment_invalid"
    message = _("The early-payment discount cannot be offered: %(why)s")


class AdvanceNotDeductible(DomainError):
    """Only an issued advance of the same client and Activity can be deducted."""

    code = "advance_not_deductible"
    message = _("Only advance invoices issued to this client for this Activity can be deducted.")


class AdvanceTooSmall(DomainError):
    """No more is deducted than was asked in advance."""

    code = "advance_too_small"
    kind = "conflict"
    message = _("At most %(most)s € of advance %(number)s can still be deducted at VAT code “%(vat_code)s”.")


class AdvanceDeducted(DomainError):
    """What a final statement deducted cannot be given back as well."""

    code = "advance_deducted"
    kind = "conflict"
    message = _(
        "A final statement deducts %(amount)s € of this advance: credit that statement first, or credit less."
    )


class CreditLineInvalid(DomainError):
    """A line is credited up to what is left of it."""

    code = "credit_line_invalid"
    message = _("Line %(position)s: at most %(quantity)s (%(most)s €) can still be credited.")


class TooManyAttachments(DomainError):
    """What travels inside an electronic invoice has a limit."""

    code = "too_many_attachments"
    message = _("At most %(count)s files and %(limit)s MB in all can go with an invoice.")


class AttachmentNotFound(DomainError):
    """There is no such file on the invoice."""

    code = "attachment_not_found"
    kind = "not_found"
    message = _("There is no such file on this invoice.")


class NoCreditLeft(DomainError):
    """The client did not pay that much too much, or nothing of that much is open."""

    code = "no_credit_left"
    kind = "conflict"
    message = _("At most %(most)s € can be moved.")


class RefundNotFound(DomainError):
    """No refund of this id was asked for."""

    code = "refund_not_found"
    kind = "not_found"
    message = _("There is no such refund.")


class CreditCannotMove(DomainError):
    """Credit pays another invoice of the same client and entity, nothing else."""

    code = "credit_cannot_move"
    message = _("Credit pays another open invoice of the same client, issued by the same entity.")
