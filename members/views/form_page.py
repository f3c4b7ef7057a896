"""A page that is one form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_page(
    request: HttpRequest, form: Any, title: str, submit: str, back_url: str, subtitle: str = ""
) -> HttpResponse:
    """The form under a title, its button, and the way back; 422 when it was refused."""
    context = {"form": form, "title": title, "submit": submit, "back_url": back_url, "subtitle": subtitle}
    return render(request, "members/form.html", context, status=422 if form.errors else 200)
