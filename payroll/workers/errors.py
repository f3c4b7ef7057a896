"""Refusals of worker files."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class WorkerThingNotFound(DomainError):
    """Nothing of that kind, or nothing that the reader may see."""

    code = "worker_thing_not_found"
    kind = "not_found"
    message = _("This page of a worker’s file does not exist.")


class DatesReversed(DomainError):
    """A thing ends before it begins."""

    code = "dates_reversed"
    message = _("The last day lies before the first: correct the dates.")


class LevelWrong(DomainError):
    """Only the attestation of work in the arts has levels, and it always has one."""

    code = "attestation_level"
    message = _(
        "Say the level (starter, ordinary, plus) of an attestation of work in the arts, and of no other."
    )


class AttestationDecided(DomainError):
    """It was checked or refused before."""

    code = "attestation_decided"
    kind = "conflict"
    message = _("This attestation is %(state)s already: a new one can be handed in.")


class OwnFile(DomainError):
    """Nobody checks what is their own."""

    code = "own_worker_file"
    kind = "forbidden"
    message = _("This is your own file: ask a colleague.")


class AccidentInFuture(DomainError):
    """An accident has happened."""

    code = "accident_in_future"
    message = _("An accident cannot lie in the future: correct the day.")


class NoWorkOnThatDay(DomainError):
    """An accident at work needs a contract on its day."""

    code = "no_work_on_that_day"
    message = _("%(name)s has no contract on %(day)s: correct the day, or enter the contract first.")


class AccidentNotOpen(DomainError):
    """The act does not fit the state."""

    code = "accident_not_open"
    kind = "conflict"
    message = _("This accident is %(state)s: this can no longer be done.")


class HoursOutOfRange(DomainError):
    """A year of student work has at most the quota, and never less than nothing."""

    code = "student_hours_out_of_range"
    message = _("Give the hours worked elsewhere in %(year)s, between 0 and %(most)s.")
