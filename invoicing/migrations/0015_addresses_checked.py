"""When staff saw that the addresses of a client are its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0014_credits_of_clients")]

    operations = [
        migrations.AddField("client", "addresses_checked_on", models.DateField(null=True)),
    ]
