from decimal import Decimal

import core.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """A line of a run tells what is of earlier months and what the quarter adds."""

    dependencies = [
        ('payroll', '0019_shard_sizes'),
    ]

    operations = [
        migrations.AddField(
            model_name='runline',
            name='earlier_items',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='runline',
            name='earlier_net',
            field=core.fields.MoneyField(db_default=Decimal('0.00'), default=Decimal('0.00')),
        ),
        migrations.AddField(
            model_name='runline',
            name='regularisation',
            field=core.fields.MoneyField(db_default=Decimal('0.00'), default=Decimal('0.00')),
        ),
    ]
