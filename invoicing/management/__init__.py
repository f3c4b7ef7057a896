"""Commands of invoicing."""
