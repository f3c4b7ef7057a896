from django.db import migrations, models
from django.db.models import F, Q

from core.fields import TenantReference
from core.schema import AddConstraintValidated, AddIndexConcurrently


class Migration(migrations.Migration):
    """Clients are found by country, by the member who is one, and by those that were merged into them."""

    atomic = False

    dependencies = [("invoicing", "0004_known_clients")]

    operations = [
        AddIndexConcurrently(
            "client", models.Index(fields=["tenant", "country", "search_key"], name="invoicing_client_country")
        ),
        AddIndexConcurrently(
            "client",
            models.Index(
                fields=["tenant", "person"], condition=Q(person__isnull=False), name="invoicing_client_person"
            ),
        ),
        AddIndexConcurrently(
            "client",
            models.Index(
                fields=["tenant", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="invoicing_client_survivor",
            ),
        ),
        AddConstraintValidated(
            "client",
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_on__isnull=True)
                | (Q(merged_into__isnull=False, merged_on__isnull=False) & ~Q(merged_into=F("id"))),
                name="invoicing_client_merged",
            ),
        ),
        AddConstraintValidated("client", TenantReference(field="person", name="invoicing_client_person_ref")),
        AddConstraintValidated("client", TenantReference(field="merged_into", name="invoicing_client_merged_into_ref")),
    ]
