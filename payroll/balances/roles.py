"""Who may do what with balances that stay."""

from members.enums import Role

READERS = frozenset({Role.PAYROLL_ADMIN, Role.FINANCE, Role.AUDITOR})
"""Who sees them."""

WRITERS = frozenset({Role.PAYROLL_ADMIN})
"""Who asks back, waits, and proposes to write off."""

GIVERS_UP = frozenset({Role.FINANCE})
"""Who writes off what somebody else proposed."""
