"""A member's Activities on the sheet that their adviser opens."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from activities.selectors import activities_of, visible_activities
from core.access import identity_of
from members.models import Person


def activities_on_sheet(request: HttpRequest, person: Person) -> SafeString | None:
    """The member's Activities that the reader may open, with their budgets; nothing where there is none."""
    identity = identity_of(request)
    theirs = activities_of(person).order_by().values("pk")
    rows = list(visible_activities(identity.person, identity.roles).filter(pk__in=theirs))
    if not rows:
        return None
    return render_to_string("activities/person_panel.html", {"activities": rows}, request=request)
