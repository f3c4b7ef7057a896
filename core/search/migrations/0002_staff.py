"""Who reads everything looks kind by kind: an index over the rows of staff alone."""

import uuid

from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("search", "0001_words")]

    operations = [
        AddIndexConcurrently(
            model_name="searchword",
            index=models.Index(
                fields=["tenant", "kind", "word", "object_id", "circle"],
                condition=models.Q(("circle", uuid.UUID(int=0))),
                name="search_word_staff",
            ),
        ),
    ]
