"""Quotes that clients answer on a signed link, and the orders that they become, invoiced in parts."""
