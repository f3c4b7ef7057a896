from django.db import migrations, models
from django.db.models import F, Q

from core.fields import TenantReference
from core.schema import AddConstraintValidated, AddIndexConcurrently


class Migration(migrations.Migration):
    """Discounts and periods hold what they should; the lines that deduct an advance are found by it."""

    atomic = False

    dependencies = [("invoicing", "0008_discounts_of_lines")]

    operations = [
        AddIndexConcurrently(
            "invoiceline",
            models.Index(
                fields=["tenant", "advance"],
                condition=Q(advance__isnull=False),
                name="invoicing_line_advance",
            ),
        ),
        AddConstraintValidated(
            "invoice",
            models.CheckConstraint(
                condition=Q(
                    discount_percent__gte=0,
                    discount_percent__lte=100,
                    discount_amount__gte=0,
                    early_percent__gte=0,
                    early_percent__lt=100,
                    early_taken__gte=0,
                    early_taken__lte=F("early_amount"),
                ),
                name="invoicing_invoice_discounts",
            ),
        ),
        AddConstraintValidated(
            "invoice",
            models.CheckConstraint(
                condition=Q(early_days__isnull=True) | Q(early_days__gte=0),
                name="invoicing_invoice_early_days",
            ),
        ),
        AddConstraintValidated(
            "invoiceline",
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100, discount_amount__gte=0),
                name="invoicing_line_discount",
            ),
        ),
        AddConstraintValidated(
            "invoiceline",
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="invoicing_line_period",
            ),
        ),
        AddConstraintValidated(
            "invoiceline", TenantReference(field="advance", name="invoicing_invoiceline_advance_ref")
        ),
    ]
