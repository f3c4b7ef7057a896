from django.db import migrations, models


class Migration(migrations.Migration):
    """A statement knows what it came as, the number of the bank, and why it was tolerated."""

    dependencies = [("treasury", "0003_functions_look_here")]

    operations = [
        migrations.AddField(
            model_name='bankstatement',
            name='bank_number',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='bankstatement',
            name='format',
            field=models.CharField(choices=[('coda', 'CODA'), ('camt.053.001.02', 'CAMT.053 .02'), ('camt.053.001.08', 'CAMT.053 .08')], db_default='coda', max_length=20),
        ),
        migrations.AddField(
            model_name='bankstatement',
            name='tolerated',
            field=models.CharField(blank=True, db_default='', max_length=300),
        ),
    ]
