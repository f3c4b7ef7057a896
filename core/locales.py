"""Texts: parts per area are the source, one compiled catalogue per language is built from them.

`locale/<language>/LC_MESSAGES/parts/<area>.po` holds what people write; `django.mo` beside the folder is
built by `manage.py compile_texts` and never committed. Parts are read in the order of their names, and where
two parts give the same message the first one wins; giving it another text is a conflict, which the check
reports. The check also reads every template and module of the house and says which messages have no text.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.template.base import Lexer, TokenType
from django.utils.translation.template import (
    block_re,
    endblock_re,
    inline_re,
    plural_re,
)

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # the same parts give the same bytes

COMPLETE = ("fr",)
"""Languages in which every message must have a text."""

SKIPPED = frozenset({".venv", "var", "tests", "migrations", "node_modules", "locale", "staticfiles"})

PLAIN = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
PLURAL = frozenset({"ngettext", "ngettext_lazy"})
CONTEXT = frozenset({"pgettext", "pgettext_lazy"})
CONTEXT_PLURAL = frozenset({"npgettext", "npgettext_lazy"})


@dataclass(frozen=True, order=True, slots=True)
class Text:
    """A message of the house: its id, its context (empty for none) and its plural id (empty for none)."""

    id: str
    context: str = ""
    plural: str = ""


@dataclass(frozen=True, order=True, slots=True)
class Conflict:
    """Two parts that say the same message differently."""

    id: str
    kept: str
    other: str


def parts_folder(root: Path, language: str) -> Path:
    """Where the parts of a language live."""
    return root / "locale" / language / "LC_MESSAGES" / "parts"


def languages(root: Path) -> list[str]:
    """Languages that have parts, sorted."""
    return sorted(path.parent.parent.name for path in (root / "locale").glob("*/LC_MESSAGES/parts"))


# --- merge and compile --------------------------------------------------------------------------------------


def merge_parts(root: Path, language: str) -> tuple[Catalog, list[Conflict]]:
    """One catalogue out of every part of a language, and the messages that parts disagree on.

    Fuzzy and empty texts are left out: what nobody confirmed is not shown. Raises `PoFileError` for a broken
    part.
    """
    merged = Catalog(locale=language, charset="utf-8")
    conflicts: list[Conflict] = []
    for part in sorted(parts_folder(root, language).glob("*.po")):
        with part.open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
        for message in catalogue:
            if not message.id or message.fuzzy or not _has_text(message):
                continue
            kept = merged.get(message.id, message.context)
            if kept is None:
                merged.add(message.id, message.string, context=message.context)
            elif kept.string != message.string:
                conflicts.append(
                    Conflict(_id(message.id), str(kept.string), f"{message.string} ({part.stem})")
                )
    return merged, sorted(conflicts)


def compile_language(root: Path, language: str) -> Path:
    """Write `django.mo` of a language from its parts; the same parts give the same bytes."""
    catalogue, _conflicts = merge_parts(root, language)
    ordered = Catalog(
        locale=language, charset="utf-8", fuzzy=False, creation_date=_NO_TIME, revision_date=_NO_TIME
    )
    for message in sorted(catalogue, key=lambda entry: (_id(entry.id), entry.context or "")):
        if message.id:
            ordered.add(message.id, message.string, context=message.context)
    target = parts_folder(root, language).parent / "django.mo"
    fresh = target.with_suffix(f".{os.getpid()}.new")
    with fresh.open("wb") as file:
        write_mo(file, ordered)
    fresh.replace(target)  # whoever reads it meanwhile sees the old one or the new one
    return target


def _id(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _has_text(message: Message) -> bool:
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(texts)


# --- what the house says ------------------------------------------------------------------------------------


def _strings(node: ast.Call) -> list[str]:
    """The leading literal strings of a call; a computed one ends the list."""
    found = []
    for argument in node.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        found.append(argument.value)
    return found


def texts_of_python(source: str) -> Iterator[Text]:
    """Messages that a module marks with gettext and its sisters."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = _strings(node)
        if name in PLAIN and given:
            yield Text(given[0])
        elif name in PLURAL and len(given) >= 2:
            yield Text(given[0], plural=given[1])
        elif name in CONTEXT and len(given) >= 2:
            yield Text(given[1], context=given[0])
        elif name in CONTEXT_PLURAL and len(given) >= 3:
            yield Text(given[1], context=given[0], plural=given[2])


_UNESCAPED = re.compile(r"\\(.)")
_CONSTANT = re.compile(r"""_\(("[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')\)""")


def _bare(quoted: str) -> str:
    """A quoted template literal without its quotes, its percent signs doubled as Django looks it up."""
    return _UNESCAPED.sub(r"\1", quoted.strip()[1:-1]).replace("%", "%%")


def texts_of_template(source: str) -> Iterator[Text]:
    """Messages of a template: translate, blocktranslate with plural, trimmed and context, and `_("…")`."""
    inside: dict[str, str] | None = None
    singular: list[str] = []
    plural: list[str] | None = None
    for token in Lexer(source).tokenize():
        if inside is not None:
            if token.token_type == TokenType.BLOCK and endblock_re.match(token.contents):
                yield Text(
                    _block(singular, inside),
                    inside["context"],
                    "" if plural is None else _block(plural, inside),
                )
                inside, singular, plural = None, [], None
            elif token.token_type == TokenType.BLOCK and plural_re.match(token.contents):
                plural = []
            else:
                target = singular if plural is None else plural
                if token.token_type == TokenType.VAR:
                    target.append(f"%({token.contents.split('|')[0].strip()})s")
                elif token.token_type == TokenType.TEXT:
                    target.append(token.contents.replace("%", "%%"))
            continue
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        if token.token_type == TokenType.BLOCK:
            if found := inline_re.match(token.contents):
                yield Text(_bare(found[1]), _bare(found[3]) if found[3] else "")
                continue
            if found := block_re.match(token.contents):
                trimmed = "1" if " trimmed" in token.contents else ""
                inside = {"context": _bare(found[2]) if found[2] else "", "trimmed": trimmed}
                continue
        for quoted in _CONSTANT.findall(token.contents):
            yield Text(_bare(quoted))


def _block(parts: Iterable[str], options: dict[str, str]) -> str:
    """The message of a blocktranslate as Django looks it up."""
    text = "".join(parts)
    return re.sub(r"\s*\n\s*", " ", text.strip()) if options["trimmed"] else text


def _files(folder: Path) -> Iterator[Path]:
    """Every file of the house below a folder, leaving out what is built, installed or tested."""
    for path in folder.iterdir():
        if path.name in SKIPPED or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def texts_of_house(root: Path) -> dict[Text, str]:
    """Every message of every template and module, with the first file that says it."""
    found: dict[Text, str] = {}
    for path in sorted(_files(root)):
        relative = path.relative_to(root)
        if path.suffix == ".py":
            texts = texts_of_python(path.read_text("utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in relative.parts:
            texts = texts_of_template(path.read_text("utf-8"))
        else:
            continue
        for text in texts:
            if text.id:
                found.setdefault(text, str(relative))
    return found


def missing_texts(root: Path, language: str) -> list[tuple[Text, str]]:
    """Messages of the house without a text in the language, with the file that says each."""
    catalogue, _conflicts = merge_parts(root, language)
    absent = []
    for text, where in texts_of_house(root).items():
        message = catalogue.get(text.id, text.context or None)
        if message is None or (text.plural and not isinstance(message.string, list | tuple)):
            absent.append((text, where))
    return sorted(absent, key=lambda pair: (pair[1], pair[0]))
