"""Who may do what with work abroad."""

from members.enums import ADVISERS, Role

STAFF = frozenset({*ADVISERS, Role.PAYROLL_ADMIN, Role.LEGAL, Role.AUDITOR})
"""Staff who see the queue: advisers that of their portfolio."""

READERS = STAFF | {Role.MEMBER}
"""Who opens a mission, as far as they see its contract."""

WRITERS = frozenset({Role.MEMBER, Role.PAYROLL_ADMIN})
"""Who fills the form: the worker, who runs the Activity, payroll."""

KEEPERS = frozenset({Role.PAYROLL_ADMIN})
"""Who works the queue."""

CERTIFICATE_STAFF = frozenset({Role.PAYROLL_ADMIN, Role.LEGAL, Role.AUDITOR})
"""Staff who open certificates of others: they show the national number, each reading is written down."""

CERTIFICATE_READERS = CERTIFICATE_STAFF | {Role.MEMBER}
"""Who opens certificates: members their own."""
