"""A form that asks what is needed for one act, then goes back to the client's file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.errors import DomainError
from core.links import link
from invoicing.models import Client


def to_file(client: Client) -> HttpResponse:
    """The client's file."""
    return redirect(link("collection:file", pk=client.pk))


def ask(
    request: HttpRequest,
    client: Client,
    form: Any,
    act: Callable[[], str],
    *,
    title: str,
    submit: str,
    eyebrow: str = "",
) -> HttpResponse:
    """Show the form; once it is valid, act. What the act answers is told; a refusal stands on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            told = act()
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, told)
            return to_file(client)
    context = {
        "form": form,
        "title": title,
        "eyebrow": eyebrow or client.name,
        "submit": submit,
        "back_url": link("collection:file", pk=client.pk),
        "back_label": client.name,
    }
    return render(request, "collection/form.html", context, status=422 if form.errors else 200)


def do(request: HttpRequest, client: Client, act: Callable[[], str]) -> HttpResponse:
    """Act at once; a refusal is told like a success."""
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    return to_file(client)
