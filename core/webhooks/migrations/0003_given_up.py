from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Deliveries that were given up can be dropped, and are found at once."""

    atomic = False

    dependencies = [
        ('core', '0004_given_up'),
        ('webhooks', '0002_carried_secrets'),
    ]

    operations = [
        migrations.AlterField(
            model_name='webhookdelivery',
            name='state',
            field=models.CharField(choices=[('pending', 'waiting'), ('sent', 'on its way'), ('delivered', 'delivered'), ('dead', 'given up'), ('dropped', 'dropped')], default='pending', max_length=10),
        ),
        AddIndexConcurrently(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'dead')), fields=['tenant', '-id'], name='webhooks_delivery_dead'),
        ),
    ]
