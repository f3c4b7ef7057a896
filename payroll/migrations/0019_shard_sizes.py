from django.db import migrations, models


class Migration(migrations.Migration):
    """A part of a run knows how many people it holds and since when it is at work."""

    dependencies = [
        ('payroll', '0018_runs_of_entities'),
    ]

    operations = [
        migrations.AddField(
            model_name='runshard',
            name='size',
            field=models.IntegerField(db_default=0, default=0, verbose_name='number of workers'),
        ),
        migrations.AddField(
            model_name='runshard',
            name='started_at',
            field=models.DateTimeField(null=True),
        ),
    ]
