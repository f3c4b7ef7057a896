"""The base of commands that other programs call: the answer alone on standard output, refusals as JSON.

A refusal (a `DomainError`, or arguments that make no sense) exits 2 with `{"code": …, "detail": …}` on
standard error and nothing on standard output; with `"line"` too (null when unknown) from commands that read a
file. `call_command` lets the `DomainError` through instead.
"""

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError

REFUSED = 2
"""Exit status of a refusal."""


class JsonCommand(BaseCommand, ABC):
    """A command with one answer. Subclasses write `answer`, and `add_arguments` as usual.

    With `--json` the answer is printed as one line of JSON, without it by `render_text`. `exit_status` lets
    an answer that was given in full say that something is wrong (1), as a check does.
    """

    requires_system_checks = []
    names_lines = False
    """Whether a refusal names the line of the file that was read: the `line` of the error's parameters."""

    @abstractmethod
    def answer(self, **options: Any) -> object:
        """Compute the answer: anything that `json_ready` understands. Raises `DomainError` to refuse."""

    def render_text(self, answer: Any) -> str:
        """The answer for a reader: `key: value` lines unless the subclass knows better."""
        if isinstance(answer, Mapping):
            return "\n".join(f"{key}: {_text(value)}" for key, value in json_ready(answer).items())
        return _text(json_ready(answer))

    def exit_status(self, answer: Any) -> int:  # noqa: ARG002
        """Exit status after the answer is printed; 0 unless the subclass says otherwise."""
        return 0

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Add `--json`; a usage error raises instead of printing the usage."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer as one line of JSON")
        parser.called_from_command_line = False
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from the command line; a refusal exits 2 with its code and detail on standard error."""
        try:
            super().run_from_argv(argv)
        except DomainError as error:
            self._refuse(error.code, error.detail, error.params.get("line"))
        except CommandError as error:
            self._refuse(getattr(error, "code", "invalid_arguments"), str(error).removeprefix("Error: "))

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer, then exit with its status when that is not 0."""
        as_json = options.pop("as_json", False)
        answer = self.answer(**options)
        if as_json:
            self.stdout.write(json.dumps(json_ready(answer), ensure_ascii=False))
        else:
            self.stdout.write(self.render_text(answer))
        status = self.exit_status(answer)
        if status:
            sys.exit(status)

    def _refuse(self, code: str, detail: str, line: int | None = None) -> None:
        refusal: dict[str, object] = {"code": code, "detail": detail}
        if self.names_lines:
            refusal["line"] = line
        text = json.dumps(refusal, ensure_ascii=False)
        self.stderr.write(text, lambda plain: plain)
        sys.exit(REFUSED)


def json_ready(value: Any) -> Any:
    """The value with everything JSON lacks as text: decimals as written (never a float), dates as ISO."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Enum):
        return json_ready(value.value)
    if value is None or isinstance(value, (str, int, bool)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (UUID, Path)):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return json_ready(asdict(value))
    if isinstance(value, Mapping):
        return {str(json_ready(key)): json_ready(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):  # a named tuple: its names count
        return json_ready(value._asdict())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_ready(item) for item in value]
    return str(value)  # translated texts


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
