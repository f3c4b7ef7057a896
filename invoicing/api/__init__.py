"""REST doors of clients and invoices."""
