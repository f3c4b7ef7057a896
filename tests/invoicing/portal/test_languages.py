"""What clients see speaks their language: French, Dutch, German or English, and the switch changes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client as Browser

from core.locales import Text, merge_parts, texts_of_python, texts_of_template
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client
from tests.invoicing.portal.test_entrance import DOOR, ask, be, links, theatre

__all__ = ["be", "theatre"]

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
STAFF = {"client.html"}
"""Templates of the portal that stand on pages of the house."""
PAGES = (
    *(path for path in sorted((TEMPLATES / "portal").glob("*.html")) if path.name not in STAFF),
    *(TEMPLATES / "quotes" / f"{name}.html" for name in ("offer", "too_many")),
    TEMPLATES / "timesheets" / "approval.html",
    *(TEMPLATES / f"{name}.html" for name in ("403", "403_csrf", "404", "500")),
)
ROOMS = ("portal", "quotes", "timesheets")
WORDS = ("wording", "collection/wording", "portal/wording", "quotes/wording", "timesheets/words")
HIDDEN = {"core/topbar.html", "core/tabbar.html"}
"""Frames of people with an account, which the pages of clients leave out."""


def pages() -> dict[Path, str]:
    """The templates of clients with all that they build on, and the kit."""
    found: dict[Path, str] = {}
    todo = [*PAGES, *sorted((TEMPLATES / "core" / "ui").rglob("*.html"))]
    while todo:
        path = todo.pop()
        if path in found or str(path.relative_to(TEMPLATES)) in HIDDEN:
            continue
        found[path] = path.read_text("utf-8")
        names = re.findall(r'{%\s*(?:extends|include)\s+"([^"]+)"', found[path])
        todo += [TEMPLATES / name for name in names]
    return found


def texts() -> Iterator[tuple[Text, str]]:
    """Every message that a client may meet, with where it stands."""
    for path, source in pages().items():
        for text in texts_of_template(source):
            yield text, str(path.relative_to(ROOT))
    modules = [ROOT / "core" / "forms.py", ROOT / "core" / "errors.py", *(ROOT / "core" / "kit").glob("*.py")]
    modules += [ROOT / "invoicing" / room / "errors.py" for room in ROOMS]
    for path in modules:
        for text in texts_of_python(path.read_text("utf-8")):
            if text.id:
                yield text, str(path.relative_to(ROOT))


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_every_text_that_a_client_may_meet_is_written_in_the_language(language: str) -> None:
    catalogue, disputed = merge_parts(ROOT, language)
    absent = {
        f"{where}: {text.context} {text.id}"
        for text, where in texts()
        if (message := catalogue.get(text.id, text.context or None)) is None
        or (text.plural and not isinstance(message.string, list | tuple))
    }

    assert sorted(absent) == []
    assert disputed == []


@pytest.mark.parametrize("language", ["nl", "de"])
def test_a_text_keeps_its_blanks_to_fill_in(language: str) -> None:
    blank = re.compile(r"%\((\w+)\)s")
    for message in merge_parts(ROOT, language)[0]:
        if message.id:
            ids = message.id if isinstance(message.id, list | tuple) else [message.id]
            strings = message.string if isinstance(message.string, list | tuple) else [message.string]
            wanted = {name for text in ids for name in blank.findall(text)}
            assert {name for text in strings for name in blank.findall(text or "")} == wanted, message.id


@pytest.mark.parametrize("folder", WORDS)
def test_letters_and_pages_have_the_same_words_in_four_languages(folder: str) -> None:
    words = {
        language: yaml.safe_load((ROOT / "invoicing" / folder / f"{language}.yaml").read_text("utf-8"))
        for language in ("fr", "nl", "de", "en")
    }

    assert all(words[language].keys() == words["fr"].keys() for language in words)
    assert [key for found in words.values() for key, text in found.items() if not text] == []


def test_a_client_is_spoken_to_in_its_language_and_may_switch(be: Cooperative, theatre: Client) -> None:
    with tenant_scope(be):
        Client.objects.update(language="nl")
    browser = Browser()
    ask("compta@theatre.example", browser)
    [path] = links(be)

    home = browser.post(path, follow=True)
    assert home.headers["Content-Language"] == "nl"
    page = home.content.decode()
    assert '<html lang="nl"' in page
    assert "Naar de inhoud" in page
    assert "Aller au contenu" not in page

    browser.post("/i18n/setlang/", {"language": "de", "next": "/be/espace-client/"})
    page = browser.get("/be/espace-client/").content.decode()
    assert '<html lang="de"' in page
    assert "Zum Inhalt" in page


@pytest.mark.parametrize(
    ("wants", "language", "says"),
    [
        ("nl-BE,nl;q=0.9,fr;q=0.5", "nl", "Naar de inhoud"),
        ("de", "de", "Zum Inhalt"),
        ("en-GB", "en", "Skip to the content"),
        ("pt", "fr", "Aller au contenu"),
    ],
)
def test_the_door_speaks_the_language_of_the_browser(
    be: Cooperative, wants: str, language: str, says: str
) -> None:
    answer = Browser().get(DOOR, headers={"Accept-Language": wants})

    assert answer.headers["Content-Language"] == language
    assert says in answer.content.decode()
