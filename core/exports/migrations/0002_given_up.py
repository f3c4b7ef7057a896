from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Lists that could not be made as files are found at once."""

    atomic = False

    dependencies = [
        ('core', '0004_given_up'),
        ('exports', '0001_tables'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='listexport',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['tenant', '-id'], name='exports_listexport_dead'),
        ),
    ]
