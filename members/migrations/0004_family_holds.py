from django.db import migrations, models
from django.db.models import F, Q

from core.schema import AddConstraintValidated


class Migration(migrations.Migration):
    """A family situation holds together in the table too."""

    atomic = False

    dependencies = [("members", "0003_family_dependants")]

    operations = [
        AddConstraintValidated(
            "familysituation",
            models.CheckConstraint(
                condition=Q(
                    disabled_children__gte=0,
                    disabled_children__lte=F("children"),
                    aged_dependants__gte=0,
                    other_dependants__gte=0,
                ),
                name="members_family_dependants",
            ),
        ),
        AddConstraintValidated(
            "familysituation",
            models.CheckConstraint(
                condition=Q(spouse_disabled=False) | ~Q(status="single"), name="members_family_spouse"
            ),
        ),
        AddConstraintValidated(
            "familysituation",
            models.CheckConstraint(
                condition=Q(spouse_income="", spouse_net__isnull=True)
                | Q(~Q(spouse_income=""), status="married_two_incomes", spouse_net__gte=0),
                name="members_family_spouse_income",
            ),
        ),
    ]
