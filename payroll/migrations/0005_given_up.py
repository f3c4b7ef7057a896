from django.db import migrations, models


class Migration(migrations.Migration):
    """Parts of a run that cannot be done are given up, and say why."""

    dependencies = [
        ('core', '0004_given_up'),
        ('payroll', '0004_newest_contracts'),
    ]

    operations = [
        migrations.AddField(
            model_name='runshard',
            name='error',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AlterField(
            model_name='runshard',
            name='state',
            field=models.CharField(choices=[('pending', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='pending', max_length=8),
        ),
    ]
