"""REST doors of deductions."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from rest_framework.response import Response

from core import clock
from core.doors import PAPER, ActDoor, NewDoor, SeenList, ShowDoor, ThingDoor
from payroll.deductions import selectors, services
from payroll.deductions.filters import AdvanceFilter, SeizureFilter
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.roles import ADVANCE_READERS, EVERYBODY, GIVERS_UP, KEEPERS, WRITERS
from payroll.deductions.serializers import (
    DeductionAnswerInput,
    SeizureCreditorInput,
    SeizureInput,
    SeizureOutput,
    WageAdvanceInput,
    WageAdvanceOutput,
)


class SeizureDoor(ThingDoor):
    """A seizure that the caller may see, with what it has taken so far."""

    required_roles: ClassVar[frozenset[str]] = WRITERS
    output = SeizureOutput

    def found(self, pk: UUID) -> Seizure:
        """One's own, any for payroll."""
        return selectors.seizure_for(self.identity.person, self.identity.roles, pk)

    def answer(self, row: Seizure) -> Response:
        """As it stands now."""
        return super().answer(self.found(row.pk))


class AdvanceDoor(ThingDoor):
    """An advance that the caller may see, with what came back of it."""

    required_roles: ClassVar[frozenset[str]] = WRITERS
    output = WageAdvanceOutput

    def found(self, pk: UUID) -> Advance:
        """One's own, any for payroll."""
        return selectors.advance_for(self.identity.person, self.identity.roles, pk)

    def answer(self, row: Advance) -> Response:
        """As it stands now."""
        return super().answer(self.found(row.pk))


class Seizures(SeenList[Seizure]):
    """Seizures: one's own, all of them for payroll."""

    required_roles = EVERYBODY | KEEPERS
    serializer_class = SeizureOutput
    filterset_class = SeizureFilter
    queryset = Seizure.objects.none()
    seen = staticmethod(selectors.seizures)


class EnterSeizure(SeizureDoor, NewDoor):
    """The worker's pay waits until a second person agrees."""

    body = SeizureInput
    media = PAPER
    operation_id = "seizure_enter"

    def make(self, person: UUID, **given: Any) -> Seizure:
        worker = selectors.worker_for(person)
        return services.enter_seizure(person=worker, on=clock.today(), actor=self.actor, **given)


class OneSeizure(SeizureDoor, ShowDoor):
    """With what it has taken so far."""

    required_roles = EVERYBODY | KEEPERS
    operation_id = "seizure_retrieve"


class AgreeSeizure(SeizureDoor, ActDoor):
    """It takes of each pay from now on."""

    operation_id = "seizure_agree"

    def act(self, seizure: Seizure) -> Seizure:
        return services.agree_seizure(seizure_id=seizure.pk, on=clock.today(), actor=self.actor)


class SuspendSeizure(SeizureDoor, ActDoor):
    """Pay is settled without it."""

    body = DeductionAnswerInput
    operation_id = "seizure_suspend"

    def act(self, seizure: Seizure, answer: str) -> Seizure:
        return services.suspend_seizure(
            seizure_id=seizure.pk, answer=answer, on=clock.today(), actor=self.actor
        )


class ResumeSeizure(SeizureDoor, ActDoor):
    """It takes again."""

    operation_id = "seizure_resume"

    def act(self, seizure: Seizure) -> Seizure:
        return services.resume_seizure(seizure_id=seizure.pk, on=clock.today(), actor=self.actor)


class LiftSeizure(SeizureDoor, ActDoor):
    """It never takes again."""

    body = DeductionAnswerInput
    operation_id = "seizure_lift"

    def act(self, seizure: Seizure, answer: str) -> Seizure:
        return services.lift_seizure(seizure_id=seizure.pk, answer=answer, on=clock.today(), actor=self.actor)


class CorrectCreditor(SeizureDoor, ActDoor):
    """What came back is to pay again."""

    body = SeizureCreditorInput
    operation_id = "seizure_creditor"

    def act(self, seizure: Seizure, **given: Any) -> Seizure:
        return services.correct_creditor(seizure_id=seizure.pk, on=clock.today(), actor=self.actor, **given)


class Advances(SeenList[Advance]):
    """Advances: one's own, all of them for payroll."""

    required_roles = EVERYBODY | ADVANCE_READERS
    serializer_class = WageAdvanceOutput
    filterset_class = AdvanceFilter
    queryset = Advance.objects.none()
    seen = staticmethod(selectors.advances)


class AskAdvance(AdvanceDoor, NewDoor):
    """Mine; payroll may ask for any worker."""

    required_roles = EVERYBODY | WRITERS
    body = WageAdvanceInput
    operation_id = "advance_ask"

    def make(self, person: UUID | None, **given: Any) -> Advance:
        worker = self.identity.person
        if person is not None and (worker is None or person != worker.pk):
            if not self.identity.roles & WRITERS:
                raise PermissionDenied
            worker = selectors.worker_for(person)
        if worker is None:
            raise PermissionDenied
        return services.ask_advance(person=worker, on=clock.today(), actor=self.actor, **given)


class OneAdvance(AdvanceDoor, ShowDoor):
    """With what came back of it."""

    required_roles = EVERYBODY | ADVANCE_READERS
    operation_id = "advance_retrieve"


class AgreeAdvance(AdvanceDoor, ActDoor):
    """It is to pay today."""

    operation_id = "advance_agree"

    def act(self, advance: Advance) -> Advance:
        return services.agree_advance(advance_id=advance.pk, on=clock.today(), actor=self.actor)


class RefuseAdvance(AdvanceDoor, ActDoor):
    """The worker sees why."""

    body = DeductionAnswerInput
    operation_id = "advance_refuse"

    def act(self, advance: Advance, answer: str) -> Advance:
        return services.refuse_advance(
            advance_id=advance.pk, answer=answer, on=clock.today(), actor=self.actor
        )


class WithdrawAdvance(AdvanceDoor, ActDoor):
    """Before anybody decided."""

    required_roles = EVERYBODY | WRITERS
    operation_id = "advance_withdraw"

    def act(self, advance: Advance) -> Advance:
        return services.withdraw_advance(advance_id=advance.pk, actor=self.actor)


class WriteOffAdvance(AdvanceDoor, ActDoor):
    """At the charge of the common pot."""

    required_roles = GIVERS_UP
    body = DeductionAnswerInput
    operation_id = "advance_write_off"

    def act(self, advance: Advance, answer: str) -> Advance:
        return services.write_off_advance(
            advance_id=advance.pk, because=answer, on=clock.today(), actor=self.actor
        )
