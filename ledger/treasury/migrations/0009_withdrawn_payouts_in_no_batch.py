from django.db import migrations, models
from django.db.models import Q

from core.schema import AddConstraintValidated


class Migration(migrations.Migration):
    """What waits or was withdrawn is in no batch, everything else in one."""

    atomic = False

    dependencies = [("treasury", "0008_withdrawn_payouts")]

    operations = [
        AddConstraintValidated(
            "payout",
            models.CheckConstraint(
                condition=Q(state__in=("open", "held", "withdrawn"), batch__isnull=True)
                | (~Q(state__in=("open", "held", "withdrawn")) & Q(batch__isnull=False)),
                name="treasury_payout_of_its_batch",
            ),
        ),
    ]
