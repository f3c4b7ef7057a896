"""The product runs while its processes are killed one after another; then the one that holds them all."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.embedded.layout import CHECKOUT
from tests.kills.broker import own_queues
from tests.kills.comparison import Traces
from tests.kills.house import House
from tests.kills.points import WHOLE
from tests.kills.stories import STORIES, go_on, let_time_pass

pytestmark = pytest.mark.soak

COMMANDS = {
    "web": "granian",
    "worker": "default@",
    "documents": "documents@",
    "beat": " beat ",
    "relay": "manage.py relay",
}
"""What is found on the command line of each."""
MEMBERS = [name for name in WHOLE["the product"] if name != "manage.py run"]

PASSES = frozenset({
    "ledger_seal", "ledger_sealedentry", "ledger_numberseries", "ledger_bookscheck", "core_idempotencyrecord",
})  # fmt: skip
"""When seals, checks and the night's clearing fall is left to chance: the check of the books says whether
they are right, and the invoice whether its key was heeded.
"""
CHANCE = re.compile(r" action=(ledger\.(sealed|checked)|privacy\.retention) ")


def _wait(condition: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.2)


@contextmanager
def _running(copy: House) -> Iterator[tuple[str, int]]:
    """The product on a copy of the house: its address, and the process that holds the others."""
    product = subprocess.Popen(
        [sys.executable, str(CHECKOUT / "manage.py"), "run", "--port", "0", "--web-workers", "1"],
        env=copy.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert product.stdout is not None
        address = product.stdout.readline().strip()
        assert address.startswith("http://"), (copy.files / "log" / "web.log").read_text()[-2000:]
        yield address, product.pid
    finally:
        product.terminate()
        with suppress(subprocess.TimeoutExpired):
            product.communicate(timeout=90)
        product.kill()


def _children(parent: int) -> dict[int, str]:
    """Processes with their command lines, of all generations below one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found: dict[int, str] = {}
    wanted = {parent}
    while wanted:
        wanted = {pid for pid, above in parents.items() if above in wanted}
        for pid in wanted:
            with suppress(OSError):
                found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def _main_process(product: int, member: str) -> int | None:
    """The process of a member that the household started itself."""
    for pid, command in sorted(_children(product).items()):
        above = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if above == product and COMMANDS[member] in command:
            return pid
    return None


def _issue(address: str, copy: House) -> str:
    """The member's program: the same request with the same key, until it is answered."""
    request = urllib.request.Request(  # noqa: S310 - the product's own address
        f"{address}be/api/v1/invoices/{copy.id('draft')}/issue/",
        method="POST",
        headers={"Authorization": f"Bearer {copy.made['token']}", "Idempotency-Key": "of the program"},
    )
    end = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
                return str(json.load(answer)["number"])
        except urllib.error.HTTPError as refusal:
            assert refusal.code >= 500 or refusal.code == 409, refusal.read()
        except OSError:
            assert time.monotonic() < end, "the web server does not come back"
        time.sleep(0.5)


def _is_quiet(copy: House) -> bool:
    """Nothing waits any more."""
    let_time_pass(copy)
    ((open_rows,),) = copy.ask(
        "SELECT (SELECT count(*) FROM core_outboxmessage WHERE state <> 'done')"
        " + (SELECT count(*) FROM core_documentjob WHERE state <> 'done')"
        " + (SELECT count(*) FROM invoicing_clientmessage WHERE state = 'pending')"
        " + (SELECT count(*) FROM webhooks_webhookdelivery WHERE state <> 'delivered')"
        " + (SELECT count(*) FROM payroll_runshard WHERE state <> 'done')"
        " + (SELECT count(*) FROM payroll_payrollrun WHERE state = 'computing')"
    )
    return bool(open_rows == 0)


def _day(house: House, receiver: Any, name: str, disturb: Callable[[House, int], None] | None) -> Traces:
    """One day of the product on a copy of the house; what it leaves once all is done."""
    from core.tenancy import tenant_scope
    from ledger.checks import check_books

    copy = house.copy(name)
    receiver.heard.clear()
    try:
        with copy.entered(), own_queues(copy.database):
            declare = STORIES["declare"]
            assert declare.before is not None
            declare.before(copy)
            declare.step(copy)
            go_on(copy, declare)
        with _running(copy) as (address, product):
            if disturb:
                disturb(copy, product)
            assert _issue(address, copy) == "PA-2026-000007"
            _wait(lambda: _is_quiet(copy), 180)
        with copy.entered(), own_queues(copy.database):
            go_on(copy, replace(declare, ticks=("seals", "letters", "documents", "webhooks", "payroll runs")))
            with tenant_scope(copy.cooperative):
                assert check_books().breaks == ()
            heard = {headers["webhook-id"]: json.loads(body)["type"] for headers, body in receiver.heard}
            return copy.traces(heard)
    finally:
        copy.leave()


def _kill_each(copy: House, product: int) -> None:
    """Each process once, with SIGKILL, a little after the one before; all come back.

    First those that the workers fork for their tasks: the broker hears that they were lost.
    """
    for member in ("worker", "documents"):
        main = _main_process(product, member)
        assert main is not None, f"{member} does not run"
        for child in _children(main):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    time.sleep(2)
    for member in MEMBERS:
        victim = _main_process(product, member)
        assert victim is not None, f"{member} does not run"
        os.kill(victim, signal.SIGKILL)
        let_time_pass(copy)
        _wait(lambda: _main_process(product, member) not in (None, victim))  # noqa: B023 - asked at once


def test_each_process_is_killed_while_the_product_works(
    house: House, receiver: Any, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        quiet = _day(house, receiver, "calm", None)
        found = _day(house, receiver, "storm", _kill_each)
    differences = [
        line
        for line in found.differences(quiet)
        if line.split(":")[0] not in PASSES and not CHANCE.search(line)
    ]
    assert not differences, "\n".join(differences)


def test_when_the_parent_is_killed_no_process_is_left(house: House, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        copy = house.copy("orphans")
        try:
            with _running(copy) as (_, product):
                for member in MEMBERS:
                    assert _main_process(product, member) is not None
                family = _children(product)
                os.kill(product, signal.SIGKILL)
                _wait(lambda: not _alive(family), 60)
        finally:
            copy.leave()


def _alive(family: dict[int, str]) -> list[int]:
    """Those that still run the same command (an id may have been given to somebody else)."""
    alive = []
    for pid, command in family.items():
        with suppress(OSError):
            if Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() == command:
                alive.append(pid)
    return alive
