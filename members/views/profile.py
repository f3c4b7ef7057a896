"""Joining, and what people change of their own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, public, requires
from core.errors import DomainError
from core.links import link
from core.tables import page_of
from core.tenancy import current_cooperative
from members import selectors, services
from members.forms import (
    FamilyForm,
    JoinForm,
    NationalNumberForm,
    ProfileForm,
    show_refusal,
)
from members.reader import reader_of
from members.views.form_page import form_page


@public
def join(request: HttpRequest) -> HttpResponse:
    """Become a member of this cooperative; visitors make an account first and come back here."""
    if not request.user.is_authenticated:
        query = urlencode({"next": link("members:join")})
        return redirect(f"{reverse('account_signup')}?{query}")
    if identity_of(request).person is not None:
        return redirect(link("members:profile"))
    cooperative = current_cooperative()
    form = JoinForm(
        request.POST or None,
        country=cooperative.country,
        languages=cooperative.languages,
        initial={"language": request.user.language, "country": cooperative.country},
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            services.join_cooperative(
                user=request.user,
                joined_on=clock.today(),
                actor=actor_of(request),
                family_status=data.pop("status"),
                country=cooperative.country,
                **data,
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(link("members:welcome"))
    return render(request, "members/join.html", {"form": form}, status=422 if form.errors else 200)


@requires()
def welcome(request: HttpRequest) -> HttpResponse:
    """Just joined: who accompanies me, and the first Activity."""
    if identity_of(request).person is None:
        return redirect(link("members:join"))
    person = selectors.person_by_id(reader_of(request).pk)
    return render(
        request,
        "members/welcome.html",
        {"member": person, "new_activity_url": _page_or_nothing("activities:new")},
    )


def _page_or_nothing(name: str, **kwargs: Any) -> str:
    """The address of a page of an app above, or nothing where that app has no such page."""
    try:
        return link(name, **kwargs)
    except NoReverseMatch:
        return ""


@requires()
def profile(request: HttpRequest) -> HttpResponse:
    """What the cooperative knows of me, who accompanies me, what I may do, and who read my personal data."""
    if identity_of(request).person is None:
        return redirect(link("members:join"))
    person = selectors.person_by_id(reader_of(request).pk)
    today = clock.today()
    accesses = page_of(request, selectors.accesses_to(person), 20)
    context = {
        "member": person,
        "masked": selectors.masked_national_number(person),
        "family": selectors.family_situation(person, today),
        "family_history": list(selectors.family_history(person)[:20]),
        "grants": list(selectors.grants_of(person)),
        "today": today,
        "accesses": accesses,
        "number_form": NationalNumberForm(),
    }
    return render(request, "members/profile.html", context)


@requires()
def edit_profile(request: HttpRequest) -> HttpResponse:
    """Change my name, address, account, language."""
    person = reader_of(request)
    form = ProfileForm(
        request.POST or None, initial={name: getattr(person, name) for name in ProfileForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.update_person(person_id=person.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your profile is up to date."))
            return redirect(link("members:profile"))
    return form_page(request, form, _("Change my profile"), _("Save"), link("members:profile"))


@requires()
def edit_family(request: HttpRequest) -> HttpResponse:
    """My family situation from a day on."""
    person, today = reader_of(request), clock.today()
    now = selectors.family_situation(person, today)
    initial = {name: value for name, value in asdict(now).items() if name != "valid_from"}
    form = FamilyForm(request.POST or None, earliest=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_family_situation(
                person=person, today=today, actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your family situation is noted."))
            return redirect(link("members:profile"))
    return render(request, "members/family.html", {"form": form}, status=422 if form.errors else 200)


@requires()
def give_national_number(request: HttpRequest) -> HttpResponse:
    """Give or replace my national number."""
    form = NationalNumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_national_number(
                person=reader_of(request),
                number=form.cleaned_data["national_number"],
                actor=actor_of(request),
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your national number is kept, encrypted."))
            return redirect(link("members:profile"))
    return form_page(request, form, _("My national number"), _("Save"), link("members:profile"))
