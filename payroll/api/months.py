"""Doors that look ahead: the preview of a month, and its pay with other rates. Nothing is
written but that somebody read what others earn.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, identity_behind, read_body
from core.commands import json_ready
from ledger.selectors import entity_by_code
from payroll.api.asked import KEEPERS
from payroll.errors import NoSuchMonth
from payroll.list_reads import OfSomebody, note_list_read
from payroll.months import read_month
from payroll.preview import preview_month
from payroll.rate_changes import read_proposal, simulate_rates
from payroll.serializers import Money

ENTITY = OpenApiParameter("entity", str, description="Code of one legal entity; all of them without it.")


class RatesInput(serializers.Serializer[Any]):
    """`as_of`: a day of the month whose rates count; `multipliers` by contract type; `figures`: the text of a
    statutory file that is put on top of those loaded.
    """

    as_of = serializers.DateField()
    multipliers = serializers.DictField(
        child=serializers.DecimalField(max_digits=5, decimal_places=3, min_value=1, max_value=3),
        required=False,
    )
    figures = serializers.CharField(max_length=200_000, required=False)


class SumsOutput(serializers.Serializer[Any]):
    """Totals, by name; amounts in euro as text."""

    gross = Money()
    net = Money()
    employer_total = Money()
    margin = Money()
    cost = Money()


class PreviewOutput(serializers.Serializer[Any]):
    """The month, the month before, what differs, who, and what is missing."""

    month = serializers.DateField()
    before = serializers.DateField()
    entity = serializers.CharField()
    rows = serializers.ListField(child=serializers.DictField())
    total = serializers.DictField()
    total_before = serializers.DictField()
    difference = serializers.DictField()
    to_come = serializers.DictField()
    corrections = serializers.DictField()
    holiday = Money(allow_null=True)
    regularisation = Money(allow_null=True)
    new = serializers.DictField()
    gone = serializers.DictField()
    moved = serializers.DictField()
    missing = serializers.DictField()


class RatesOutput(serializers.Serializer[Any]):
    """Both totals, their difference, the workers who differ most, what could not be computed."""

    month = serializers.DateField()
    as_of = serializers.DateField()
    items = serializers.IntegerField()
    today = SumsOutput()
    then = SumsOutput()
    difference = SumsOutput()
    workers_changed = serializers.IntegerField()
    workers = serializers.ListField(child=serializers.DictField())
    refused = serializers.DictField()


class MonthPreview(APIView):
    """What the run of a month will find."""

    required_roles = KEEPERS

    @extend_schema(parameters=[ENTITY], responses=PreviewOutput, operation_id="month_preview")
    def get(self, request: Request, month: str) -> Response:
        """Totals and differences to last month by entity and contract type; the month is written 2026-11."""
        found = preview_month(_month(month), _entity(request), on=clock.today())
        _note("preview", found.named, request, month)
        return Response(json_ready(found))


class MonthRates(APIView):
    """A month's pay with other rates."""

    required_roles = KEEPERS

    @extend_schema(parameters=[ENTITY], request=RatesInput, responses=RatesOutput, operation_id="month_rates")
    def post(self, request: Request, month: str) -> Response:
        """Computed in memory and compared; the same question gives the same answer and writes nothing."""
        given = read_body(RatesInput, request)
        found = simulate_rates(
            _month(month),
            _entity(request),
            as_of=given["as_of"],
            figures=read_proposal(given["figures"]) if given.get("figures") else None,
            multipliers=given.get("multipliers"),
        )
        _note("rates", found.workers, request, month)
        return Response(json_ready(found))


def _month(text: str) -> date:
    try:
        return read_month(text)
    except ValueError:
        raise NoSuchMonth(month=text[:20]) from None


def _entity(request: Request) -> Any:
    code = request.query_params.get("entity")
    return entity_by_code(code).pk if code else None


def _note(kind: str, rows: Iterable[OfSomebody], request: Request, month: str) -> None:
    note_list_read(
        kind,
        rows,
        reader=identity_behind(request).person,
        filters={"month": month, "entity": request.query_params.get("entity", "")},
        actor=actor_behind(request),
    )
