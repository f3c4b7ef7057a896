"""REST doors of temporary unemployment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core import clock
from core.doors import ActDoor, SeenList
from payroll.models import EmploymentContract
from payroll.selectors import contract_for
from payroll.unemployment import selectors, services
from payroll.unemployment.filters import SpellFilter
from payroll.unemployment.models import UnemploymentSpell
from payroll.unemployment.serializers import SpellInput, SpellOutput


class Spells(SeenList[UnemploymentSpell]):
    """Days without work that I may see."""

    required_roles = selectors.READERS
    serializer_class = SpellOutput
    filterset_class = SpellFilter
    queryset = UnemploymentSpell.objects.none()
    seen = staticmethod(selectors.visible_spells)


class Record(ActDoor):
    """The contract loses the days, the solidarity fund tops them up."""

    required_roles = selectors.WRITERS
    body = SpellInput
    output = SpellOutput
    status = 201
    operation_id = "unemployment_record"

    def found(self, pk: UUID) -> EmploymentContract:
        """A contract for which the caller may enter days without work."""
        roles = self.identity.roles & selectors.WRITERS
        return contract_for(self.identity.person, pk, roles=roles)

    def act(self, contract: EmploymentContract, **given: Any) -> UnemploymentSpell:
        spell = services.record_unemployment(
            contract_id=contract.pk, on=clock.now(), actor=self.actor, **given
        )
        return selectors.spells().get(pk=spell.pk)
