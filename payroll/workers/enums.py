"""Closed lists of worker files."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from payroll.attestations import WORK_IN_ARTS


class AttestationKind(TextChoices):
    """What a paper attests. Its value is how contracts ask for it."""

    WORK_IN_ARTS = WORK_IN_ARTS, _("work in the arts")
    STUDENT = "student", _("enrolment as a student")
    WORK_PERMIT = "work_permit", _("right to work in the country")
    FITNESS = "fitness", _("fitness for the work")
    SAFETY = "safety", _("safety training")
    OTHER = "other", _("another attestation")


class ArtsLevel(TextChoices):
    """Levels of the attestation of work in the arts."""

    STARTER = "starter", _("starter")
    ORDINARY = "ordinary", _("ordinary")
    PLUS = "plus", _("plus")


class AttestationState(TextChoices):
    """An attestation counts once somebody other than its holder checked it."""

    HANDED_IN = "handed_in", _("to be checked")
    CHECKED = "checked", _("checked")
    REFUSED = "refused", _("refused")


class AccidentKind(TextChoices):
    """Where an accident happened: both are insured, only the first counts in the rates."""

    AT_WORK = "at_work", _("at work")
    ON_THE_WAY = "on_the_way", _("on the way to or from work")


class AccidentState(TextChoices):
    """Life of an accident: told to the cooperative, declared to the insurer, closed."""

    REPORTED = "reported", _("to be declared")
    DECLARED = "declared", _("declared to the insurer")
    CLOSED = "closed", _("closed")


class CoverKind(TextChoices):
    """What an insurance of the house covers."""

    WORK_ACCIDENT = "work_accident", _("accidents at work")
    PRIVATE_ACCIDENT = "private_accident", _("accidents in private life")
    LIABILITY = "liability", _("civil liability")
    TRAVEL = "travel", _("travel and repatriation")
    OTHER = "other", _("another cover")
