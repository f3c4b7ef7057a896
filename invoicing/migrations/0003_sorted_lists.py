from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Whoever sorts the invoices of the whole cooperative reads a page, not the cooperative."""

    atomic = False

    dependencies = [("invoicing", "0002_given_up")]

    operations = [
        AddIndexConcurrently("invoice", models.Index(fields=["tenant", column], name=f"invoicing_invoice_by_{name}"))
        for column, name in (("number", "number"), ("issued_on", "issue"), ("due_on", "due"))
    ]
