"""Who watches over invoices that are not theirs."""

from members.enums import Role

CONTROLLERS = (Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL)
