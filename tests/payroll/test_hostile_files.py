"""Files that people hand to payroll (answers of the office, figures to try): bombs, alphabets, nonsense.

Each is read or refused with its reason, quickly and in little memory; nothing of a refused one is kept.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

FORM = (
    "<Form><HandledReference><ReferenceNbr>{}</ReferenceNbr></HandledReference>"
    "<HandlingResult>{}</HandlingResult></Form>"
)
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]><NOTIFICATION>&j;</NOTIFICATION>"
)
OK = FORM.format("A", "<ResultCode>0</ResultCode>")
ANSWERS: dict[str, bytes] = {
    "laughs": LAUGHS.encode(),
    "outside": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><NOTIFICATION/>',
    "parameter": b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><ACRF/>',
    "deep": b"<NOTIFICATION>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</NOTIFICATION>",
    "deep form": b"<NOTIFICATION><Form>" + b"<a>" * 200 + b"</a>" * 200 + b"</Form></NOTIFICATION>",
    "two roots": f"<NOTIFICATION>{OK}</NOTIFICATION><NOTIFICATION>{OK}</NOTIFICATION>".encode(),
    "no form": b"<NOTIFICATION/>",
    "another": f"<Dimona>{OK}</Dimona>".encode(),
    "space": f'<x:NOTIFICATION xmlns:x="urn:x">{OK}</x:NOTIFICATION>'.encode(),
    "zip": b"PK\x03\x04" + b"\x00" * 1000,
    "empty": b"",
    "nothing": b"\x00" * 5000,
    "lying": b'<?xml version="1.0" encoding="utf-16"?><NOTIFICATION/>',
    "unknown": b'<?xml version="1.0" encoding="klingon"?><NOTIFICATION/>',
    "long line": b"<NOTIFICATION>" + b"x" * (10 * 1024 * 1024 + 1) + b"</NOTIFICATION>",
    "many": b"<NOTIFICATION>" + b"<Form/>" * 20_001 + b"</NOTIFICATION>",
    "attributes": b"<NOTIFICATION>"
    + b"".join(b"<Form a%d='1'/>" % n for n in range(3000))
    + b"</NOTIFICATION>",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_that_nobody_should_read_are_refused_at_once(name: str) -> None:
    from payroll.dimona.answers import UnreadableFile, read_answers

    started = time.process_time()
    with pytest.raises(UnreadableFile):
        read_answers(ANSWERS[name])
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "content",
    [
        f'<?xml version="1.0" encoding="UTF-16"?><NOTIFICATION>{OK}</NOTIFICATION>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?><NOTIFICATION>'
        + FORM.format("é", "").encode("latin-1")
        + b"</NOTIFICATION>",
        f"\ufeff<NOTIFICATION>{OK}</NOTIFICATION>".encode(),
        f"<NOTIFICATION><!-- {'x' * 100_000} -->{OK}</NOTIFICATION>".encode(),
    ],
    ids=["utf-16", "latin-1", "mark", "comment"],
)
def test_answers_in_any_alphabet_are_read(content: bytes) -> None:
    from payroll.dimona.answers import read_answers

    assert len(read_answers(content)) == 1


def test_what_an_answer_says_is_text_and_no_more() -> None:
    """Numbers that are none, a reference as long as a book: nothing, or cut."""
    from payroll.dimona.answers import FormAnswer, read_answers

    inner = "<DimonaImpactReport><DimonaPeriodId>{}</DimonaPeriodId></DimonaImpactReport>"
    impact = f"<ImpactReport>{inner}</ImpactReport>"
    for number in ("1e5", "-1", "１２３", "9" * 13, "1 2"):
        (answer,) = read_answers(
            f"<NOTIFICATION>{FORM.format('A' * 5000, impact.format(number))}</NOTIFICATION>".encode()
        )
        assert isinstance(answer, FormAnswer)
        assert (len(answer.reference), answer.result) == (20, None)


FIGURE = """
- code: {code}
  valid_from: {start}
  value: {value}
  source: test
  status: confirmed
"""
FIGURES: dict[str, str] = {
    "laughs": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "itself": "- &a [*a]",
    "python": "!!python/object/apply:os.system ['true']",
    "deep": "[" * 5000 + "]" * 5000,
    "date": FIGURE.format(code="x", start="9999-99-99", value="1"),
    "year": FIGURE.format(code="x", start="0000-01-01", value="1"),
    "number": FIGURE.format(code="x", start="2026-01-01", value="1e999999999"),
    "base sixty": FIGURE.format(code="[1,2]", start="2026-01-01", value="1:" * 3000 + "1"),
    "integer": FIGURE.format(code="x", start="2026-01-01", value="9" * 5000),
    "key": "? [a, b]\n: 1",
    "twice": "- {code: a, code: b}",
    "zero": "\x00",
    "half": '- "\\ud800"',
    "documents": "---\na: 1\n---\nb: 2",
    "merge": "a: &a {b: 1}\nc: {<<: [*a, *a, 3]}",
    "binary": "!!binary '####'",
    "set": "!!set {a, b}",
    "empty": "",
    "word": "x",
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_that_are_none_are_refused_with_a_reason(tenant: Any, name: str) -> None:
    from payroll.errors import FiguresUnreadable
    from payroll.rate_changes import read_proposal

    started = time.process_time()
    with pytest.raises(FiguresUnreadable) as refused:
        read_proposal(FIGURES[name])
    assert refused.value.detail
    assert time.process_time() - started < 5
