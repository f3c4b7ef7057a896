"""Who watches over invoices that are not theirs."""

from members.enums import Role

CONTROLLERS = (Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL)
MERGERS = (Role.CREDIT_CONTROLLER, Role.FINANCE, Role.COOP_ADMIN)
"""Who says that two clients are one, and which member a client is."""
