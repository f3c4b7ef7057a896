"""The index: one row per word, thing and circle of readers."""

from __future__ import annotations

from django.db import models

from core.models import TenantModel
from core.search.sources import STAFF


class SearchWord(TenantModel):
    """A word by which a thing is found.

    `word`: folded (lower case, no accents, letters and digits), compared byte by byte, so that a prefix is a
    range that an index serves behind row-level security. `circle`: whose members find it: the key of an
    Activity, of a person, or `STAFF` for those who read every thing of the kind. Made from the thing alone,
    at any time anew.
    """

    kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    circle = models.UUIDField()
    word = models.CharField(max_length=60, db_collation="C")

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "circle", "word", "kind", "object_id"], name="search_word_lookup"),
            models.Index(
                fields=["tenant", "kind", "word", "object_id", "circle"],
                condition=models.Q(circle=STAFF),
                name="search_word_staff",
            ),
            models.Index(fields=["tenant", "object_id", "circle", "word"], name="search_word_object"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.word}"
