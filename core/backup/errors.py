"""Why a backup is not made, not believed or not put back."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class BackupExists(DomainError):
    """The directory holds something."""

    code = "backup_directory_not_empty"
    kind = "conflict"
    message = _("%(directory)s is not empty: name a directory that does not exist yet.")


class ProgramTooOld(DomainError):
    """The programs at hand cannot dump this server."""

    code = "postgres_programs_too_old"
    message = _(
        "The server is PostgreSQL %(server)s, pg_dump here is of %(programs)s: install the newer programs."
    )


class DumpFailed(DomainError):
    """pg_dump or pg_restore gave up."""

    code = "dump_failed"
    message = _("%(program)s gave up: %(reason)s")


class NoBackup(DomainError):
    """There is no backup in the directory, or one that was never finished."""

    code = "no_backup"
    kind = "not_found"
    message = _("%(directory)s holds no finished backup.")


class BackupDamaged(DomainError):
    """A piece is missing or not what it was."""

    code = "backup_damaged"
    message = _("The backup is damaged: %(piece)s. Take another one.")


class KeyAbsent(DomainError):
    """What was encrypted or signed could not be read or checked."""

    code = "backup_key_absent"
    message = _("The backup needs the key %(key)s, which is not set or is another one: set it as it was.")


class DatabaseNotEmpty(DomainError):
    """Something lives where the backup would go."""

    code = "database_not_empty"
    kind = "conflict"
    message = _(
        "The database holds tables already. A backup goes into an empty cluster only: set SMART_VAR or"
        " DATABASE_URL to a new one."
    )


class RestoreDiffers(DomainError):
    """What was put back is not what was taken."""

    code = "restore_differs"
    message = _("After the restore %(table)s has %(found)s rows instead of %(wanted)s.")
