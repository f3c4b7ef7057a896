"""Pages of quotes and orders: for members and staff, and for the client who holds a link."""
