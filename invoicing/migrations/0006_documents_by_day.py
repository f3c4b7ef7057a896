from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """VAT returns read the documents of a period, not the whole series."""

    atomic = False

    dependencies = [("invoicing", "0005_known_clients_found")]

    operations = [
        AddIndexConcurrently(
            "issueddocument",
            models.Index(fields=["tenant", "entity", "issued_on"], name="invoicing_document_day"),
        )
    ]
