"""Notices that did not leave, as the operations page shows them."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext_lazy

from core.links import link
from core.operations.given_up import letters
from members.notices.models import Notice
from members.notices.wording import KINDS


def _subject(kind: str) -> str:
    """What a kind of notice tells, without what it told to whom."""
    if kind not in KINDS:
        return kind
    return str(KINDS[kind][0]) % defaultdict(lambda: "…")


NOTICES = letters(
    "notice",
    gettext_lazy("Notice to a person"),
    Notice,
    task="notices.send",
    subject=lambda row: _subject(row.kind),
    since=lambda row: row.written_at,
    link=lambda row: link("members:person", pk=row.person_id),
)
