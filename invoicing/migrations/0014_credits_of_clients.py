from django.db import migrations, models
from django.db.models import F, Q

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Credits of clients are found without reading every invoice."""

    atomic = False

    dependencies = [("invoicing", "0013_letters_of_quotes")]

    operations = [
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["tenant", "client"],
                condition=Q(paid__gt=F("total") - F("credited")),
                name="invoicing_invoice_credit",
            ),
        )
    ]
