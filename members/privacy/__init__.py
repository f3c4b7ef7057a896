"""People and their data: a copy to take away, and the end of what need not stay."""
