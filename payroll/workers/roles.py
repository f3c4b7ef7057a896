"""Who may do what with worker files."""

from members.enums import ADVISERS, Role

READERS = frozenset({*ADVISERS, Role.PAYROLL_ADMIN, Role.AUDITOR})
"""Staff who open files: advisers those of their portfolio."""

CHECKERS = frozenset({*ADVISERS, Role.PAYROLL_ADMIN})
"""Who checks what is handed in."""

KEEPERS = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
"""Who sees accidents of others, which tell of their health."""

WRITERS = frozenset({Role.PAYROLL_ADMIN})
"""Who declares accidents and keeps the insurances."""

EVERYBODY = frozenset({Role.MEMBER})
"""Workers, about themselves."""
