"""How bodies of REST requests are read: what no text can hold, or no program reads, is malformed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it, without what would break whoever reads it later: lists in lists without end,
    halves of characters, which neither the database nor a mail takes.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The body. Raises `ParseError`."""
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("This body is nested too deeply.")) from error
        if _is_broken(data):
            raise ParseError(_("This body holds half of a character."))
        return data


def _is_broken(data: Any) -> bool:
    """Whether a text in it cannot be written; looked at level by level, however deep."""
    level = [data]
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                if not value.isascii() and _is_half(value):
                    return True
            elif isinstance(value, dict):
                below += [*value, *value.values()]
            elif isinstance(value, list):
                below += value
        level = below
    return False


def _is_half(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
