"""Pages that belong to no app: the way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.access import cooperatives_of, identity_of, public
from core.links import link
from core.models import Cooperative
from core.registry import nav_entries


@public
def choose_cooperative(request: HttpRequest) -> HttpResponse:
    """The door of the house: straight into the only cooperative, there or of one's own; else a choice."""
    cooperatives = list(Cooperative.objects.all())
    own = cooperatives_of(request.user, cooperatives) if request.user.is_authenticated else cooperatives
    if len(own) == 1:
        return redirect(f"/{own[0].slug}/")
    return render(request, "core/choose_cooperative.html", {"cooperatives": cooperatives})


@public
def landing(request: HttpRequest) -> HttpResponse:
    """Each person's first page: the first place of the navigation that is theirs, or the simulator."""
    if not request.user.is_authenticated:
        return redirect(link("payroll:simulator"))
    roles = identity_of(request).roles
    for entry in nav_entries():
        if entry.roles & roles:
            return redirect(link(entry.url_name))
    return redirect(link("members:join"))
