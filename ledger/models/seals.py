"""Seals: entries get their legal number and are locked into a chain that only the key's holder can make."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from ledger.enums import Journal
from ledger.models.books import JournalEntry, LegalEntity


class Seal(TenantModel):
    """A run of entries of one entity, journal and year, signed. Never changed.

    `number` counts the seals of the cooperative from 1 without gaps; `previous` is the seal before it,
    whatever its journal, and its signature is part of what this one signs. `first_number` to `last_number`
    are the legal numbers given. `content` is the SHA-256 of the entries' digests in order, `signature` an
    HMAC-SHA256 with the key `key_id`, which is kept outside the database. `form` says how entries were
    written out.
    """

    append_only = True

    entity = TenantForeignKey(LegalEntity, db_index=False)
    journal = models.CharField(max_length=3, choices=Journal.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    previous = TenantForeignKey("ledger.Seal", null=True, db_index=False)
    first_number = models.PositiveIntegerField()
    last_number = models.PositiveIntegerField()
    form = models.PositiveSmallIntegerField()
    content = models.CharField(max_length=64)
    key_id = models.CharField(max_length=40)
    signature = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "number"], name="ledger_seal_number"),
            models.UniqueConstraint(
                fields=["tenant", "entity", "journal", "year", "first_number"], name="ledger_seal_start"
            ),
            models.CheckConstraint(condition=Q(last_number__gte=F("first_number")), name="ledger_seal_range"),
        )

    def __str__(self) -> str:
        return f"{self.number}"


class SealedEntry(TenantModel):
    """An entry under its seal, with its legal number: gap-free per entity, journal and year.

    `position` counts from 1 inside the seal; `digest` is the SHA-256 of the entry written out.
    """

    append_only = True

    entry = TenantOneToOneField(JournalEntry, related_name="sealed", db_index=False)
    seal = TenantForeignKey(Seal, related_name="entries", db_index=False)
    position = models.PositiveIntegerField()
    entity = TenantForeignKey(LegalEntity, db_index=False)
    journal = models.CharField(max_length=3, choices=Journal.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "seal", "position"], name="ledger_sealedentry_place"),
            models.UniqueConstraint(
                fields=["tenant", "entity", "journal", "year", "number"], name="ledger_sealedentry_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.journal}-{self.year}-{self.number}"
