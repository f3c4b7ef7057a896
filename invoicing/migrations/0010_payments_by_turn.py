from django.db import migrations, models


class Migration(migrations.Migration):
    """A payment knows which identification of its source it comes from."""

    dependencies = [("invoicing", "0009_discounts_advances_hold")]

    operations = [
        migrations.AddField(
            model_name="payment", name="turn", field=models.SmallIntegerField(db_default=0, default=0)
        ),
    ]
