"""Lists of VAT returns, on pages and as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource
from core.tables import Column
from invoicing.vatreturns import selectors
from invoicing.vatreturns.enums import DECLARED, Paper
from invoicing.vatreturns.models import ListedClient, VatFigure, VatReturn
from invoicing.vatreturns.periods import period_of
from invoicing.vatreturns.roles import SEE


def return_columns(address: Callable[[VatReturn], str] | None = None) -> Sequence[Column]:
    """A return in a list."""
    return (
        Column(_("Period"), lambda row: period_of(row.first, row.rhythm).label, lead=True, href=address),
        Column(_("Paper"), "get_paper_display"),
        Column(_("Entity"), "entity.name"),
        Column(_("By"), "due_on", "date"),
        Column(_("State"), "state", "badge", shown="get_state_display"),
        Column(_("Receipt"), "reference"),
    )


def client_columns(paper: str) -> Sequence[Column]:
    """A client on a listing."""
    shown = (
        Column(_("Client"), "name", lead=True),
        Column(_("VAT number"), "vat_number"),
        Column(_("Turnover"), "amount", "money"),
    )
    if paper == Paper.CLIENTS:
        return (*shown, Column(_("VAT"), "vat", "money"))
    return (*shown, Column(_("Code"), "code"), Column(_("Corrects"), "corrects_first", "date"))


def _returns(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[VatReturn]:
    return selectors.returns()


def _figures(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[VatFigure]:
    return VatFigure.objects.filter(
        version__in=selectors.held_versions(DECLARED),
    ).select_related("version__vat_return__entity")


def _figure_columns() -> Sequence[Column]:
    return (
        Column(_("Entity"), "version.vat_return.entity.name"),
        Column(_("Period"), "version.vat_return.first", "date"),
        Column(_("Grid"), "grid"),
        Column(_("Document"), "text"),
        Column(_("Date"), "date", "date"),
        Column(_("Amount"), "amount", "money"),
        Column(_("Account"), "account"),
    )


def _clients(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[ListedClient]:
    return ListedClient.objects.filter(version__in=selectors.held_versions(DECLARED)).select_related(
        "version__vat_return__entity"
    )


def _client_columns() -> Sequence[Column]:
    return (
        Column(_("Paper"), "version.vat_return.get_paper_display"),
        Column(_("Entity"), "version.vat_return.entity.name"),
        Column(_("Period"), "version.vat_return.first", "date"),
        *client_columns(Paper.CLIENTS),
        *client_columns(Paper.INTRA)[-2:],
    )


LISTS = (
    ListSource("invoicing.vat_returns", _("VAT returns"), SEE, _returns, return_columns),
    ListSource("invoicing.vat_figures", _("VAT returns: documents by grid"), SEE, _figures, _figure_columns),
    ListSource("invoicing.vat_clients", _("VAT listings: clients"), SEE, _clients, _client_columns),
)
