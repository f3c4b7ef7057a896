from django.db import migrations, models


class Migration(migrations.Migration):
    """A line knows how it was recognised, its fund, and how often that was undone."""

    dependencies = [("treasury", "0004_statements_of_every_form")]

    operations = [
        migrations.AddField(
            model_name='banktransaction',
            name='confidence',
            field=models.SmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='banktransaction',
            name='fund',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='banktransaction',
            name='matched_by',
            field=models.CharField(blank=True, choices=[('own', 'our own payment'), ('communication', 'structured communication'), ('reference', 'creditor reference (RF)'), ('return', 'payment sent back'), ('number', 'number in the text'), ('history', 'amount and account known'), ('amount', 'same amount'), ('name', 'same name'), ('rule', 'rule'), ('hand', 'by hand')], db_default='', max_length=20),
        ),
        migrations.AddField(
            model_name='banktransaction',
            name='turn',
            field=models.SmallIntegerField(db_default=0),
        ),
    ]
