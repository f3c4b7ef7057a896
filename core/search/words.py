"""From what people write to words of the index, the same way for things and for questions. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

LONGEST = 60
MOST_WORDS = 6
_AMOUNT = re.compile(r"^-?\d{1,3}(?:[ .  ']?\d{3})*[.,]\d{2}\s*(?:€|eur)?$", re.IGNORECASE)
_GROUPING = re.compile(r"[ .  ']")


def fold(text: str) -> str:
    """Lower case, no accents, a space wherever there is neither letter nor digit."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c if c.isalnum() else " " for c in flat if not unicodedata.combining(c))


def words_of(*texts: str) -> set[str]:
    """The words of texts; what is written together by signs (a number, an IBAN) is also one word."""
    found: set[str] = set()
    for text in texts:
        found.update(word[:LONGEST] for word in fold(text).split())
        found.update(compact(piece) for piece in text.split() if any(c.isdigit() for c in piece))
    return {word for word in found if word}


def compact(text: str) -> str:
    """Letters and digits without anything between: `+++090/9337/55493+++` is `090933755493`."""
    return fold(text).replace(" ", "")[:LONGEST]


def amount_word(amount: Decimal) -> str:
    """How an amount is found: exactly, to the cent, whatever its sign."""
    return f"={abs(amount):.2f}"


def amount_in(question: str) -> str | None:
    """The word of the amount that a question is, if it is one: `1.234,56`, `1 234,56 €`, `1234.56`."""
    text = question.strip()
    if not _AMOUNT.match(text):
        return None
    bare = re.sub(r"(?i)\s*(€|eur)$", "", text)
    whole, cents = bare[:-3], bare[-2:]
    try:
        return amount_word(Decimal(f"{_GROUPING.sub('', whole)}.{cents}"))
    except InvalidOperation:
        return None


def question_words(question: str) -> list[list[str]]:
    """The ways to read a question, most exact first; each is a list of words that must all begin something.

    An amount, a number written with signs or spaces, plain words. Empty: too little to search by.
    """
    readings: list[list[str]] = []
    amount = amount_in(question)
    if amount is not None:
        readings.append([amount])
    together = compact(question)
    if any(c.isdigit() for c in together) and len(together) >= 4:
        readings.append([together])
    plain = _longest_first(dict.fromkeys(fold(question).split()))
    if plain and len(plain[0]) >= 2 and plain not in readings:
        readings.append(plain)
    return readings


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted((word[:LONGEST] for word in words), key=len, reverse=True)[:MOST_WORDS]


def after(prefix: str) -> str:
    """The first text that comes after every text that begins with the prefix, byte by byte."""
    last = ord(prefix[-1]) + 1
    return prefix[:-1] + chr(0xE000 if 0xD800 <= last < 0xE000 else min(last, 0x10FFFF))
