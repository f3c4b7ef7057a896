"""Pages of invoicing: clients, invoices, what is late."""
