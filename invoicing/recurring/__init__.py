"""Recurring invoices: templates that write an invoice each month, quarter or year, each occurrence once."""
