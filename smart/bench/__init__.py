"""Measures of the product as a whole, on a town of a real enterprise's size."""
