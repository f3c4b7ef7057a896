"""One of each matter around declarations, for the walls between people and between cooperatives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def matters_of(declaration: Any) -> dict[str, Any]:
    """A stop, a difference and a file that speak of a declaration; keys by kind."""
    from core.files import store_file
    from payroll.models import Declaration, DeclarationBatch, DeclarationDifference, DeclarationStop

    row = Declaration.objects.select_related("contract").get(pk=declaration)
    entity = row.contract.entity_id
    stop = DeclarationStop.objects.create(entity_id=entity, code="90256-155", since=AT, lifted_at=AT)
    difference = DeclarationDifference.objects.create(
        entity_id=entity,
        person_id=row.contract.person_id,
        contract=row.contract,
        kind="missing",
        key=f"missing {row.pk}",
        expected_from=row.starts_on,
        expected_until=row.ends_on,
        found_at=AT,
        seen_at=AT,
    )
    batch = DeclarationBatch.objects.create(
        entity_id=entity,
        name=f"DIMONA-{row.reference}.xml",
        file=store_file(b"<Dimona/>", name="dimona.xml", content_type="application/xml"),
        declarations=1,
        made_by="Ada",
    )
    return {
        "declaration_stop": stop.pk,
        "declaration_difference": difference.pk,
        "declaration_batch": batch.pk,
    }
