"""What is written for the portal."""

from invoicing.portal.services.access import (
    ask_for_link,
    enter,
    leave,
    revoke_links,
    send_link,
    send_waiting_links,
)
from invoicing.portal.services.grouping import group_month, group_months, set_grouping
from invoicing.portal.services.statements import keep_statement

__all__ = [
    "ask_for_link", "enter", "group_month", "group_months", "keep_statement", "leave", "revoke_links",
    "send_link", "send_waiting_links", "set_grouping",
]  # fmt: skip
