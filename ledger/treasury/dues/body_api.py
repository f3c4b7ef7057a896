"""REST doors of what public bodies say: their terms, their statements, every difference with the books."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import generics

from core import clock
from core.doors import ActDoor, NewDoor, ShowDoor
from core.rest import CursorPages
from ledger.selectors import entity_by_code
from ledger.treasury.dues import selectors, services
from ledger.treasury.dues.models import BodyLine, BodyStatement, CreditorTerms, Due
from ledger.treasury.dues.reading import ReadLine
from ledger.treasury.dues.roles import ACT, SEE
from ledger.treasury.dues.serializers import DueOutput
from ledger.treasury.dues.statement_serializers import (
    BodyLineOutput,
    BodyStatementInput,
    BodyStatementOutput,
    ExplainInput,
    OneBodyStatementOutput,
    TermsInput,
    TermsOutput,
)
from ledger.treasury.references import reference_of


class Terms(generics.ListAPIView[CreditorTerms]):
    """Where creditors are paid, the last entered first; entering it."""

    required_roles = SEE
    serializer_class = TermsOutput
    queryset = CreditorTerms.objects.none()

    def get_queryset(self) -> QuerySet[CreditorTerms]:
        """Every one."""
        return selectors.terms()


class NewTerms(NewDoor):
    """What was entered before stays; the last one in force on a day holds."""

    required_roles = ACT
    body = TermsInput
    output = TermsOutput
    operation_id = "creditor_terms_enter"

    def make(self, entity: str, **given: Any) -> CreditorTerms:
        return services.enter_terms(entity=entity_by_code(entity), actor=self.actor, **given)


class BodyStatements(generics.ListAPIView[BodyStatement]):
    """Statements of creditors, the last kept first."""

    required_roles = SEE
    serializer_class = BodyStatementOutput
    queryset = BodyStatement.objects.none()

    def get_queryset(self) -> QuerySet[BodyStatement]:
        """Every one."""
        return selectors.body_statements()


class NewBodyStatement(NewDoor):
    """Each line is matched with one of our dues where reference, period or amount say so."""

    required_roles = ACT
    body = BodyStatementInput
    output = OneBodyStatementOutput
    operation_id = "body_statements_enter"

    def make(self, entity: str, lines: list[dict[str, Any]], **given: Any) -> BodyStatement:
        return services.enter_statement(
            entity=entity_by_code(entity),
            lines=[
                ReadLine(**row | {"reference": (reference_of(row["reference"]) or row["reference"])[:35]})
                for row in lines
            ],
            file=None,
            actor=self.actor,
            **given,
        )


class OneBodyStatement(ShowDoor):
    """With every difference; the books are what they say plus the differences."""

    required_roles = SEE
    output = OneBodyStatementOutput
    operation_id = "body_statements_retrieve"

    def found(self, pk: UUID) -> BodyStatement:
        """Whatever the body."""
        return get_object_or_404(selectors.body_statements(), pk=pk)


class LinePages(CursorPages):
    """In the order of the statement."""

    ordering = "position"


class BodyLines(generics.ListAPIView[BodyLine]):
    """Lines of a creditor's statement, in its order."""

    required_roles = SEE
    serializer_class = BodyLineOutput
    pagination_class = LinePages
    queryset = BodyLine.objects.none()

    def get_queryset(self) -> QuerySet[BodyLine]:
        """Of one statement."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.body_lines(get_object_or_404(BodyStatement, pk=self.kwargs["pk"]))


class LineDoor(ActDoor):
    """What is said of a line that differs."""

    required_roles = ACT
    body = ExplainInput

    def found(self, pk: UUID) -> BodyLine:
        """Whatever the statement."""
        return get_object_or_404(BodyLine, pk=pk)


class ExplainLine(LineDoor):
    """Kept with the line: it waits no more."""

    output = BodyLineOutput
    operation_id = "body_lines_explain"

    def act(self, line: BodyLine, **given: Any) -> BodyLine:
        services.explain_line(line_id=line.pk, actor=self.actor, **given)
        return self.found(line.pk)


class ClaimLine(LineDoor):
    """It becomes a due of its own, which a colleague agrees to."""

    output = DueOutput
    status = 201
    operation_id = "body_lines_claim"

    def act(self, line: BodyLine, **given: Any) -> Due:
        made = services.claim_line(line_id=line.pk, today=clock.today(), actor=self.actor, **given)
        due: Due = selectors.dues().get(pk=made.pk)
        return due
