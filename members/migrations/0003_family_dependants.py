from django.core.validators import MaxValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the withholding tax counts beside children stands in the family situation."""

    dependencies = [("members", "0002_index_key")]

    operations = [
        migrations.AddField(
            "familysituation", "disabled_children", models.SmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            "familysituation", "disabled", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "familysituation", "spouse_disabled", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "familysituation", "aged_dependants", models.SmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            "familysituation", "other_dependants", models.SmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            "familysituation",
            "spouse_income",
            models.CharField(
                choices=[
                    ("", "not small, or not known"),
                    ("income", "a small income"),
                    ("pension", "only a pension"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "familysituation", "spouse_net", models.DecimalField(decimal_places=2, max_digits=8, null=True)
        ),
        migrations.AlterField(
            "familysituation",
            "children",
            models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(20)]),
        ),
    ]
