from django.db import migrations


class Migration(migrations.Migration):
    """A month may have a run for each entity."""

    dependencies = [
        ('payroll', '0021_one_run_of_entity'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='payrollrun',
            name='payroll_run_once',
        ),
    ]
