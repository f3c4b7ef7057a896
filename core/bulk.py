"""Many of one kind in one request, each judged by itself, through the same service as one alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import problem, problem_details, read_query
from core.errors import DomainError
from core.openapi import Problem
from core.tenancy import current_tenant_id

MOST_ROWS = 500

ATOMIC = OpenApiParameter("atomic", bool, description="All or nothing: one refused row refuses them all")


class RowsWrong(DomainError):
    """No list, an empty one, or one that is too long."""

    code = "rows_wrong"
    message = _("Send a list of 1 to %(most)s rows.")


class Options(serializers.Serializer[Any]):
    """How rows are to be done."""

    atomic = serializers.BooleanField(default=False)


def bulk(request: Request, make: Callable[[Any], Any]) -> Response:
    """Make one thing of each row of a list and answer 207 with a result per row, in the order of the rows:
    `status`, then `body` (what was made) or `problem` (why not).

    `make` gets the row as it was sent and answers what is shown of what it made. Each row has a savepoint of
    its own: a refused one leaves nothing, the others stand. With `?atomic=true` one refused row refuses all:
    422, the `errors` say which and why. Lists are done one after another in a cooperative, because two of
    them could wait for each other's rows. Raises `RowsWrong`.
    """
    options = read_query(Options, request)
    rows = request.data
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
        raise RowsWrong(most=MOST_ROWS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('core.bulk'), %s)", [current_tenant_id()])
    results = [_result(make, row) for row in rows]
    refused = [(place, result["problem"]) for place, result in enumerate(results) if "problem" in result]
    if refused and options["atomic"]:
        text = _("%(refused)s of %(rows)s rows are refused, so nothing was written.")
        counts = {"refused": len(refused), "rows": len(rows)}
        return problem(
            422,
            "rows_refused",
            text % counts,
            params={name: str(count) for name, count in counts.items()},
            errors=[error for place, why in refused for error in _errors(place, why)],
        )
    return Response(results, status=207)


def _result(make: Callable[[Any], Any], row: Any) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return {"status": 201, "body": make(row)}
    except (DomainError, Http404, PermissionDenied, exceptions.APIException) as error:
        refused = problem_details(error, {})
        if refused is None:
            raise
        return {"status": refused.status_code, "problem": refused.data}


def _errors(place: int, why: dict[str, Any]) -> list[dict[str, str]]:
    """The errors of a row, their fields named after its place: `3.name`."""
    return [error | {"field": f"{place}.{error['field']}".rstrip(".")} for error in why["errors"]] or [
        {"field": str(place), "code": why["code"], "detail": why["detail"]}
    ]


def results_of(output: type[serializers.Serializer[Any]]) -> Any:
    """How the schema describes the answer to a list of rows."""
    return inline_serializer(
        f"{output.__name__}Result",
        {
            "status": serializers.IntegerField(),
            "body": output(required=False),
            "problem": Problem(required=False),
        },
        many=True,
    )
