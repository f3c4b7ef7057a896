from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Parts of a run that were given up are found at once."""

    atomic = False

    dependencies = [
        ('payroll', '0005_given_up'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='runshard',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['tenant', '-id'], name='payroll_shard_dead'),
        ),
    ]
