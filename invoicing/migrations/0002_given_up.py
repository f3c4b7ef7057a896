from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Letters that did not leave can be dropped, and are found at once."""

    atomic = False

    dependencies = [
        ('core', '0004_given_up'),
        ('invoicing', '0001_tables'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clientmessage',
            name='state',
            field=models.CharField(choices=[('pending', 'to send'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'dropped'), ('no_address', 'no e-mail address')], default='pending', max_length=10),
        ),
        AddIndexConcurrently(
            model_name='clientmessage',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['tenant', '-id'], name='invoicing_letter_dead'),
        ),
    ]
