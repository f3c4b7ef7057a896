"""REST doors of work and pay."""
