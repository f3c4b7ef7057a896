"""Read CAMT.053 (ISO 20022, versions 001.02 and 001.08), the statements of account that banks send as XML.

`read_camt` never crashes on what a stranger uploads: it answers with statements or raises `StatementError`.
Strict mode refuses a statement whose figures do not hold together; tolerant mode reads it and says so in
`warnings`. What is no XML, holds a document type, is cut short, or names no account is refused in both modes.
"""

from ledger.treasury.camt.parsing import read_camt

__all__ = ["read_camt"]
