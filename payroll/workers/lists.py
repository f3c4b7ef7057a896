"""Lists about workers as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from payroll.workers import selectors
from payroll.workers.filters import AccidentFilter, AttestationFilter, CoverFilter
from payroll.workers.models import Attestation, InsuranceCover, WorkAccident
from payroll.workers.roles import KEEPERS, READERS


def _attestations(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Attestation]:
    return filtered(AttestationFilter, asked, selectors.attestations(person, roles))


def _attestation_columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "person"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Level"), "get_level_display"),
        Column(_("Number"), "number"),
        Column(_("From"), "valid_from", "date"),
        Column(_("Until"), "valid_to", "date"),
        Column(_("State"), "get_state_display"),
    )


def _accidents(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[WorkAccident]:
    return filtered(AccidentFilter, asked, selectors.accidents(person, roles))


def _accident_columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "person"),
        Column(_("Day"), "happened_on", "date"),
        Column(_("Where"), "get_kind_display"),
        Column(_("Employer"), "entity.name"),
        Column(_("Days lost"), "days_lost", "number"),
        Column(_("Declared on"), "declared_on", "date"),
        Column(_("Reference of the insurer"), "insurer_reference"),
        Column(_("State"), "get_state_display"),
    )


def _covers(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[InsuranceCover]:
    del person, roles
    return filtered(CoverFilter, asked, selectors.covers())


def _cover_columns() -> Sequence[Column]:
    return (
        Column(_("Cover"), "get_kind_display"),
        Column(_("Insurer"), "insurer"),
        Column(_("Policy number"), "policy_number"),
        Column(_("Months after the last contract"), "months_after", "number"),
        Column(_("From"), "valid_from", "date"),
        Column(_("Until"), "valid_to", "date"),
    )


LISTS = (
    ListSource(
        "payroll.attestations", _("Attestations"), frozenset(READERS), _attestations, _attestation_columns
    ),
    ListSource("payroll.accidents", _("Accidents"), frozenset(KEEPERS), _accidents, _accident_columns),
    ListSource("payroll.insurance_covers", _("Insurance"), frozenset(KEEPERS), _covers, _cover_columns),
)
