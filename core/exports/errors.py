"""Refusals around lists as files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ListNotFound(DomainError):
    """There is no such list, or it is not for this person."""

    code = "list_not_found"
    kind = "not_found"
    message = _("There is no such list for you.")


class ExportNotFound(DomainError):
    """Nobody asked for it, somebody else did, or it has ended."""

    code = "export_not_found"
    kind = "not_found"
    message = _("This file is not there, or its week is over: ask for it anew on the page of the list.")


class ExportNotReady(DomainError):
    """The file is still being made, or could not be made."""

    code = "export_not_ready"
    kind = "conflict"
    message = _("The file is not ready: wait for it on its page.")


class FiltersUnreadable(DomainError):
    """A filter of the list cannot be read."""

    code = "filters_unreadable"
    message = _("A filter of the list cannot be read (%(names)s): mend it on the page and ask again.")


class TooManyExports(DomainError):
    """This person has several files waiting already."""

    code = "too_many_exports"
    kind = "conflict"
    message = _("You have %(count)s files waiting already: fetch them first.")
