"""The journals as other programs read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from ledger.exports.beancount import write_beancount
from ledger.exports.hledger import write_hledger
from ledger.exports.rows import ExportEntry, read_entries
from ledger.exports.tables import write_csv
from ledger.models import Account, LegalEntity

WRITERS: dict[str, Callable[..., Iterator[str]]] = {
    "csv": write_csv,
    "hledger": write_hledger,
    "beancount": write_beancount,
}


def write_journal(entity: LegalEntity, since: date, until: date, form: str) -> Iterator[str]:
    """The journals of an entity over some days, piece by piece, in one of the forms of `WRITERS`."""
    names = dict(Account.objects.values_list("code", "name"))
    return WRITERS[form](entity, since, read_entries(entity, since, until), names)


__all__ = ["WRITERS", "ExportEntry", "read_entries", "write_journal"]
