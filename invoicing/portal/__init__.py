"""The client portal: what a client sees of its own papers, and the papers made for it alone."""
