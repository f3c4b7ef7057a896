"""The order in which rows are locked, written once. A service that needs several takes them from left to
right.

1. work rows: outbox message, document job, webhook endpoint, its delivery, letter, notice, payroll run, its
   part (shard), payout batch, recurring invoice, due, line of a creditor's statement, transfer, legal entity
2. subscription, worker file, supplier, Activity
3. client, contract, its parts, invoice, hours, quote, order, expense, purchase, bank transaction
4. budgets, in order of their key
5. number series, last, just before commit

Accounts and programs are locked with none of these: account, or program, consent, token.

Advisory locks stand before all rows: `ledger.seal` (one sealer per cooperative), `ledger.period` (shared by
postings, exclusive for whoever closes a month), `search.<kind>` (shared by single changes of the index,
exclusive for a rebuild's batch), one per national number that is being given,
`core.bulk` (one list of rows at a time), `dues.raise` (one raiser of dues at a time),
`payroll.run` (one start of a run), `payroll.files` (one file of declarations at a time),
`core.files` (shared by whoever stores bytes that are there already, exclusive for the sweep).
"""

from typing import TypeVar

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from core.models import TenantModel

Row = TypeVar("Row", bound=TenantModel)


def for_update(rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows, locked in order of their key, without locking what they point to."""
    return rows.order_by("pk").select_for_update(of=("self",))


def lock(rows: QuerySet[Row]) -> None:
    """Lock the rows in order of their key, and read nothing else of them."""
    len(for_update(rows).only("pk"))


def row_version(row: TenantModel) -> int:
    """The version of a row that keeps none itself: the number of the transaction that wrote it last (`xmin`).

    Any change of the row makes another one, and so does a restored backup. Stands under the row's lock.
    """
    version = RawSQL(f'"{row._meta.db_table}"."xmin"::text::bigint', [])  # noqa: S611 - our own table's name
    found: int = type(row)._default_manager.filter(pk=row.pk).values_list(version, flat=True).get()
    return found
