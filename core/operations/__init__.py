"""How the house is, and what was given up: for administrators, on a page and by REST."""
