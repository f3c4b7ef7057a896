from django.db import migrations


class Migration(migrations.Migration):
    """A statement line may pay more than one invoice."""

    dependencies = [("invoicing", "0011_one_line_pays_several")]

    operations = [migrations.RemoveConstraint("payment", "invoicing_payment_once")]
