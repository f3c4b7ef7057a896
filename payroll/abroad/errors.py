"""Refusals of work abroad."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class AbroadNotFound(DomainError):
    """The mission, step or certificate is not there for who asks."""

    code = "abroad_not_found"
    kind = "not_found"
    message = _("This work abroad does not exist, or you may not see it.")


class NotAbroad(DomainError):
    """The country is the cooperative's own."""

    code = "not_abroad"
    message = _("This is the cooperative's own country: choose the country where the work is done.")


class UnknownCountry(DomainError):
    """No country has this code."""

    code = "unknown_country"
    message = _("“%(country)s” is no country code: choose a country from the list.")


class PartOutsideContract(DomainError):
    """Days abroad lie within the contract."""

    code = "part_outside_contract"
    message = _("The days abroad lie within the contract, from %(first)s to %(last)s: correct them.")


class PartsMissing(DomainError):
    """At least one period is named, without overlaps and each in order."""

    code = "parts_missing"
    message = _("Give the days abroad: each period ends after it starts, and no two of them overlap.")


class MissionExists(DomainError):
    """One form per contract and country."""

    code = "mission_exists"
    kind = "conflict"
    message = _("This contract has a form for this country already: change that one.")


class ContractGone(DomainError):
    """A contract that was called off has no work abroad."""

    code = "contract_gone"
    kind = "conflict"
    message = _("This contract is %(state)s: there is no work abroad to declare.")


class MissionStarted(DomainError):
    """What was declared stands once the work has begun."""

    code = "mission_started"
    kind = "conflict"
    message = _("The work abroad began on %(day)s: it can no longer be changed. Write to payroll.")


class MissionCancelled(DomainError):
    """It was called off."""

    code = "mission_cancelled"
    kind = "conflict"
    message = _("This work abroad was called off: make a new form if it takes place after all.")


class StatementNotYours(DomainError):
    """The worker states it, or payroll with their paper."""

    code = "statement_not_yours"
    kind = "forbidden"
    message = _("Only the worker can confirm this form: they find it on their home page.")


class FormIncomplete(DomainError):
    """The office wants the worker's statement."""

    code = "form_incomplete"
    kind = "conflict"
    message = _("The worker has not confirmed the form yet: ask them to, then send the request.")


class ContractNotSubmitted(DomainError):
    """A certificate is asked for work that is agreed."""

    code = "contract_not_submitted"
    kind = "conflict"
    message = _("The contract is still a draft: submit it, then send the request.")


class StepSettled(DomainError):
    """The step does not wait for anybody."""

    code = "step_settled"
    kind = "conflict"
    message = _("This step is “%(state)s”: there is nothing to do now.")


class NoOfficeForStep(DomainError):
    """Only A1 certificates are asked for by the product."""

    code = "no_office_for_step"
    message = _("This step is done by hand: do it, then note its number or file here.")


class EvidenceMissing(DomainError):
    """What is done can be shown."""

    code = "evidence_missing"
    message = _("Give the number or the file that proves it.")


class ReasonMissing(DomainError):
    """Whoever says that nothing is needed says why."""

    code = "reason_missing"
    message = _("Say why it is not needed: whoever checks later reads it here.")


class NothingToRetract(DomainError):
    """No request stands."""

    code = "nothing_to_retract"
    kind = "conflict"
    message = _("No request stands for this work abroad: there is nothing to withdraw.")


class NoOfficeHere(DomainError):
    """No contract with the office exists: people ask for certificates on its site."""

    code = "no_office_here"
    kind = "conflict"
    message = _(
        "Requests are made by hand here: ask on the office's site, then note the number and the file."
    )


class MissionChanged(DomainError):
    """Somebody else changed it meanwhile."""

    code = "mission_changed"
    kind = "conflict"
    message = _("This form was changed meanwhile: read it again, then change it.")


class VatNumberWrong(DomainError):
    """A number of the European Union has a known form."""

    code = "vat_number_wrong"
    message = _(
        "“%(number)s” is no VAT number: write it with its country (FR12345678901), or leave it empty."
    )


class CertificateMissing(DomainError):
    """No certificate was given yet."""

    code = "certificate_missing"
    kind = "not_found"
    message = _("There is no certificate yet: you find it here as soon as the office has answered.")
