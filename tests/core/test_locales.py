"""Texts: parts become one catalogue, and nothing said by the house is without French."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from core.locales import (
    Text,
    compile_language,
    merge_parts,
    missing_texts,
    texts_of_python,
    texts_of_template,
)

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
)


def write_part(root: Path, area: str, body: str) -> None:
    folder = root / "locale/fr/LC_MESSAGES/parts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{area}.po").write_text(HEADER + body, "utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house: two parts, one page, one module."""
    write_part(tmp_path, "a", 'msgid "Paid"\nmsgstr "Payée"\n\nmsgid "Draft"\nmsgstr "Brouillon"\n')
    write_part(
        tmp_path,
        "b",
        'msgid "Paid"\nmsgstr "Payé"\n\nmsgid "Draft"\nmsgstr "Brouillon"\n\n'
        '#, fuzzy\nmsgid "Late"\nmsgstr "Tard"\n\n'
        'msgid "%(n)s job"\nmsgid_plural "%(n)s jobs"\n'
        'msgstr[0] "%(n)s mission"\nmsgstr[1] "%(n)s missions"\n',
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text(
        '{% load i18n %}{% translate "Paid" %}{% translate "Late" %}'
    )
    (tmp_path / "app").mkdir()
    (tmp_path / "app/errors.py").write_text('message = _("Not yet")\nstate = _("Draft")\n')
    return tmp_path


def test_parts_are_merged_and_the_first_word_stands(house: Path) -> None:
    catalogue, conflicts = merge_parts(house, "fr")

    assert catalogue.get("Paid").string == "Payée"
    assert [(c.id, c.kept, c.other) for c in conflicts] == [("Paid", "Payée", "Payé (b)")]
    assert catalogue.get("Late") is None, "what nobody confirmed is not shown"


def test_the_compiled_catalogue_speaks_french_and_is_the_same_each_time(house: Path) -> None:
    first = compile_language(house, "fr").read_bytes()
    path = compile_language(house, "fr")

    assert path.read_bytes() == first
    with path.open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("Draft") == "Brouillon"
    assert french.ngettext("%(n)s job", "%(n)s jobs", 1) == "%(n)s mission"
    assert french.ngettext("%(n)s job", "%(n)s jobs", 2) == "%(n)s missions"
    assert [p.name for p in path.parent.iterdir()] == ["django.mo", "parts"] or len(
        list(path.parent.iterdir())
    ) == 2


def test_what_has_no_french_is_named_with_its_file(house: Path) -> None:
    assert [(text.id, where) for text, where in missing_texts(house, "fr")] == [
        ("Not yet", "app/errors.py"),
        ("Late", "templates/page.html"),
    ]


def test_messages_are_found_in_every_form_of_template() -> None:
    source = """{% load i18n %}{% translate "A" %}{% translate "6 %" as rate %}
    {% translate "May" context "month" %}
    {% button _("Save") %}{{ _('Go') }}{% blocktranslate with x=y trimmed %}
        Hello {{ x }},
        100 %{% endblocktranslate %}
    {% blocktranslate count n=n %}One{% plural %}{{ n }} of them{% endblocktranslate %}
    {# {% translate "hidden" %} #}"""

    assert list(texts_of_template(source)) == [
        Text("A"),
        Text("6 %%"),
        Text("May", context="month"),
        Text("Save"),
        Text("Go"),
        Text("Hello %(x)s, 100 %%"),
        Text("One", plural="%(n)s of them"),
    ]


def test_messages_are_found_in_every_form_of_python() -> None:
    source = (
        'a = _("A")\nb = gettext_lazy("B" "C")\nc = ngettext("one", "many", n)\n'
        'd = pgettext("month", "May")\ne = _(computed)\nf = other("no")\n'
    )

    assert list(texts_of_python(source)) == [
        Text("A"),
        Text("BC"),
        Text("one", plural="many"),
        Text("May", context="month"),
    ]
