import core.fields
from core.schema import AddConstraintValidated
from django.db import migrations


class Migration(migrations.Migration):
    """VAT rows name parts of their own cooperative."""

    atomic = False

    dependencies = [("purchases", "0003_parts")]

    operations = [
        AddConstraintValidated(
            "purchasevat", core.fields.TenantReference(field="part", name="purchases_purchasevat_part_ref")
        ),
    ]
