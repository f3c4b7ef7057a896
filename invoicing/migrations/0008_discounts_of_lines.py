from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    """Lines have a discount, a period, and the advance that they deduct."""

    dependencies = [("invoicing", "0007_discounts_advances")]

    operations = [
        migrations.AddField(
            model_name='invoiceline',
            name='advance',
            field=core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoicing.invoice'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='discount_amount',
            field=core.fields.MoneyField(db_default=Decimal('0.00'), default=Decimal('0.00')),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='discount_percent',
            field=models.DecimalField(db_default=Decimal('0.00'), decimal_places=2, default=Decimal('0.00'), max_digits=5),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='ends_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='starts_on',
            field=models.DateField(null=True),
        ),
    ]
