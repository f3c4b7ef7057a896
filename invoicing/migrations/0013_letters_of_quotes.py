from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0012_no_longer_one_each")]

    operations = [
        migrations.AlterField(
            model_name="clientmessage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invoice", "invoice"),
                    ("reminder", "reminder"),
                    ("quote", "quote"),
                    ("time_sheet", "time sheet"),
                ],
                max_length=10,
            ),
        ),
    ]
