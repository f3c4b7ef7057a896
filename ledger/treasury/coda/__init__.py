"""Read CODA 2.x, the coded statements of account that Belgian banks send (Febelfin standard).

A file is lines of 128 characters in Windows-1252. Blocks run from record 0 to record 9, one block per
account and statement: 0 header, 1 old balance, 2 movements, 3 information, 8 new balance, 4 free
messages, 9 totals.

`read_coda` never crashes on what a stranger uploads: it answers with statements or raises `StatementError`.
Strict mode refuses a block whose figures do not hold together; tolerant mode reads it and says so in
`warnings`. A record that cannot be read, a file cut short and a movement that stands twice are refused in
both modes.
"""

from ledger.treasury.coda.reading import read_coda

__all__ = ["read_coda"]
