"""What the pages of work abroad say of a step, of who did it and of what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payroll.abroad import services
from payroll.abroad.enums import StepKind
from payroll.abroad.models import MissionStep


def what_to_do(step: MissionStep) -> str:
    """One sentence for whoever works the queue."""
    match step.kind, step.state:
        case StepKind.A1, "todo":
            return _("Send the request") if step.mission.declared_at else _("Wait for the worker's statement")
        case StepKind.A1, "refused" | "failed":
            return _("Mend the cause, then send it again: %(why)s") % {"why": step.note}
        case _, "sent":
            return _("Wait for the answer of the office")
        case _, "done" | "not_needed":
            return step.number or step.note
    where = step.rule.get("where", "")
    if where:
        return _("%(where)s: do it, then note the number") % {"where": where}
    if step.to_check:
        return _("To check by a person: nothing certain is entered for this country")
    return _("Do it, then note the number or the file")


def what_follows(step: MissionStep, *, own: bool) -> str:
    """The same for the worker and their adviser: who does it, or what they must do first."""
    match step.kind, step.state:
        case StepKind.A1, "todo" if step.mission.declared_at is None:
            if own:
                return _("confirm the form, then payroll asks for it")
            return _("the worker confirms the form, then payroll asks for it")
        case _, "sent":
            return _("asked for; the answer is awaited")
        case _, "refused":
            return _("refused (%(why)s): payroll mends it and asks again") % {"why": step.note}
    return _("payroll takes care of it")


def clerk_name(label: str) -> str:
    """Who did it: a name, the office, or the product by itself."""
    return str(CLERKS.get(label, label))


CLERKS: dict[str, Any] = {
    services.OFFICE.label: gettext_lazy("the office"),
    services.CALLED_OFF.label: gettext_lazy("by itself, with the contract"),
}
"""What did something without a person, in words."""

EVENTS: dict[str, Any] = {
    "written": gettext_lazy("Form filled in"),
    "declared": gettext_lazy("Confirmed by the worker"),
    "changed": gettext_lazy("Form changed"),
    "cut": gettext_lazy("Days cut with the contract"),
    "cancelled": gettext_lazy("Called off"),
    "a1_asked": gettext_lazy("A1 certificate asked for"),
    "a1_withdrawn": gettext_lazy("Request withdrawn"),
    "a1_granted": gettext_lazy("A1 certificate granted"),
    "a1_refused": gettext_lazy("A1 certificate refused"),
    "a1_failed": gettext_lazy("Request not delivered"),
    "done": gettext_lazy("Done"),
    "not_needed": gettext_lazy("Not needed"),
    "reopened": gettext_lazy("To do again"),
}
"""What happened, in words."""
