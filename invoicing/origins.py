"""Where drafts come from: rooms hear, in the same transaction, of what becomes of the drafts that they made.

A room (an order, a time sheet, a recurring invoice) registers in `AppConfig.ready()`. What it raises refuses
the act.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from invoicing.models import Invoice

DraftHook = Callable[[Invoice], None]
IssueHook = Callable[[Sequence[Invoice]], None]

_thrown_away: list[DraftHook] = []
_about_to_issue: list[IssueHook] = []


def register_thrown_away(hook: DraftHook) -> None:
    """Call `hook` with the locked draft before it is thrown away, so that what it was made from is free
    again."""
    if hook not in _thrown_away:
        _thrown_away.append(hook)


def register_about_to_issue(hook: IssueHook) -> None:
    """Call `hook` with the locked drafts of one act, their totals final, before they are numbered."""
    if hook not in _about_to_issue:
        _about_to_issue.append(hook)


def thrown_away(invoice: Invoice) -> None:
    """Tell the rooms that a draft goes."""
    for hook in _thrown_away:
        hook(invoice)


def about_to_issue(invoices: Sequence[Invoice]) -> None:
    """Tell the rooms that drafts are issued."""
    for hook in _about_to_issue:
        hook(invoices)
