"""A walk through the product: from the first page along every link, one page of each kind."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page

LINKS = "a[href]:not([download])"
SORTING = frozenset({"page", "sort", "next", "q"})
"""Parameters that show the same kind of page again."""

ELSEWHERE = re.compile(r"/(static|media|i18n|ui-kit|api)/")


@cache
def kind_of(url: str) -> str | None:
    """What kind of page an address is: its route, and the names of what is asked of it. None: no page."""
    parts = urlsplit(url)
    if ELSEWHERE.search(parts.path):
        return None
    try:
        route = resolve(parts.path).route
    except Resolver404:
        return None
    asked = sorted({name for name, _ in parse_qsl(parts.query)} - SORTING)
    return f"{route}?{'&'.join(asked)}" if asked else route


def walk(
    page: Page, site: str, start: str, *, most: int, refused: list[str], skip: str = ""
) -> Iterator[str]:
    """Open one page of each kind that links lead to, and yield its kind while it stands open.

    Nobody is offered a way that is closed: pages that a link leads to and that refuse are noted in `refused`.

    skip: the beginning of the routes that are left out. Documents (what the browser saves instead of showing)
    are asked for, and passed by.
    """
    waiting = deque([start])
    seen = {kind_of(start)}
    opened = 0
    while waiting and opened < most:
        url = waiting.popleft()
        try:
            answer = page.goto(url, wait_until="load")
        except Error as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                continue
            raise
        opened += 1
        if answer is not None and answer.status >= 400:
            refused.append(f"{kind_of(url)}: a link leads here, and the answer is {answer.status}")
        links: list[str] = page.eval_on_selector_all(LINKS, "all => all.map((one) => one.href.split('#')[0])")
        for href in links:
            kind = kind_of(href) if href.startswith(site) else None
            if kind and kind not in seen and not (skip and kind.startswith(skip)):
                seen.add(kind)
                waiting.append(href)
        yield kind_of(page.url) or page.url
