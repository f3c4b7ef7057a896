"""A process of the product, stopped at a place of its program and killed there.

The product has no hooks for this. A forked child watches its own calls (`sys.setprofile`); when it comes to
the place it says so and stands still; then it gets SIGKILL, or its connection to the database is cut.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from tests.kills.broker import new_connections

PATIENCE = 60.0
"""Seconds that a child may take to come to its place, or to its end."""

REACHED, WELL, ILL = b"r", b"w", b"i"


@dataclass(frozen=True)
class Place:
    """Steps that are taken one after the other: `enter` or `leave`, and the full name of a function.

    The child stands still before the first line of what it enters, behind the last line of what it leaves.
    """

    steps: tuple[str, ...]


def at(*steps: str) -> Place:
    """The place behind these steps."""
    for step in steps:
        assert step.split()[0] in ("enter", "leave") and len(step.split()) == 2, step
    return Place(steps)


@dataclass(frozen=True)
class Ended:
    """How a child ended: whether it came to its place, whether it came to its end, and what it said."""

    reached: bool
    well: bool
    said: str


def run(step: Callable[[], Any]) -> Ended:
    """Do a step in a process of its own, undisturbed."""
    return _child(step, None, None)


def run_and_disturb(step: Callable[[], Any], place: Place, disturb: Callable[[int], None]) -> Ended:
    """Do a step in a process of its own; at the place it stands still while `disturb` (given its id) happens.

    After SIGKILL nothing more of it is done: no handler runs, nothing is closed. After anything else it goes
    on.
    """
    return _child(step, place, disturb)


def _child(step: Callable[[], Any], place: Place | None, act: Callable[[int], None] | None) -> Ended:
    from django.db import connections

    connections.close_all()
    tell_read, tell_write = os.pipe()
    go_read, go_write = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(tell_read)
        os.close(go_write)
        _live(step, place, tell_write, go_read)
    os.close(tell_write)
    os.close(go_read)
    try:
        first = _hear(tell_read, pid)
        reached = first == REACHED
        if reached and act is not None:
            act(pid)
            try:
                os.write(go_write, b".")
            except BrokenPipeError:  # it is dead, as it should be
                first = b""
            first = _hear(tell_read, pid)
        said = _rest(tell_read)
    finally:
        os.close(tell_read)
        os.close(go_write)
        os.waitpid(pid, 0)
    return Ended(reached, first == WELL, said)


def _hear(descriptor: int, pid: int) -> bytes:
    """The next thing that the child says; nothing when it is dead. A child that says nothing is killed."""
    if not select.select([descriptor], [], [], PATIENCE)[0]:
        os.kill(pid, signal.SIGKILL)
        raise TimeoutError("the child neither reaches its place nor ends")
    return os.read(descriptor, 1)


def _rest(descriptor: int) -> str:
    found = b""
    while part := os.read(descriptor, 65536):
        found += part
    return found.decode(errors="replace")


def _live(step: Callable[[], Any], place: Place | None, tell: int, go: int) -> None:
    """The life of the child; it never comes back into the test."""
    try:
        new_connections()
        if place is not None:
            _watch(place, tell, go)
        step()
        sys.setprofile(None)
        os.write(tell, WELL)
    except BaseException:  # noqa: BLE001 - the parent reads it
        sys.setprofile(None)
        os.write(tell, ILL + traceback.format_exc().encode())
    finally:
        os._exit(0)


def _watch(place: Place, tell: int, go: int) -> None:
    wanted = [(step.split()[0], step.split()[1]) for step in place.steps]
    events = {"call": "enter", "return": "leave"}

    def look(frame: FrameType, event: str, argument: Any) -> None:
        del argument
        kind, name = wanted[0]
        code = frame.f_code
        if events.get(event) != kind or not name.endswith(code.co_name):
            return
        if f"{frame.f_globals.get('__name__')}.{code.co_qualname}" != name:
            return
        wanted.pop(0)
        if not wanted:
            sys.setprofile(None)
            os.write(tell, REACHED)
            os.read(go, 1)

    sys.setprofile(look)
