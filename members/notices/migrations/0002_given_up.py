from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """Notices that did not leave can be dropped, and are found at once."""

    atomic = False

    dependencies = [
        ('core', '0004_given_up'),
        ('notices', '0001_notices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='state',
            field=models.CharField(choices=[('pending', 'to send'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'dropped')], default='pending', max_length=10),
        ),
        AddIndexConcurrently(
            model_name='notice',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['tenant', '-id'], name='notices_notice_dead'),
        ),
    ]
