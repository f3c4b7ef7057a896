"""Open-ended contracts: a salary smoothed from income, absences, and what staff are paid beside it."""
