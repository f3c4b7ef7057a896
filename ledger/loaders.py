"""The books of a published cooperative: its chart, its entities, and the creditors that the law names."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.tenancy import current_cooperative
from ledger.enums import PartyKind
from ledger.models import Account, LegalEntity, Party

CHARTS = Path(__file__).parent / "charts"

CREDITORS = {
    "BE": (
        "Office national de sécurité sociale",
        "SPF Finances",
        "Office national des vacances annuelles",
        "Assureur accidents du travail",
    )
}
"""Who receives contributions, taxes, holiday contributions and insurance premiums, in that order."""


def load_books(published: dict[str, Any]) -> None:
    """Bring in the chart, the entities and their creditors, as far as they are published. Repeats add
    nothing.
    """
    accounts = [Account(**account) for account in _chart(published["cooperative"]["slug"])]
    Account.objects.bulk_create(accounts, ignore_conflicts=True)
    known = set(LegalEntity.objects.values_list("code", flat=True))
    entities = [e for e in published.get("legal_entities") or [] if e["code"] not in known]
    LegalEntity.objects.bulk_create([LegalEntity(**entity) for entity in entities])
    names = CREDITORS.get(current_cooperative().country, ()) if published.get("legal_entities") else ()
    bodies = set(Party.objects.filter(kind=PartyKind.BODY, name__in=names).values_list("name", flat=True))
    Party.objects.bulk_create([Party(kind=PartyKind.BODY, name=name) for name in names if name not in bodies])


@cache
def _chart(slug: str) -> tuple[dict[str, Any], ...]:
    """The accounts that are published for a cooperative; none where it has no chart."""
    chart = CHARTS / f"{slug}.yaml"
    return tuple(yaml.safe_load(chart.read_text(encoding="utf-8"))) if chart.exists() else ()
