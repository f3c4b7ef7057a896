"""Who may do what with deductions. Seizures are sensitive: payroll, the auditor and the worker alone."""

from members.enums import Role

KEEPERS = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
"""Staff who see them."""

WRITERS = frozenset({Role.PAYROLL_ADMIN})
"""Who enters them and agrees."""

GIVERS_UP = frozenset({Role.FINANCE})
"""Who writes an advance off."""

ADVANCE_READERS = KEEPERS | GIVERS_UP
"""Staff who see advances."""

EVERYBODY = frozenset({Role.MEMBER})
"""Workers, about themselves."""
