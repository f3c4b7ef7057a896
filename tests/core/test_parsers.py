"""Bodies that no program reads and no text holds are refused at the door, as any malformed body."""

from __future__ import annotations

from typing import Any

import pytest

DOOR = "/be/api/v1/simulations/"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"amount": "\\ud800"}',
        b'{"amount": [{"deep": "\\udfff"}]}',
        b'{"\\ud800": "1000.00"}',
        b'{"amount": NaN}',
        b"\xff\xfe",
    ],
    ids=["lists", "objects", "half", "half within", "half a name", "no number", "no text"],
)
def test_what_nobody_reads_is_malformed(client: Any, cooperative_be: Any, body: bytes) -> None:
    answer = client.post(DOOR, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "parse_error"


def test_pairs_and_all_alphabets_pass(client: Any, cooperative_be: Any) -> None:
    """The same signs in the right order are a character; the door then says what it makes of the words."""
    answer = client.post(DOOR, b'{"amount": "\\ud83d\\ude00 \xc3\xa9"}', content_type="application/json")

    assert answer.status_code == 422
