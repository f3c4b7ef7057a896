"""REST doors of finance's desk: what lines might be, what was taught, statements that came early."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, read_query
from core.doors import ActDoor, NewDoor
from ledger.treasury import proposals, selectors, services
from ledger.treasury.errors import ProposalGone
from ledger.treasury.models import BankTransaction, LineRule, WaitingStatement
from ledger.treasury.roles import ACT, SEE
from ledger.treasury.serializers import WholeLineOutput

MOST = 50
"""Lines that are accepted together, as many as a page of the queue shows."""


class ProposalQuery(serializers.Serializer[None]):
    """A text (an invoice, a client) of which to find what it can mean for the line."""

    q = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class ProposedPartOutput(serializers.Serializer[Any]):
    """What a part pays, signed as the line."""

    text = serializers.CharField(source="0")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, source="1")


class ProposalOutput(serializers.Serializer[Any]):
    """One way to identify a line: `key` chooses it, `confidence` is in percent."""

    key = serializers.CharField()
    text = serializers.CharField()
    how = serializers.CharField()
    confidence = serializers.IntegerField()
    parts = ProposedPartOutput(many=True)


class ChoiceInput(ProposalQuery):
    """Which proposal it is; with the text by which it was found."""

    key = serializers.CharField(max_length=20)


class AcceptLinesInput(serializers.Serializer[None]):
    """Lines of which the sure proposals are accepted."""

    lines = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST)


class AcceptedOutput(serializers.Serializer[Any]):
    """The lines that are identified now; those without a sure proposal wait on."""

    identified = serializers.ListField(child=serializers.UUIDField())


class LineRuleOutput(serializers.ModelSerializer[LineRule]):
    """Where lines of an account holder go, in one direction."""

    class Meta:
        model = LineRule
        fields = ("id", "iban", "incoming", "name", "account_code", "fund", "text", "made_by", "made_at")
        read_only_fields = fields


class LineRuleInput(serializers.Serializer[None]):
    """What to teach."""

    iban = serializers.CharField(max_length=42)
    incoming = serializers.BooleanField()
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    account = serializers.CharField(max_length=8)
    text = serializers.CharField(max_length=140)


class WaitingStatementOutput(serializers.ModelSerializer[WaitingStatement]):
    """A statement that came before its predecessor; `expected` names the missing one."""

    entity = serializers.CharField(source="account.entity.code", help_text="Code of the entity.")

    class Meta:
        model = WaitingStatement
        fields = ("id", "entity", "number", "date", "opening", "closing", "expected", "came_at")
        read_only_fields = fields


def _line(pk: UUID) -> BankTransaction:
    lines = BankTransaction.objects.select_related("statement__account__entity", "party")
    found: BankTransaction = get_object_or_404(lines, pk=pk)
    return found


class Proposals(APIView):
    """What a line might be."""

    required_roles = SEE

    @extend_schema(
        parameters=[ProposalQuery], responses=ProposalOutput(many=True), operation_id="bank_lines_proposals"
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The likeliest first; with `q`, what the text can mean for it."""
        line = _line(pk)
        text = read_query(ProposalQuery, request)["q"].strip()
        found = proposals.searched(line, text) if text else proposals.waiting([line])[0].proposals
        return Response(ProposalOutput(found, many=True).data)


class Choose(ActDoor):
    """The line is what the proposal says, if it still is one."""

    required_roles = ACT
    body = ChoiceInput
    output = WholeLineOutput
    operation_id = "bank_lines_choose"

    def found(self, pk: UUID) -> BankTransaction:
        """Whatever the statement."""
        return _line(pk)

    def act(self, line: BankTransaction, key: str, q: str) -> BankTransaction:
        picked = proposals.chosen(line, key, q.strip())
        if picked is None:
            raise ProposalGone
        return services.identify_transaction(
            transaction_id=line.pk, claim=picked.claims, actor=self.actor, today=clock.today()
        )


class Accept(NewDoor):
    """Accept every sure proposal among the lines that are named, all or none."""

    required_roles = ACT
    body = AcceptLinesInput
    output = AcceptedOutput
    status = 200
    operation_id = "bank_lines_accept"

    def make(self, lines: list[UUID]) -> dict[str, list[UUID]]:
        rows = proposals.waiting(list(selectors.lines_to_identify().filter(pk__in=lines)))
        choices = [(row.line.pk, row.sure.claims) for row in rows if row.sure is not None]
        done = services.identify_transactions(choices=choices, actor=self.actor, today=clock.today())
        return {"identified": [line.pk for line in done]}


class LineRules(generics.ListAPIView[LineRule]):
    """What finance taught about counterparties, the last first."""

    required_roles = SEE
    serializer_class = LineRuleOutput
    queryset = LineRule.objects.none()

    def get_queryset(self) -> QuerySet[LineRule]:
        """Every rule."""
        return selectors.line_rules()


class NewLineRule(NewDoor):
    """A second rule for the same counterparty and direction replaces the first."""

    required_roles = ACT
    body = LineRuleInput
    output = LineRuleOutput
    operation_id = "line_rules_teach"

    def make(self, account: str, text: str, **given: Any) -> LineRule:
        fund = services.account_claim(account, text).fund
        return services.remember_rule(fund=fund, account=account, text=text, actor=self.actor, **given)


class ForgetLineRule(APIView):
    """Forget a rule."""

    required_roles = ACT

    @extend_schema(request=None, responses=LineRuleOutput, operation_id="line_rules_forget")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """What went by it stays where it is; the answer is the rule that was."""
        rule = get_object_or_404(LineRule, pk=pk)
        shown = LineRuleOutput(rule).data
        services.forget_rule(rule_id=rule.pk, actor=actor_behind(request))
        return Response(shown)


class WaitingStatements(generics.ListAPIView[WaitingStatement]):
    """Statements that came before their predecessor, the last first."""

    required_roles = SEE
    serializer_class = WaitingStatementOutput
    queryset = WaitingStatement.objects.none()

    def get_queryset(self) -> QuerySet[WaitingStatement]:
        """Every one that waits."""
        return selectors.waiting_statements()


class ForgetWaiting(APIView):
    """Give up a statement that waits."""

    required_roles = ACT

    @extend_schema(request=None, responses=WaitingStatementOutput, operation_id="waiting_statements_forget")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is not the one that is missing; what was entered stays. The answer is the one that waited."""
        row = get_object_or_404(selectors.waiting_statements(), pk=pk)
        shown = WaitingStatementOutput(row).data
        services.forget_waiting(waiting_id=row.pk, actor=actor_behind(request))
        return Response(shown)
