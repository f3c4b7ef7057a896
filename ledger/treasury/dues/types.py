"""Names by which books and payments know dues and transfers."""

DUE = "dues.due"
TRANSFER = "dues.entitytransfer"

CLAIM = "claim"
"""Kind of a due that a body's own statement made."""

OWED_TO_US, OWED_BY_US, TRANSFERS = "4168", "4838", "580"
"""Current accounts between entities (opposite and equal), and money on its way."""
