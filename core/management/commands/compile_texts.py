"""Build the catalogues of texts from their parts, or say what is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.locales import COMPLETE, compile_language, languages, merge_parts, missing_texts


class Command(BaseCommand):
    """`compile_texts` writes every django.mo; `--check` writes nothing and fails on a missing or disputed
    text.
    """

    help = "Compile the texts of every language from locale/<language>/LC_MESSAGES/parts/*.po"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="list missing and disputed texts, exit 1 on any"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = settings.BASE_DIR
        if not options["check"]:
            for language in languages(root):
                self.stdout.write(str(compile_language(root, language).relative_to(root)))
            return
        faults = 0
        for language in COMPLETE:
            for text, where in missing_texts(root, language):
                faults += 1
                shape = f" | {text.plural}" if text.plural else ""
                self.stdout.write(f"{language}: {where}: {text.id}{shape}")
            for conflict in merge_parts(root, language)[1]:
                faults += 1
                self.stdout.write(f"{language}: disputed: {conflict.id}: {conflict.kept} ≠ {conflict.other}")
        if faults:
            raise CommandError(f"{faults} texts to write or settle")
