from django.db import migrations, models

STATES = [
    ("open", "to pay"),
    ("held", "waiting for a right account"),
    ("batched", "in a batch"),
    ("released", "released"),
    ("paid", "paid"),
    ("returned", "returned"),
    ("withdrawn", "withdrawn"),
]


class Migration(migrations.Migration):
    """A payout may be withdrawn before a file holds it."""

    dependencies = [("treasury", "0007_lines_by_account_and_reference")]

    operations = [
        migrations.AlterField(
            "payout", "state", models.CharField(max_length=10, choices=STATES, default="open")
        ),
        migrations.RemoveConstraint("payout", "treasury_payout_in_its_batch"),
    ]
