from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Given-up rows can be dropped, and are found at once among all that were done."""

    atomic = False

    dependencies = [
        ('core', '0003_functions_look_here'),
    ]

    operations = [
        migrations.AlterField(
            model_name='documentjob',
            name='state',
            field=models.CharField(choices=[('pending', 'waiting'), ('running', 'being made'), ('done', 'ready'), ('failed', 'failed'), ('dropped', 'dropped')], default='pending', max_length=10),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='state',
            field=models.CharField(choices=[('pending', 'waiting'), ('sent', 'handed over'), ('done', 'delivered'), ('dead', 'given up'), ('dropped', 'dropped')], default='pending', max_length=10),
        ),
        AddIndexConcurrently(
            model_name='documentjob',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['tenant', '-id'], name='core_document_dead'),
        ),
        AddIndexConcurrently(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('state', 'dead')), fields=['tenant', '-id'], name='core_outbox_dead'),
        ),
    ]
