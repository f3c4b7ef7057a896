"""Documents exactly as issued."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey
from core.models import TenantModel
from invoicing.enums import (
    DocumentKind,
)
from invoicing.models.clients import Client
from invoicing.models.invoices import Invoice
from ledger.models import LegalEntity


class IssuedDocument(TenantModel):
    """An invoice or a credit note exactly as issued: it never changes and never disappears.

    `content` holds everything that the PDF and the UBL show (parties, lines, VAT, mentions, payment);
    `digest` is the SHA-256 of its canonical JSON. Amounts are positive on a credit note too. `sequence` has
    no gap per (entity, journal, year).
    """

    append_only = True

    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    invoice = TenantForeignKey(Invoice, related_name="documents")
    entity = TenantForeignKey(LegalEntity, db_index=False)
    client = TenantForeignKey(Client, db_index=False)
    journal = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    issued_on = models.DateField()
    net = MoneyField()
    vat = MoneyField()
    total = MoneyField()
    levy = MoneyField()
    reason = models.CharField(max_length=300, blank=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "entity", "journal", "year", "sequence"], name="invoicing_document_series"
            ),
            models.UniqueConstraint(fields=["tenant", "number"], name="invoicing_document_number"),
        )
        indexes = (
            models.Index(fields=["tenant", "invoice"], name="invoicing_document_invoice"),
            models.Index(fields=["tenant", "entity", "issued_on"], name="invoicing_document_day"),
        )

    def __str__(self) -> str:
        return self.number
