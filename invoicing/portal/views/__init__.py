"""Pages that clients see, and what staff see of them."""
